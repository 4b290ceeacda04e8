/* SPDX-License-Identifier: Apache-2.0 */
#include "mount_target.h"

#include "cleanup.h"
#include "str.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINKS_MAX  40 /* as the kernel, path_resolution(7) */
#define NAME_SPACE 256

char *mount_target_clean(const char *path)
{
	size_t len = 0;
	char *out = malloc(strlen(path) + 2);

	if (!out)
		return NULL;
	out[len++] = '/';
	while (*path) {
		size_t n;

		while (*path == '/')
			path++;
		n = strcspn(path, "/");
		if (n == 2 && path[0] == '.' && path[1] == '.') {
			while (len > 1 && out[--len] != '/')
				;
			if (len == 0)
				len = 1;
		} else if (n > 0 && !(n == 1 && path[0] == '.')) {
			if (out[len - 1] != '/')
				out[len++] = '/';
			memcpy(out + len, path, n);
			len += n;
		}
		path += n;
	}
	out[len] = '\0';
	return out;
}

/* Where the first @len bytes of @path lead, as an O_PATH descriptor. */
static int open_prefix(int root_fd, const char *path, size_t len, int flags)
{
	char prefix[PATH_MAX];

	if (len >= sizeof(prefix))
		return -ENAMETOOLONG;
	memcpy(prefix, path, len);
	prefix[len] = '\0';
	return fd_open_in_root(root_fd, len ? prefix : "/", O_PATH | flags, 0);
}

/* The path with its component [@at, @end) replaced by the link that stands there; -EEXIST: none
 * does. */
static int follow_dangling(int dirfd, const char *name, const char *path, size_t at, size_t end,
			   char **ret)
{
	char link[PATH_MAX];
	ssize_t n = readlinkat(dirfd, name, link, sizeof(link) - 1);

	if (n < 0)
		return errno == EINVAL ? -EEXIST : -errno;
	link[n] = '\0';
	*ret = link[0] == '/' ? str_format("%s%s", link, path + end)
			      : str_format("%.*s/%s%s", (int)at, path, link, path + end);
	return *ret ? 0 : -ENOMEM;
}

struct walk {
	int root_fd;
	char *path; /* owned */
	int links;
};

static int copy_name(char name[static NAME_SPACE], const char *s, size_t len)
{
	if (len >= NAME_SPACE)
		return -ENAMETOOLONG;
	memcpy(name, s, len);
	name[len] = '\0';
	return 0;
}

static int make_entry(int dirfd, const char *name, enum mount_target_kind kind)
{
	int r = kind == MOUNT_TARGET_DIR ? mkdirat(dirfd, name, 0755)
					 : mknodat(dirfd, name, S_IFREG | 0644, 0);

	return r < 0 ? -errno : 0;
}

/*
 * One pass from the root: makes every missing component of w->path, the last one as @kind. 1: once
 * more, for a dangling link stood in the way and w->path now leads through its target, or another
 * container of the same root file system has just made what was missing; else the descriptor in
 * *ret.
 */
static int make_pass(struct walk *w, enum mount_target_kind kind, int *ret)
{
	cleanup_fd int dir = FD_NONE;
	size_t at = 0, end;

	dir = open_prefix(w->root_fd, "", 0, O_DIRECTORY);
	if (dir < 0)
		return dir;
	for (;; at = end) {
		char name[NAME_SPACE];
		bool last;
		int fd, r;

		while (w->path[at] == '/')
			at++;
		end = at + strcspn(w->path + at, "/");
		if (end == at) {
			*ret = take_fd(&dir);
			return 0;
		}
		last = w->path[end + strspn(w->path + end, "/")] == '\0';
		fd = open_prefix(w->root_fd, w->path, end, last ? 0 : O_DIRECTORY);
		if (fd == -ENOENT) {
			r = copy_name(name, w->path + at, end - at);
			if (r == 0)
				r = make_entry(dir, name, last ? kind : MOUNT_TARGET_DIR);
			if (r == -EEXIST) {
				char *next;

				r = follow_dangling(dir, name, w->path, at, end, &next);
				if (r < 0)
					return r == -EEXIST ? 1 : r;
				free(w->path);
				w->path = next;
				return 1;
			}
			if (r < 0)
				return r;
			fd = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
			if (fd < 0)
				return -errno;
		}
		if (fd < 0)
			return fd;
		fd_close(&dir);
		dir = fd;
	}
}

static int make_path(int root_fd, const char *path, enum mount_target_kind kind)
{
	struct walk w = {.root_fd = root_fd, .path = strdup(path)};
	int fd = FD_NONE, r;

	if (!w.path)
		return -ENOMEM;
	do
		r = make_pass(&w, kind, &fd);
	while (r == 1 && ++w.links < LINKS_MAX);
	free(w.path);
	if (r == 1)
		return -ELOOP;
	return r < 0 ? r : fd;
}

/* Splits off the last component: its length in *ret_len, its start as the result. */
static size_t last_component(const char *path, size_t *ret_len)
{
	size_t end = strlen(path), at;

	while (end > 0 && path[end - 1] == '/')
		end--;
	at = end;
	while (at > 0 && path[at - 1] != '/')
		at--;
	*ret_len = end - at;
	return at;
}

/* The last component of @path by its name, where it begins in *ret_at; one that is none is -EINVAL.
 */
static int last_name(const char *path, char name[static NAME_SPACE], size_t *ret_at)
{
	size_t len;
	int r;

	*ret_at = last_component(path, &len);
	r = copy_name(name, path + *ret_at, len);
	if (r < 0)
		return r;
	return str_eq(name, "") || str_eq(name, ".") || str_eq(name, "..") ? -EINVAL : 0;
}

