/* SPDX-License-Identifier: Apache-2.0 */
/* One device node below a directory descriptor. */
#ifndef RUNTIME_DEVICE_H
#define RUNTIME_DEVICE_H

#include "rootfs_priv.h"

#include <sys/stat.h>

struct device_node {
	mode_t type; /* S_IFCHR, S_IFBLK, S_IFIFO */
	dev_t rdev;
	mode_t mode;
	uid_t uid;
	gid_t gid;
	bool has_mode, has_owner; /* an existing node is held to them, too */
	bool there;		  /* it has to be: nothing may be made in its directory */
	const char *host;	  /* where the host has it, for a bind mount */
};

/*
 * Makes @name below @dir (the directory of @path below the root): mknod(2), or a bind mount of the
 * host's node where that is not possible. A matching node that is there already gets the wanted
 * mode and owner, -EPERM where it lies on a file system that the container did not bring. -EXDEV:
 * nothing is there, and has to be. -EEXIST: something else stands at @name; a regular file there is
 * covered by a bind mount instead with @cover, and an empty one also where this process cannot make
 * nodes. 0 or -errno.
 */
int device_make(struct rootfs *r, int dir, const char *name, const char *path,
		const struct device_node *n, bool cover);

#endif
