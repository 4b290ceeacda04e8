/* SPDX-License-Identifier: Apache-2.0 */
/* Facts about the mount table and the root directory. */
#include "probe.h"

#include "file.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

static int read_mounts(struct probe *p)
{
	ssize_t n = file_read_whole("/proc/self/mountinfo", p->scratch, sizeof(p->scratch));

	return n < 0 ? (int)n : 0;
}

static void put_options(struct out *o, const char *name, char *options)
{
	const char *option;

	out_key(o, name);
	out_open(o, '[');
	while ((option = procfs_option_next(&options)))
		out_string(o, option);
	out_close(o, ']');
}

static void put_group(struct out *o, const char *name, uint64_t group)
{
	out_key(o, name);
	if (group == 0)
		out_null(o);
	else
		out_uint(o, group);
}

static void put_mount(struct out *o, const struct procfs_mount *m)
{
	out_open(o, '{');
	out_key(o, "id");
	out_uint(o, m->id);
	out_key(o, "parent");
	out_uint(o, m->parent);
	out_key(o, "root");
	out_string(o, m->root);
	out_key(o, "path");
	out_string(o, m->path);
	out_key(o, "type");
	out_string(o, m->type);
	out_key(o, "source");
	out_string(o, m->source);
	put_options(o, "options", m->options);
	put_options(o, "super", m->super);
	put_group(o, "shared", m->shared);
	put_group(o, "master", m->master);
	out_key(o, "unbindable");
	out_bool(o, m->unbindable);
	out_close(o, '}');
}

static void report_mounts(struct probe *p, const char *parameter)
{
	char *cursor = p->scratch;
	struct procfs_mount m;
	int r = read_mounts(p);

	(void)parameter;
	if (r < 0) {
		out_error(&p->out, r);
		return;
	}
	out_open(&p->out, '[');
	while (procfs_mount_next(&cursor, &m) > 0)
		put_mount(&p->out, &m);
	out_close(&p->out, ']');
}

/* The id of the mount that a walk to @path arrives at; 0 where the kernel (before 5.8) or a filter
 * does not tell. */
static int mount_id_at(const char *path, uint64_t *ret)
{
	struct statx stx;

	*ret = 0;
	if (statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_MNT_ID, &stx) < 0)
		return errno == ENOSYS || errno == EPERM ? 0 : -errno;
	if (stx.stx_mask & STATX_MNT_ID)
		*ret = stx.stx_mnt_id;
	return 0;
}

/*
 * Several mounts may be listed with one path: those below another one, and those that a mount above
 * a parent directory hides. The one that counts is where a walk arrives; without that knowledge the
 * one that lies upon another with the same path, else the last.
 */
static void report_mount(struct probe *p, const char *path)
{
	char *cursor = p->scratch;
	struct procfs_mount m, found = {0};
	uint64_t id;
	int r = read_mounts(p);

	if (r < 0) {
		out_error(&p->out, r);
		return;
	}
	r = mount_id_at(path, &id);
	while (r == 0 && procfs_mount_next(&cursor, &m) > 0) {
		if (!str_eq(m.path, path) || (id != 0 && m.id != id))
			continue;
		if (!found.path || found.parent != m.id)
			found = m;
	}
	if (found.path)
		put_mount(&p->out, &found);
	else if (r == 0 || r == -ENOENT || r == -ENOTDIR)
		out_null(&p->out);
	else
		out_error(&p->out, r);
}

static void report_mounts_below(struct probe *p, const char *path)
{
	size_t len = str_eq(path, "/") ? 0 : strlen(path);
	char *cursor = p->scratch;
	struct procfs_mount m;
	int r = read_mounts(p);

	if (r < 0) {
		out_error(&p->out, r);
		return;
	}
	out_open(&p->out, '[');
	while (procfs_mount_next(&cursor, &m) > 0) {
		if (strncmp(m.path, path, len) == 0 && m.path[len] == '/' && m.path[len + 1])
			out_string(&p->out, m.path);
	}
	out_close(&p->out, ']');
}

/* Something else may be mounted over the place. */
static bool is_cgroup(const char *dir)
{
	struct statfs fs;

	return statfs(dir, &fs) == 0 &&
	       (fs.f_type == CGROUP_SUPER_MAGIC || fs.f_type == CGROUP2_SUPER_MAGIC);
}

/*
 * The directories @path below what cgroups are mounted on, of either version, in the order of the
 * mounts: where a container's cgroup is, whoever asks.
 */
