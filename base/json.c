/* SPDX-License-Identifier: Apache-2.0 */
#include "json.h"

#include "cleanup.h"
#include "json_priv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EQUAL_BY_SCAN 8 /* members up to which a scan beats sorting */

static bool is_container(const struct json *j)
{
	return j->type == JSON_ARRAY || j->type == JSON_OBJECT;
}

/*
 * Containers that wait for their turn hang in a list that runs through their @text, which only
 * numbers and strings use: no recursion and no memory, whatever the shape of the tree.
 */
void json_free(struct json *j)
{
	struct json *list = j;
	int saved = errno;

	if (!j)
		return;
	free(j->text);
	j->text = NULL;
	while (list) {
		struct json *node = list;

		list = (struct json *)(void *)node->text;
		for (size_t i = 0; i < node->count; i++) {
			struct json *item = node->items[i];

			if (node->names)
				free(node->names[i]);
			if (!item)
				continue;
			free(item->text);
			item->text = NULL;
			if (is_container(item)) {
				item->text = (char *)(void *)list;
				list = item;
			} else {
				free(item);
			}
		}
		free(node->names);
		free(node->items);
		free(node);
	}
	errno = saved;
}

struct json *json_new(enum json_type type)
{
	struct json *j = calloc(1, sizeof(*j));

	if (j)
		j->type = type;
	return j;
}

struct json *json_new_bool(bool b)
{
	struct json *j = json_new(JSON_BOOL);

	if (j)
		j->boolean = b;
	return j;
}

struct json *json_new_text(enum json_type type, const char *text, size_t len)
{
	struct json *j = json_new(type);

	if (!j)
		return NULL;
	j->text = malloc(len + 1);
	if (!j->text) {
		free(j);
		return NULL;
	}
	if (len)
		memcpy(j->text, text, len);
	j->text[len] = '\0';
	j->len = len;
	return j;
}

struct json *json_new_int(int64_t v)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%" PRId64, v);

	return json_new_text(JSON_NUMBER, text, (size_t)n);
}

struct json *json_new_uint(uint64_t v)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%" PRIu64, v);

	return json_new_text(JSON_NUMBER, text, (size_t)n);
}

struct json *json_new_string_len(const char *s, size_t len)
{
	return json_new_text(JSON_STRING, s, len);
}

struct json *json_new_string(const char *s)
{
	return json_new_text(JSON_STRING, s, strlen(s));
}

static char *copy_name(const char *name)
{
	size_t n = strlen(name) + 1;
	char *copy = malloc(n);

	return copy ? memcpy(copy, name, n) : NULL;
}

int json_push(struct json *c, char *name, struct json *value)
{
	if ((c->count & (c->count - 1)) == 0) {
		size_t cap = c->count ? c->count * 2 : 1;
		struct json **items;
		char **names;

		items = realloc(c->items, cap * sizeof(struct json *));
		if (!items)
			return -ENOMEM;
		c->items = items;
		if (c->type == JSON_OBJECT) {
			names = realloc(c->names, cap * sizeof(char *));
			if (!names)
				return -ENOMEM;
			c->names = names;
		}
	}
	c->items[c->count] = value;
	if (c->type == JSON_OBJECT)
		c->names[c->count] = name;
	c->count++;
	return 0;
}

static struct json *copy_below(const struct json *j, int budget)
{
	CLEANUP(json_freep) struct json *copy = NULL;

	if (is_container(j) && budget-- == 0)
		return NULL;
	copy = j->text ? json_new_text(j->type, j->text, j->len) : json_new(j->type);
	if (!copy)
		return NULL;
	copy->boolean = j->boolean;
	copy->line = j->line;
	copy->col = j->col;
	for (size_t i = 0; i < j->count; i++) {
		cleanup_free char *name = NULL;
		CLEANUP(json_freep) struct json *item = copy_below(j->items[i], budget);

		if (!item)
			return NULL;
		if (j->type == JSON_OBJECT) {
			name = copy_name(j->names[i]);
			if (!name)
				return NULL;
		}
		if (json_push(copy, name, item) < 0)
			return NULL;
		(void)take_ptr(&name);
		(void)take_ptr(&item);
	}
	return take_ptr(&copy);
}

