/* SPDX-License-Identifier: Apache-2.0 */
#include "procfacts.h"

#include "cleanup.h"
#include "proc.h"
#include "str.h"

#include <assert.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/capability.h>
#include <sys/stat.h>
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

/* {"error":"EACCES"}; what does not exist is null. */
static struct json *errno_value(int num)
{
	struct json *o;
	const char *name = strerrorname_np(num);

	if (num == ENOENT || num == ESRCH)
		return json_new(JSON_NULL);
	o = json_new(JSON_OBJECT);
	if (o && json_set_member(o, "error", json_new_string(name ? name : "EIO")) < 0) {
		json_free(o);
		return NULL;
	}
	return o;
}

static int read_text(pid_t pid, const char *file, char **ret, size_t *len)
{
	char path[96];

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	return fd_read_file_at(AT_FDCWD, path, PROC_FILE_MAX, ret, len, NULL);
}

/* The rest of the line that begins with "@key:" in /proc/PID/status, without blanks around it. The
 * caller frees *ret. */
static int status_field(pid_t pid, const char *key, char **ret)
{
	cleanup_free char *text = NULL;
	size_t len, k = strlen(key);
	int r = read_text(pid, "status", &text, &len);

	if (r < 0)
		return r;
	for (const char *p = text; *p;) {
		size_t n = strcspn(p, "\n");

		if (n > k && strncmp(p, key, k) == 0 && p[k] == ':') {
			const char *v = p + k + 1;

			v += strspn(v, " \t");
			*ret = strndup(v, n - (size_t)(v - p));
			return *ret ? 0 : -ENOMEM;
		}
		p += n + (p[n] == '\n');
	}
	return -ENOENT;
}

