/* SPDX-License-Identifier: Apache-2.0 */
#include "procfacts.h"

#include "cleanup.h"
#include "filter.h"
#include "proctext.h"
#include "str.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define PROC_FILE_MAX (4u << 20)
#define FDS_MAX	      4096

static const struct {
	const char *type, *file;
} namespaces[] = {
	{"cgroup", "cgroup"}, {"ipc", "ipc"},	{"mount", "mnt"}, {"network", "net"},
	{"pid", "pid"},	      {"time", "time"}, {"user", "user"}, {"uts", "uts"},
};

const char *hx_ns_file(const char *type)
{
	for (size_t i = 0; i < sizeof(namespaces) / sizeof(namespaces[0]); i++) {
		if (str_eq(type, namespaces[i].type))
			return namespaces[i].file;
	}
	return NULL;
}

static int read_text(pid_t pid, const char *file, char **ret, size_t *len)
{
	char path[96];

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	return fd_read_file_at(AT_FDCWD, path, PROC_FILE_MAX, ret, len, NULL);
}

static struct json *link_of(pid_t pid, const char *file)
{
	char path[96], target[PATH_MAX];
	ssize_t n;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return proctext_errno(errno);
	return json_new_string_len(target, (size_t)n);
}

static struct json *namespace_of(pid_t pid, const char *type)
{
	const char *file = hx_ns_file(type);
	char path[96];
	struct stat st;

	if (!file)
		return NULL;
	(void)snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid, file);
	if (stat(path, &st) < 0)
		return proctext_errno(errno);
	return json_new_uint(st.st_ino);
}

static struct json *fds_of(pid_t pid)
{
	char path[64];
	cleanup_dir DIR *d = NULL;
	int64_t v[FDS_MAX];
	size_t n = 0;

	(void)snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	d = opendir(path);
	if (!d)
		return proctext_errno(errno);
	for (const struct dirent *de = readdir(d); de && n < FDS_MAX; de = readdir(d)) {
		if (str_to_i64(de->d_name, 0, INT32_MAX, &v[n]) == 0)
			n++;
	}
	return proctext_numbers(v, n, true);
}

/* Descriptors that are directories of the file system on which the host's root lies. */
static struct json *host_dirs_of(pid_t pid)
{
	CLEANUP(json_freep) struct json *all = fds_of(pid);
	CLEANUP(json_freep) struct json *found = json_new(JSON_ARRAY);
	struct stat root;

	if (!all || !found || stat("/", &root) < 0)
		return NULL;
	if (all->type != JSON_ARRAY)
		return take_ptr(&all);
	for (size_t i = 0; i < all->count; i++) {
		char path[96];
		struct stat st;

		(void)snprintf(path, sizeof(path), "/proc/%d/fd/%s", pid, all->items[i]->text);
		if (stat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_dev == root.st_dev &&
		    json_append(found, json_copy(all->items[i])) < 0)
			return NULL;
	}
	return take_ptr(&found);
}

/* What keeps the program's file from being written through /proc/PID/exe, once nobody executes it:
 * the mount that it was executed from, a seal, or that no directory has it. */
static struct json *exe_guard_of(pid_t pid)
{
	char path[96];
	cleanup_fd int fd = FD_NONE;
	struct statvfs fs;
	struct stat st;
	int seals;

	(void)snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0 || fstatvfs(fd, &fs) < 0)
		return proctext_errno(errno);
	seals = fcntl(fd, F_GET_SEALS);
	if (seals >= 0 && (seals & F_SEAL_WRITE))
		return json_new_string("seal");
	if (fs.f_flag & ST_RDONLY)
		return json_new_string("mount");
	return json_new_string(st.st_nlink == 0 ? "copy" : "none");
}

bool hx_pid_fact_known(const char *name)
{
	if (str_starts(name, "ns."))
		return hx_ns_file(name + strlen("ns.")) != NULL;
	return proctext_file(name) || str_eq(name, "exe") || str_eq(name, "cwd") ||
	       str_eq(name, "root") || str_eq(name, "fds.open") || str_eq(name, "fds.host") ||
	       str_eq(name, "exe.guard") || str_eq(name, "seccomp.flags");
}

struct json *hx_pid_fact(pid_t pid, const char *name)
{
	const char *file = proctext_file(name);
	cleanup_free char *text = NULL;
	size_t len;
	int r;

	if (str_starts(name, "ns."))
		return namespace_of(pid, name + strlen("ns."));
	if (str_eq(name, "fds.open"))
		return fds_of(pid);
	if (str_eq(name, "fds.host"))
		return host_dirs_of(pid);
	if (str_eq(name, "exe.guard"))
		return exe_guard_of(pid);
	if (str_eq(name, "seccomp.flags"))
		return hx_filter_flags(pid);
	if (str_eq(name, "exe") || str_eq(name, "cwd") || str_eq(name, "root"))
		return link_of(pid, name);
	if (!file)
		return NULL;
	r = read_text(pid, file, &text, &len);
	return r < 0 ? proctext_errno(-r) : proctext_fact(name, text, len);
}

static const char *type_name(mode_t m)
{
	switch (m & S_IFMT) {
	case S_IFREG:
		return "reg";
	case S_IFDIR:
		return "dir";
	case S_IFLNK:
		return "lnk";
	case S_IFCHR:
		return "chr";
	case S_IFBLK:
		return "blk";
	case S_IFIFO:
		return "fifo";
	default:
		return "sock";
	}
}

struct json *hx_stat_fact(const char *path)
{
	CLEANUP(json_freep) struct json *o = NULL;
	struct stat st;
	char mode[8];

	if (stat(path, &st) < 0)
		return proctext_errno(errno);
	(void)snprintf(mode, sizeof(mode), "%04o", st.st_mode & 07777);
	o = json_new(JSON_OBJECT);
	if (!o || json_set_member(o, "type", json_new_string(type_name(st.st_mode))) < 0 ||
	    json_set_member(o, "mode", json_new_string(mode)) < 0 ||
	    json_set_member(o, "uid", json_new_uint(st.st_uid)) < 0 ||
	    json_set_member(o, "gid", json_new_uint(st.st_gid)) < 0 ||
	    json_set_member(o, "size", json_new_int(st.st_size)) < 0 ||
	    json_set_member(o, "inode", json_new_uint(st.st_ino)) < 0 ||
	    json_set_member(o, "dev", json_new_uint(st.st_dev)) < 0 ||
	    json_set_member(o, "major", json_new_uint(major(st.st_rdev))) < 0 ||
	    json_set_member(o, "minor", json_new_uint(minor(st.st_rdev))) < 0)
		return NULL;
	return take_ptr(&o);
}
