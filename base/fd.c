/* SPDX-License-Identifier: Apache-2.0 */
#include "fd.h"

#include "cleanup.h"
#include "str.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MIB	   ((size_t)1 << 20)
#define READ_CHUNK 4096
#define FDS_MAX	   253 /* SCM_MAX_FD of the kernel, unix(7) */

void fd_close(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		(void)close(*fd);
	*fd = FD_NONE;
	errno = saved;
}

/* Of @fds, which are in order, those that follow each other from the first one on. Their number. */
static size_t close_neighbours(const int *fds, size_t count)
{
	size_t n = 1;

	while (n < count && fds[n] == fds[n - 1] + 1)
		n++;
	if (n == 1 ||
	    syscall(SYS_close_range, (unsigned int)fds[0], (unsigned int)fds[n - 1], 0) < 0)
		for (size_t i = 0; i < n; i++)
			(void)close(fds[i]);
	return n;
}

void fd_batch_close(struct fd_batch *b)
{
	int saved = errno;

	for (size_t i = 0; i < b->count;)
		i += close_neighbours(b->fds + i, b->count - i);
	b->count = 0;
	errno = saved;
}

void fd_batch_add(struct fd_batch *b, int *fd)
{
	size_t at;

	if (*fd < 0)
		return;
	if (b->count == FD_BATCH_MAX)
		fd_batch_close(b);
	/* kept in order */
	for (at = b->count++; at > 0 && b->fds[at - 1] > *fd; at--)
		b->fds[at] = b->fds[at - 1];
	b->fds[at] = *fd;
	*fd = FD_NONE;
}

int fd_write_all(int fd, const void *buf, size_t len)
{
	const char *p = buf;

	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0) {
			if (errno == EINTR)
				continue;
			return -errno;
		}
		if (n == 0)
			return -EIO;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

static ssize_t read_retry(int fd, void *buf, size_t len)
{
	ssize_t n;

	do
		n = read(fd, buf, len);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

int fd_read_all(int fd, size_t max, char **ret_buf, size_t *ret_len)
{
	cleanup_free char *buf = NULL;
	size_t cap = READ_CHUNK, len = 0, size = 0;
	struct stat st;

	/* One byte more than the file has would be there if it had more by now. The size is a hint:
	 * attributes of sysfs claim a whole page, and @fd need not stand at the beginning. */
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
		size = (size_t)st.st_size;
		cap = (size < max ? size : max) + 2;
	}
	buf = malloc(cap);
	if (!buf)
		return -ENOMEM;
	for (;;) {
		ssize_t n = read_retry(fd, buf + len, cap - len - 1);
		char *grown;

		if (n < 0)
			return (int)n;
		if (n == 0)
			break;
		len += (size_t)n;
		if (len > max)
			return -EFBIG;
		if (len == size)
			break;
		if (cap - len > 1)
			continue;
		if (cap > SIZE_MAX / 2)
			return -EFBIG;
		cap *= 2;
		grown = realloc(buf, cap);
		if (!grown)
			return -ENOMEM;
		buf = grown;
	}
	buf[len] = '\0';
	*ret_buf = take_ptr(&buf);
	*ret_len = len;
	return 0;
}

