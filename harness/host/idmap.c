/* SPDX-License-Identifier: Apache-2.0 */
#include "idmap.h"

#include "cleanup.h"
#include "fd.h"
#include "held.h"
#include "str.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* In a user namespace with one user and one group in it. */
static bool enter_userns(void)
{
	static const char map[] = "0 0 1\n";

	return unshare(CLONE_NEWUSER) == 0 &&
	       fd_write_file_at(AT_FDCWD, "/proc/self/uid_map", map, strlen(map), NULL) >= 0 &&
	       fd_write_file_at(AT_FDCWD, "/proc/self/setgroups", "deny", strlen("deny"), NULL) >=
		       0 &&
	       fd_write_file_at(AT_FDCWD, "/proc/self/gid_map", map, strlen(map), NULL) >= 0;
}

static bool try_on(const char *dir, int userns)
{
	struct mount_attr attr = {.attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (uint64_t)userns};
	cleanup_fd int fd =
		(int)syscall(SYS_open_tree, AT_FDCWD, dir, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

	return fd >= 0 &&
	       syscall(SYS_mount_setattr, fd, "", AT_EMPTY_PATH, &attr, sizeof(attr)) == 0;
}

bool hx_idmap_works(const char *dir)
{
	CLEANUP(hx_held_done) struct hx_held h = HX_HELD_INIT;
	cleanup_fd int userns = FD_NONE;
	char path[64];

	if (!hx_held_start(&h, enter_userns))
		return false;
	(void)snprintf(path, sizeof(path), "/proc/%d/ns/user", (int)h.proc.pid);
	userns = open(path, O_RDONLY | O_CLOEXEC);
	return userns >= 0 && try_on(dir, userns);
}
