/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HOST_RESCTRL_H
#define HOST_RESCTRL_H

#include "json.h"

#define HX_RESCTRL "/sys/fs/resctrl"

/* Removes the classes and the monitoring groups of the resctrl file system at @root that are called
 * @name, or so with something behind a dash (NAME-7, NAME-7-class). Who is in them is in those
 * above then (the kernel's resctrl.rst). */
void hx_resctrl_remove(const char *root, const char *name);

/* The text of a file `schemata` as {"L3":{"0":"3","1":"ffff"},"MB":{"0":"50"}}: each value as it is
 * written, without the zeros and blanks that the kernel fills it up with; what is no such line is
 * passed over. For the caller to free; NULL: memory is short. */
struct json *hx_resctrl_schemata(const char *text);

#endif