struct json *json_copy(const struct json *j)
{
	return copy_below(j, JSON_MAX_DEPTH);
}

bool json_depth_fits(const struct json *j, size_t budget)
{
	if (!is_container(j))
		return true;
	if (budget == 0)
		return false;
	for (size_t i = 0; i < j->count; i++) {
		if (!json_depth_fits(j->items[i], budget - 1))
			return false;
	}
	return true;
}

int json_append(struct json *array, struct json *value)
{
	int r;

	if (!array || !value)
		r = -ENOMEM;
	else
		r = array->type == JSON_ARRAY ? json_push(array, NULL, value) : -EINVAL;
	if (r < 0)
		json_free(value);
	return r;
}

static bool find_member(const struct json *object, const char *name, size_t *ret)
{
	if (!object || object->type != JSON_OBJECT)
		return false;
	for (size_t i = 0; i < object->count; i++) {
		if (strcmp(object->names[i], name) == 0) {
			*ret = i;
			return true;
		}
	}
	return false;
}

int json_set_member(struct json *object, const char *name, struct json *value)
{
	CLEANUP(json_freep) struct json *v = value;
	cleanup_free char *copy = NULL;
	size_t i;
	int r;

	if (!object || !v)
		return -ENOMEM;
	if (object->type != JSON_OBJECT)
		return -EINVAL;
	if (find_member(object, name, &i)) {
		json_free(object->items[i]);
		object->items[i] = take_ptr(&v);
		return 0;
	}
	copy = copy_name(name);
	if (!copy)
		return -ENOMEM;
	r = json_push(object, copy, v);
	if (r < 0)
		return r;
	(void)take_ptr(&copy);
	(void)take_ptr(&v);
	return 0;
}

struct json *json_member(const struct json *object, const char *name)
{
	size_t i;

	return find_member(object, name, &i) ? object->items[i] : NULL;
}

const char *json_string(const struct json *j)
{
	if (!j || j->type != JSON_STRING || memchr(j->text, '\0', j->len))
		return NULL;
	return j->text;
}

int json_int(const struct json *j, int64_t *ret)
{
	if (!j || j->type != JSON_NUMBER)
		return -EINVAL;
	return str_to_i64(j->text, INT64_MIN, INT64_MAX, ret);
}

int json_uint(const struct json *j, uint64_t *ret)
{
	uint64_t magnitude;
	int r;

	if (!j || j->type != JSON_NUMBER)
		return -EINVAL;
	if (*j->text != '-')
		return str_to_u64(j->text, UINT64_MAX, ret);
	/* -0 is 0; every other negative integer is out of range */
	r = str_to_u64(j->text + 1, UINT64_MAX, &magnitude);
	if (r < 0)
		return r;
	if (magnitude != 0)
		return -ERANGE;
	*ret = 0;
	return 0;
}

static bool equal_below(const struct json *a, const struct json *b, int budget);

static bool is_zero(const char *number)
{
	return str_eq(number, "0") || str_eq(number, "-0");
}

/* JSON allows no leading zeros and no plus, so equal integers have equal text but for the sign of
 * zero. */
static bool equal_text(const struct json *a, const struct json *b)
{
	if (a->len == b->len && memcmp(a->text, b->text, a->len) == 0)
		return true;
	return a->type == JSON_NUMBER && is_zero(a->text) && is_zero(b->text);
}

struct member {
	const char *name;
	const struct json *value;
};

static int compare_members(const void *a, const void *b)
{
	return strcmp(((const struct member *)a)->name, ((const struct member *)b)->name);
}

static struct member *sorted_members(const struct json *object)
{
	struct member *m = calloc(object->count, sizeof(*m));

	if (!m)
		return NULL;
	for (size_t i = 0; i < object->count; i++)
		m[i] = (struct member){object->names[i], object->items[i]};
	qsort(m, object->count, sizeof(*m), compare_members);
	return m;
}

/* Big objects are sorted first, or two of them in opposite order would cost n * n; where memory is
 * short, the scan does it slowly. */
