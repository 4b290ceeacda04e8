/* SPDX-License-Identifier: Apache-2.0 */
#include "container_dir.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/*
 * The sticky bit is the mark that a directory has from the moment it exists; the lock file follows
 * a system call later. Nobody else makes empty directories of this mode in a place of ours, and a
 * directory with anything in it needs the lock file.
 */
#define DIR_MODE (S_ISVTX | 0700)

bool container_id_is_valid(const char *id)
{
	size_t len = strlen(id);

	if (!len || len > 255 || id[0] == '.' || id[0] == '-')
		return false;
	return strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+.-") ==
	       len;
}

static int make_parents(const char *path, struct err *e)
{
	cleanup_free char *copy = strdup(path);

	if (!copy)
		return err_set(e, ENOMEM, "make '%s': %m", path);
	for (char *p = copy + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(copy, 0755) < 0 && errno != EEXIST)
			return err_set(e, errno, "make directory '%s': %m", copy);
		*p = '/';
	}
	if (mkdir(copy, 0700) < 0 && errno != EEXIST)
		return err_set(e, errno, "make directory '%s': %m", copy);
	return 0;
}

static int open_root(const char *root, bool make, struct err *e)
{
	int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r;

	if (fd < 0 && errno == ENOENT && make) {
		r = make_parents(root, e);
		if (r < 0)
			return r;
		fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	if (fd < 0)
		return err_set(e, errno, "open state directory '%s': %m", root);
	return fd;
}

/*
 * A state says which process is to be killed and which cgroups are to be removed. Where --root is a
 * directory that others may write to, it must not be they who say it.
 */
static int check_owner(const struct container *c, const char *id, struct err *e)
{
	struct stat st;

	if (fstat(c->dir_fd, &st) < 0)
		return err_set(e, errno, "state of container '%s': %m", id);
	if (st.st_uid == geteuid() || st.st_uid == 0)
		return 0;
	return err_set(e, EPERM, "the state of container '%s' belongs to another user: %u", id,
		       st.st_uid);
}

int container_dir_list(const char *root, DIR **ret, struct err *e)
{
	int fd = open_root(root, false, e);
	DIR *dir;

	if (fd == -ENOENT) {
		*ret = NULL;
		return 0;
	}
	if (fd < 0)
		return fd;
	dir = fdopendir(fd);
	if (!dir) {
		int r = err_set(e, errno, "read '%s': %m", root);

		(void)close(fd);
		return r;
	}
	*ret = dir;
	return 0;
}

int container_dir_open(const char *root, const char *id, struct container *c, struct err *e)
{
	int r;

	c->root_fd = open_root(root, false, e);
	if (c->root_fd == -ENOENT) {
		c->root_fd = FD_NONE;
		return err_set(e, ENOENT, "container does not exist");
	}
	if (c->root_fd < 0) {
		r = c->root_fd;
		c->root_fd = FD_NONE;
		return r;
	}
	c->dir_fd = openat(c->root_fd, id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (c->dir_fd < 0) {
		bool absent = errno == ENOENT || errno == ENOTDIR || errno == ELOOP;

		c->dir_fd = FD_NONE;
		if (absent)
			return err_set(e, ENOENT, "container does not exist");
		return err_set(e, errno, "open state of container '%s': %m", id);
	}
	r = check_owner(c, id, e);
	if (r < 0)
		return r;
	c->id = strdup(id);
	return c->id ? 0 : err_set(e, ENOMEM, "container '%s': %m", id);
}

static bool is_empty(int dir_fd)
{
	cleanup_dir DIR *dir = fd_open_dir(dir_fd);
	const struct dirent *d;

	if (!dir)
		return false;
	while ((d = readdir(dir)))
		if (!str_eq(d->d_name, ".") && !str_eq(d->d_name, ".."))
			return false;
	return true;
}

bool container_dir_is_ours(const struct container *c)
{
	struct stat st;

	if (fstatat(c->dir_fd, CONTAINER_LOCK, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return S_ISREG(st.st_mode) && st.st_uid == geteuid();
	return fstat(c->dir_fd, &st) == 0 && (st.st_mode & 07777) == DIR_MODE &&
	       st.st_uid == geteuid() && is_empty(c->dir_fd);
}

static int open_lock(const struct container *c, int flags)
{
	return openat(c->dir_fd, CONTAINER_LOCK, O_RDWR | O_NOFOLLOW | O_CLOEXEC | flags, 0600);
}

static int set_lock(int fd, bool wait)
{
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int r;

	do
		r = fcntl(fd, wait ? F_OFD_SETLKW : F_OFD_SETLK, &l);
	while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : 0;
}

int container_dir_lock(struct container *c, bool wait, struct err *e)
{
	cleanup_fd int fd = open_lock(c, 0);
	struct stat st;
	int r;

	/* a creator that was killed before it made the file: whoever comes first makes it now */
	if (fd == FD_NONE || (fd < 0 && errno == ENOENT)) {
		if (!container_dir_is_ours(c))
			return err_set(e, ENOENT, "container does not exist");
		fd = open_lock(c, O_CREAT);
	}
	if (fd < 0)
		return err_set(e, errno, "open lock of container '%s': %m", c->id);
	r = set_lock(fd, wait);
	if (r == -EAGAIN || r == -EACCES)
		return err_set(e, EBUSY, "container '%s' is in the hands of another command",
			       c->id);
	if (r < 0)
		return err_set(e, -r, "lock container '%s': %m", c->id);
	/* the holder for whom we waited may have deleted the container */
	if (fstat(fd, &st) < 0 || st.st_nlink == 0)
		return err_set(e, ENOENT, "container does not exist");
	c->lock_fd = take_fd(&fd);
	return 0;
}

bool container_dir_is_locked(const struct container *c)
{
	cleanup_fd int fd = open_lock(c, 0);
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	return fd >= 0 && fcntl(fd, F_OFD_GETLK, &l) == 0 && l.l_type != F_UNLCK;
}

int container_dir_make(const char *root, const char *id, struct container *c, struct err *e)
{
	struct stat st;
	int r;

	c->root_fd = open_root(root, true, e);
	if (c->root_fd < 0) {
		r = c->root_fd;
		c->root_fd = FD_NONE;
		return r;
	}
	c->id = strdup(id);
	if (!c->id)
		return err_set(e, ENOMEM, "container '%s': %m", id);
	if (mkdirat(c->root_fd, id, DIR_MODE) < 0)
		return errno == EEXIST
			       ? err_set(e, EEXIST, "container with given ID already exists")
			       : err_set(e, errno, "make state of container '%s': %m", id);
	c->dir_fd = openat(c->root_fd, id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (c->dir_fd < 0) {
		r = err_set(e, errno, "open state of container '%s': %m", id);
		c->dir_fd = FD_NONE;
		goto undo_dir;
	}
	c->lock_fd = open_lock(c, O_CREAT);
	if (c->lock_fd < 0) {
		r = err_set(e, errno, "make lock of container '%s': %m", id);
		c->lock_fd = FD_NONE;
		goto undo_dir;
	}
	/* a `delete` may have come between: then the container is its, and there is none */
	if (set_lock(c->lock_fd, false) < 0 || fstat(c->lock_fd, &st) < 0 || st.st_nlink == 0)
		return err_set(e, EBUSY, "container '%s' was deleted while it was made", id);
	return 0;

undo_dir:
	(void)unlinkat(c->root_fd, id, AT_REMOVEDIR);
	return r;
}

/* Files of replacements that were cut short: CONTAINER_NEXT, and its like of other versions. */
static void remove_leftovers(int dir_fd)
{
	cleanup_dir DIR *dir = fd_open_dir(dir_fd);
	const struct dirent *d;

	while (dir && (d = readdir(dir)))
		if (str_starts(d->d_name, ".new-"))
			(void)unlinkat(dir_fd, d->d_name, 0);
}

int container_remove(struct container *c, struct err *e)
{
	/* the lock last: until then a second `delete` finds a container and waits */
	static const char *const names[] = {CONTAINER_SOCKET, CONTAINER_CONFIG, CONTAINER_STATE,
					    CONTAINER_LOCK};
	int r;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (unlinkat(c->dir_fd, names[i], 0) < 0 && errno != ENOENT)
			return err_set(e, errno, "remove '%s' of container '%s': %m", names[i],
				       c->id);
	r = unlinkat(c->root_fd, c->id, AT_REMOVEDIR);
	if (r < 0 && (errno == ENOTEMPTY || errno == EEXIST)) {
		remove_leftovers(c->dir_fd);
		r = unlinkat(c->root_fd, c->id, AT_REMOVEDIR);
	}
	if (r < 0 && errno != ENOENT)
		return err_set(e, errno, "remove state of container '%s': %m", c->id);
	fd_close(&c->lock_fd);
	return 0;
}

int container_dir_write(const struct container *c, const char *name, const char *buf, size_t len,
			struct err *e)
{
	cleanup_fd int fd =
		openat(c->dir_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int r;

	if (fd < 0)
		return err_set(e, errno, "make %s of container '%s': %m", name, c->id);
	r = fd_write_all(fd, buf, len);
	if (r == 0)
		return 0;
	(void)unlinkat(c->dir_fd, name, 0);
	return err_set(e, -r, "write %s of container '%s': %m", name, c->id);
}

int container_write_config(const struct container *c, const char *buf, size_t len, struct err *e)
{
	return container_dir_write(c, CONTAINER_CONFIG, buf, len, e);
}

int container_read_config(const struct container *c, struct cfg_doc **ret, struct err *e)
{
	return cfg_parse_file(CFG_CONFIG, c->dir_fd, CONTAINER_CONFIG, ret, e);
}

/* Through the descriptor, since a path of a socket has 108 bytes (unix(7)) and <root> may have
 * more. */
static void socket_address(const struct container *c, struct sockaddr_un *ret)
{
	*ret = (struct sockaddr_un){.sun_family = AF_UNIX};
	(void)snprintf(ret->sun_path, sizeof(ret->sun_path), "/proc/self/fd/%d/%s", c->dir_fd,
		       CONTAINER_SOCKET);
}

int container_connect(const struct container *c, struct err *e)
{
	cleanup_fd int sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_un sa;

	if (sock < 0)
		return err_set(e, errno, "socket: %m");
	socket_address(c, &sa);
	if (connect(sock, (struct sockaddr *)&sa, sizeof(sa)) < 0)
		return err_set(e, errno, "connect to the first process of container '%s': %m",
			       c->id);
	if (fcntl(sock, F_SETFL, 0) < 0)
		return err_set(e, errno, "fcntl: %m");
	return take_fd(&sock);
}

int container_listen(const struct container *c, struct err *e)
{
	cleanup_fd int sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	struct sockaddr_un sa;

	if (sock < 0)
		return err_set(e, errno, "socket: %m");
	socket_address(c, &sa);
	if (bind(sock, (struct sockaddr *)&sa, sizeof(sa)) < 0 || listen(sock, 16) < 0)
		return err_set(e, errno, "make the socket of container '%s': %m", c->id);
	return take_fd(&sock);
}

void container_unlisten(const struct container *c)
{
	(void)unlinkat(c->dir_fd, CONTAINER_SOCKET, 0);
}
