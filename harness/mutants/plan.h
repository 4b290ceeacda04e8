/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which lies are to be told to which cases. Two kinds of rows: the lies that a case names itself,
 * which it must catch; and a catalogue drawn from the table of configuration fields and the list of
 * command-line lies, which somebody must catch. Pure: nothing here runs anything.
 */
#ifndef MUTANTS_PLAN_H
#define MUTANTS_PLAN_H

#include "conform.h"
#include "err.h"

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

/*
 * The rows for these cases: first those that the cases name, in their order, then the catalogue,
 * sorted. @everything: these are all cases there are, so every lie of the command line
 * should find somebody; else only those that a case names are told. The caller ends *ret with
 * plan_done(). 0 or -ENOMEM.
 */
int plan_make(const struct plan_job *jobs, size_t njobs, bool everything, struct plan *ret,
	      struct err *e);
void plan_done(struct plan *p);

/* Keeps @n rows, drawn by @seed, in the order in which they were. */
void plan_sample(struct plan *p, size_t n, uint64_t seed);

/* Keeps the rows that @keep says yes to, in the order in which they were. */
void plan_keep(struct plan *p, bool (*keep)(void *arg, const struct plan_row *row), void *arg);

/* Whether the lie changes anything for this case: 1, 0, or -EINVAL: it is no lie, or the case's
 * configuration cannot be made. Lies of the command line always apply. */
int plan_applies(const struct plan_job *job, const char *lie, struct err *e);

#endif
