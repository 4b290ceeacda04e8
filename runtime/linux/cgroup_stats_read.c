/* SPDX-License-Identifier: Apache-2.0 */
#include "cgroup_stats_read.h"

#include "cgroup_internal.h"
#include "cleanup.h"

#include <ctype.h>
#include <dirent.h>
#include <string.h>

/* More CPUs or nodes than any kernel is built for: a list that has more is none of its. */
#define LIST_MAX 8192

void stats_put(struct stats *s, const char *pointer, struct json *value)
{
	if (json_set(&s->data, pointer, value, NULL) < 0)
		s->oom = true;
}

void stats_set(struct stats *s, const char *pointer, uint64_t value)
{
	stats_put(s, pointer, json_new_uint(value));
}

uint64_t stats_number(int dir, const char *file)
{
	cleanup_free char *text = NULL;
	uint64_t n = 0;

	if (cgroup_dir_read(dir, file, &text) < 0)
		return 0;
	if (str_eq(text, "max"))
		return UINT64_MAX;
	return str_to_u64(text, UINT64_MAX, &n) < 0 ? 0 : n;
}

char *stats_next_word(char **s)
{
	char *w = *s + strspn(*s, " \t");
	size_t n = strcspn(w, " \t");

	if (!n)
		return NULL;
	*s = w + n + (w[n] != '\0');
	w[n] = '\0';
	return w;
}

char *stats_next_line(char **s)
{
	char *line = *s;
	size_t n = strcspn(line, "\n");

	if (!*line)
		return NULL;
	*s = line + n + (line[n] != '\0');
	line[n] = '\0';
	return line;
}

struct json *stats_keyed_all(int dir, const char *file)
{
	CLEANUP(json_freep) struct json *o = json_new(JSON_OBJECT);
	cleanup_free char *text = NULL;
	char *rest, *line;

	if (!o || cgroup_dir_read(dir, file, &text) < 0)
		return take_ptr(&o);
	rest = text;
	while ((line = stats_next_line(&rest))) {
		char *key = stats_next_word(&line), *value = stats_next_word(&line);
		uint64_t n;

		if (key && value && str_to_u64(value, UINT64_MAX, &n) >= 0 &&
		    json_set_member(o, key, json_new_uint(n)) < 0)
			return NULL;
	}
	return take_ptr(&o);
}

uint64_t stats_keyed(int dir, const char *file, const char *key)
{
	CLEANUP(json_freep) struct json *all = stats_keyed_all(dir, file);
	uint64_t n = 0;

	(void)json_uint(json_member(all, key), &n);
	return n;
}

struct json *stats_list(int dir, const char *file)
{
	CLEANUP(json_freep) struct json *list = json_new(JSON_ARRAY);
	cleanup_free char *text = NULL;

	if (!list || cgroup_dir_read(dir, file, &text) < 0)
		return take_ptr(&list);
	for (const char *s = text; *s && list->count <= LIST_MAX;) {
		char one[32];
		size_t n = strcspn(s, ", ");
		uint64_t from, to, count;
		char *dash;

		if (n && n < sizeof(one)) {
			memcpy(one, s, n);
			one[n] = '\0';
			dash = strchr(one, '-');
			if (dash)
				*dash = '\0';
			/* of a range the numbers are CPUs, without one they may be nanoseconds */
			if (str_to_u64(one, dash ? LIST_MAX : UINT64_MAX, &from) < 0)
				break;
			to = from;
			if (dash && str_to_u64(dash + 1, LIST_MAX, &to) < 0)
				break;
			count = from <= to ? to - from + 1 : 0;
			for (uint64_t i = 0; i < count; i++)
				if (json_append(list, json_new_uint(from + i)) < 0)
					return NULL;
		}
		s += n;
		s += *s != '\0';
	}
	return take_ptr(&list);
}

bool stats_device(const char *word, uint64_t *ret_major, uint64_t *ret_minor)
{
	char major[24];
	size_t n = word ? strcspn(word, ":") : 0;

	if (!n || n >= sizeof(major) || !word[n])
		return false;
	memcpy(major, word, n);
	major[n] = '\0';
	return str_to_u64(major, UINT64_MAX, ret_major) == 0 &&
	       str_to_u64(word + n + 1, UINT64_MAX, ret_minor) == 0;
}

void stats_add_io(struct stats *s, const char *pointer, uint64_t major, uint64_t minor,
		  const char *op, uint64_t value)
{
	cleanup_free char *end = str_format("%s/-", pointer);
	struct json *o = json_new(JSON_OBJECT);

	if (!json_at(s->data, pointer))
		stats_put(s, pointer, json_new(JSON_ARRAY));
	if (!end || !o || json_set_member(o, "major", json_new_uint(major)) < 0 ||
	    json_set_member(o, "minor", json_new_uint(minor)) < 0 ||
	    json_set_member(o, "op", json_new_string(op)) < 0 ||
	    json_set_member(o, "value", json_new_uint(value)) < 0) {
		json_free(o);
		s->oom = true;
		return;
	}
	stats_put(s, end, o);
}

void stats_pids(struct stats *s, int dir)
{
	uint64_t limit = stats_number(dir, "pids.max");

	stats_set(s, "/pids/current", stats_number(dir, "pids.current"));
	/* no limit is none */
	if (limit && limit != UINT64_MAX)
		stats_set(s, "/pids/limit", limit);
}

void stats_each_page_size(struct stats *s, int dir,
			  void (*each)(struct stats *s, int dir, const char *size))
{
	cleanup_dir DIR *d = opendir("/sys/kernel/mm/hugepages");
	const struct dirent *de;

	while (d && (de = readdir(d))) {
		static const char units[][3] = {"KB", "MB", "GB"};
		cleanup_free char *size = NULL, *digits = NULL;
		const char *from = de->d_name;
		size_t unit = 0;
		uint64_t kb;

		if (!str_starts(from, "hugepages-") || !str_ends(from, "kB"))
			continue;
		from += strlen("hugepages-");
		digits = strndup(from, strlen(from) - 2);
		if (!digits || str_to_u64(digits, UINT64_MAX, &kb) < 0)
			continue;
		while (unit < 2 && kb >= 1024 && kb % 1024 == 0) {
			kb /= 1024;
			unit++;
		}
		size = str_format("%llu%s", (unsigned long long)kb, units[unit]);
		if (size)
			each(s, dir, size);
	}
}
