/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a plan is made. Two kinds of rows: the lies that a case names itself, which it must catch;
 * and a catalogue drawn from the table of configuration fields and the list of command-line lies,
 * which somebody must catch.
 */
#ifndef MUTANTS_PLAN_MAKE_H
#define MUTANTS_PLAN_MAKE_H

#include "err.h"
#include "plan.h"

/*
 * The rows for these cases: first those that the cases name, in their order, then the catalogue,
 * sorted. @everything: these are all cases there are, so every lie of the command line
 * should find somebody; else only those that a case names are told. The caller ends *ret with
 * plan_done(). 0 or -ENOMEM.
 */
int plan_make(const struct plan_job *jobs, size_t njobs, bool everything, struct plan *ret,
	      struct err *e);

/* Whether the lie changes anything for this case: 1, 0, or -EINVAL: it is no lie, or the case's
 * configuration cannot be made. Lies of the command line always apply. */
int plan_applies(const struct plan_job *job, const char *lie, struct err *e);

#endif
