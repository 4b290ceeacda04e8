/* SPDX-License-Identifier: Apache-2.0 */
#include "mutants_settle.h"

#include "cleanup.h"
#include "lie_main.h"
#include "refusal.h"
#include "str.h"

#include <stdlib.h>
#include <string.h>

#define DETAIL_MAX 300

void mutants_told_done(struct mutants_told *t)
{
	free(t->reason);
	t->reason = NULL;
}

/* "create", "start", "step 2: create", "step 1: runtime run --bundle ...": what reads the
 * configuration, or executes what it names. */
static bool carries_out(const char *name)
{
	static const char *const calls[] = {"create", "start", "runtime create", "runtime run",
					    "runtime start"};

	if (str_starts(name, "step ")) {
		name += strcspn(name, ":");
		name += strspn(name, ": ");
	}
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		size_t n = strlen(calls[i]);

		if (strncmp(name, calls[i], n) == 0 && (!name[n] || name[n] == ' '))
			return true;
	}
	return false;
}

/* Whether this check says that the runtime took a call for what cannot be done: it is no crash. */
static bool is_refusal(const struct rep_check *k)
{
	uint64_t status;

	return !k->ok && str_eq(k->op, "exits with") && str_eq(k->expected, "0") && k->name &&
	       carries_out(k->name) && k->observed &&
	       str_to_u64(k->observed, INT32_MAX, &status) == 0 && status > 0 &&
	       !(status > 128 && status <= 192);
}

/* Whether a case has found a refusal right, whatever it says of its words. */
static bool is_taken_for_refusal(const struct rep_check *k)
{
	return str_eq(k->op, REFUSAL_IS_RIGHT) || str_eq(k->op, REFUSAL_AS_CLAIMED) ||
	       (!k->ok && str_eq(k->op, REFUSAL_HAS_WORD));
}

static bool is_broken(const struct rep_check *k)
{
	return k->note && strstr(k->note, LIE_BROKEN_WORDS);
}

/* The deadline of a hook that is gone shows in nothing but the time. */
static bool is_about_time(const char *lie)
{
	return str_ends(lie, "/timeout");
}

static enum mutants_how how_told(const struct rep_result *res, const struct conform_case *def,
				 const char *lie)
{
	const struct rep_check *first = NULL;

	for (size_t i = 0; i < res->nchecks; i++) {
		const struct rep_check *k = &res->checks[i];

		if (is_broken(k))
			return LIE_BROKEN;
		if (is_taken_for_refusal(k))
			return LIE_REFUSED;
		if (!first && !k->ok)
			first = k;
	}
	/* what fails behind it follows from it; what failed before it is a finding of its own */
	if (first && str_eq(first->op, "returns in time") && !is_about_time(lie))
		return LIE_LATE;
	if (first && is_refusal(first) && !str_starts(lie, "cli:") &&
	    !(def->accepts && plan_is_named(def, lie)))
		return LIE_REFUSED;
	return LIE_TOLD;
}

void mutants_take(struct mutants_told *t, const struct rep_result *res,
		  const struct conform_case *def, const char *lie)
{
	t->verdict = res->verdict;
	t->how = how_told(res, def, lie);
	t->reason = str_cut(res->reason ? res->reason : "", DETAIL_MAX);
}

/* Goes to the next candidate, or closes the row: survived where anyone could judge it. */
static void next_candidate(struct plan_row *row, bool judged, const char *detail)
{
	if (judged || !row->detail) {
		free(row->detail);
		row->detail = detail && *detail ? strdup(detail) : NULL;
	}
	/* .by remembers that somebody has judged */
	row->by += judged;
	if (++row->next < row->ncandidates)
		return;
	row->outcome = row->by ? PLAN_SURVIVED : PLAN_UNJUDGED;
}

static void not_told(struct plan_row *row, const char *what, const struct mutants_told *t)
{
	cleanup_free char *why = str_format("%s%s%s", what, t->reason && *t->reason ? ": " : "",
					    t->reason ? t->reason : "");

	next_candidate(row, false, why);
}

static void caught(struct plan_row *row, const struct mutants_told *t)
{
	row->outcome = PLAN_CAUGHT;
	row->by = row->next;
	free(row->detail);
	row->detail = t->reason ? strdup(t->reason) : NULL;
}

void mutants_settle(struct plan_row *row, const struct conform_case *def, const char *why,
		    const struct mutants_told *t)
{
	static const char *const words[] = {
		[LIE_REFUSED] = "the runtime refuses the lie",
		[LIE_LATE] = "of a busy machine as of a lie",
		[LIE_BROKEN] = "the lie could not be told",
	};

	if (why) {
		next_candidate(row, false, why);
	} else if (t && t->how != LIE_TOLD) {
		not_told(row, words[t->how], t);
	} else if (t && (t->verdict == VERDICT_FAIL || t->verdict == VERDICT_WARN)) {
		caught(row, t);
	} else if (t && t->verdict == VERDICT_PASS) {
		/* refused with the lie as without: of the value it says nothing */
		bool shows = row->named || def->rejected_at == NOT_REJECTED;

		next_candidate(row, shows, shows ? "" : "refused with the lie as without it");
	} else {
		cleanup_free char *said = str_format("under the lie it is %s: %s",
						     t ? verdict_name(t->verdict) : "not run",
						     t && t->reason ? t->reason : "");

		/* a harness that cannot judge has not caught anything; a runtime that refuses the
		 * lie has not told it */
		next_candidate(row, !t || t->verdict != VERDICT_SKIP, said);
	}
}
