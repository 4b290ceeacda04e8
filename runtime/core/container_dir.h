/* SPDX-License-Identifier: Apache-2.0 */
/* The directory of a container: names, lock, files, removal. Behind container.h. */
#ifndef RUNTIME_CONTAINER_DIR_H
#define RUNTIME_CONTAINER_DIR_H

#include "container.h"

#include <dirent.h>

#define CONTAINER_LOCK	 "lock"
#define CONTAINER_STATE	 "state.json"
#define CONTAINER_NEXT	 ".new-state.json" /* what is about to become it */
#define CONTAINER_CONFIG "config.json"
#define CONTAINER_SOCKET "start"

/* Makes the directory @path and those above it that are missing; only the last one is ours alone.
 */
int container_dir_make_path(const char *path, struct err *e);
/* Opens root_fd and dir_fd, sets id. -ENOENT: "container does not exist". */
int container_dir_open(const char *root, const char *id, struct container *c, struct err *e);
/* Makes both where they are missing, and the lock, which is taken. What is set in @c when it fails
 * is the caller's to close. -EEXIST: "container with given ID already exists". */
int container_dir_make(const char *root, const char *id, struct container *c, struct err *e);
/* The directory of all of them, which is the caller's; NULL: there is none. */
int container_dir_list(const char *root, DIR **ret, struct err *e);
/* Removes what a `delete` that was killed has left, if @name below @root_fd is called like that. */
void container_dir_remove_deleted(int root_fd, const char *name);
/* Whether the directory bears our mark: the lock file, or, where its maker was killed before that,
 * the mode that only we give, and nothing inside; and is not about to be removed. */
bool container_dir_is_ours(const struct container *c);
/* Takes lock_fd. -EBUSY: someone else has held it for @wait_ms (negative: is waited for without
 * end), or holds it for its poststart hooks; -ENOENT: deleted meanwhile. */
int container_dir_lock(struct container *c, int wait_ms, struct err *e);
/* The same for container_lock_changes() and container_lock_end(), to whom those hooks do not
 * matter.
 */
int container_dir_lock_changes(struct container *c, int wait_ms, struct err *e);
/* Makes the file @name in it, which must not be there yet, and is gone where it cannot be written.
 */
int container_dir_write(const struct container *c, const char *name, const char *buf, size_t len,
			struct err *e);
/* Whether someone else holds the lock. */
bool container_dir_is_locked(const struct container *c);

#endif
