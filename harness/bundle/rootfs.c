/* SPDX-License-Identifier: Apache-2.0 */
#include "rootfs.h"

#include "cleanup.h"
#include "config.h"
#include "str.h"

#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define CANARY	     "canary"
#define CANARY_TEXT  "nobody may touch this\n"
#define COPY_CHUNK   (1u << 20)
#define PROBE_MAX    (64u << 20)
#define TREE_DEPTH   64
#define CANARY_COUNT 5

static const struct {
	const char *path;
	mode_t mode;
} dirs[] = {
	{HX_DIR_IO, 0777},
	{HX_DIR_BUNDLE, 0755},
	{HX_DIR_ROOTFS, 0755},
	{HX_DIR_ROOTFS "/dev", 0755},
	{HX_DIR_ROOTFS "/etc", 0755},
	{HX_DIR_ROOTFS "/proc", 0755},
	{HX_DIR_ROOTFS "/sys", 0755},
	{HX_DIR_ROOTFS "/tmp", 01777},
	{HX_DIR_ROOTFS HX_IO_PATH, 0755},
	{"L1", 0755},
	{"L1/L2", 0755},
	{"L1/L2/L3", 0755},
	{"L1/L2/L3/L4", 0755},
	{HX_DIR_STATE, 0711},
};

static const char *const canaries[CANARY_COUNT] = {
	CANARY, "L1/" CANARY, "L1/L2/" CANARY, "L1/L2/L3/" CANARY, "L1/L2/L3/L4/" CANARY,
};

static int write_new(int dirfd, const char *path, const char *text, size_t len, mode_t mode,
		     struct err *e)
{
	cleanup_fd int fd =
		openat(dirfd, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	int r;

	if (fd < 0)
		return err_set(e, errno, "make '%s': %m", path);
	r = len ? fd_write_all(fd, text, len) : 0;
	return r < 0 ? err_set(e, -r, "write '%s': %m", path) : 0;
}

static int copy_file(int dirfd, const char *from, const char *to, mode_t mode, struct err *e)
{
	cleanup_free char *text = NULL;
	size_t len;
	int r = fd_read_file_at(AT_FDCWD, from, PROBE_MAX, &text, &len, e);

	return r < 0 ? r : write_new(dirfd, to, text, len, mode, e);
}

static int add_probe(int dirfd, const char *probe, struct err *e)
{
	if (linkat(AT_FDCWD, probe, dirfd, HX_DIR_ROOTFS HX_PROBE_PATH, 0) == 0)
		return 0;
	return copy_file(dirfd, probe, HX_DIR_ROOTFS HX_PROBE_PATH, 0755, e);
}

int hx_rootfs_make(int dirfd, const char *probe, struct err *e)
{
	static const char *const empty[] = {HX_FILE_STDOUT, HX_FILE_STDERR, HX_DIR_IO "/out",
					    HX_DIR_IO "/hooks"};
	int r = 0;

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		if (mkdirat(dirfd, dirs[i].path, dirs[i].mode) < 0)
			return err_set(e, errno, "make directory '%s': %m", dirs[i].path);
	}
	for (size_t i = 0; r == 0 && i < CANARY_COUNT; i++)
		r = write_new(dirfd, canaries[i], CANARY_TEXT, strlen(CANARY_TEXT), 0600, e);
	for (size_t i = 0; r == 0 && i < sizeof(empty) / sizeof(empty[0]); i++)
		r = write_new(dirfd, empty[i], "", 0, 0666, e);
	if (r == 0)
		r = add_probe(dirfd, probe, e);
	/* never the host's: a released runtime gives it to the container's user */
	if (r == 0 && mknodat(dirfd, HX_FILE_NULL, S_IFCHR | 0666, makedev(1, 3)) < 0)
		r = err_set(e, errno, "make a null device: %m");
	return r;
}

/* The path below the case directory: files of the rootfs, or with "../" of the bundle. */
static int place(const char *path, char *buf, size_t size, struct err *e)
{
	bool up = str_starts(path, "../");
	int n;

	while (*path == '/')
		path++;
	n = snprintf(buf, size, "%s/%s", up ? HX_DIR_BUNDLE : HX_DIR_ROOTFS, up ? path + 3 : path);
	return n < 0 || (size_t)n >= size ? err_set(e, ENAMETOOLONG, "place '%s': %m", path) : 0;
}

static int make_parents(int dirfd, const char *path, struct err *e)
{
	char buf[PATH_MAX];

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		memcpy(buf, path, (size_t)(slash - path));
		buf[slash - path] = '\0';
		if (mkdirat(dirfd, buf, 0755) < 0 && errno != EEXIST)
			return err_set(e, errno, "make directory '%s': %m", buf);
	}
	return 0;
}

static int make_regular(int dirfd, const struct file_spec *f, const char *path, const char *probe,
			struct hx_vars *v, struct err *e)
{
	cleanup_free char *text = NULL;
	mode_t mode = f->mode ? f->mode & 07777 : 0644;
	int r;

	/* a case may replace what the base has */
	(void)unlinkat(dirfd, path, 0);
	if (str_eq(f->content, "@PROBE@"))
		return copy_file(dirfd, probe, path, f->mode ? mode : 0755, e);
	r = hx_vars_expand(v, f->content ? f->content : "", false, &text, e);
	return r < 0 ? r : write_new(dirfd, path, text, strlen(text), mode, e);
}

