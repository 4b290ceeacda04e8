/* SPDX-License-Identifier: Apache-2.0 */
/* Facts about files: what they are, what they hold, what may be done with them. */
#include "probe.h"

#include "cleanup.h"
#include "file.h"
#include "names.h"
#include "stat_json.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_MAX     (64 << 10)
#define TREE_MAX     1000
#define LIST_MAX     16384
#define OPEN_QUIETLY (O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

static bool is_missing(int error)
{
	return error == ENOENT || error == ENOTDIR;
}

static void put_number(struct out *o, const char *name, uint64_t value)
{
	out_key(o, name);
	out_uint(o, value);
}

static void put_stat(struct probe *p, const char *path, const struct stat *st)
{
	struct out *o = &p->out;
	char mode[8];
	ssize_t n = -1;

	if (S_ISLNK(st->st_mode))
		n = readlink(path, p->scratch, PATH_MAX);
	(void)snprintf(mode, sizeof(mode), "%04o", st->st_mode & 07777u);
	out_open(o, '{');
	out_key(o, "type");
	out_string(o, stat_json_type(st->st_mode));
	out_key(o, "mode");
	out_string(o, mode);
	put_number(o, "uid", st->st_uid);
	put_number(o, "gid", st->st_gid);
	put_number(o, "size", (uint64_t)st->st_size);
	put_number(o, "inode", st->st_ino);
	put_number(o, "dev", st->st_dev);
	stat_json_device(o, st);
	out_key(o, "target");
	if (n < 0)
		out_null(o);
	else
		out_string_len(o, p->scratch, (size_t)n);
	out_close(o, '}');
}

static void report_stat_result(struct probe *p, const char *path, const struct stat *st, int r)
{
	if (r == 0)
		put_stat(p, path, st);
	else if (is_missing(errno))
		out_null(&p->out);
	else
		out_error(&p->out, errno);
}

static void report_path(struct probe *p, const char *path)
{
	struct stat st;
	int r = lstat(path, &st);

	report_stat_result(p, path, &st, r);
}

static void report_stat(struct probe *p, const char *path)
{
	struct stat st;
	int r = stat(path, &st);

	report_stat_result(p, path, &st, r);
}

static int try_read(const char *path)
{
	cleanup_fd int fd = open(path, O_RDONLY | OPEN_QUIETLY);
	char c;

	if (fd < 0)
		return errno;
	/* nothing there at the moment is no refusal */
	return read(fd, &c, 1) < 0 && errno != EAGAIN ? errno : 0;
}

/* To write into a directory is to make something in it. */
static int try_write_dir(const char *path)
{
	char name[PATH_MAX];
	int n = snprintf(name, sizeof(name), "%s/.conform-probe-%d", path, (int)getpid());
	cleanup_fd int fd = FD_NONE;

	if (n < 0 || (size_t)n >= sizeof(name))
		return ENAMETOOLONG;
	fd = open(name, O_WRONLY | O_CREAT | O_EXCL | OPEN_QUIETLY, 0600);
	if (fd < 0)
		return errno;
	return unlink(name) < 0 ? errno : 0;
}

static int try_write(const char *path)
{
	cleanup_fd int fd = open(path, O_WRONLY | OPEN_QUIETLY);

	if (fd >= 0)
		return 0;
	return errno == EISDIR ? try_write_dir(path) : errno;
}

/* By the effective ids where faccessat2(2) is there. */
static int try_exec(const char *path)
{
	if (faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0)
		return 0;
	if (errno != ENOSYS && errno != EPERM)
		return errno;
	return access(path, X_OK) < 0 ? errno : 0;
}

static int try_list(const char *path)
{
	struct file_dir d = FILE_DIR_INIT;
	const char *name;
	int r = file_dir_open(&d, AT_FDCWD, path, true);

	if (r == 0)
		r = file_dir_next(&d, &name);
	file_dir_close(&d);
	return r < 0 ? -r : 0;
}

