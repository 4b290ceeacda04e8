/* SPDX-License-Identifier: Apache-2.0 */
#include "container_dir.h"

#include "cleanup.h"
#include "fd.h"
#include "proc.h"
#include "str.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
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

/* What the directory of a container is called while it is removed: no id begins like this. The
 * number is the lock file's, so that there are not two of one name. */
#define DELETED	     ".deleted-"
#define DELETED_SIZE 32

/*
 * The first byte of the lock file is whose turn it is; everybody takes it. Who begins or ends
 * something takes the rest as well. `start` lets go of that byte alone for the time of its
 * poststart hooks, which may be who wants to change the container, or to end it.
 */
#define FIRST_BYTE 1

/* The last pause between two attempts to take what somebody else has. */
#define LOCK_PAUSE_MS 32

bool container_id_is_valid(const char *id)
{
	size_t len = strlen(id);

	if (!len || len > 255 || id[0] == '.' || id[0] == '-')
		return false;
	return strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+.-") ==
	       len;
}

/* "DIR/", "DIR/." and their like are DIR, and not something below it. */
static size_t length_of_dir(const char *path)
{
	size_t len = strlen(path);

	for (;;) {
		if (len > 1 && path[len - 1] == '/')
			len--;
		else if (len > 2 && path[len - 1] == '.' && path[len - 2] == '/')
			len -= 2;
		else
			return len;
	}
}

