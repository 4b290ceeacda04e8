/* SPDX-License-Identifier: Apache-2.0 */
#include "proctext.h"

#include "cleanup.h"
#include "proc.h"
#include "str.h"

#include <assert.h>
#include <string.h>
#include <sys/capability.h>

struct json *proctext_errno(int num)
{
	struct json *o;
	const char *name = strerrorname_np(num);

	if (num == ENOMEM)
		return NULL;
	if (num == ENOENT || num == ESRCH)
		return json_new(JSON_NULL);
	o = json_new(JSON_OBJECT);
	if (o && json_set_member(o, "error", json_new_string(name ? name : "EIO")) < 0) {
		json_free(o);
		return NULL;
	}
	return o;
}

/* The rest of the line that begins with "@key:" in /proc/PID/status, without blanks before it. The
 * caller frees *ret. */
static int status_field(const char *text, const char *key, char **ret)
{
	size_t k = strlen(key);

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

struct json *proctext_numbers(int64_t *v, size_t n, bool sort)
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

static struct json *numbers_of(const char *status, const char *key, bool sort)
{
	cleanup_free char *text = NULL;
	int64_t v[1024];
	char *save = NULL;
	size_t n = 0;
	int r = status_field(status, key, &text);

	if (r < 0)
		return proctext_errno(-r);
	assert(text);
	for (char *p = strtok_r(text, " \t", &save); p && n < sizeof(v) / sizeof(v[0]);
	     p = strtok_r(NULL, " \t", &save)) {
		if (str_to_i64(p, INT64_MIN, INT64_MAX, &v[n]) == 0)
			n++;
	}
	return proctext_numbers(v, n, sort);
}

static struct json *number_of(char *status, size_t len, const char *key)
{
	cleanup_free char *text = NULL;
	int64_t v = 0;
	int r = status_field(status, key, &text);

	(void)len;
	for (size_t n = r == 0 ? strlen(text) : 0; n && strchr(" \t", text[n - 1]); n--)
		text[n - 1] = '\0';
	if (r == 0)
		r = str_to_i64(text, INT64_MIN, INT64_MAX, &v);
	return r < 0 ? proctext_errno(-r) : json_new_int(v);
}

static struct json *bool_of(char *status, size_t len, const char *key)
{
	cleanup_free char *text = NULL;
	int r = status_field(status, key, &text);

	(void)len;
	return r < 0 ? proctext_errno(-r) : json_new_bool(str_eq(text, "1"));
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

/* Long enough for every capability and signal. */
#define BIT_NAME_SIZE 40

/* The names of the bits that are set in the mask of the line "@key:", sorted. @name gives one, or
 * false where memory is short. */
static struct json *mask_names(const char *status, const char *key,
			       bool (*name)(unsigned int bit, char buf[BIT_NAME_SIZE]))
{
	cleanup_free char *text = NULL;
	char names[64][BIT_NAME_SIZE];
	const char *list[64];
	uint64_t mask = 0;
	size_t n = 0;
	int r = status_field(status, key, &text);

	if (r == 0)
		r = hex_mask(text, &mask);
	if (r < 0)
		return proctext_errno(-r);
	for (unsigned int bit = 0; bit < 64; bit++) {
		if (!(mask >> bit & 1))
			continue;
		if (!name(bit, names[n]))
			return NULL;
		list[n] = names[n];
		n++;
	}
	return string_array(list, n);
}

static bool cap_name(unsigned int bit, char buf[BIT_NAME_SIZE])
{
	char *name = cap_to_name((cap_value_t)bit);

	if (!name)
		return false;
	(void)snprintf(buf, BIT_NAME_SIZE, "%s", name);
	cap_free(name);
	for (char *p = buf; *p; p++)
		*p = (char)(*p >= 'a' && *p <= 'z' ? *p - 'a' + 'A' : *p);
	return true;
}

/* proc_pid_status(5): the lowest bit is signal 1. */
static bool signal_name(unsigned int bit, char buf[BIT_NAME_SIZE])
{
	const char *name = proc_signal_name((int)bit + 1);

	if (name)
		(void)snprintf(buf, BIT_NAME_SIZE, "SIG%s", name);
	else
		(void)snprintf(buf, BIT_NAME_SIZE, "SIG%u", bit + 1);
	return true;
}

static struct json *caps_of(char *status, size_t len, const char *key)
{
	(void)len;
	return mask_names(status, key, cap_name);
}

static struct json *signals_of(char *status, size_t len, const char *key)
{
	(void)len;
	return mask_names(status, key, signal_name);
}

static struct json *in_order(char *status, size_t len, const char *key)
{
	(void)len;
	return numbers_of(status, key, false);
}

static struct json *sorted(char *status, size_t len, const char *key)
{
	(void)len;
	return numbers_of(status, key, true);
}

/* NUL-separated strings, as cmdline and environ are. */
static struct json *strings_of(char *text, size_t len, const char *arg)
{
	struct json *a = json_new(JSON_ARRAY);

	(void)arg;
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

static struct json *text_of(char *text, size_t len, const char *arg)
{
	(void)arg;
	if (len && text[len - 1] == '\n')
		len--;
	return json_new_string_len(text, len);
}

static struct json *integer_of(char *text, size_t len, const char *arg)
{
	int64_t v;
	int r;

	(void)arg;
	(void)len;
	text[strcspn(text, "\n")] = '\0';
	r = str_to_i64(text, INT64_MIN, INT64_MAX, &v);
	return r < 0 ? proctext_errno(-r) : json_new_int(v);
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

/* The words of /proc/PID/limits for RLIMIT_X, or NULL. */
static const char *limit_line(const char *name)
{
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		if (str_eq(limits[i].name, name))
			return limits[i].line;
	}
	return NULL;
}

static struct json *rlimit_of(char *text, const char *line)
{
	char *at = strstr(text, line), *save = NULL;
	struct json *o;

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

/* /proc/PID/cgroup as an array of {"id","controllers","path"}. */
static struct json *cgroup_self(char *text, size_t len, const char *arg)
{
	struct json *a = json_new(JSON_ARRAY);
	char *save = NULL;

	(void)len;
	(void)arg;
	for (char *line = strtok_r(text, "\n", &save); a && line;
	     line = strtok_r(NULL, "\n", &save)) {
		char *x = strchr(line, ':'), *y = x ? strchr(x + 1, ':') : NULL;
		CLEANUP(json_freep) struct json *o = y ? json_new(JSON_OBJECT) : NULL;
		uint64_t id = 0;

		if (!y)
			continue;
		*x = *y = '\0';
		(void)str_to_u64(line, UINT32_MAX, &id);
		if (json_set_member(o, "id", json_new_uint(id)) < 0 ||
		    json_set_member(o, "controllers", json_new_string(x + 1)) < 0 ||
		    json_set_member(o, "path", json_new_string(y + 1)) < 0 ||
		    json_append(a, take_ptr(&o)) < 0) {
			json_free(a);
			return NULL;
		}
	}
	return a;
}

static const struct row {
	const char *name, *file;
	struct json *(*get)(char *text, size_t len, const char *arg);
	const char *arg;
} rows[] = {
	{"cgroup.text", "cgroup", text_of, NULL},
	{"cgroup.self", "cgroup", cgroup_self, NULL},
	{"mounts.text", "mountinfo", text_of, NULL},
	{"args", "cmdline", strings_of, NULL},
	{"env", "environ", strings_of, NULL},
	{"comm", "comm", text_of, NULL},
	{"oom.score_adj", "oom_score_adj", integer_of, NULL},
	{"lsm.current", "attr/current", text_of, NULL},
	{"timens.text", "timens_offsets", text_of, NULL},
	{"user.uids", "status", in_order, "Uid"},
	{"user.gids", "status", in_order, "Gid"},
	{"user.groups", "status", sorted, "Groups"},
	{"caps.bounding", "status", caps_of, "CapBnd"},
	{"caps.effective", "status", caps_of, "CapEff"},
	{"caps.permitted", "status", caps_of, "CapPrm"},
	{"caps.inheritable", "status", caps_of, "CapInh"},
	{"caps.ambient", "status", caps_of, "CapAmb"},
	{"signals.blocked", "status", signals_of, "SigBlk"},
	{"signals.ignored", "status", signals_of, "SigIgn"},
	{"signals.caught", "status", signals_of, "SigCgt"},
	{"seccomp.mode", "status", number_of, "Seccomp"},
	{"seccomp.filters", "status", number_of, "Seccomp_filters"},
	{"ppid", "status", number_of, "PPid"},
	{"no_new_privs", "status", bool_of, "NoNewPrivs"},
	{"process.no_new_privs", "status", bool_of, "NoNewPrivs"},
};

static const struct row *find(const char *name)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (str_eq(name, rows[i].name))
			return &rows[i];
	}
	return NULL;
}

const char *proctext_file(const char *name)
{
	const struct row *row = find(name);

	if (str_starts(name, "rlimit:"))
		return limit_line(name + strlen("rlimit:")) ? "limits" : NULL;
	return row ? row->file : NULL;
}

struct json *proctext_fact(const char *name, char *text, size_t len)
{
	const char *limit =
		str_starts(name, "rlimit:") ? limit_line(name + strlen("rlimit:")) : NULL;
	const struct row *row = find(name);

	if (limit)
		return rlimit_of(text, limit);
	return row ? row->get(text, len, row->arg) : NULL;
}
