/* SPDX-License-Identifier: Apache-2.0 */
#include "fields.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define POINTER_SIZE 512

struct walk {
	int (*fn)(const struct field_view *v, void *arg);
	void *arg;
	char pointer[POINTER_SIZE];
};

/* Appends to the pointer at @len; the new length, or -ENAMETOOLONG. */
static int extend(struct walk *w, int len, const char *name)
{
	int n = snprintf(w->pointer + len, sizeof(w->pointer) - (size_t)len, "/%s", name);

	if (n < 0 || len + n >= POINTER_SIZE)
		return -ENAMETOOLONG;
	return len + n;
}

static int walk_object(struct walk *w, const struct field_obj *o, const struct field *in, int len,
		       bool always)
{
	for (size_t i = 0; i < o->nfields; i++) {
		const struct field *f = &o->fields[i];
		struct field_view v = {.pointer = w->pointer, .field = f, .owner = o, .in = in};
		int n = extend(w, len, f->name);
		int rc;

		if (n < 0)
			return n;
		v.req = field_req(f, in);
		v.required = f->flags & FIELD_REQUIRED;
		v.always = always && v.required;
		rc = w->fn(&v, w->arg);
		if (rc)
			return rc;
		if (!f->obj)
			continue;
		if (f->kind != FIELD_OBJ)
			n = extend(w, n, f->kind == FIELD_MAP ? "{}" : "*");
		if (n < 0)
			return n;
		/* the table's types stand before their users, so this ends */
		rc = walk_object(w, f->obj, f, n, v.always && f->kind == FIELD_OBJ);
		if (rc)
			return rc;
	}
	return 0;
}

int field_walk(const struct field_obj *root, int (*fn)(const struct field_view *v, void *arg),
	       void *arg)
{
	struct walk w = {.fn = fn, .arg = arg};

	return walk_object(&w, root, NULL, 0, true);
}
