/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The catalogue's lies about config.json: for every field of the table that a case sets, it is
 * dropped, a flag is turned round, a number is changed, a list loses its last element.
 */
#include "plan_fields.h"

#include "cleanup.h"
#include "fields.h"
#include "str.h"

#include <errno.h>
#include <string.h>

/* Where the walk is: in this document, and in the table ("*" for indices, "{}" for names). */
struct place {
	const char *pointer, *pattern;
};

struct walk {
	struct plan *plan;
	size_t job;
};

static int walk_object(const struct walk *w, const struct field_obj *o, const struct json *value,
		       const struct json *base, struct place at);

/* Adds "verb:pattern" with the lie "verb:pointer", or "set:pointer=text" where there is a @text. */
static int tell(const struct walk *w, const char *verb, struct place at, const char *text)
{
	cleanup_free char *name = str_format("%s:%s", verb, at.pattern);
	cleanup_free char *lie = text ? str_format("set:%s=%s", at.pointer, text)
				      : str_format("%s:%s", verb, at.pointer);

	return name && lie ? plan_add(w->plan, name, w->job, lie) : -ENOMEM;
}

/* A pointer's token of an object's member (RFC 6901). */
static char *escape(const char *name)
{
	struct strbuf b = STRBUF_INIT;

	for (; *name; name++) {
		if (*name == '~')
			strbuf_adds(&b, "~0");
		else if (*name == '/')
			strbuf_adds(&b, "~1");
		else
			strbuf_addc(&b, *name);
	}
	return strbuf_take(&b);
}

/* Another number that the field can hold: the double, else the half, else none. */
static char *other_number(const struct field *f, const struct json *value)
{
	uint64_t u;
	int64_t i;

	if (f->kind == FIELD_UINT && json_uint(value, &u) == 0) {
		if (u == 0)
			return strdup("1");
		return str_format("%llu", (unsigned long long)(u <= f->max / 2 ? u * 2 : u / 2));
	}
	if (f->kind == FIELD_INT && json_int(value, &i) == 0) {
		uint64_t room = f->max / 2;

		if (i == 0)
			return strdup("1");
		return str_format("%lld",
				  (long long)(i > 0 && (uint64_t)i <= room ? i * 2 : i / 2));
	}
	return NULL;
}

static int tell_number(const struct walk *w, const struct field *f, const struct json *value,
		       struct place at)
{
	cleanup_free char *text = other_number(f, value);

	return text ? tell(w, "change", at, text) : 0;
}

static int walk_list(const struct walk *w, const struct field *f, const struct json *value,
		     const struct json *base, struct place at)
{
	int r = 0;

	for (size_t i = 0; i < value->count && r == 0; i++) {
		const struct json *b =
			base && base->type == JSON_ARRAY && i < base->count ? base->items[i] : NULL;
		cleanup_free char *pointer = str_format("%s/%zu", at.pointer, i);
		cleanup_free char *pattern = str_format("%s/*", at.pattern);

		if (!pointer || !pattern)
			return -ENOMEM;
		if (!b || !json_equal(b, value->items[i]))
			r = walk_object(w, f->obj, value->items[i], b,
					(struct place){pointer, pattern});
	}
	return r;
}

/* Members with names of their own: each can be dropped, those that are objects are walked. */
static int walk_map(const struct walk *w, const struct field *f, const struct json *value,
		    const struct json *base, struct place at)
{
	int r = 0;

	for (size_t i = 0; i < value->count && r == 0; i++) {
		cleanup_free char *token = escape(value->names[i]);
		cleanup_free char *pointer = str_format("%s/%s", at.pointer, token ? token : "");
		cleanup_free char *pattern = str_format("%s/{}", at.pattern);
		struct place here = {pointer, pattern};

		if (!token || !pointer || !pattern)
			return -ENOMEM;
		r = tell(w, "drop", here, NULL);
		if (r == 0 && f->kind == FIELD_MAP)
			r = walk_object(w, f->obj, value->items[i],
					base ? json_member(base, value->names[i]) : NULL, here);
	}
	return r;
}

/* A list where the table has something else is a case's way to break a rule. */
static bool is_list(const struct field *f)
{
	return f->kind == FIELD_STRS || f->kind == FIELD_UINTS || f->kind == FIELD_ENUMS ||
	       f->kind == FIELD_LIST;
}

static int walk_field(const struct walk *w, const struct field *f, const struct json *value,
		      const struct json *base, struct place at)
{
	int r = f->flags & FIELD_REQUIRED ? 0 : tell(w, "drop", at, NULL);

	if (r < 0)
		return r;
	if (f->kind == FIELD_BOOL && value->type == JSON_BOOL)
		return tell(w, "flip", at, value->boolean ? "false" : "true");
	if (f->kind == FIELD_INT || f->kind == FIELD_UINT)
		return tell_number(w, f, value, at);
	if (f->kind == FIELD_OBJ)
		return walk_object(w, f->obj, value, base, at);
	if (value->type == JSON_OBJECT && (f->kind == FIELD_MAP || f->kind == FIELD_PAIRS))
		return walk_map(w, f, value, base, at);
	if (value->type != JSON_ARRAY || value->count == 0 || !is_list(f))
		return 0;
	r = tell(w, "pop", at, NULL);
	return r == 0 && f->kind == FIELD_LIST ? walk_list(w, f, value, base, at) : r;
}

static int walk_object(const struct walk *w, const struct field_obj *o, const struct json *value,
		       const struct json *base, struct place at)
{
	int r = 0;

	if (value->type != JSON_OBJECT)
		return 0;
	for (size_t i = 0; i < o->nfields && r == 0; i++) {
		const struct field *f = &o->fields[i];
		const struct json *v = json_member(value, f->name);
		const struct json *b = base ? json_member(base, f->name) : NULL;
		cleanup_free char *pointer = NULL;
		cleanup_free char *pattern = NULL;

		if (!v || (b && json_equal(v, b)))
			continue;
		pointer = str_format("%s/%s", at.pointer, f->name);
		pattern = str_format("%s/%s", at.pattern, f->name);
		r = pointer && pattern ? walk_field(w, f, v, b, (struct place){pointer, pattern})
				       : -ENOMEM;
	}
	return r;
}

int plan_add_fields(struct plan *p, size_t job, const struct json *config, const struct json *base)
{
	const struct walk w = {p, job};

	return walk_object(&w, &field_obj_config, config, base, (struct place){"", ""});
}
