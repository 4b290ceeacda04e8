/* SPDX-License-Identifier: Apache-2.0 */
/*
 * No object holds a name twice. The names of an open object stand on a stack and are sorted when it
 * ends: n log n whatever they are, which a hash of names that an enemy chooses is not.
 */
#include "catalogue.h"
#include "parser.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool names_duplicate(struct parser *p, const char *s, size_t len, uint32_t off)
{
	char got[DESCRIBED];

	parser_describe(&(struct token){.type = TOKEN_STRING, .s = s, .len = len}, got,
			sizeof(got));
	return parser_fail(p, EINVAL, off, "the member %s stands twice in one object [%s]", got,
			   catalogue_get(REQ_JSON_NO_DUPLICATE_NAMES)->id);
}

bool names_add(struct parser *p, const char *s, size_t len, uint32_t off)
{
	if (p->nnames == p->names_cap) {
		size_t cap = p->names_cap ? p->names_cap * 2 : 32;
		struct name *names = realloc(p->names, cap * sizeof(*names));

		if (!names)
			return parser_oom(p);
		p->names = names;
		p->names_cap = cap;
	}
	p->names[p->nnames++] = (struct name){s, (uint32_t)len, off};
	return true;
}

static int name_order(const struct name *x, const struct name *y)
{
	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return x->len ? memcmp(x->s, y->s, x->len) : 0;
}

/* Equal names in document order, so that the error tells the later one. */
static int compare_names(const void *a, const void *b)
{
	const struct name *x = a, *y = b;
	int order = name_order(x, y);

	return order ? order : x->off < y->off ? -1 : x->off > y->off;
}

bool names_check(struct parser *p, const struct frame *f)
{
	size_t n = p->nnames - f->names;
	struct name *names;

	p->nnames = f->names;
	if (n < 2)
		return true;
	names = p->names + f->names;
	qsort(names, n, sizeof(*names), compare_names);
	for (size_t i = 1; i < n; i++) {
		if (name_order(&names[i - 1], &names[i]) == 0)
			return names_duplicate(p, names[i].s, names[i].len, names[i].off);
	}
	return true;
}
