/* SPDX-License-Identifier: Apache-2.0 */
/* Whether this kernel has what came to Linux late, by the name that a configuration has for it. */
#ifndef HOST_KERNEL_H
#define HOST_KERNEL_H

#include <stdbool.h>

/*
 * Whether the mount option @name can be carried out here. Asked of the recursive ones
 * (mount_setattr(2)), of those about symbolic links and of mand; any other is as old as mount(2),
 * or none of the kernel's, and is said to be there.
 */
bool hx_kernel_has_mount_option(const char *name);

/* The same of a mode or a flag of memory policies, which a child tries with node 0
 * (set_mempolicy(2)); what has another name is said to be there. */
bool hx_kernel_has_mempolicy(const char *name);

#endif