static void report_cgroup_dirs(struct probe *p, const char *path)
{
	int r = read_mounts(p);
	char *cursor = p->scratch;
	struct procfs_mount m;

	if (r < 0) {
		out_error(&p->out, r);
		return;
	}
	out_open(&p->out, '[');
	while ((r = procfs_mount_next(&cursor, &m)) != 0) {
		char dir[PATH_MAX];
		int n;

		if (r < 0 || !(str_eq(m.type, "cgroup") || str_eq(m.type, "cgroup2")))
			continue;
		n = snprintf(dir, sizeof(dir), "%s/%s", m.path, path + (*path == '/'));
		if (n > 0 && (size_t)n < sizeof(dir) && is_cgroup(dir))
			out_string(&p->out, dir);
	}
	out_close(&p->out, ']');
}

static void report_root_inode(struct probe *p, const char *parameter)
{
	struct stat st;

	(void)parameter;
	if (stat("/", &st) < 0) {
		out_error(&p->out, errno);
		return;
	}
	out_open(&p->out, '{');
	out_key(&p->out, "dev");
	out_uint(&p->out, st.st_dev);
	out_key(&p->out, "inode");
	out_uint(&p->out, st.st_ino);
	out_close(&p->out, '}');
}

/* Any directory below the root will do to change root into. */
static int enter_some_directory(void)
{
	struct file_dir d = FILE_DIR_INIT;
	const char *name;
	int r = file_dir_open(&d, AT_FDCWD, "/", true);

	while (r >= 0 && (r = file_dir_next(&d, &name)) > 0) {
		struct stat st;
		char path[PATH_MAX];

		(void)snprintf(path, sizeof(path), "/%s", name);
		if (lstat(path, &st) < 0 || !S_ISDIR(st.st_mode))
			continue;
		r = chroot(path) < 0 ? -errno : 1;
		break;
	}
	file_dir_close(&d);
	return r < 0 ? r : r == 0 ? -ENOTDIR : 0;
}

/*
 * The old way out: a process whose working directory lies outside of its root directory climbs with
 * ".." past that root. Behind pivot_root(2) there is nothing to reach. Leaves its answer in @text.
 */
static int climb(char *text, size_t size)
{
	struct stat before, after;
	int r;

	if (stat("/", &before) < 0 || chdir("/") < 0)
		return -errno;
	r = enter_some_directory();
	if (r < 0)
		return r;
	for (int i = 0; i < 64; i++) {
		if (chdir("..") < 0)
			return -errno;
	}
	if (stat(".", &after) < 0)
		return -errno;
	if (before.st_dev == after.st_dev && before.st_ino == after.st_ino)
		(void)snprintf(text, size, "/");
	else
		(void)snprintf(text, size, "device %llu inode %llu",
			       (unsigned long long)after.st_dev, (unsigned long long)after.st_ino);
	return 0;
}

static void report_root_escape(struct probe *p, const char *parameter)
{
	int ends[2], status, r = -EIO;
	char text[128] = "";
	ssize_t n;
	pid_t pid;

	(void)parameter;
	if (pipe2(ends, O_CLOEXEC) < 0) {
		out_error(&p->out, errno);
		return;
	}
	pid = fork();
	if (pid == 0) {
		r = climb(text, sizeof(text));
		n = r < 0 ? 0 : write(ends[1], text, strlen(text));
		_exit(r < 0 ? -r : n > 0 ? 0 : EIO);
	}
	r = pid < 0 ? -errno : 0;
	(void)close(ends[1]);
	n = read(ends[0], text, sizeof(text) - 1);
	(void)close(ends[0]);
	if (pid > 0 && waitpid(pid, &status, 0) == pid)
		r = WIFEXITED(status) ? -WEXITSTATUS(status) : -EIO;
	if (r == 0 && n > 0)
		out_string_len(&p->out, text, (size_t)n);
	else
		out_error(&p->out, r < 0 ? r : -EIO);
}

const struct fact facts_mount[] = {
	{"mounts", FACT_ALWAYS, report_mounts, NULL},
	{"mount", FACT_PARAM, report_mount, NULL},
	{"mounts.below", FACT_PARAM, report_mounts_below, NULL},
	{"cgroup.dirs", FACT_PARAM, report_cgroup_dirs, NULL},
	{"root.inode", FACT_PLAIN, report_root_inode, NULL},
	{"root.escape", FACT_PLAIN, report_root_escape, NULL},
	{NULL, FACT_PLAIN, NULL, NULL},
};
