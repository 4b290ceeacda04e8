/* SPDX-License-Identifier: Apache-2.0 */
/* The findings of a case as they come up, and the verdict that they fold into. A failed allocation
 * is sticky: the case is then BROK. */
#ifndef JUDGE_RESULT_H
#define JUDGE_RESULT_H

#include "conform.h"
#include "report.h"

struct result_builder {
	struct rep_check *checks;
	size_t count;
	bool oom;
	bool bound; /* a check that binds is not ok: FAIL, even where all else advises */
};

void result_builder_done(struct result_builder *b);

/*
 * Records one check. @expected and @observed are borrowed, NULL: no operand / not observed. @note
 * may be NULL or "". What is too long is cut.
 */
void result_add(struct result_builder *b, const char *name, const char *op,
		const struct json *expected, const struct json *observed, bool ok,
		const char *note);

/* The check that was added last is advice where it is not ok: it makes a WARN. */
void result_advise(struct result_builder *b);

/* The check that was added last makes a FAIL where it is not ok, even where all else advises. */
void result_bind(struct result_builder *b);

/* As result_add(), for a check that could not be made. */
void result_broken(struct result_builder *b, const char *name, const char *note);

/*
 * The verdict of all checks: BROK > FAIL or WARN > PASS; none at all is BROK, for silence is not a
 * pass. @advised: the requirements are of level SHOULD, so a broken one is WARN (FAIL where
 * @strict). @optional: of level MAY, the same.
 */
enum verdict result_fold(const struct result_builder *b, bool advised, bool strict);

/* A copy of a sentence for a report, cut where it is too long; the caller frees. NULL: memory is
 * short. */
char *result_cut(const char *sentence);

/* The sentence for the first check that is not ok: "uts.nodename equals "a", observed "b"". The
 * caller frees; NULL where all is well or memory is short. */
char *result_reason(const struct result_builder *b);

#endif
