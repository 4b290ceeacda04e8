/* SPDX-License-Identifier: Apache-2.0 */
#include "console.h"

#include "cleanup.h"
#include "unix_socket.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/major.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <termios.h>
#include <unistd.h>

/* A device of devpts with the number that is expected, whatever the image has put in its place. */
static int check_device(int fd, bool (*is_right)(dev_t))
{
	struct statfs fs;
	struct stat st;

	if (fstat(fd, &st) < 0 || fstatfs(fd, &fs) < 0)
		return -errno;
	if (!S_ISCHR(st.st_mode) || !is_right(st.st_rdev) ||
	    (unsigned long)fs.f_type != DEVPTS_SUPER_MAGIC)
		return -ENODEV;
	return 0;
}

static bool is_ptmx(dev_t d)
{
	return major(d) == TTYAUX_MAJOR && minor(d) == 2;
}

static bool is_slave(dev_t d)
{
	return major(d) >= UNIX98_PTY_SLAVE_MAJOR &&
	       major(d) < UNIX98_PTY_SLAVE_MAJOR + UNIX98_PTY_MAJOR_COUNT;
}

/*
 * Looks before it opens, since opening another device could do things, and then by the same name:
 * the procfs by which a descriptor could be opened is the container's, if there is any. Who
 * exchanges the device in between has nothing of it: it is looked at again.
 */
static int open_ptmx(int root_fd)
{
	static const char *const paths[] = {"/dev/ptmx", "/dev/pts/ptmx"};
	int r = -ENOENT;

	for (size_t i = 0; i < 2; i++) {
		cleanup_fd int fd = fd_open_in_root(root_fd, paths[i], O_PATH | O_CLOEXEC, 0);
		cleanup_fd int master = FD_NONE;

		if (fd < 0) {
			r = fd;
			continue;
		}
		r = check_device(fd, is_ptmx);
		if (r < 0)
			continue;
		master = fd_open_in_root(root_fd, paths[i],
					 O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0);
		if (master < 0)
			return master;
		r = check_device(master, is_ptmx);
		if (r < 0)
			return r;
		return fcntl(master, F_SETFL, 0) < 0 ? -errno : take_fd(&master);
	}
	return r;
}

int console_open(int root_fd, const struct cfg_console_size *size, int *ret_master, int *ret_slave,
		 struct err *e)
{
	cleanup_fd int master = open_ptmx(root_fd), slave = FD_NONE;
	int unlock = 0, r;

	if (master == -ENODEV)
		return err_set(e, ENODEV, "terminal: the container's /dev/ptmx is none of devpts");
	if (master < 0)
		return err_set(e, -master, "terminal: open /dev/ptmx in the container: %m");
	if (ioctl(master, TIOCSPTLCK, &unlock) < 0)
		return err_set(e, errno, "terminal: TIOCSPTLCK: %m");
	/* the other end by descriptor: a name could lead elsewhere by now */
	slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0)
		return err_set(e, errno, "terminal: TIOCGPTPEER: %m");
	r = check_device(slave, is_slave);
	if (r < 0)
		return err_set(e, -r, "terminal: the other end is not a pseudoterminal of devpts");
	if (size && (size->height > UINT16_MAX || size->width > UINT16_MAX))
		return err_set(e, ERANGE, "terminal: the size: %m");
	if (size) {
		struct winsize ws = {.ws_row = (unsigned short)size->height,
				     .ws_col = (unsigned short)size->width};

		if (ioctl(master, TIOCSWINSZ, &ws) < 0)
			return err_set(e, errno, "terminal: set the size: %m");
	}
	*ret_master = take_fd(&master);
	*ret_slave = take_fd(&slave);
	return 0;
}

int console_connect(const char *path, int *ret_sock, struct err *e)
{
	int sock = unix_socket_connect(path, e);

	if (sock < 0)
		return err_wrap(e, "console socket");
	*ret_sock = sock;
	return 0;
}

int console_send_master(int sock, const char *path, int master_fd, struct err *e)
{
	int r = unix_socket_send(sock, "/dev/ptmx", master_fd);

	return r < 0 ? err_set(e, -r, "send the terminal to the console socket '%s': %m", path) : 0;
}

int console_attach(int slave_fd, struct err *e)
{
	if (ioctl(slave_fd, TIOCSCTTY, 0) < 0)
		return err_set(e, errno, "make the terminal the controlling one: %m");
	for (int fd = 0; fd < 3; fd++) {
		if (fd == slave_fd) {
			if (fcntl(fd, F_SETFD, 0) < 0)
				return err_set(e, errno, "keep the terminal open: %m");
		} else if (dup2(slave_fd, fd) < 0) {
			return err_set(e, errno, "make the terminal descriptor %d: %m", fd);
		}
	}
	return 0;
}
