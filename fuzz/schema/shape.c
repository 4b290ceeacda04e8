/* SPDX-License-Identifier: Apache-2.0 */
#include "shape.h"

#include "cleanup.h"
#include "shape_rows.h"

#include <string.h>

struct check {
	void (*fn)(const char *pointer, void *arg);
	void *arg;
	struct strbuf pointer;
};

static void check_value(struct check *c, const char *says, const struct json *j);

static void refuse(struct check *c)
{
	if (!c->pointer.oom)
		c->fn(c->pointer.len ? c->pointer.buf : "", c->arg);
}

/* Adds a step of RFC 6901; the length before it. */
static size_t enter(struct check *c, const char *step)
{
	size_t before = c->pointer.len;

	strbuf_addc(&c->pointer, '/');
	for (; *step; step++) {
		if (*step == '~' || *step == '/')
			strbuf_adds(&c->pointer, *step == '~' ? "~0" : "~1");
		else
			strbuf_addc(&c->pointer, *step);
	}
	return before;
}

static void leave(struct check *c, size_t before)
{
	if (c->pointer.oom)
		return;
	c->pointer.len = before;
	c->pointer.buf[before] = '\0';
}

static bool in_range(const char *says, const struct json *j)
{
	static const struct {
		const char *name;
		int64_t min;
		uint64_t max;
	} ranges[] = {
		{"u16", 0, UINT16_MAX},	       {"u32", 0, UINT32_MAX},
		{"u64", 0, UINT64_MAX},	       {"natural", 0, UINT64_MAX},
		{"positive", 1, UINT64_MAX},   {"int", INT64_MIN, UINT64_MAX},
		{"i64", INT64_MIN, INT64_MAX}, {"i32", INT32_MIN, INT32_MAX},
	};
	int64_t i;
	uint64_t u;

	for (size_t k = 0; k < sizeof(ranges) / sizeof(ranges[0]); k++) {
		if (!str_eq(ranges[k].name, says))
			continue;
		if (json_int(j, &i) == 0)
			return i >= ranges[k].min && (i < 0 || (uint64_t)i <= ranges[k].max);
		return json_uint(j, &u) == 0 && u <= ranges[k].max;
	}
	return false;
}

static bool is_number(const char *says)
{
	return str_eq(says, "natural") || str_eq(says, "positive") || str_eq(says, "int") ||
	       ((*says == 'u' || *says == 'i') && says[1] >= '1' && says[1] <= '6' && !says[3]);
}

static bool in_set(const char *name, const struct json *j)
{
	for (size_t i = 0; i < shape_set_count; i++) {
		cleanup_free char *barred = NULL;

		if (!str_eq(shape_sets[i].name, name))
			continue;
		barred = str_format("|%s|", json_string(j));
		return barred && !strchr(json_string(j), '|') &&
		       strstr(shape_sets[i].members, barred);
	}
	return false;
}

/* "PREFIX+CHARS" or "PREFIX-CHARS" */
static bool is_like(const char *says, const char *text)
{
	size_t n = strcspn(says, "+-");
	const char *chars = says + n + 1, *rest = text + n;

	if (strncmp(text, says, n) != 0)
		return false;
	if (says[n] == '-')
		return !rest[strcspn(rest, chars)];
	return (!n || *rest) && !rest[strspn(rest, chars)];
}

static bool is_page_size(const char *text)
{
	size_t n = strspn(text, "0123456789");

	return n && text[0] != '0' && text[n] && strchr("KMG", text[n]) &&
	       str_eq(text + n + 1, "B");
}

static bool leaf_fits(const char *says, const struct json *j)
{
	const char *text = json_string(j);

	if (str_eq(says, "bool"))
		return j->type == JSON_BOOL;
	if (is_number(says))
		return in_range(says, j);
	if (str_eq(says, "text"))
		return j->type == JSON_STRING;
	if (!text) /* with NUL it is like nothing */
		return false;
	if (*says == '@')
		return in_set(says + 1, j);
	return *says == '~' ? is_like(says + 1, text) : is_page_size(text);
}

static void check_items(struct check *c, const char *says, const struct json *j, bool map)
{
	for (size_t i = 0; i < j->count; i++) {
		cleanup_free char *index = map ? NULL : str_format("%zu", i);
		size_t before = enter(c, map ? j->names[i] : index ? index : "");

		check_value(c, says, j->items[i]);
		leave(c, before);
	}
}

/* False: no record has this name. */
static bool check_record(struct check *c, const char *record, const struct json *j)
{
	bool known = false;

	for (size_t i = 0; i < shape_row_count; i++) {
		const struct shape_row *r = &shape_rows[i];
		size_t n = strcspn(r->member, "!"), before;
		cleanup_free char *member = NULL;
		const struct json *value;

		if (!str_eq(r->of, record))
			continue;
		if (!known && j->type != JSON_OBJECT) {
			refuse(c);
			return true;
		}
		known = true;
		member = strndup(r->member, n);
		if (!member)
			return true;
		value = json_member(j, member);
		before = enter(c, member);
		if (value)
			check_value(c, r->says, value);
		else if (r->member[n])
			refuse(c);
		leave(c, before);
	}
	return known;
}

static void check_value(struct check *c, const char *says, const struct json *j)
{
	bool list = *says == '*' || *says == '+';
	bool map = str_starts(says, "{}");

	if (list || map) {
		if (j->type != (list ? JSON_ARRAY : JSON_OBJECT) || (*says == '+' && !j->count))
			refuse(c);
		else
			check_items(c, says + (list ? 1 : 2), j, map);
		return;
	}
	if (!check_record(c, says, j) && !leaf_fits(says, j))
		refuse(c);
}

void shape_check(const char *record, const struct json *j,
		 void (*fn)(const char *pointer, void *arg), void *arg)
{
	struct check c = {.fn = fn, .arg = arg};

	check_value(&c, record, j);
	strbuf_done(&c.pointer);
}
