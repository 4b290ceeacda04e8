/* SPDX-License-Identifier: Apache-2.0 */
#include "idmap.h"

#include "cleanup.h"
#include "proc.h"
#include "str.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The child: a user namespace with one user and one group in it, until its standard input ends. */
static int hold(void *arg)
{
	static const char map[] = "0 0 1\n";
	char byte = 0;

	(void)arg;
	if (unshare(CLONE_NEWUSER) < 0 ||
	    fd_write_file_at(AT_FDCWD, "/proc/self/uid_map", map, strlen(map), NULL) < 0 ||
	    fd_write_file_at(AT_FDCWD, "/proc/self/setgroups", "deny", strlen("deny"), NULL) < 0 ||
	    fd_write_file_at(AT_FDCWD, "/proc/self/gid_map", map, strlen(map), NULL) < 0 ||
	    write(STDOUT_FILENO, &byte, 1) != 1)
		return 1;
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	return 0;
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
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct proc_spawn s = PROC_SPAWN_INIT;
	cleanup_fd int ours = FD_NONE, its = FD_NONE, userns = FD_NONE;
	char path[64], byte;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return false;
	ours = pair[0];
	its = pair[1];
	s.in_fd = s.out_fd = its;
	s.run = hold;
	if (proc_spawn(&s, &p, NULL) < 0)
		return false;
	fd_close(&its);
	if (read(ours, &byte, 1) != 1)
		return false;
	(void)snprintf(path, sizeof(path), "/proc/%d/ns/user", (int)p.pid);
	userns = open(path, O_RDONLY | O_CLOEXEC);
	return userns >= 0 && try_on(type, userns);
}
