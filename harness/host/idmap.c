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

static bool try_on(const char *type, int userns)
{
	struct mount_attr attr = {.attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (uint64_t)userns};
	cleanup_fd int fs = (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
	cleanup_fd int fd = FD_NONE;

	if (fs < 0 || syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return false;
	fd = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, 0);
	return fd >= 0 &&
	       syscall(SYS_mount_setattr, fd, "", AT_EMPTY_PATH, &attr, sizeof(attr)) == 0;
}

bool hx_idmap_works(const char *type)
{
	CLEANUP(hx_held_done) struct hx_held h = HX_HELD_INIT;
	cleanup_fd int userns = FD_NONE;
	char path[64];

	if (!hx_held_start(&h, enter_userns))
		return false;
	(void)snprintf(path, sizeof(path), "/proc/%d/ns/user", (int)h.proc.pid);
	userns = open(path, O_RDONLY | O_CLOEXEC);
	return userns >= 0 && try_on(type, userns);
}
