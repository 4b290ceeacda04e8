/* SPDX-License-Identifier: Apache-2.0 */
/* Directories by descriptor: how they and their files are opened, read and written. */
#include "cgroup_internal.h"

#include "cleanup.h"

#include <assert.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

/* Attributes are short; the longest are lists of processes. */
#define ATTR_MAX   (4u << 20)
#define ATTR_SHORT 4096

static int check_magic(int fd, bool v2)
{
	struct statfs st;

	if (fstatfs(fd, &st) < 0)
		return -errno;
	if ((unsigned long)st.f_type != (v2 ? CGROUP2_SUPER_MAGIC : CGROUP_SUPER_MAGIC))
		return -ENOTTY;
	return 0;
}

int cgroup_dir_open_mount(const struct cgroup_hierarchy *h, struct err *e)
{
	cleanup_fd int fd = open(h->mountpoint, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int r;

	if (fd < 0)
		return err_set(e, errno, "open '%s': %m", h->mountpoint);
	r = check_magic(fd, h->v2);
	if (r == -ENOTTY)
		return err_set(e, ENOTTY, "'%s' is not a cgroup %s file system", h->mountpoint,
			       h->v2 ? "v2" : "v1");
	if (r < 0)
		return err_set(e, -r, "statfs '%s': %m", h->mountpoint);
	return take_fd(&fd);
}

/* For kernels without openat2(2): the same, one component at a time. */
static int open_walk(int dirfd, const char *rel, bool v2)
{
	cleanup_fd int at = openat(dirfd, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);

	for (const char *p = rel; at >= 0 && *p;) {
		char name[NAME_MAX + 1];
		size_t n = strcspn(p, "/");
		int next;

		if (n > NAME_MAX)
			return -ENAMETOOLONG;
		memcpy(name, p, n);
		name[n] = '\0';
		if (str_eq(name, ".."))
			return -EXDEV;
		next = openat(at, n ? name : ".", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (next < 0)
			return -errno;
		fd_close(&at);
		at = next;
		p += n;
		p += strspn(p, "/");
	}
	if (at < 0)
		return -errno;
	if (check_magic(at, v2) < 0)
		return -EXDEV;
	int fd = openat(at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int open_beneath(int dirfd, const char *rel, uint64_t flags)
{
	struct open_how how = {
		.flags = flags | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS,
	};
	long fd;

	do
		fd = syscall(SYS_openat2, dirfd, rel, &how, sizeof(how));
	while (fd < 0 && (errno == EINTR || errno == EAGAIN));
	if (fd >= 0)
		return (int)fd;
	/* an old seccomp profile's, unless the walk has it, too: fd_open_in_root() */
	return errno == EPERM ? -ENOSYS : -errno;
}

int cgroup_dir_open_at(int dirfd, const char *rel)
{
	int fd = open_beneath(dirfd, rel, O_RDONLY | O_DIRECTORY);
	struct statfs st;

	if (fd != -ENOSYS)
		return fd;
	if (fstatfs(dirfd, &st) < 0)
		return -errno;
	return open_walk(dirfd, rel, (unsigned long)st.f_type == CGROUP2_SUPER_MAGIC);
}

int cgroup_dir_begin(const struct cgroup_hierarchy *h, size_t most, int *own, size_t *ret_len,
		     struct err *e)
{
	if (h->start_fd >= 0 && h->start_len <= most) {
		*ret_len = h->start_len;
		return h->start_fd;
	}
	*own = cgroup_dir_open_mount(h, e);
	*ret_len = 0;
	return *own;
}

/* The path behind its first @len bytes, which end a directory, as openat2(2) wants it. */
static const char *behind(const char *path, size_t len)
{
	const char *p = path + len;

	p += *p == '/';
	return *p ? p : ".";
}

int cgroup_dir_open(const struct cgroup_hierarchy *h, struct err *e)
{
	cleanup_fd int own = FD_NONE;
	size_t len;
	int fd;

	if (h->fd >= 0) {
		fd = fcntl(h->fd, F_DUPFD_CLOEXEC, 3);
		return fd < 0 ? err_set(e, errno, "cgroup '%s': %m", h->path) : fd;
	}
	fd = cgroup_dir_begin(h, strlen(h->path), &own, &len, e);
	if (fd < 0)
		return fd;
	fd = cgroup_dir_open_at(fd, behind(h->path, len));
	if (fd < 0 && fd != -ENOENT)
		return err_set(e, -fd, "open '%s%s': %m", h->mountpoint, h->path);
	return fd;
}

/* @file of the directory path[0..], which begins at @at, where @len bytes of it are behind us. */
static int open_file_from(int at, const char *path, size_t len, const char *file)
{
	cleanup_free char *rel = str_format("%s/%s", behind(path, len), file);
	cleanup_fd int dir = FD_NONE;
	int fd = rel ? open_beneath(at, rel, O_WRONLY | O_NOCTTY) : -ENOMEM;

	if (fd != -ENOSYS)
		return fd;
	dir = cgroup_dir_open_at(at, behind(path, len));
	if (dir < 0)
		return dir;
	fd = openat(dir, file, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY);
	return fd < 0 ? -errno : fd;
}

int cgroup_dir_open_file(const struct cgroup_hierarchy *h, const char *file, struct err *e)
{
	cleanup_fd int own = FD_NONE;
	size_t len = strlen(h->path);
	int at = h->fd >= 0 ? h->fd : cgroup_dir_begin(h, len, &own, &len, e), fd;

	if (at < 0)
		return at;
	fd = open_file_from(at, h->path, len, file);
	/* what the plan found may have been removed since, and made again */
	if ((fd == -ENOENT || fd == -ENODEV) && at == h->start_fd) {
		own = cgroup_dir_open_mount(h, e);
		if (own < 0)
			return own;
		fd = open_file_from(own, h->path, 0, file);
	}
	if (fd == -ENOENT)
		return err_set(e, ENOENT, "cgroup '%s%s' is gone", h->mountpoint, h->path);
	return fd < 0 ? err_set(e, -fd, "open '%s%s/%s': %m", h->mountpoint, h->path, file) : fd;
}

/*
 * Most attributes are a few bytes. seq_file, behind all of them, gives as many of its records as
 * have room in a page, so that an answer of less than half a page is the whole of it.
 */
static int read_attr(int fd, char **ret, size_t *ret_len)
{
	char part[ATTR_SHORT];
	ssize_t n;

	do
		n = read(fd, part, sizeof(part));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (n < ATTR_SHORT / 2) {
		*ret = strndup(part, (size_t)n);
		*ret_len = *ret ? strlen(*ret) : 0;
		return *ret ? 0 : -ENOMEM;
	}
	if (lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	return fd_read_all(fd, ATTR_MAX, ret, ret_len);
}

int cgroup_dir_read(int dirfd, const char *file, char **ret)
{
	cleanup_fd int fd = openat(dirfd, file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	size_t len = 0;
	int r = fd < 0 ? -errno : read_attr(fd, ret, &len);

	assert(r < 0 || *ret);
	if (r >= 0 && len && (*ret)[len - 1] == '\n')
		(*ret)[len - 1] = '\0';
	return r < 0 ? r : 0;
}

int cgroup_dir_write(int dirfd, const char *file, const char *value)
{
	/* an empty write(2) never reaches the kernel's handler, so that "" is one line break */
	const char *text = *value ? value : "\n";

	return fd_write_file_at(dirfd, file, text, strlen(text), NULL);
}