static int compare_numbers(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static struct json *number_array(int64_t *v, size_t n, bool sort)
{
	struct json *a = json_new(JSON_ARRAY);

	if (sort)
		qsort(v, n, sizeof(*v), compare_numbers);
	for (size_t i = 0; a && i < n; i++) {
		if (json_append(a, json_new_int(v[i])) < 0) {
			json_free(a);
			return NULL;
		}
	}
	return a;
}

static struct json *numbers_of(pid_t pid, const char *key, bool sort)
{
	cleanup_free char *text = NULL;
	int64_t v[1024];
	char *save = NULL;
	size_t n = 0;
	int r = status_field(pid, key, &text);

	if (r < 0)
		return errno_value(-r);
	assert(text);
	for (char *p = strtok_r(text, " \t", &save); p && n < sizeof(v) / sizeof(v[0]);
	     p = strtok_r(NULL, " \t", &save)) {
		if (str_to_i64(p, INT64_MIN, INT64_MAX, &v[n]) == 0)
			n++;
	}
	return number_array(v, n, sort);
}

static struct json *number_of(pid_t pid, const char *key)
{
	cleanup_free char *text = NULL;
	int64_t v = 0;
	int r = status_field(pid, key, &text);

	if (r == 0)
		r = str_to_i64(text, INT64_MIN, INT64_MAX, &v);
	return r < 0 ? errno_value(-r) : json_new_int(v);
}

static struct json *bool_of(pid_t pid, const char *key)
{
	cleanup_free char *text = NULL;
	int r = status_field(pid, key, &text);

	return r < 0 ? errno_value(-r) : json_new_bool(str_eq(text, "1"));
}

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sixteen hexadecimal digits at most, as /proc/PID/status has them. */
static int hex_mask(const char *text, uint64_t *ret)
{
	uint64_t v = 0;

	for (const char *p = text; *p; p++) {
		const char *digits = "0123456789abcdef";
		const char *d = strchr(digits, *p);

		if (!d || v >> 60)
			return -EINVAL;
		v = v << 4 | (uint64_t)(d - digits);
	}
	*ret = v;
	return 0;
}

static struct json *string_array(const char **names, size_t n)
{
	struct json *a = json_new(JSON_ARRAY);

	qsort(names, n, sizeof(*names), compare_strings);
	for (size_t i = 0; a && i < n; i++) {
		if (json_append(a, json_new_string(names[i])) < 0) {
			json_free(a);
			return NULL;
		}
	}
	return a;
}

static struct json *caps_of(pid_t pid, const char *key)
{
	cleanup_free char *text = NULL;
	char names[64][40];
	const char *list[64];
	uint64_t mask = 0;
	size_t n = 0;
	int r = status_field(pid, key, &text);

	if (r == 0)
		r = hex_mask(text, &mask);
	if (r < 0)
		return errno_value(-r);
	for (unsigned int c = 0; c < 64; c++) {
		char *name;

		if (!(mask >> c & 1))
			continue;
		name = cap_to_name((cap_value_t)c);
		(void)snprintf(names[n], sizeof(names[n]), "%s", name ? name : "?");
		cap_free(name);
		for (char *p = names[n]; *p; p++)
			*p = (char)(*p >= 'a' && *p <= 'z' ? *p - 'a' + 'A' : *p);
		list[n] = names[n];
		n++;
	}
	return string_array(list, n);
}

static struct json *signals_of(pid_t pid, const char *key)
{
	cleanup_free char *text = NULL;
	char names[64][16];
	const char *list[64];
	uint64_t mask = 0;
	size_t n = 0;
	int r = status_field(pid, key, &text);

	if (r == 0)
		r = hex_mask(text, &mask);
	if (r < 0)
		return errno_value(-r);
	for (int s = 1; s <= 64; s++) {
		const char *name = proc_signal_name(s);

		if (!(mask >> (s - 1) & 1))
			continue;
		if (name)
			(void)snprintf(names[n], sizeof(names[n]), "SIG%s", name);
		else
			(void)snprintf(names[n], sizeof(names[n]), "SIG%d", s);
		list[n] = names[n];
		n++;
	}
	return string_array(list, n);
}

static struct json *link_of(pid_t pid, const char *file)
{
	char path[96], target[PATH_MAX];
	ssize_t n;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return errno_value(errno);
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
		return errno_value(errno);
	return json_new_uint(st.st_ino);
}

/* NUL-separated strings, as cmdline and environ are. */
static struct json *strings_of(pid_t pid, const char *file)
{
	cleanup_free char *text = NULL;
	struct json *a;
	size_t len;
	int r = read_text(pid, file, &text, &len);

	if (r < 0)
		return errno_value(-r);
	a = json_new(JSON_ARRAY);
	for (size_t at = 0; a && at < len; at += strlen(text + at) + 1) {
		/* the request is long and different each time */
		const char *s = str_starts(text + at, "--ask=") ? "--ask" : text + at;

		if (json_append(a, json_new_string(s)) < 0) {
			json_free(a);
			return NULL;
		}
	}
	return a;
}

static struct json *text_of(pid_t pid, const char *file)
{
	cleanup_free char *text = NULL;
	size_t len;
	int r = read_text(pid, file, &text, &len);

	if (r < 0)
		return errno_value(-r);
	if (len && text[len - 1] == '\n')
		len--;
	return json_new_string_len(text, len);
}

static struct json *integer_of(pid_t pid, const char *file)
{
	cleanup_free char *text = NULL;
	size_t len;
	int64_t v;
	int r = read_text(pid, file, &text, &len);

	if (r < 0)
		return errno_value(-r);
	text[strcspn(text, "\n")] = '\0';
	r = str_to_i64(text, INT64_MIN, INT64_MAX, &v);
	return r < 0 ? errno_value(-r) : json_new_int(v);
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
		return errno_value(errno);
	for (const struct dirent *de = readdir(d); de && n < FDS_MAX; de = readdir(d)) {
		if (str_to_i64(de->d_name, 0, INT32_MAX, &v[n]) == 0)
			n++;
	}
	return number_array(v, n, true);
}

/* The names of /proc/PID/limits beside those of the configuration. */
static const struct {
	const char *name, *line;
} limits[] = {
	{"RLIMIT_CPU", "Max cpu time"},
	{"RLIMIT_FSIZE", "Max file size"},
	{"RLIMIT_DATA", "Max data size"},
	{"RLIMIT_STACK", "Max stack size"},
	{"RLIMIT_CORE", "Max core file size"},
	{"RLIMIT_RSS", "Max resident set"},
	{"RLIMIT_NPROC", "Max processes"},
	{"RLIMIT_NOFILE", "Max open files"},
	{"RLIMIT_MEMLOCK", "Max locked memory"},
	{"RLIMIT_AS", "Max address space"},
	{"RLIMIT_LOCKS", "Max file locks"},
	{"RLIMIT_SIGPENDING", "Max pending signals"},
	{"RLIMIT_MSGQUEUE", "Max msgqueue size"},
	{"RLIMIT_NICE", "Max nice priority"},
	{"RLIMIT_RTPRIO", "Max realtime priority"},
	{"RLIMIT_RTTIME", "Max realtime timeout"},
};

static struct json *limit_value(char *text)
{
	uint64_t v;

	if (text && str_eq(text, "unlimited"))
		return json_new_uint(UINT64_MAX);
	return text && str_to_u64(text, UINT64_MAX, &v) == 0 ? json_new_uint(v)
							     : json_new(JSON_NULL);
}

static struct json *rlimit_of(pid_t pid, const char *name)
{
	cleanup_free char *text = NULL;
	const char *line = NULL;
	char *at, *save = NULL;
	struct json *o;
	size_t len;
	int r = read_text(pid, "limits", &text, &len);

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		if (str_eq(limits[i].name, name))
			line = limits[i].line;
	}
	if (!line)
		return NULL;
	if (r < 0)
		return errno_value(-r);
	at = strstr(text, line);
	if (!at)
		return json_new(JSON_NULL);
	at += strlen(line);
	at[strcspn(at, "\n")] = '\0';
	o = json_new(JSON_OBJECT);
	if (o && json_set_member(o, "soft", limit_value(strtok_r(at, " ", &save))) == 0 &&
	    json_set_member(o, "hard", limit_value(strtok_r(NULL, " ", &save))) == 0)
		return o;
	json_free(o);
	return NULL;
}

