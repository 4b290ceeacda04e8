/* SPDX-License-Identifier: Apache-2.0 */
#include "counts_naive.h"

#include "cgroup_stats_read.h"
#include "fuzz.h"

#include <errno.h>
#include <string.h>

#define DEC	"0123456789"
#define HEX	DEC "abcdefABCDEF"
#define DOMAINS 1024 /* of a text of 4 KiB */
#define CPUS	8192

static const char *held;

/* Keys of rows whose value is no number. */
#define LIST	"0-3,7"
#define DEVICES "8:0 Read"

/* Where the statistics of version @v have what an attribute holds: a number that is the whole text
 * ("max" is the largest), or that of the last line "@key number", times @factor. Without a factor a
 * list: of the words of the text, or of what its lines say of devices. */
static const struct row {
	int v;
	const char *controller, *pointer, *key;
	uint64_t factor;
} rows[] = {{1, "memory", "/memory/usage/limit", NULL, 1},
	    {1, "memory", "/memory/cache", "cache", 1},
	    {2, "memory", "/memory/usage/limit", NULL, 1},
	    {2, "memory", "/memory/cache", "file", 1},
	    {1, "cpuacct", "/cpu/usage/user", NULL, 1},
	    {1, "cpuacct", "/cpu/usage/percpu_user", LIST, 0},
	    {1, "cpu", "/cpu/throttling/periods", "nr_periods", 1},
	    {2, "cpu", "/cpu/usage/total", "usage_usec", 1000},
	    {1, "pids", "/pids/current", NULL, 1},
	    {2, "pids", "/pids/current", NULL, 1},
	    {1, "cpuset", "/cpuset/mem_hardwall", NULL, 1},
	    {1, "cpuset", "/cpuset/cpus", LIST, 0},
	    {2, "cpuset", "/cpuset/cpus", LIST, 0},
	    {2, "cpuset", "/cpuset/mems", LIST, 0},
	    {1, "blkio", "/blkio/ioServiceBytesRecursive", DEVICES, 0},
	    {1, "blkio", "/blkio/ioServicedRecursive", DEVICES, 0},
	    {1, "blkio", "/blkio/ioTimeRecursive", DEVICES, 0},
	    {1, "blkio", "/blkio/sectorsRecursive", DEVICES, 0},
	    {2, "blkio", "/blkio/ioServiceBytesRecursive", "bytes=", 0},
	    {2, "blkio", "/blkio/ioServicedRecursive", "ios=", 0}};

int __wrap_cgroup_dir_read(int dirfd, const char *file, char **ret);
int __wrap_cgroup_dir_read(int dirfd, const char *file, char **ret)
{
	(void)dirfd;
	(void)file;
	*ret = strdup(held);
	return *ret ? 0 : -ENOMEM;
}

/* The digits of @text as far as they go, of those in @set; false: none, or too many. */
static bool digits_of(const char *set, const char *text, size_t *ret_len, uint64_t *ret)
{
	unsigned __int128 n = 0;

	*ret_len = strspn(text, set);
	for (size_t i = 0; i < *ret_len && n <= UINT64_MAX; i++) {
		size_t at = (size_t)(strchr(HEX, text[i]) - HEX);

		n = n * (str_eq(set, HEX) ? 16 : 10) + (at < 16 ? at : at - 6);
	}
	*ret = (uint64_t)n;
	return *ret_len && n <= UINT64_MAX;
}

static bool digits(const char *text, size_t *ret_len, uint64_t *ret)
{
	return digits_of(DEC, text, ret_len, ret);
}

static uint64_t number_of(const char *text)
{
	uint64_t n;
	size_t len;

	if (str_eq(text, "max"))
		return UINT64_MAX;
	return digits(text, &len, &n) && !text[len] ? n : 0;
}

static const char *next_line(const char *line)
{
	const char *end = strchr(line, '\n');

	return end ? end + 1 : NULL;
}

static uint64_t keyed(const char *text, const char *key)
{
	uint64_t n, found = 0;
	size_t len;

	for (const char *line = text; line; line = next_line(line)) {
		line += strspn(line, " \t");
		len = strcspn(line, " \t\n");
		if (len != strlen(key) || strncmp(line, key, len) != 0)
			continue;
		const char *value = line + len + strspn(line + len, " \t");
		if (digits(value, &len, &n) && (!value[len] || strchr(" \t\n", value[len])))
			found = n;
	}
	return found;
}

static bool is_ascii(const char *text)
{
	while (*text > 0)
		text++;
	return !*text;
}

/* The numbers of the words between commas and blanks, up to one that is neither a number nor a
 * range of CPUs. */
