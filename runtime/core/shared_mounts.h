/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A container without a mount namespace of its own mounts into its caller's. Nothing takes those
 * mounts away when it ends, so `delete` has to (runtime.md#delete), and has to know which ones were
 * there before.
 */
#ifndef RUNTIME_SHARED_MOUNTS_H
#define RUNTIME_SHARED_MOUNTS_H

#include "err.h"
#include "json.h"

/*
 * The mounts of the calling process's namespace at and below @rootfs: an array of "<mount id>
 * <mount point>" in the order of proc_pid_mountinfo(5), in which parents stand before their
 * children. The caller frees *ret.
 */
int shared_mounts_list(const char *rootfs, struct json **ret, struct err *e);

/* Likewise of the NUL-terminated text of a mountinfo, which is cut up, and what stands in it at and
 * below @root. */
int shared_mounts_parse(char *text, const char *root, struct json **ret, struct err *e);

/* Leaves in @list only what is not in @before (which may be NULL). */
void shared_mounts_subtract(struct json *list, const struct json *before);

/* Unmounts what is in @list and still there, the last one first, following no symlink. */
int shared_mounts_remove(const char *rootfs, const struct json *list, struct err *e);

#endif
