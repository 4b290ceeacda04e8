/* SPDX-License-Identifier: Apache-2.0 */
#include "entries.h"

#include <errno.h>

#include <stdlib.h>
#include <string.h>

static size_t runtime_index(const struct rep_run *run, const char *name)
{
	for (size_t i = 0; i < run->nruntimes; i++) {
		if (str_eq(run->runtimes[i].name, name))
			return i;
	}
	return 0;
}

static int grow(struct rep_entries *l)
{
	size_t cap = l->cap ? 2 * l->cap : 64;
	struct rep_entry *p;

	if (l->count < l->cap)
		return 0;
	p = reallocarray(l->items, cap, sizeof(*p));
	if (!p)
		return -ENOMEM;
	l->items = p;
	l->cap = cap;
	return 0;
}

int rep_entries_add(struct rep_entries *l, const struct rep_run *run, const struct rep_result *res,
		    char *text, struct err *e)
{
	char *id = strdup(res->id ? res->id : "?");

	if (!id || grow(l) < 0) {
		free(id);
		free(text);
		return err_set(e, ENOMEM, "keep a result: %m");
	}
	l->items[l->count++] = (struct rep_entry){runtime_index(run, res->runtime),
						  id,
						  res->verdict,
						  res->expectation,
						  res->duration_ms,
						  text};
	return 0;
}

static int by_runtime(const void *a, const void *b)
{
	const struct rep_entry *x = a, *y = b;

	if (x->runtime != y->runtime)
		return x->runtime < y->runtime ? -1 : 1;
	return strcmp(x->id, y->id);
}

static int by_id(const void *a, const void *b)
{
	const struct rep_entry *x = a, *y = b;
	int c = strcmp(x->id, y->id);

	return c ? c : (x->runtime > y->runtime) - (x->runtime < y->runtime);
}

void rep_entries_sort(struct rep_entries *l)
{
	if (l->count > 1)
		qsort(l->items, l->count, sizeof(*l->items), by_runtime);
}

void rep_entries_sort_by_id(struct rep_entries *l)
{
	if (l->count > 1)
		qsort(l->items, l->count, sizeof(*l->items), by_id);
}

void rep_entries_done(struct rep_entries *l)
{
	for (size_t i = 0; i < l->count; i++) {
		free(l->items[i].id);
		free(l->items[i].text);
	}
	free(l->items);
	*l = (struct rep_entries){0};
}

const struct rep_summary *rep_summary_of(const struct rep_run *run, size_t runtime)
{
	return run->by_runtime && runtime < run->nruntimes ? &run->by_runtime[runtime]
							   : &run->summary;
}