int container_dir_make_path(const char *path, struct err *e)
{
	cleanup_free char *copy = strndup(path, length_of_dir(path));

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
		r = container_dir_make_path(root, e);
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

/* What a `delete` that was killed has left of any container. */
static void remove_deleted(int root_fd)
{
	cleanup_dir DIR *dir = fd_open_dir(root_fd);
	const struct dirent *d;

	while (dir && (d = readdir(dir)))
		container_dir_remove_deleted(root_fd, d->d_name);
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
		if (absent) {
			remove_deleted(c->root_fd);
			return err_set(e, ENOENT, "container does not exist");
		}
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

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev;
}

/* Whether the directory that was opened has lost its name: a `delete` is about to remove it. */
bool container_is_gone(const struct container *c)
{
	struct stat opened, named;

	if (fstatat(c->root_fd, c->id, &named, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT;
	return fstat(c->dir_fd, &opened) == 0 && !is_same(&opened, &named);
}

/* In a directory whose set-group-ID bit is set it has got that bit as well (inode(7)), which tells
 * nothing. */
static bool has_our_mode(const struct stat *st)
{
	return (st->st_mode & 07777 & ~S_ISGID) == DIR_MODE;
}

bool container_dir_is_ours(const struct container *c)
{
	struct stat st;

	if (container_is_gone(c))
		return false;
	if (fstatat(c->dir_fd, CONTAINER_LOCK, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return S_ISREG(st.st_mode) && st.st_uid == geteuid();
	return fstat(c->dir_fd, &st) == 0 && has_our_mode(&st) && st.st_uid == geteuid() &&
	       is_empty(c->dir_fd);
}

static int open_lock(const struct container *c, int flags)
{
	return openat(c->dir_fd, CONTAINER_LOCK, O_RDWR | O_NOFOLLOW | O_CLOEXEC | flags, 0600);
}

/* 0, or -errno: -EAGAIN (-EACCES, says fcntl(2)) where it is somebody else's, and not to be waited
 * for. */
static int set_lock(int fd, short type, off_t from, off_t len, bool wait)
{
	struct flock l = {.l_type = type, .l_whence = SEEK_SET, .l_start = from, .l_len = len};
	int r;

	do
		r = fcntl(fd, wait ? F_OFD_SETLKW : F_OFD_SETLK, &l);
	while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : 0;
}

static bool is_taken(int r)
{
	return r == -EAGAIN || r == -EACCES;
}

static int lock_first_byte(int fd)
{
	return set_lock(fd, F_WRLCK, 0, FIRST_BYTE, true);
}

/* fcntl(2) waits for ever or not at all. */
static int try_first_byte(int fd, int wait_ms)
{
	int64_t deadline = proc_now_ms() + wait_ms;

	for (int pause_ms = 1;; pause_ms = pause_ms < LOCK_PAUSE_MS ? pause_ms * 2 : pause_ms) {
		int r = set_lock(fd, F_WRLCK, 0, FIRST_BYTE, false);
		int64_t left = deadline - proc_now_ms();

		if (!is_taken(r) || left <= 0)
			return r;
		(void)poll(NULL, 0, left < pause_ms ? (int)left : pause_ms);
	}
}

static int lock_rest(int fd)
{
	return set_lock(fd, F_WRLCK, FIRST_BYTE, 0, false);
}

/* Who waited for the lock has that of a container which its holder has deleted meanwhile, or was
 * killed while deleting it; the name may be another one's by now. Then -ENOENT, else 0 or -errno.
 */
static int check_lock(const struct container *c, int fd, ino_t *ret)
{
	char path[NAME_MAX + sizeof("/" CONTAINER_LOCK)];
	struct stat opened, named;

	(void)snprintf(path, sizeof(path), "%s/%s", c->id, CONTAINER_LOCK);
	if (fstat(fd, &opened) < 0 || fstatat(c->root_fd, path, &named, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (!is_same(&opened, &named))
		return -ENOENT;
	*ret = opened.st_ino;
	return 0;
}

/* The error of a lock that was not to be had. */
static int not_locked(const struct container *c, int r, const char *holder, struct err *e)
{
	if (is_taken(r))
		return err_set(e, EBUSY, "container '%s' is in the hands of %s", c->id, holder);
	return err_set(e, -r, "lock container '%s': %m", c->id);
}

static int lock(struct container *c, bool all, int wait_ms, struct err *e)
{
	cleanup_fd int fd = open_lock(c, 0);
	int r;

	/* a creator that was killed before it made the file: whoever comes first makes it now */
	if (fd == FD_NONE || (fd < 0 && errno == ENOENT)) {
		if (!container_dir_is_ours(c))
			return err_set(e, ENOENT, "container does not exist");
		fd = open_lock(c, O_CREAT);
	}
	/* not even the directory is left */
	if (fd < 0 && errno == ENOENT)
		return err_set(e, ENOENT, "container does not exist");
	if (fd < 0)
		return err_set(e, errno, "open lock of container '%s': %m", c->id);
	r = wait_ms < 0 ? lock_first_byte(fd) : try_first_byte(fd, wait_ms);
	if (r < 0)
		return not_locked(c, r, "another command", e);
	/* it is our turn, and still somebody has the rest */
	r = all ? lock_rest(fd) : 0;
	if (r < 0)
		return not_locked(c, r, "its poststart hooks", e);
	r = check_lock(c, fd, &c->lock_ino);
	if (r == -ENOENT)
		return err_set(e, ENOENT, "container does not exist");
	if (r < 0)
		return err_set(e, -r, "lock container '%s': %m", c->id);
	c->lock_fd = take_fd(&fd);
	return 0;
}

int container_dir_lock(struct container *c, int wait_ms, struct err *e)
{
	return lock(c, true, wait_ms, e);
}

int container_dir_lock_changes(struct container *c, int wait_ms, struct err *e)
{
	return lock(c, false, wait_ms, e);
}

void container_allow_changes(const struct container *c)
{
	(void)set_lock(c->lock_fd, F_UNLCK, 0, FIRST_BYTE, false);
}

void container_end_changes(const struct container *c)
{
	(void)lock_first_byte(c->lock_fd);
}

bool container_dir_is_locked(const struct container *c)
{
	cleanup_fd int fd = open_lock(c, 0);
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	return fd >= 0 && fcntl(fd, F_OFD_GETLK, &l) == 0 && l.l_type != F_UNLCK;
}

static int exists(const struct container *c, const char *root, const char *id, struct err *e)
{
	cleanup_fd int dir = openat(c->root_fd, id, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (dir >= 0 && (fstatat(dir, CONTAINER_LOCK, &st, AT_SYMLINK_NOFOLLOW) == 0 ||
			 fstatat(dir, CONTAINER_STATE, &st, AT_SYMLINK_NOFOLLOW) == 0))
		return err_set(e, EEXIST, "container with given ID already exists");
	return err_set(e, EEXIST,
		       "container with given ID already exists: '%s/%s' holds no container's state "
		       "(remove it, or take another id)",
		       root, id);
}

int container_dir_make(const char *root, const char *id, struct container *c, struct err *e)
{
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
		return errno == EEXIST ? exists(c, root, id, e)
				       : err_set(e, errno, "make '%s/%s': %m", root, id);
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
	if (try_first_byte(c->lock_fd, 0) < 0 || lock_rest(c->lock_fd) < 0 ||
	    check_lock(c, c->lock_fd, &c->lock_ino) < 0)
		return err_set(e, EBUSY, "container '%s' was deleted while it was made", id);
	return 0;

undo_dir:
	(void)unlinkat(c->root_fd, id, AT_REMOVEDIR);
	return r;
}

/* What is not always there: the socket of one that was not started, files of replacements that were
 * cut short (CONTAINER_NEXT, and its like of other versions), and a lock file that somebody makes
 * anew who has opened the directory before it lost its name. */
static void remove_leftovers(int dir_fd)
{
	cleanup_dir DIR *dir = fd_open_dir(dir_fd);
	const struct dirent *d;

	while (dir && (d = readdir(dir)))
		if (str_starts(d->d_name, ".new-") || str_eq(d->d_name, CONTAINER_SOCKET) ||
		    str_eq(d->d_name, CONTAINER_LOCK))
			(void)unlinkat(dir_fd, d->d_name, 0);
}

/* The names that are ours, then the directory, which is called @name below @root_fd. */
static int remove_dir(int root_fd, const char *name, int dir_fd, struct err *e)
{
	/* the lock last: until then whoever has opened the directory waits */
	static const char *const names[] = {CONTAINER_CONFIG, CONTAINER_STATE, CONTAINER_LOCK};
	int r, again = 3;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (unlinkat(dir_fd, names[i], 0) < 0 && errno != ENOENT)
			return err_set(e, errno, "remove '%s': %m", names[i]);
	r = unlinkat(root_fd, name, AT_REMOVEDIR);
	while (r < 0 && (errno == ENOTEMPTY || errno == EEXIST) && again-- > 0) {
		remove_leftovers(dir_fd);
		r = unlinkat(root_fd, name, AT_REMOVEDIR);
	}
	if (r < 0 && errno != ENOENT)
		return err_set(e, errno, "remove the directory: %m");
	return 0;
}

static bool is_deleted_name(const char *name)
{
	return str_starts(name, DELETED) && name[strlen(DELETED)] &&
	       !name[strlen(DELETED) + strspn(name + strlen(DELETED), "0123456789")];
}

void container_dir_remove_deleted(int root_fd, const char *name)
{
	cleanup_fd int fd = FD_NONE;
	struct stat st;

	if (!is_deleted_name(name))
		return;
	fd = openat(root_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0 && fstat(fd, &st) == 0 && st.st_uid == geteuid() && has_our_mode(&st))
		(void)remove_dir(root_fd, name, fd, NULL);
}

/*
 * In one step it is gone, with all that it has: whoever looks finds a whole container or none. The
 * name is there for another one at once. Where the file system cannot do it, it goes piece by
 * piece. Who finds it under the new name, because we were killed, removes it.
 */
static bool move_away(const struct container *c, char name[DELETED_SIZE])
{
	(void)snprintf(name, DELETED_SIZE, DELETED "%llu", (unsigned long long)c->lock_ino);
	return c->lock_fd >= 0 && renameat(c->root_fd, c->id, c->root_fd, name) == 0;
}

int container_remove(struct container *c, struct err *e)
{
	char name[DELETED_SIZE];
	bool moved = move_away(c, name);
	int r = remove_dir(c->root_fd, moved ? name : c->id, c->dir_fd, e);

	if (r < 0) {
		/* what keeps it is somebody's, who put it below the container's name */
		if (moved)
			(void)renameat2(c->root_fd, name, c->root_fd, c->id, RENAME_NOREPLACE);
		return err_wrap(e, "remove state of container '%s'", c->id);
	}
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