int fd_open_regular_at(int dirfd, const char *path, struct err *e)
{
	cleanup_fd int fd = openat(dirfd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return err_set(e, errno, "open '%s': %m", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, EINVAL, "'%s' is not a regular file", path);
	return take_fd(&fd);
}

static int read_named(int fd, const char *path, size_t max, char **ret_buf, size_t *ret_len,
		      struct err *e)
{
	int r = fd_read_all(fd, max, ret_buf, ret_len);

	if (r == -EFBIG && max > 0 && max % MIB == 0)
		return err_set(e, EFBIG, "'%s' is larger than %zu MiB", path, max / MIB);
	if (r == -EFBIG)
		return err_set(e, EFBIG, "'%s' is larger than %zu bytes", path, max);
	return r < 0 ? err_set(e, -r, "read '%s': %m", path) : 0;
}

int fd_read_file_at(int dirfd, const char *path, size_t max, char **ret_buf, size_t *ret_len,
		    struct err *e)
{
	cleanup_fd int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	return fd < 0 ? err_set(e, errno, "open '%s': %m", path)
		      : read_named(fd, path, max, ret_buf, ret_len, e);
}

int fd_read_regular_at(int dirfd, const char *path, size_t max, char **ret_buf, size_t *ret_len,
		       struct err *e)
{
	cleanup_fd int fd = fd_open_regular_at(dirfd, path, e);

	return fd < 0 ? fd : read_named(fd, path, max, ret_buf, ret_len, e);
}

int fd_write_file_at(int dirfd, const char *path, const void *buf, size_t len, struct err *e)
{
	cleanup_fd int fd = openat(dirfd, path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY);
	ssize_t n;

	if (fd < 0)
		return err_set(e, errno, "open '%s' for writing: %m", path);
	do
		n = write(fd, buf, len);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_set(e, errno, "write to '%s': %m", path);
	if ((size_t)n != len)
		return err_set(e, EIO, "write to '%s': only %zd of %zu bytes taken", path, n, len);
	return 0;
}

/* A fresh file in the directory of @name: its path is the caller's, its descriptor the return
 * value. */
static int open_temporary(int dirfd, const char *name, mode_t mode, char **ret_path)
{
	const char *slash = strrchr(name, '/');
	int dirlen = slash ? (int)(slash - name) + 1 : 0;

	for (int tries = 0; tries < 16; tries++) {
		cleanup_free char *path = NULL;
		uint64_t r;
		int fd;

		if (getrandom(&r, sizeof(r), 0) != (ssize_t)sizeof(r))
			return -EIO; /* so few bytes come whole, getrandom(2) */
		path = str_format("%.*s.new-%016llx", dirlen, name, (unsigned long long)r);
		if (!path)
			return -ENOMEM;
		fd = openat(dirfd, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			    mode);
		if (fd >= 0) {
			*ret_path = take_ptr(&path);
			return fd;
		}
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

/* Makes the rename last: the directory that holds @name is written out. */
static int sync_directory_of(int dirfd, const char *name)
{
	const char *slash = strrchr(name, '/');
	cleanup_free char *dir = NULL;
	cleanup_fd int fd = FD_NONE;

	dir = slash ? str_format("%.*s/", (int)(slash - name), name) : str_format(".");
	if (!dir)
		return -ENOMEM;
	fd = openat(dirfd, dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) < 0)
		return -errno;
	return 0;
}

int fd_replace_file_at(int dirfd, const char *name, mode_t mode, const void *buf, size_t len,
		       int durable, struct err *e)
{
	cleanup_free char *tmp = NULL;
	cleanup_fd int fd = FD_NONE;
	int r;

	fd = open_temporary(dirfd, name, mode, &tmp);
	if (fd < 0)
		return err_set(e, -fd, "make a temporary file beside '%s': %m", name);
	assert(tmp);
	r = fd_write_all(fd, buf, len);
	/* the caller's mode is meant literally, the umask has no say */
	if (r == 0 && fchmod(fd, mode) < 0)
		r = -errno;
	if (r == 0 && durable && fsync(fd) < 0)
		r = -errno;
	if (r < 0) {
		r = err_set(e, -r, "write '%s': %m", name);
		goto undo_temporary;
	}
	if (renameat(dirfd, tmp, dirfd, name) < 0) {
		r = err_set(e, errno, "rename to '%s': %m", name);
		goto undo_temporary;
	}
	if (durable) {
		r = sync_directory_of(dirfd, name);
		if (r < 0)
			return err_set(e, -r, "write out the directory of '%s': %m", name);
	}
	return 0;

undo_temporary:
	(void)unlinkat(dirfd, tmp, 0);
	return r;
}

/* What close_range(2) does, for kernels (or filters) without it. */
static int close_each_from(int first)
{
	cleanup_dir DIR *d = opendir("/proc/self/fd");
	struct dirent *entry;

	if (!d)
		return -errno;
	for (;;) {
		uint64_t fd;

		errno = 0;
		entry = readdir(d);
		if (!entry)
			return -errno;
		if (str_to_u64(entry->d_name, INT_MAX, &fd) < 0 || (int)fd < first ||
		    (int)fd == dirfd(d))
			continue;
		(void)close((int)fd);
	}
}

int fd_close_from(int first)
{
	if (syscall(SYS_close_range, (unsigned int)first, ~0U, 0) == 0)
		return 0;
	return close_each_from(first);
}

DIR *fd_open_dir(int fd)
{
	cleanup_fd int own = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = own < 0 ? NULL : fdopendir(own);

	if (d)
		(void)take_fd(&own); /* the stream has it now */
	return d;
}

/* These three are meant to be inherited, so they alone are not O_CLOEXEC. */
int fd_fill_stdio(void)
{
	int missing = 0;

	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		if (errno != EBADF)
			return -errno;
		/* the lowest free number is the one that is missing */
		if (open("/dev/null", O_RDWR) < 0) /* NOLINT(android-cloexec-open) */
			return -errno;
		missing |= 1 << fd;
	}
	return missing;
}

const char *fd_proc_path(int fd, char buf[FD_PATH_SIZE])
{
	(void)snprintf(buf, FD_PATH_SIZE, "/proc/self/fd/%d", fd);
	return buf;
}

union control {
	struct cmsghdr header; /* for the alignment */
	char space[CMSG_SPACE(sizeof(int) * FDS_MAX)];
};

int fd_send(int sock, const void *buf, size_t len, const int *fds, size_t nfds)
{
	struct iovec iov = {.iov_base = (void *)buf, .iov_len = len};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	union control control;
	ssize_t n;

	if (nfds > FDS_MAX || (nfds > 0 && len == 0))
		return -EINVAL;
	if (nfds > 0) {
		memset(&control, 0, sizeof(control));
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(sizeof(int) * nfds);
		memcpy(CMSG_DATA(&control.header), fds, sizeof(int) * nfds);
		msg.msg_control = control.space;
		msg.msg_controllen = CMSG_SPACE(sizeof(int) * nfds);
	}
	do
		n = sendmsg(sock, &msg, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	/* a stream may take less; the descriptors went with the first byte */
	while ((size_t)n < len) {
		ssize_t more = send(sock, (const char *)buf + n, len - (size_t)n, MSG_NOSIGNAL);

		if (more < 0 && errno == EINTR)
			continue;
		if (more < 0)
			return -errno;
		n += more;
	}
	return 0;
}

/* Distributes the descriptors of one control message; *used counts the slots taken. */
static void take_rights(const struct cmsghdr *c, int *fds, size_t nfds, size_t *used)
{
	size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	const unsigned char *data = CMSG_DATA(c);

	for (size_t i = 0; i < count; i++) {
		int fd;

		memcpy(&fd, data + i * sizeof(fd), sizeof(fd));
		if (*used < nfds)
			fds[(*used)++] = fd;
		else
			fd_close(&fd);
	}
}

ssize_t fd_recv(int sock, void *buf, size_t len, int *fds, size_t nfds)
{
	struct iovec iov = {.iov_base = buf, .iov_len = len};
	union control control;
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control.space,
			     .msg_controllen = sizeof(control.space)};
	size_t used = 0;
	ssize_t n;

	for (size_t i = 0; i < nfds; i++)
		fds[i] = FD_NONE;
	do
		n = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
			take_rights(c, fds, nfds, &used);
	}
	if (!(msg.msg_flags & (MSG_CTRUNC | MSG_TRUNC)))
		return n;
	/* half a message is worth nothing: our table of descriptors was full, or the text longer
	 * than @len */
	for (size_t i = 0; i < used; i++)
		fd_close(&fds[i]);
	return msg.msg_flags & MSG_TRUNC ? -EMSGSIZE : -EMFILE;
}
