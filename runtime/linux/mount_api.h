/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mount system calls that work on descriptors (fsopen(2), open_tree(2), move_mount(2),
 * mount_setattr(2)) as thin wrappers that return a descriptor or 0, or -errno. Raw system calls, so
 * that the C library need not know them.
 */
#ifndef RUNTIME_MOUNT_API_H
#define RUNTIME_MOUNT_API_H

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mount.h>

#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif
#ifndef MOUNT_ATTR_NOSYMFOLLOW
#define MOUNT_ATTR_NOSYMFOLLOW 0x00200000
#endif
#ifndef MS_NOSYMFOLLOW
#define MS_NOSYMFOLLOW 256
#endif

/* As struct mount_attr, which not every C library has. */
struct mount_api_attr {
	uint64_t set, clr, propagation, userns_fd;
};

/* A detached copy of the mount (@recursive: the tree) at @dirfd/@path; "" is @dirfd itself. */
int mount_api_clone(int dirfd, const char *path, bool recursive);
/* Attaches the detached mount @mnt_fd at the place of the O_PATH descriptor @target_fd; or at
 * @dirfd/@path. */
int mount_api_attach(int mnt_fd, int target_fd);
int mount_api_attach_at(int mnt_fd, int dirfd, const char *path);
/* Changes attributes of the mount of @fd; @recursive: of the whole tree below. */
int mount_api_setattr(int fd, const struct mount_api_attr *a, bool recursive);
int mount_api_setattr_at(int dirfd, const char *path, const struct mount_api_attr *a,
			 bool recursive);

int mount_api_fsopen(const char *type);
int mount_api_fspick(int target_fd);
/* One parameter; @value NULL: a flag. */
int mount_api_config(int fs_fd, const char *key, const char *value);
int mount_api_create(int fs_fd);
/* The mount of a created file system with its MOUNT_ATTR_* already set. */
int mount_api_fsmount(int fs_fd, uint64_t attrs);
/* The kernel's last words about @fs_fd ("tmpfs: Bad value for 'size'"), without their "e ". Writes
 * "" where it has none. */
void mount_api_message(int fs_fd, char *buf, size_t size);

/* mount_setattr(2) attributes in the words of mount(2): MS_* that say the same as MOUNT_ATTR_*
 * @attrs, atime included. */
unsigned long mount_api_flags_of(uint64_t attrs);

/* pivot_root(2). */
int mount_api_pivot(const char *new_root, const char *put_old);

#endif
