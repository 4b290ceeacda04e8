/* SPDX-License-Identifier: Apache-2.0 */
#include "plan.h"

#include "cleanup.h"
#include "str.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PER_AREA_MAX 12
#define REFUSED_RANK 1000 /* behind every case that runs */

static void row_done(struct plan_row *row)
{
	for (size_t k = 0; k < row->ncandidates; k++)
		free(row->candidates[k].lie);
	free(row->candidates);
	free(row->name);
	free(row->detail);
}

void plan_done(struct plan *p)
{
	for (size_t i = 0; i < p->nrows; i++)
		row_done(&p->rows[i]);
	free(p->rows);
	*p = (struct plan){.rows = NULL};
}

struct plan_row *plan_find(struct plan *p, const char *name, const struct conform_entry *named)
{
	for (size_t i = 0; i < p->nrows; i++) {
		if (p->rows[i].named == named && str_eq(p->rows[i].name, name))
			return &p->rows[i];
	}
	return NULL;
}

struct plan_row *plan_add_row(struct plan *p, const char *name, const struct conform_entry *named)
{
	struct plan_row *row = plan_find(p, name, named);

	if (row)
		return row;
	if (p->nrows == p->cap) {
		size_t cap = p->cap ? 2 * p->cap : 256;
		struct plan_row *more = reallocarray(p->rows, cap, sizeof(*more));

		if (!more)
			return NULL;
		p->rows = more;
		p->cap = cap;
	}
	row = &p->rows[p->nrows];
	*row = (struct plan_row){.name = strdup(name), .named = named};
	if (!row->name)
		return NULL;
	p->nrows++;
	return row;
}

int plan_close_row(struct plan_row *row, enum plan_outcome outcome, const char *why)
{
	row->outcome = outcome;
	free(row->detail);
	row->detail = strdup(why);
	return row->detail ? 0 : -ENOMEM;
}

bool plan_is_named(const struct conform_case *d, const char *lie)
{
	for (const char *const *m = d->mutants; m && *m; m++) {
		if (str_eq(*m, lie))
			return true;
	}
	return false;
}

/* What says that a case is about the thing lied about: that it names the lie; else, that it sets
 * little else. The smaller, the sooner it is asked. */
static size_t rank(const struct plan *p, size_t job, const char *lie)
{
	const struct conform_case *d = p->jobs[job].entry->def;
	size_t n = 0;

	if (plan_is_named(d, lie))
		return 0;
	while (d->config && d->config[n].op != OP_END)
		n++;
	/* what is refused shows no values */
	return n + 1 + (d->rejected_at != NOT_REJECTED ? REFUSED_RANK : 0);
}

static bool same_area(const struct conform_entry *a, const struct conform_entry *b)
{
	size_t n = strcspn(a->id, "/");

	return n == strcspn(b->id, "/") && strncmp(a->id, b->id, n) == 0;
}

/* Where the area of @job is represented well enough already: its last candidate, which has to give
 * way; else the last of all where there is no room; else none (the count). */
static size_t crowded(const struct plan *p, const struct plan_row *row, size_t job)
{
	size_t n = 0, last = row->ncandidates;

	for (size_t i = 0; i < row->ncandidates; i++) {
		if (!same_area(p->jobs[row->candidates[i].job].entry, p->jobs[job].entry))
			continue;
		n++;
		last = i;
	}
	if (n >= PER_AREA_MAX)
		return last;
	return row->ncandidates >= PLAN_CANDIDATES_MAX ? row->ncandidates - 1 : row->ncandidates;
}

static void remove_candidate(struct plan_row *row, size_t at)
{
	free(row->candidates[at].lie);
	row->ncandidates--;
	memmove(&row->candidates[at], &row->candidates[at + 1],
		(row->ncandidates - at) * sizeof(*row->candidates));
}

static int put_candidate(struct plan_row *row, size_t at, size_t job, const char *lie)
{
	struct plan_candidate *c = reallocarray(row->candidates, row->ncandidates + 1, sizeof(*c));

	if (!c)
		return -ENOMEM;
	row->candidates = c;
	memmove(&c[at + 1], &c[at], (row->ncandidates - at) * sizeof(*c));
	c[at] = (struct plan_candidate){job, strdup(lie)};
	row->ncandidates++;
	return c[at].lie ? 0 : -ENOMEM;
}

int plan_append(struct plan_row *row, size_t job, const char *lie)
{
	return put_candidate(row, row->ncandidates, job, lie);
}

/* Those that are about it come first, not too many of one area, and not too many. */
int plan_add(struct plan *p, const char *name, size_t job, const char *lie)
{
	struct plan_row *row = plan_add_row(p, name, NULL);
	size_t mine = rank(p, job, lie), out, at;

	if (!row)
		return -ENOMEM;
	out = crowded(p, row, job);
	if (out < row->ncandidates) {
		const struct plan_candidate *c = &row->candidates[out];

		if (rank(p, c->job, c->lie) <= mine)
			return 0;
		remove_candidate(row, out);
	}
	for (at = row->ncandidates; at > 0; at--) {
		const struct plan_candidate *c = &row->candidates[at - 1];

		if (rank(p, c->job, c->lie) <= mine)
			break;
	}
	return put_candidate(row, at, job, lie);
}

/* xorshift64*: the same seed draws the same rows everywhere. */
static uint64_t next_random(uint64_t *x)
{
	*x ^= *x >> 12;
	*x ^= *x << 25;
	*x ^= *x >> 27;
	return *x * UINT64_C(2685821657736338717);
}

void plan_sample(struct plan *p, size_t n, uint64_t seed)
{
	uint64_t x = seed ? seed : 1;
	size_t kept = 0, left = p->nrows;

	if (n >= p->nrows)
		return;
	/* each row is kept with the chance that makes n of them in the end (selection sampling) */
	for (size_t i = 0; i < p->nrows; i++, left--) {
		if (next_random(&x) % left < n - kept)
			p->rows[kept++] = p->rows[i];
		else
			row_done(&p->rows[i]);
	}
	p->nrows = kept;
}

void plan_keep(struct plan *p, bool (*keep)(void *arg, const struct plan_row *row), void *arg)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->nrows; i++) {
		if (keep(arg, &p->rows[i]))
			p->rows[kept++] = p->rows[i];
		else
			row_done(&p->rows[i]);
	}
	p->nrows = kept;
}