/* The usual case of a missing mount point: its directory is there. -ENOENT, -EEXIST: not so. */
static int make_in_parent(int root_fd, const char *path, enum mount_target_kind kind)
{
	cleanup_fd int dir = FD_NONE;
	char name[NAME_SPACE];
	size_t at;
	int r = last_name(path, name, &at);

	if (r < 0)
		return r == -EINVAL ? -ENOENT : r;
	dir = open_prefix(root_fd, path, at, O_DIRECTORY);
	if (dir < 0)
		return dir;
	r = make_entry(dir, name, kind);
	if (r < 0)
		return r;
	r = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	return r < 0 ? -errno : r;
}

int mount_target_id(int fd, uint64_t *ret)
{
	struct statx x;

	if (statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &x) < 0)
		return -errno;
	*ret = x.stx_mask & STATX_MNT_ID ? x.stx_mnt_id
					 : (uint64_t)x.stx_dev_major << 32 | x.stx_dev_minor;
	return 0;
}

int mount_target_share_mount(int a, int b)
{
	uint64_t x = 0, y = 0;
	int r = mount_target_id(a, &x);

	if (r == 0)
		r = mount_target_id(b, &y);
	return r < 0 ? r : x == y;
}

/* 1, 0 or -errno. */
static int is_root(int root_fd, int fd)
{
	struct stat st, root;

	if (fstat(fd, &st) < 0 || fstat(root_fd, &root) < 0)
		return -errno;
	if (st.st_dev != root.st_dev || st.st_ino != root.st_ino)
		return 0;
	/* a bind mount can have the same directory at another place */
	return mount_target_share_mount(fd, root_fd);
}

/* Hands out @fd, which some link has led to, or the error that it is. */
static int tell_root(int root_fd, int fd, bool *ret_root)
{
	int r = fd < 0 ? fd : is_root(root_fd, fd);

	if (r < 0) {
		fd_close(&fd);
		return r;
	}
	*ret_root = r > 0;
	return fd;
}

int mount_target_find(int root_fd, const char *path, int flags, bool *ret_root)
{
	cleanup_free char *clean = NULL;
	/* the usual case, in which the text tells: nothing more has to be asked */
	cleanup_fd int fd = fd_open_in_root_plain(root_fd, path, O_PATH | flags);

	if (fd == -ELOOP)
		return tell_root(root_fd, fd_open_in_root(root_fd, path, O_PATH | flags, 0),
				 ret_root);
	if (fd < 0)
		return fd;
	clean = mount_target_clean(path);
	if (!clean)
		return -ENOMEM;
	*ret_root = str_eq(clean, "/");
	return take_fd(&fd);
}

int mount_target_place(int root_fd, const char *path, enum mount_target_kind kind, bool *ret_root)
{
	int flags = kind == MOUNT_TARGET_DIR ? O_DIRECTORY : 0;
	int fd = mount_target_find(root_fd, path, flags, ret_root);

	if (fd != -ENOENT)
		return fd;
	fd = make_in_parent(root_fd, path, kind);
	if (fd == -ENOENT || fd == -EEXIST)
		return tell_root(root_fd, make_path(root_fd, path, kind), ret_root);
	if (fd >= 0)
		*ret_root = false; /* an entry of a directory, where no link was followed */
	return fd;
}

int mount_target_open(int root_fd, const char *path, enum mount_target_kind kind)
{
	bool ignored;

	return mount_target_place(root_fd, path, kind, &ignored);
}

/* The directory of @path as a path, and the last component; NULL with -errno in *ret. */
static char *split(const char *path, char name[static NAME_SPACE], int *ret)
{
	size_t at;
	char *dir;

	*ret = last_name(path, name, &at);
	if (*ret < 0)
		return NULL;
	dir = at ? strndup(path, at) : strdup("/");
	if (!dir)
		*ret = -ENOMEM;
	return dir;
}

int mount_target_parent(int root_fd, const char *path, char name[static NAME_SPACE])
{
	int r;
	cleanup_free char *dir = split(path, name, &r);

	return dir ? mount_target_open(root_fd, dir, MOUNT_TARGET_DIR) : r;
}

int mount_target_find_parent(int root_fd, const char *path, char name[static NAME_SPACE])
{
	int r;
	cleanup_free char *dir = split(path, name, &r);

	return dir ? fd_open_in_root(root_fd, dir, O_PATH | O_DIRECTORY, 0) : r;
}

int mount_target_real_dir(int root_fd, const char *path)
{
	cleanup_fd int dir = FD_NONE;
	char name[NAME_SPACE];
	int fd;

	fd = fd_open_in_root(root_fd, path, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);
	if (fd == -ENOTDIR || fd == -ELOOP) {
		/* a link and a file look the same so far */
		fd = fd_open_in_root(root_fd, path, O_PATH | O_NOFOLLOW, 0);
		if (fd >= 0) {
			struct stat st;
			bool link = fstat(fd, &st) == 0 && S_ISLNK(st.st_mode);

			fd_close(&fd);
			return link ? -ELOOP : -ENOTDIR;
		}
	}
	if (fd != -ENOENT)
		return fd;
	dir = mount_target_parent(root_fd, path, name);
	if (dir < 0)
		return dir;
	/* another container of the same root file system may have made it by now */
	if (mkdirat(dir, name, 0755) < 0 && errno != EEXIST)
		return -errno;
	fd = openat(dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}
