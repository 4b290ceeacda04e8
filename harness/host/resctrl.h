/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HOST_RESCTRL_H
#define HOST_RESCTRL_H

#define HX_RESCTRL "/sys/fs/resctrl"

/* Removes the classes and the monitoring groups of the resctrl file system at @root that are called
 * @name, or so with something behind a dash (NAME-7, NAME-7-class). Who is in them is in those
 * above then (the kernel's resctrl.rst). */
void hx_resctrl_remove(const char *root, const char *name);

#endif
