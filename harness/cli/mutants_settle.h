/* SPDX-License-Identifier: Apache-2.0 */
/* What a case that was run under a lie says about the lie. Pure. */
#ifndef CLI_MUTANTS_SETTLE_H
#define CLI_MUTANTS_SETTLE_H

#include "plan.h"
#include "report.h"

/* Whether the lie was told at all: a runtime that refuses it has not told it. */
enum mutants_how {
	LIE_TOLD,
	LIE_REFUSED, /* create or start said no, whatever the case makes of that */
	LIE_LATE,    /* a call did not return in time, as on a machine that is busy */
	LIE_BROKEN,  /* the wrapper that tells it failed */
};

struct mutants_told {
	enum verdict verdict;
	enum mutants_how how;
	char *reason; /* owned; NULL */
};

void mutants_told_done(struct mutants_told *t);

/* Takes from @res, the result of @def under @lie, what mutants_settle() asks for. */
void mutants_take(struct mutants_told *t, const struct rep_result *res,
		  const struct conform_case *def, const char *lie);

/*
 * Closes @row, or goes to its next candidate. @def is the case of the present one. @why: it does
 * not pass without the lie; else NULL, and @t is what it said under it (NULL: it was not run).
 */
void mutants_settle(struct plan_row *row, const struct conform_case *def, const char *why,
		    const struct mutants_told *t);

#endif
