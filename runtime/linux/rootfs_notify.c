/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The container's end of sd_notify(3). Nothing of the host's is mounted for it: the socket lies in
 * a file system that has room for nothing else, which belongs to the container's own user namespace
 * and goes with its mounts, so that there is no directory that somebody else could not get at, and
 * none to be removed.
 */
#include "rootfs_priv.h"

#include <linux/magic.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <unistd.h>

#define ATTRS (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC)

/* What the container's processes say to the caller is not what everybody on the host may say, and
 * the next container's socket would be another mount there. Before anything is made. */
static int check_peers(struct rootfs *r, int fd, struct err *e)
{
	int result = mount_peers_has(r, fd);

	if (result > 0)
		return err_set(e, EXDEV,
			       "NOTIFY_SOCKET: '%s' lies on a mount that is shared with the host, "
			       "where none is made",
			       ROOTFS_NOTIFY_DIR);
	return result < 0 ? err_set(e, -result, "NOTIFY_SOCKET: the mount of '%s': %m",
				    ROOTFS_NOTIFY_DIR)
			  : 0;
}

static int check_above(struct rootfs *r, struct err *e)
{
	cleanup_fd int fd = FD_NONE;

	if (!r->sources->peers.watched)
		return 0;
	fd = fd_open_in_root(r->root_fd, ROOTFS_NOTIFY_ABOVE, O_PATH, 0);
	return fd < 0 ? 0 : check_peers(r, fd, e);
}

/* An image can have a link there, to where no mount may stand. */
static int open_place(struct rootfs *r, struct err *e)
{
	bool is_root = false;
	cleanup_fd int fd = FD_NONE;
	struct statfs fs;
	int result = check_above(r, e);

	if (result < 0)
		return result;
	fd = mount_target_place(r->root_fd, ROOTFS_NOTIFY_DIR, MOUNT_TARGET_DIR, &is_root);
	if (fd < 0)
		return err_set(e, -fd, "NOTIFY_SOCKET: mount point '%s': %m", ROOTFS_NOTIFY_DIR);
	if (fstatfs(fd, &fs) < 0)
		return err_set(e, errno, "NOTIFY_SOCKET: statfs '%s': %m", ROOTFS_NOTIFY_DIR);
	if (is_root || fs.f_type == PROC_SUPER_MAGIC)
		return err_set(e, EPERM,
			       "NOTIFY_SOCKET: '%s' leads to %s, where nothing may be mounted",
			       ROOTFS_NOTIFY_DIR, is_root ? "the container's root" : "procfs");
	result = check_peers(r, fd, e);
	return result < 0 ? result : take_fd(&fd);
}

/* Everybody in the container may write to it. */
static int bind_socket(int sock, int dir_fd)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	char dir[FD_PATH_SIZE];

	(void)snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/" ROOTFS_NOTIFY_NAME,
		       fd_proc_path(dir_fd, dir));
	return bind(sock, (struct sockaddr *)&addr, sizeof(addr)) < 0 ? -errno : 0;
}

static int mount_it(struct rootfs *r, int sock, int target_fd)
{
	static const struct mount_attrs readonly = {.set = MOUNT_ATTR_RDONLY};
	cleanup_fd int fd = mount_fresh_tmpfs(r, "notify", ROOTFS_NOTIFY_DIR, target_fd, ATTRS,
					      "mode=755,size=4k,nr_inodes=2");
	char place[FD_PATH_SIZE];
	int result;

	if (fd < 0)
		return fd;
	result = bind_socket(sock, fd);
	if (result >= 0)
		result = mount_set_attrs(r, fd, &readonly, false, 0);
	/* the container goes on without */
	if (result < 0)
		(void)umount2(fd_proc_path(fd, place), MNT_DETACH);
	return result;
}

int rootfs_make_notify(struct rootfs *r, struct err *e)
{
	cleanup_fd int target = FD_NONE, sock = FD_NONE;
	mode_t mask = umask(0);
	int result = target = open_place(r, e);

	if (result >= 0) {
		sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		result = sock < 0 ? -errno : mount_it(r, sock, target);
		if (result < 0)
			(void)err_set(e, -result, "NOTIFY_SOCKET: make '%s': %m",
				      ROOTFS_NOTIFY_SOCKET);
	}
	(void)umask(mask);
	return result < 0 ? result : take_fd(&sock);
}