static bool is_list(const struct json *list, const char *text)
{
	cleanup_free char *copy = strdup(text);
	char *save = NULL;
	size_t at = 0;

	for (char *w = strtok_r(copy, ", ", &save); w && at <= CPUS;
	     w = strtok_r(NULL, ", ", &save)) {
		uint64_t from, to, is;
		size_t len, rest = 0;
		bool one = digits(w, &len, &from) && !w[len];
		bool range = !one && from <= CPUS && len && w[len] == '-' &&
			     digits(w + len + 1, &rest, &to) && !w[len + 1 + rest] && to <= CPUS;

		/* no kernel writes so long a number */
		if (strlen(w) > 31)
			continue;
		if (!one && !range)
			break;
		for (uint64_t n = 0; one ? n == 0 : from + n <= to; n++)
			if (at >= list->count || json_uint(list->items[at++], &is) < 0 ||
			    is != from + n)
				return false;
	}
	return list && list->count == at;
}

static bool holds(const struct json *o, const char *member, uint64_t n)
{
	uint64_t is;

	return json_uint(json_member(o, member), &is) == 0 && is == n;
}

/* Whether an entry of @list, from the one *at on, is this one; then *at is the next. */
static bool has_entry(const struct json *list, size_t *at, const uint64_t device[2], const char *op,
		      uint64_t n)
{
	const struct json *o = list && *at < list->count ? list->items[(*at)++] : NULL;

	return o && holds(o, "major", device[0]) && holds(o, "minor", device[1]) &&
	       holds(o, "value", n) && str_eq(json_string(json_member(o, "op")), op);
}

/* "8:0 Read 4096", "8:0 4096". */
static bool is_line_v1(const struct json *list, size_t *at, const uint64_t device[2], char *rest)
{
	char *save = NULL, *a = strtok_r(rest, " \t", &save), *b = strtok_r(NULL, " \t", &save);
	uint64_t n;
	size_t len;

	return !a || !digits(b ? b : a, &len, &n) || (b ? b : a)[len] ||
	       has_entry(list, at, device, b ? a : "", n);
}

/* "8:0 rbytes=1 wbytes=2": the words that end with @key behind their first letter. */
static bool is_line_v2(const struct json *list, size_t *at, const uint64_t device[2], char *rest,
		       const char *key)
{
	char *save = NULL;

	for (char *w = strtok_r(rest, " \t", &save); w; w = strtok_r(NULL, " \t", &save)) {
		const char *op = *w == 'r'   ? "Read"
				 : *w == 'w' ? "Write"
				 : *w == 'd' ? "Discard"
					     : NULL;
		const char *value = w + 1 + strlen(key);
		uint64_t n;
		size_t len;

		if (op && str_starts(w + 1, key) && digits(value, &len, &n) && !value[len] &&
		    !has_entry(list, at, device, op, n))
			return false;
	}
	return true;
}

static bool are_devices(const struct json *list, const char *text, const char *key)
{
	cleanup_free char *copy = strdup(text);
	char *lines = NULL;
	size_t at = 0;

	for (char *line = strtok_r(copy, "\n", &lines); line; line = strtok_r(NULL, "\n", &lines)) {
		char *word = line + strspn(line, " \t"), *rest = word + strcspn(word, " \t");
		uint64_t device[2];
		size_t a, b;

		if (*rest)
			*rest++ = '\0';
		if (!digits(word, &a, &device[0]) || word[a] != ':' ||
		    !digits(word + a + 1, &b, &device[1]) || word[a + 1 + b])
			continue;
		if (!(str_eq(key, DEVICES) ? is_line_v1(list, &at, device, rest)
					   : is_line_v2(list, &at, device, rest, key)))
			return false;
	}
	return list ? list->count == at : at == 0;
}

static bool is_value(const struct row *row, const struct json *v, const char *text)
{
	uint64_t n;

	if (str_eq(row->key, LIST))
		return is_list(v, text);
	if (!row->factor)
		return are_devices(v, text, row->key);
	return json_uint(v, &n) == 0 &&
	       n == row->factor * (row->key ? keyed(text, row->key) : number_of(text));
}

/* What a controller's statistics are where each attribute has this text. */
static struct json *made_of(const struct row *row, const char *text)
{
	struct stats s = {.data = json_new(JSON_OBJECT)};
	struct json *own = s.data, *all CLEANUP(json_freep) = NULL;
	struct strbuf b CLEANUP(strbuf_done) = STRBUF_INIT;