static void report_access(struct probe *p, const char *path)
{
	static const struct {
		const char *name;
		int (*try)(const char *path);
	} ways[] = {
		{"read", try_read}, {"write", try_write}, {"exec", try_exec}, {"list", try_list}};
	char name[NAMES_SIZE];

	out_open(&p->out, '{');
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		int error = ways[i].try(path);

		out_key(&p->out, ways[i].name);
		out_string(&p->out, error == 0 ? "OK" : names_errno(error, name));
	}
	out_close(&p->out, '}');
}

static void report_text(struct probe *p, const char *path)
{
	ssize_t n = file_read(path, p->scratch, READ_MAX + 1);

	if (n >= 0) {
		if (n > 0 && p->scratch[n - 1] == '\n')
			n--;
		out_string_len(&p->out, p->scratch, (size_t)n);
	} else if (is_missing((int)-n)) {
		out_null(&p->out);
	} else {
		out_error(&p->out, (int)n);
	}
}

/* "net.ipv4.ip_forward"; as sysctl(8) has it, a slash stands for a dot within a name. */
static void report_sysctl(struct probe *p, const char *name)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "/proc/sys/%s", name);

	if (n < 0 || (size_t)n >= sizeof(path)) {
		out_error(&p->out, ENAMETOOLONG);
		return;
	}
	for (char *c = path + strlen("/proc/sys/"); *c; c++) {
		if (*c == '.' || *c == '/')
			*c = *c == '.' ? '/' : '.';
	}
	report_text(p, path);
}

/* Splits the scratch memory into pointers and text. */
static struct file_names scratch_names(struct probe *p, size_t max)
{
	size_t pointers = max * sizeof(char *);

	return (struct file_names){.names = (const char **)(void *)p->scratch,
				   .max = max,
				   .buf = p->scratch + pointers,
				   .size = sizeof(p->scratch) - pointers};
}

static void put_names(struct out *o, struct file_names *names)
{
	file_names_sort(names);
	out_open(o, '[');
	for (size_t i = 0; i < names->count; i++)
		out_string(o, names->names[i]);
	out_close(o, ']');
}

/* Adds all names of the directory @path, behind @prefix. */
static int add_names(struct file_names *names, int dirfd, const char *path, bool follow,
		     const char *prefix)
{
	struct file_dir d = FILE_DIR_INIT;
	const char *name;
	int r = file_dir_open(&d, dirfd, path, follow);

	while (r >= 0 && (r = file_dir_next(&d, &name)) > 0) {
		if (!file_names_add(names, prefix, name))
			r = -EFBIG;
	}
	file_dir_close(&d);
	return r;
}

static void report_list(struct probe *p, const char *path)
{
	struct file_names names = scratch_names(p, LIST_MAX);
	int r = add_names(&names, AT_FDCWD, path, true, "");

	if (r == 0)
		put_names(&p->out, &names);
	else if (r == -ENOENT)
		out_null(&p->out);
	else
		out_error(&p->out, r);
}

/* Breadth first: the list of what was found is also the list of what is to be looked into. What
 * cannot be opened is left as it is, and so is all beyond the limit. */
static void report_tree(struct probe *p, const char *path)
{
	struct file_names names = scratch_names(p, TREE_MAX);
	cleanup_fd int top = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = top < 0 ? -errno : add_names(&names, top, ".", false, "");

	for (size_t i = 0; r >= 0 && i < names.count; i++) {
		const char *name = names.names[i];

		if (add_names(&names, top, name, false, name) == -EFBIG)
			break;
	}
	if (r == 0 || r == -EFBIG)
		put_names(&p->out, &names);
	else if (r == -ENOENT)
		out_null(&p->out);
	else
		out_error(&p->out, r);
}

const struct fact facts_path[] = {
	{"path", FACT_PARAM, report_path, NULL},     {"stat", FACT_PARAM, report_stat, NULL},
	{"access", FACT_PARAM, report_access, NULL}, {"read", FACT_PARAM, report_text, NULL},
	{"list", FACT_PARAM, report_list, NULL},     {"tree", FACT_PARAM, report_tree, NULL},
	{"sysctl", FACT_PARAM, report_sysctl, NULL}, {NULL, FACT_PLAIN, NULL, NULL},
};