static int make_node(int dirfd, const struct file_spec *f, const char *path, struct err *e)
{
	mode_t type = f->kind == FILE_CHR ? S_IFCHR : f->kind == FILE_BLK ? S_IFBLK : S_IFIFO;
	dev_t dev = type == S_IFIFO ? 0 : makedev(f->major, f->minor);

	return mknodat(dirfd, path, type | (f->mode ? f->mode & 07777 : 0644), dev) < 0
		       ? err_set(e, errno, "make node '%s': %m", path)
		       : 0;
}

static int make_link(int dirfd, const struct file_spec *f, const char *path, struct hx_vars *v,
		     struct err *e)
{
	cleanup_free char *target = NULL;
	int r = hx_vars_expand(v, f->content, false, &target, e);

	if (r < 0)
		return r;
	(void)unlinkat(dirfd, path, AT_REMOVEDIR);
	(void)unlinkat(dirfd, path, 0);
	return symlinkat(target, dirfd, path) < 0 ? err_set(e, errno, "make link '%s': %m", path)
						  : 0;
}

static int make_file(int dirfd, const struct file_spec *f, const char *path, const char *probe,
		     struct hx_vars *v, struct err *e)
{
	int r;

	switch (f->kind) {
	case FILE_ABSENT:
		r = hx_remove_tree(dirfd, path);
		return r < 0 ? err_set(e, -r, "remove '%s': %m", path) : 0;
	case FILE_DIR:
		if (mkdirat(dirfd, path, f->mode ? f->mode & 07777 : 0755) < 0 && errno != EEXIST)
			return err_set(e, errno, "make directory '%s': %m", path);
		r = 0;
		break;
	case FILE_REG:
		r = make_regular(dirfd, f, path, probe, v, e);
		break;
	case FILE_LINK:
		r = make_link(dirfd, f, path, v, e);
		break;
	default:
		r = make_node(dirfd, f, path, e);
	}
	if (r < 0)
		return r;
	if (fchownat(dirfd, path, f->uid, f->gid, AT_SYMLINK_NOFOLLOW) < 0)
		return err_set(e, errno, "give '%s' to %u:%u: %m", path, f->uid, f->gid);
	/* the change of owner takes set-user-ID bits away */
	if (f->kind != FILE_LINK && f->mode && fchmodat(dirfd, path, f->mode & 07777, 0) < 0)
		return err_set(e, errno, "set the mode of '%s': %m", path);
	return 0;
}

int hx_rootfs_add_files(int dirfd, const struct file_spec *files, const char *probe,
			struct hx_vars *v, struct err *e)
{
	for (const struct file_spec *f = files; f && f->kind != FILE_END; f++) {
		cleanup_free char *name = NULL;
		char path[PATH_MAX];
		int r = hx_vars_expand(v, f->path, false, &name, e);

		if (r == 0)
			r = place(name, path, sizeof(path), e);
		if (r == 0)
			r = make_parents(dirfd, path, e);
		if (r == 0)
			r = make_file(dirfd, f, path, probe, v, e);
		if (r < 0)
			return r;
	}
	return 0;
}

bool hx_rootfs_canaries_ok(int dirfd, char *which, size_t size)
{
	for (size_t i = 0; i < CANARY_COUNT; i++) {
		struct stat st;

		if (fstatat(dirfd, canaries[i], &st, AT_SYMLINK_NOFOLLOW) < 0)
			(void)snprintf(which, size,
				       "the file '%s' above the runtime's state directory is gone",
				       canaries[i]);
		else if (!S_ISREG(st.st_mode) || (st.st_mode & 07777) != 0600 || st.st_uid ||
			 st.st_gid || st.st_nlink != 1 || st.st_size != (off_t)strlen(CANARY_TEXT))
			(void)snprintf(
				which, size,
				"the file '%s' above the runtime's state directory was changed",
				canaries[i]);
		else
			continue;
		return false;
	}
	return true;
}

static int remove_below(int fd, dev_t dev, int depth)
{
	cleanup_dir DIR *d = NULL;
	int first = 0;

	if (depth > TREE_DEPTH)
		return -ELOOP;
	d = fd_open_dir(fd);
	if (!d)
		return -errno;
	for (const struct dirent *de = readdir(d); de; de = readdir(d)) {
		cleanup_fd int sub = FD_NONE;
		struct stat st;
		int r = 0;

		if (str_eq(de->d_name, ".") || str_eq(de->d_name, ".."))
			continue;
		if (unlinkat(fd, de->d_name, 0) == 0)
			continue;
		sub = openat(fd, de->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (sub < 0 || fstat(sub, &st) < 0)
			r = -errno;
		else if (st.st_dev != dev)
			r = -EXDEV;
		else
			r = remove_below(sub, dev, depth + 1);
		if (r == 0 && unlinkat(fd, de->d_name, AT_REMOVEDIR) < 0)
			r = -errno;
		if (r < 0 && first == 0)
			first = r;
	}
	return first;
}

int hx_remove_tree(int dirfd, const char *name)
{
	cleanup_fd int fd = FD_NONE;
	struct stat st;
	int r;

	if (unlinkat(dirfd, name, 0) == 0 || errno == ENOENT)
		return 0;
	fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	r = remove_below(fd, st.st_dev, 0);
	if (unlinkat(dirfd, name, AT_REMOVEDIR) < 0 && r == 0)
		r = -errno;
	return r;
}
