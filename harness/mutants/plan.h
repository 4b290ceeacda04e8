/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which lies are to be told to which cases: rows, each a lie and the cases that may catch it. Pure:
 * nothing here runs anything.
 */
#ifndef MUTANTS_PLAN_H
#define MUTANTS_PLAN_H

#include "conform.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A case, or one of its variants. */
struct plan_job {
	const struct conform_entry *entry;
	const char *variant; /* JSON text or NULL */
};

/* A case that may catch the row's lie. */
struct plan_candidate {
	size_t job;
	char *lie; /* the lie's text for the configuration of this case */
};

enum plan_outcome {
	PLAN_OPEN,
	PLAN_CAUGHT,
	PLAN_SURVIVED,	     /* every candidate passed under it */
	PLAN_UNJUDGED,	     /* no candidate passes without it, so none can show anything */
	PLAN_NOT_APPLICABLE, /* there is nothing to lie about, or nobody could see it */
};

struct plan_row {
	char *name;			   /* "drop:/hostname" */
	const struct conform_entry *named; /* the case that names it; NULL: of the catalogue */
	struct plan_candidate *candidates;
	size_t ncandidates, next;
	enum plan_outcome outcome;
	size_t by;    /* index of the candidate that caught it */
	char *detail; /* what it said, or why nothing could be said; may be NULL */
};

struct plan {
	const struct plan_job *jobs; /* borrowed */
	size_t njobs;
	struct plan_row *rows;
	size_t nrows, cap;
};

/* The cases that a row has at most. */
#define PLAN_CANDIDATES_MAX 32

/* Frees the rows. */
void plan_done(struct plan *p);

/* Keeps @n rows, drawn by @seed, in the order in which they were. */
void plan_sample(struct plan *p, size_t n, uint64_t seed);

/* Keeps the rows that @keep says yes to, in the order in which they were. */
void plan_keep(struct plan *p, bool (*keep)(void *arg, const struct plan_row *row), void *arg);

/* Whether the case names the lie. */
bool plan_is_named(const struct conform_case *d, const char *lie);

/* The row of that name which @named names, or, where that is NULL, of the catalogue. NULL: there is
 * none. */
struct plan_row *plan_find(struct plan *p, const char *name, const struct conform_entry *named);

/* The same, and it is made where it is not there. NULL: memory is short. */
struct plan_row *plan_add_row(struct plan *p, const char *name, const struct conform_entry *named);

/* Adds a candidate behind those that the row has. 0 or -ENOMEM. */
int plan_append(struct plan_row *row, size_t job, const char *lie);

/* Adds a candidate to the catalogue's row @name, which is made where it is not there. 0 or -ENOMEM.
 */
int plan_add(struct plan *p, const char *name, size_t job, const char *lie);

/* Closes a row that nothing can be run for. 0 or -ENOMEM. */
int plan_close_row(struct plan_row *row, enum plan_outcome outcome, const char *why);

#endif