	held = text;
	(row->v == 1 ? stats_v1 : stats_v2)(&s, row->controller, 0);
	json_print(s.data, 0, &b);
	/* the kernel's keys are ASCII: two that are not may become one */
	fuzz_check(json_parse(b.buf, b.len, &all, NULL) == 0 || !is_ascii(text));
	fuzz_check(!s.oom && s.data == own);
	return own;
}

bool counts_hold(const char *text)
{
	struct json *data CLEANUP(json_freep) = NULL;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];

		if (!i || row[-1].v != row->v || !str_eq(row[-1].controller, row->controller)) {
			json_free(data);
			data = made_of(row, text);
		}
		if (!is_value(row, json_at(data, row->pointer), text))
			return false;
	}
	return true;
}

/* Sixteen numbers behind a colon: whether they are there. */
static bool is_device(const char *colon, uint64_t n[16])
{
	const char *p = colon + 1;
	size_t len;

	for (size_t i = 0; i < 16; i++) {
		p += strspn(p, " ");
		if (!digits(p, &len, &n[i]) || (p[len] && !strchr(" \n", p[len])))
			return false;
		p += len;
	}
	return true;
}

bool counts_are_of(const struct json *list, const char *text)
{
	size_t found = 0;

	for (const char *line = text; line; line = next_line(line)) {
		const char *name = line + strspn(line, " ");
		size_t len = strcspn(name, ":\n");
		uint64_t n[16];

		if (name[len] != ':' || !is_device(name + len, n))
			continue;
		const struct json *o = found < list->count ? list->items[found++] : NULL;
		const char *said = json_string(json_member(o, "Name"));

		if (!said || strlen(said) != len || strncmp(said, name, len) != 0 ||
		    !holds(o, "RxBytes", n[0]) || !holds(o, "RxPackets", n[1]) ||
		    !holds(o, "RxErrors", n[2]) || !holds(o, "RxDropped", n[3]) ||
		    !holds(o, "TxBytes", n[8]) || !holds(o, "TxPackets", n[9]) ||
		    !holds(o, "TxErrors", n[10]) || !holds(o, "TxDropped", n[11]))
			return false;
	}
	return found == list->count;
}

bool counts_names(const char *list, const char *name)
{
	cleanup_free char *copy = strdup(list);
	char *save = NULL;
	bool found = false;

	for (char *w = strtok_r(copy, ", ", &save); w; w = strtok_r(NULL, ", ", &save))
		found = found || str_eq(w, name);
	return found;
}

/* What stands behind the name of a line of schemata, which is *ret_len bytes from *line on. */
static const char *behind_name(const char **line, size_t *ret_len)
{
	const char *end = *line + strcspn(*line, ":\n");

	*line += strspn(*line, " \t");
	*ret_len = (size_t)(end - *line);
	while (*ret_len && (*line)[*ret_len - 1] == ' ')
		--*ret_len;
	return *end == ':' ? end : "";
}

struct domain {
	uint64_t id, value;
};

/* The domains of @text, up to what is none, where *ret_rest begins. */
static size_t read_domains(const char *text, const char *set, struct domain d[DOMAINS],
			   const char **ret_rest)
{
	size_t n = 0, len;

	for (*ret_rest = text; n < DOMAINS; n++) {
		const char *p = text + strspn(text, ":; \t");

		if (!digits(p, &len, &d[n].id))
			break;
		p += len + strspn(p + len, " \t");
		if (*p++ != '=')
			break;
		p += strspn(p, " \t");
		if (!digits_of(set, p, &len, &d[n].value))
			break;
		*ret_rest = text = p + len;
	}
	return n;
}

static const char *line_named(const char *file, const char *name, size_t len)
{
	for (const char *line = file; line && *line; line = next_line(line)) {
		size_t n;
		const char *domains = behind_name(&line, &n);

		if (n == len && strncmp(line, name, n) == 0)
			return domains;
	}
	return NULL;
}

bool counts_schema_holds(const char *schema, const char *file)
{
	struct domain want[DOMAINS], is[DOMAINS];
	const char *rest, *end;
	size_t len;
	const char *domains = behind_name(&schema, &len), *line = line_named(file, schema, len);
	const char *set = len == 2 && strncmp(schema, "MB", 2) == 0 ? DEC : HEX;
	size_t nwant = read_domains(domains, set, want, &rest);
	size_t nis = line ? read_domains(line, set, is, &end) : 0;

	for (size_t i = 0; i < nwant; i++) {
		size_t k = 0;

		while (k < nis && is[k].id != want[i].id)
			k++;
		if (k == nis || is[k].value != want[i].value)
			return false;
	}
	return line && !rest[strspn(rest, ":; \t")];
}
