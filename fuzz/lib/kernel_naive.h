/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of the kernel's read naively: by the line, with no more than the C library's counting of
 * characters. */
#ifndef FUZZ_KERNEL_NAIVE_H
#define FUZZ_KERNEL_NAIVE_H

#include "cgroup_internal.h"
#include "proc_priv.h"
#include "procfs.h"

/* The lines of a devices.list as the kernel writes them, with no more blanks than it puts: false
 * where one is not so. The items, which are the caller's, are those that are no "a *:* rwm". */
bool kernel_naive_devices(const char *text, struct cgroup_devices_v1 *ret);

bool kernel_naive_same(const struct cgroup_devices_v1 *a, const struct cgroup_devices_v1 *b);

/* What the first line of "boottime" in a timens_offsets says; false: no such line, or it has other
 * words than two numbers that the kernel takes. */
bool kernel_naive_offset(const char *text, struct procfs_offset *ret);

/* Whether @s is @o in whole ticks, rounded down, and says whether that left something. */
bool kernel_naive_is_shift(const struct procfs_offset *o, const struct proc_shift *s);

#endif
