/* SPDX-License-Identifier: Apache-2.0 */
#include "spots.h"

#include <stdlib.h>
#include <string.h>

/* The member or element @i of @s. */
static struct spot child(const struct spot *s, size_t i)
{
	struct json *j = *s->slot;
	struct spot c = {.slot = &j->items[i], .parent = j, .index = i};
	const struct field *f = s->field;

	if (s->obj && j->type == JSON_OBJECT) {
		c.field = field_find(s->obj, j->names[i], strlen(j->names[i]));
		c.obj = c.field && c.field->kind == FIELD_OBJ ? c.field->obj : NULL;
		return c;
	}
	if (!f || s->element || f->kind == FIELD_OBJ)
		return c;
	if ((j->type == JSON_OBJECT) != (f->kind == FIELD_PAIRS || f->kind == FIELD_MAP))
		return c;
	c.field = f;
	c.element = true;
	c.obj = f->obj;
	return c;
}

static int walk(const struct spot *s, int (*fn)(const struct spot *s, void *arg), void *arg)
{
	const struct json *j = *s->slot;
	int r = fn(s, arg);

	/* as deep as a tree may be */
	for (size_t i = 0; r == 0 && i < j->count; i++) {
		struct spot c = child(s, i);

		r = walk(&c, fn, arg);
	}
	return r;
}

int spots_walk(struct json **root, const struct field_obj *o,
	       int (*fn)(const struct spot *s, void *arg), void *arg)
{
	return walk(&(struct spot){.slot = root, .obj = o}, fn, arg);
}

void spot_drop(const struct spot *s)
{
	struct json *p = s->parent;

	json_free(p->items[s->index]);
	if (p->names)
		free(p->names[s->index]);
	for (size_t i = s->index + 1; i < p->count; i++) {
		p->items[i - 1] = p->items[i];
		if (p->names)
			p->names[i - 1] = p->names[i];
	}
	p->count--;
}

static void prune(const struct spot *s, bool nulls)
{
	const struct json *j = *s->slot;

	for (size_t i = j->count; i-- > 0;) {
		struct spot c = child(s, i);

		if (s->obj && j->type == JSON_OBJECT &&
		    (!c.field || (nulls && (*c.slot)->type == JSON_NULL)))
			spot_drop(&c);
		else
			prune(&c, nulls);
	}
}

void spots_prune(struct json **root, const struct field_obj *o, bool nulls)
{
	prune(&(struct spot){.slot = root, .obj = o}, nulls);
}

static bool number_fits(const struct field *f, const struct json *j)
{
	int64_t i;
	uint64_t u;

	if (f->kind == FIELD_INT)
		return json_int(j, &i) == 0 && i >= f->min && (i < 0 || (uint64_t)i <= f->max);
	return json_uint(j, &u) == 0 && u <= f->max;
}

static bool text_fits(const struct field *f, const struct json *j)
{
	if (j->type != JSON_STRING)
		return false;
	if (f->set && field_set_find(f->set, j->text, j->len) < 0)
		return false;
	return !(f->flags & FIELD_PATH) || j->len > 0;
}

static bool element_fits(const struct field *f, const struct json *j)
{
	switch ((enum field_kind)f->kind) {
	case FIELD_UINTS:
		return number_fits(f, j);
	case FIELD_LIST:
	case FIELD_MAP:
		return j->type == JSON_OBJECT;
	default:
		return text_fits(f, j);
	}
}

static bool value_fits(const struct field *f, const struct json *j)
{
	switch ((enum field_kind)f->kind) {
	case FIELD_STR:
	case FIELD_ENUM:
		return text_fits(f, j);
	case FIELD_BOOL:
		return j->type == JSON_BOOL;
	case FIELD_INT:
	case FIELD_UINT:
		return number_fits(f, j);
	case FIELD_OBJ:
	case FIELD_PAIRS:
	case FIELD_MAP:
		return j->type == JSON_OBJECT;
	case FIELD_STRS:
	case FIELD_UINTS:
	case FIELD_ENUMS:
	case FIELD_LIST:
		return j->type == JSON_ARRAY;
	}
	return false;
}

bool spot_fits(const struct spot *s)
{
	const struct json *j = *s->slot;

	if (s->obj && j->type == JSON_OBJECT) {
		for (size_t i = 0; i < s->obj->nfields; i++) {
			const struct field *f = &s->obj->fields[i];

			if ((f->flags & FIELD_REQUIRED) && !json_member(j, f->name))
				return false;
		}
		return true;
	}
	if (!s->field)
		return !s->obj;
	return s->element ? element_fits(s->field, j) : value_fits(s->field, j);
}