static bool equal_objects(const struct json *a, const struct json *b, int budget)
{
	cleanup_free struct member *ma = NULL, *mb = NULL;

	if (a->count > EQUAL_BY_SCAN) {
		ma = sorted_members(a);
		mb = sorted_members(b);
	}
	for (size_t i = 0; i < a->count; i++) {
		const struct json *other;

		if (ma && mb) {
			if (strcmp(ma[i].name, mb[i].name) != 0 ||
			    !equal_below(ma[i].value, mb[i].value, budget))
				return false;
			continue;
		}
		other = json_member(b, a->names[i]);
		if (!other || !equal_below(a->items[i], other, budget))
			return false;
	}
	return true;
}

static bool equal_below(const struct json *a, const struct json *b, int budget)
{
	if (a->type != b->type || a->count != b->count)
		return false;
	if (is_container(a) && budget-- == 0)
		return false;
	switch (a->type) {
	case JSON_NULL:
		return true;
	case JSON_BOOL:
		return a->boolean == b->boolean;
	case JSON_NUMBER:
	case JSON_STRING:
		return equal_text(a, b);
	case JSON_ARRAY:
		for (size_t i = 0; i < a->count; i++) {
			if (!equal_below(a->items[i], b->items[i], budget))
				return false;
		}
		return true;
	case JSON_OBJECT:
		return equal_objects(a, b, budget);
	}
	return false;
}

bool json_equal(const struct json *a, const struct json *b)
{
	if (!a || !b)
		return a == b;
	return equal_below(a, b, JSON_MAX_DEPTH);
}

static void print_break(struct strbuf *out, int indent, int level)
{
	if (indent > 0)
		strbuf_addf(out, "\n%*s", indent * level, "");
}

static void print_below(const struct json *j, int indent, int level, struct strbuf *out)
{
	bool object = j->type == JSON_OBJECT;

	switch (j->type) {
	case JSON_NULL:
		strbuf_adds(out, "null");
		return;
	case JSON_BOOL:
		strbuf_adds(out, j->boolean ? "true" : "false");
		return;
	case JSON_NUMBER:
		strbuf_add(out, j->text, j->len);
		return;
	case JSON_STRING:
		strbuf_add_json(out, j->text, j->len);
		return;
	case JSON_ARRAY:
	case JSON_OBJECT:
		break;
	}
	if (level >= JSON_MAX_DEPTH) {
		out->oom = true;
		return;
	}
	strbuf_addc(out, object ? '{' : '[');
	for (size_t i = 0; i < j->count; i++) {
		if (i > 0)
			strbuf_addc(out, ',');
		print_break(out, indent, level + 1);
		if (object) {
			strbuf_add_json(out, j->names[i], strlen(j->names[i]));
			strbuf_adds(out, indent > 0 ? ": " : ":");
		}
		print_below(j->items[i], indent, level + 1, out);
	}
	if (j->count > 0)
		print_break(out, indent, level);
	strbuf_addc(out, object ? '}' : ']');
}

void json_print(const struct json *j, int indent, struct strbuf *out)
{
	print_below(j, indent, 0, out);
	if (indent > 0)
		strbuf_addc(out, '\n');
}

/* What stands before a value. */
static void put_name(struct strbuf *out, const char *name)
{
	if (out->len && out->buf[out->len - 1] != '{' && out->buf[out->len - 1] != '[')
		strbuf_addc(out, ',');
	if (!name)
		return;
	strbuf_add_json(out, name, strlen(name));
	strbuf_addc(out, ':');
}

void json_put_open(struct strbuf *out, const char *name, char bracket)
{
	put_name(out, name);
	strbuf_addc(out, bracket);
}

void json_put_close(struct strbuf *out, char bracket)
{
	strbuf_addc(out, bracket);
}

void json_put_string(struct strbuf *out, const char *name, const char *s)
{
	put_name(out, name);
	strbuf_add_json(out, s, strlen(s));
}

void json_put_int(struct strbuf *out, const char *name, int64_t v)
{
	put_name(out, name);
	strbuf_addf(out, "%" PRId64, v);
}

void json_put_uint(struct strbuf *out, const char *name, uint64_t v)
{
	put_name(out, name);
	strbuf_addf(out, "%" PRIu64, v);
}

void json_put_bool(struct strbuf *out, const char *name, bool b)
{
	put_name(out, name);
	strbuf_adds(out, b ? "true" : "false");
}

void json_put_tree(struct strbuf *out, const char *name, const struct json *j)
{
	put_name(out, name);
	json_print(j, 0, out);
}