static const struct {
	const char *name;
	struct json *(*get)(pid_t pid, const char *arg);
	const char *arg;
} with_arg[] = {
	{"cgroup.text", text_of, "cgroup"},
	{"mounts.text", text_of, "mountinfo"},
	{"args", strings_of, "cmdline"},
	{"env", strings_of, "environ"},
	{"exe", link_of, "exe"},
	{"cwd", link_of, "cwd"},
	{"root", link_of, "root"},
	{"comm", text_of, "comm"},
	{"oom.score_adj", integer_of, "oom_score_adj"},
	{"lsm.current", text_of, "attr/current"},
	{"timens.text", text_of, "timens_offsets"},
	{"caps.bounding", caps_of, "CapBnd"},
	{"caps.effective", caps_of, "CapEff"},
	{"caps.permitted", caps_of, "CapPrm"},
	{"caps.inheritable", caps_of, "CapInh"},
	{"caps.ambient", caps_of, "CapAmb"},
	{"signals.blocked", signals_of, "SigBlk"},
	{"signals.ignored", signals_of, "SigIgn"},
	{"signals.caught", signals_of, "SigCgt"},
	{"seccomp.mode", number_of, "Seccomp"},
	{"seccomp.filters", number_of, "Seccomp_filters"},
	{"ppid", number_of, "PPid"},
	{"no_new_privs", bool_of, "NoNewPrivs"},
	{"process.no_new_privs", bool_of, "NoNewPrivs"},
};

/* /proc/PID/cgroup as an array of {"id","controllers","path"}. */
static struct json *cgroup_self(pid_t pid)
{
	cleanup_free char *text = NULL;
	struct json *a;
	char *save = NULL;
	size_t len;
	int r = read_text(pid, "cgroup", &text, &len);

	if (r < 0)
		return errno_value(-r);
	a = json_new(JSON_ARRAY);
	for (char *line = strtok_r(text, "\n", &save); a && line;
	     line = strtok_r(NULL, "\n", &save)) {
		char *x = strchr(line, ':'), *y = x ? strchr(x + 1, ':') : NULL;
		struct json *o = json_new(JSON_OBJECT);
		uint64_t id = 0;

		if (!y || !o) {
			json_free(o);
			continue;
		}
		*x = *y = '\0';
		(void)str_to_u64(line, UINT32_MAX, &id);
		if (json_set_member(o, "id", json_new_uint(id)) < 0 ||
		    json_set_member(o, "controllers", json_new_string(x + 1)) < 0 ||
		    json_set_member(o, "path", json_new_string(y + 1)) < 0 ||
		    json_append(a, o) < 0) {
			json_free(a);
			return NULL;
		}
	}
	return a;
}

bool hx_pid_fact_known(const char *name)
{
	static const char *const others[] = {"user.uids", "user.gids", "user.groups", "fds.open",
					     "cgroup.self"};

	if (str_starts(name, "ns."))
		return hx_ns_file(name + strlen("ns.")) != NULL;
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]) && str_starts(name, "rlimit:");
	     i++) {
		if (str_eq(name + strlen("rlimit:"), limits[i].name))
			return true;
	}
	for (size_t i = 0; i < sizeof(with_arg) / sizeof(with_arg[0]); i++) {
		if (str_eq(name, with_arg[i].name))
			return true;
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (str_eq(name, others[i]))
			return true;
	}
	return false;
}

struct json *hx_pid_fact(pid_t pid, const char *name)
{
	if (str_starts(name, "ns."))
		return namespace_of(pid, name + strlen("ns."));
	if (str_starts(name, "rlimit:"))
		return rlimit_of(pid, name + strlen("rlimit:"));
	if (str_eq(name, "user.uids"))
		return numbers_of(pid, "Uid", false);
	if (str_eq(name, "user.gids"))
		return numbers_of(pid, "Gid", false);
	if (str_eq(name, "user.groups"))
		return numbers_of(pid, "Groups", true);
	if (str_eq(name, "fds.open"))
		return fds_of(pid);
	if (str_eq(name, "cgroup.self"))
		return cgroup_self(pid);
	for (size_t i = 0; i < sizeof(with_arg) / sizeof(with_arg[0]); i++) {
		if (str_eq(name, with_arg[i].name))
			return with_arg[i].get(pid, with_arg[i].arg);
	}
	return NULL;
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
		return errno_value(errno);
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
