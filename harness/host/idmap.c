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

/* The child: a user namespace with one id in it, until its standard input ends. */
static int hold(void *arg)
{
	static const char map[] = "0 0 1\n";
	char byte = 0;

	(void)arg;
	if (unshare(CLONE_NEWUSER) < 0 ||
	    fd_write_file_at(AT_FDCWD, "/proc/self/uid_map", map, strlen(map), NULL) < 0 ||
	    write(STDOUT_FILENO, &byte, 1) != 1)
		return 1;
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	return 0;
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
	return userns >= 0 && try_on(dir, userns);
}
