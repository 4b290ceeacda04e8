/* SPDX-License-Identifier: Apache-2.0 */
/* tmpcopyup: a tree copied by descriptors alone, with owners, modes, times and extended attributes;
 * links are copied, never followed. */
#include "rootfs_priv.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define DEPTH_MAX 512 /* of directories; each level holds two descriptors */
#define CHUNK	  (1u << 20)
#define XATTR_MAX (64u << 10) /* XATTR_LIST_MAX, XATTR_SIZE_MAX of the kernel */

static int fail(struct err *e, const char *what, const char *name)
{
	return err_set(e, errno, "%s '%s': %m", what, name);
}

static int copy_bytes(int from, int to)
{
	for (;;) {
		ssize_t n = sendfile(to, from, NULL, CHUNK);

		if (n == 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return -errno;
	}
}

/* What the target cannot hold (tmpfs: user attributes on older kernels) is left out. */
static int copy_xattrs(int from, int to)
{
	cleanup_free char *names = NULL;
	cleanup_free char *value = NULL;
	ssize_t len = flistxattr(from, NULL, 0);

	if (len <= 0)
		return len < 0 && errno != ENOTSUP ? -errno : 0;
	names = malloc(XATTR_MAX);
	value = malloc(XATTR_MAX);
	if (!names || !value)
		return -ENOMEM;
	len = flistxattr(from, names, XATTR_MAX);
	if (len < 0)
		return -errno;
	for (const char *name = names; name < names + len; name += strlen(name) + 1) {
		ssize_t size = fgetxattr(from, name, value, XATTR_MAX);

		if (size < 0) {
			if (errno == ENODATA) /* gone since the list was made */
				continue;
			return -errno;
		}
		if (fsetxattr(to, name, value, (size_t)size, 0) < 0 && errno != ENOTSUP &&
		    errno != EPERM)
			return -errno;
	}
	return 0;
}

/* Owner before mode: chown(2) takes set-user-id bits away. */
static int copy_attributes(int from, int to, const struct stat *st)
{
	struct timespec times[2] = {st->st_atim, st->st_mtim};

	if (fchown(to, st->st_uid, st->st_gid) < 0 || fchmod(to, st->st_mode & 07777) < 0)
		return -errno;
	int r = copy_xattrs(from, to);

	if (r < 0)
		return r;
	return futimens(to, times) < 0 ? -errno : 0;
}

static int copy_file(int from_dir, int to_dir, const char *name, struct err *e)
{
	cleanup_fd int from = FD_NONE, to = FD_NONE;
	struct stat st;
	int r;

	from = openat(from_dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (from < 0 || fstat(from, &st) < 0)
		return fail(e, "open", name);
	if (!S_ISREG(st.st_mode))
		return err_set(e, EAGAIN, "'%s' changed while it was copied", name);
	to = openat(to_dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (to < 0)
		return fail(e, "create", name);
	r = copy_bytes(from, to);
	if (r == 0)
		r = copy_attributes(from, to, &st);
	return r < 0 ? err_set(e, -r, "copy '%s': %m", name) : 0;
}

static int copy_link(int from_dir, int to_dir, const char *name, const struct stat *st,
		     struct err *e)
{
	char target[4096];
	ssize_t n = readlinkat(from_dir, name, target, sizeof(target) - 1);

	if (n < 0)
		return fail(e, "read the link", name);
	target[n] = '\0';
	if (symlinkat(target, to_dir, name) < 0 ||
	    fchownat(to_dir, name, st->st_uid, st->st_gid, AT_SYMLINK_NOFOLLOW) < 0)
		return fail(e, "link", name);
	return 0;
}

static int copy_node(int to_dir, const char *name, const struct stat *st, struct err *e)
{
	if (mknodat(to_dir, name, (st->st_mode & S_IFMT) | 0600, st->st_rdev) < 0)
		return fail(e, "make", name);
	if (fchownat(to_dir, name, st->st_uid, st->st_gid, AT_SYMLINK_NOFOLLOW) < 0 ||
	    fchmodat(to_dir, name, st->st_mode & 07777, 0) < 0)
		return fail(e, "set owner and mode of", name);
	return 0;
}

static int copy_dir(int from, int to, unsigned int depth, bool keep, struct err *e);

static int copy_subdir(int from_dir, int to_dir, const char *name, unsigned int depth,
		       struct err *e)
{
	cleanup_fd int from = FD_NONE, to = FD_NONE;

	from = openat(from_dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (from < 0)
		return fail(e, "open", name);
	if (mkdirat(to_dir, name, 0700) < 0)
		return fail(e, "make", name);
	to = openat(to_dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (to < 0)
		return fail(e, "open", name);
	return copy_dir(from, to, depth + 1, false, e);
}

static int copy_entry(int from_dir, int to_dir, const char *name, unsigned int depth, struct err *e)
{
	struct stat st;

	if (fstatat(from_dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return fail(e, "stat", name);
	switch (st.st_mode & S_IFMT) {
	case S_IFDIR:
		return copy_subdir(from_dir, to_dir, name, depth, e);
	case S_IFREG:
		return copy_file(from_dir, to_dir, name, e);
	case S_IFLNK:
		return copy_link(from_dir, to_dir, name, &st, e);
	default:
		return copy_node(to_dir, name, &st, e);
	}
}

/* Borrows both descriptors; they are of directories and open for reading. */
static int copy_dir(int from, int to, unsigned int depth, bool keep, struct err *e)
{
	cleanup_dir DIR *d = NULL;
	struct stat st;
	int r;

	if (depth > DEPTH_MAX)
		return err_set(e, ELOOP, "more than %d directories deep", DEPTH_MAX);
	d = fd_open_dir(from);
	if (!d)
		return fail(e, "read", ".");
	for (;;) {
		struct dirent *entry;

		errno = 0;
		entry = readdir(d);
		if (!entry && errno)
			return fail(e, "read", ".");
		if (!entry)
			break;
		if (str_eq(entry->d_name, ".") || str_eq(entry->d_name, ".."))
			continue;
		r = copy_entry(from, to, entry->d_name, depth, e);
		if (r < 0)
			return r;
	}
	if (keep)
		return 0;
	if (fstat(from, &st) < 0)
		return fail(e, "stat", ".");
	r = copy_attributes(from, to, &st);
	return r < 0 ? err_set(e, -r, "copy the attributes of a directory: %m") : 0;
}

int mount_copyup(int from_fd, int to_fd, bool keep, struct err *e)
{
	cleanup_fd int from = openat(from_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_fd int to = openat(to_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (from < 0 || to < 0)
		return err_set(e, errno, "open the directory: %m");
	return copy_dir(from, to, 0, keep, e);
}
