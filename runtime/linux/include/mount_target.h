/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Places below the container's root, as descriptors. Whatever links the root file system holds,
 * everything is found, and where it is missing made, inside the root: each directory is resolved by
 * fd_open_in_root(), and a new entry is made by its bare name in a directory that is open.
 */
#ifndef RUNTIME_MOUNT_TARGET_H
#define RUNTIME_MOUNT_TARGET_H

#include "err.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

enum mount_target_kind { MOUNT_TARGET_DIR, MOUNT_TARGET_FILE };

/*
 * An O_PATH descriptor of @path below @root_fd; a symbolic link at its end is followed inside the
 * root. What is missing is made: directories with mode 0755, at the end a directory or an empty
 * file of mode 0644 (umask permitting), also behind a dangling link. Returns the caller's
 * descriptor, or -errno: -ENOTDIR where @path is there and no directory while @kind wants one; the
 * other way round is for the caller to find (mounting a file onto a directory fails).
 */
int mount_target_open(int root_fd, const char *path, enum mount_target_kind kind);

/* The same; whether the place is @root_fd itself in *ret_root, as mount_target_find() has it. */
int mount_target_place(int root_fd, const char *path, enum mount_target_kind kind, bool *ret_root);

/*
 * fd_open_in_root() of what is there already, O_PATH with @flags, and whether that is @root_fd
 * itself, by whatever links, in *ret_root. A mount on the root is seen by nobody whose root it has
 * become, but it is what setns(2) makes the root of who joins later: of every `exec`. Returns the
 * caller's descriptor or -errno.
 */
int mount_target_find(int root_fd, const char *path, int flags, bool *ret_root);

/* The number of the mount that @fd is on. Kernels before 5.8 tell none; there that of a file system
 * has to do. 0 or -errno. */
int mount_target_id(int fd, uint64_t *ret);
/* Whether two descriptors are of one mount, by that number: 1, 0 or -errno. */
int mount_target_share_mount(int a, int b);

/*
 * The directory that holds the last component of @path, made where it is missing, and that
 * component in @name, which is neither "." nor ".." nor empty (-EINVAL). The component itself is
 * not looked at. Returns the caller's O_PATH descriptor or -errno.
 */
int mount_target_parent(int root_fd, const char *path, char name[static 256]);

/* The same of what is there: nothing is made. -ENOENT: it is not. */
int mount_target_find_parent(int root_fd, const char *path, char name[static 256]);

/* The directory @path, which must be a real one: a symbolic link as its last component is -ELOOP.
 * Made with mode 0755 where it is missing. */
int mount_target_real_dir(int root_fd, const char *path);

/* Where @path leads by its text alone, without "." and "//" and with ".." taken back, always with a
 * leading slash. The caller frees; NULL: no memory. */
char *mount_target_clean(const char *path);

#endif
