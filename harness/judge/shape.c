/* SPDX-License-Identifier: Apache-2.0 */
#include "shape.h"

#include "cleanup.h"
#include "str.h"

#include <errno.h>
#include <string.h>

static int object(const struct json *doc, const struct field_obj *o, const char *at,
		  struct json *findings);

static int say(struct json *findings, const char *at, const char *name, const char *what)
{
	cleanup_free char *text =
		str_format("%s%s%s: %s", at, name ? "/" : "", name ? name : "", what);

	struct json *sentence = text ? json_new_string(text) : NULL;

	return sentence ? json_append(findings, sentence) : -ENOMEM;
}

static int wrong(struct json *findings, const char *at, const struct field *f)
{
	cleanup_free char *text = str_format("expected %s", field_expects(f));

	return text ? say(findings, at, f->name, text) : -ENOMEM;
}

/* Every element is a string (of @set, where there is one). */
static bool all_strings(const struct json *v, const struct field_set *set)
{
	for (size_t i = 0; i < v->count; i++) {
		const struct json *item = v->items[i];

		if (item->type != JSON_STRING ||
		    (set && field_set_find(set, item->text, item->len) < 0))
			return false;
	}
	return true;
}

static bool all_numbers(const struct json *v, uint64_t max)
{
	uint64_t n;

	for (size_t i = 0; i < v->count; i++) {
		if (json_uint(v->items[i], &n) < 0 || n > max)
			return false;
	}
	return true;
}

static bool scalar_fits(const struct json *v, const struct field *f)
{
	uint64_t u;
	int64_t i;

	switch (f->kind) {
	case FIELD_STR:
		return v->type == JSON_STRING;
	case FIELD_BOOL:
		return v->type == JSON_BOOL;
	case FIELD_INT:
		return json_int(v, &i) == 0 && i >= f->min && (i < 0 || (uint64_t)i <= f->max);
	case FIELD_UINT:
		return json_uint(v, &u) == 0 && u <= f->max;
	case FIELD_ENUM:
		return v->type == JSON_STRING && field_set_find(f->set, v->text, v->len) >= 0;
	case FIELD_STRS:
		return v->type == JSON_ARRAY && all_strings(v, NULL);
	case FIELD_ENUMS:
		return v->type == JSON_ARRAY && all_strings(v, f->set);
	case FIELD_UINTS:
		return v->type == JSON_ARRAY && all_numbers(v, f->max);
	case FIELD_PAIRS:
		return v->type == JSON_OBJECT && all_strings(v, NULL);
	default:
		return false;
	}
}

static int value(const struct json *v, const struct field *f, const char *at, struct json *findings)
{
	bool list = f->kind == FIELD_LIST, map = f->kind == FIELD_MAP;
	cleanup_free char *below = NULL;
	int r = 0;

	if (f->kind != FIELD_OBJ && !list && !map)
		return scalar_fits(v, f) ? 0 : wrong(findings, at, f);
	if (v->type != (list ? JSON_ARRAY : JSON_OBJECT))
		return wrong(findings, at, f);
	below = str_format("%s/%s", at, f->name);
	if (!below)
		return -ENOMEM;
	if (f->kind == FIELD_OBJ)
		return object(v, f->obj, below, findings);
	for (size_t i = 0; r == 0 && i < v->count; i++) {
		cleanup_free char *item = list ? str_format("%s/%zu", below, i)
					       : str_format("%s/%s", below, v->names[i]);

		r = item ? object(v->items[i], f->obj, item, findings) : -ENOMEM;
	}
	return r;
}

static int object(const struct json *doc, const struct field_obj *o, const char *at,
		  struct json *findings)
{
	int r = 0;

	if (doc->type != JSON_OBJECT)
		return say(findings, at, NULL, "expected an object");
	for (size_t i = 0; r == 0 && i < o->nfields; i++) {
		const struct field *f = &o->fields[i];
		const struct json *v = json_member(doc, f->name);

		if (v && v->type != JSON_NULL)
			r = value(v, f, at, findings);
		else if (f->flags & FIELD_REQUIRED)
			r = say(findings, at, f->name, "missing");
	}
	return r;
}

int shape_check(const struct json *doc, const struct field_obj *o, struct json *findings)
{
	return object(doc, o, "", findings);
}
