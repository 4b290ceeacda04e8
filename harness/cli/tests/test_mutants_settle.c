/* SPDX-License-Identifier: Apache-2.0 */
/* What a result under a lie says of the lie: only what was told can be caught. */
#include "mutants_settle.h"

#include "cleanup.h"
#include "refusal.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define DROP	"drop:/hostname"
#define TIMEOUT "drop:/hooks/poststart/0/timeout"

static const char *const own_lies[] = {DROP, NULL};
static const struct conform_case plain = {.title = "t"},
				 accepting = {.mutants = own_lies, .accepts = true},
				 refused = {.rejected_at = REJECTED_AT_CREATE};

#define CHECK(n, o, x, s, good, why)                                                               \
	{                                                                                          \
		.name = (char *)(n), .op = (char *)(o), .expected = (char *)(x),                   \
		.observed = (char *)(s), .ok = (good), .note = (char *)(why)                       \
	}
#define EXITS(name, status) CHECK(name, "exits with", "0", status, false, "no user namespace")
#define FACT_WRONG	    CHECK("ns.user", "differs from the host's", NULL, "1", false, NULL)
#define LATE		    CHECK("create", "returns in time", NULL, NULL, false, "it was killed")

static const struct {
	const char *lie;
	const struct conform_case *def;
	enum verdict verdict;
	struct rep_check checks[2];
	size_t nchecks;
	enum plan_outcome outcome;
} rows[] = {
	/* what was told shows in a check */
	{DROP, &plain, VERDICT_FAIL, {FACT_WRONG}, 1, PLAN_CAUGHT},
	{DROP, &plain, VERDICT_WARN, {FACT_WRONG}, 1, PLAN_CAUGHT},
	{DROP, &plain, VERDICT_PASS, {{0}}, 0, PLAN_SURVIVED},
	{DROP, &plain, VERDICT_SKIP, {{0}}, 0, PLAN_UNJUDGED},
	{DROP, &plain, VERDICT_BROK, {{0}}, 0, PLAN_SURVIVED},
	{DROP, &refused, VERDICT_PASS, {{0}}, 0, PLAN_UNJUDGED},
	/* a runtime that refuses the lie has not told it, and what follows from that shows nothing
	 */
	{DROP, &plain, VERDICT_FAIL, {EXITS("create", "1")}, 1, PLAN_UNJUDGED},
	{DROP, &plain, VERDICT_FAIL, {EXITS("start", "1")}, 1, PLAN_UNJUDGED},
	{DROP, &plain, VERDICT_FAIL, {EXITS("step 1: create", "1")}, 1, PLAN_UNJUDGED},
	{DROP, &plain, VERDICT_FAIL, {EXITS("step 2: runtime run x", "1")}, 1, PLAN_UNJUDGED},
	{DROP, &plain, VERDICT_FAIL, {EXITS("create", "255")}, 1, PLAN_UNJUDGED},
	{DROP, &plain, VERDICT_FAIL, {EXITS("create", "1"), FACT_WRONG}, 2, PLAN_UNJUDGED},
	{DROP, &plain, VERDICT_FAIL, {FACT_WRONG, EXITS("start", "1")}, 2, PLAN_CAUGHT},
	/* other calls do not read the configuration, and a crash refuses nothing */
	{DROP, &plain, VERDICT_FAIL, {EXITS("delete", "1")}, 1, PLAN_CAUGHT},
	{DROP, &plain, VERDICT_FAIL, {EXITS("step 3: runtime exec x", "1")}, 1, PLAN_CAUGHT},
	{DROP, &plain, VERDICT_FAIL, {EXITS("create", "139")}, 1, PLAN_CAUGHT},
	/* around the call an exit status may be the lie; and acceptance may be the claim */
	{"cli:create-fails", &plain, VERDICT_FAIL, {EXITS("create", "1")}, 1, PLAN_CAUGHT},
	{DROP, &accepting, VERDICT_FAIL, {EXITS("create", "1")}, 1, PLAN_CAUGHT},
	{"pop:/mounts", &accepting, VERDICT_FAIL, {EXITS("create", "1")}, 1, PLAN_UNJUDGED},
	/* so has one whose refusal is right, or would be with other words */
	{DROP,
	 &plain,
	 VERDICT_PASS,
	 {CHECK("create or start", REFUSAL_IS_RIGHT, NULL, NULL, true, "")},
	 1,
	 PLAN_UNJUDGED},
	{DROP,
	 &plain,
	 VERDICT_PASS,
	 {CHECK("create or start", REFUSAL_AS_CLAIMED, NULL, NULL, true, "")},
	 1,
	 PLAN_UNJUDGED},
	{DROP,
	 &plain,
	 VERDICT_WARN,
	 {CHECK("create or start", REFUSAL_IS_RIGHT, NULL, NULL, true, ""),
	  CHECK("the error", REFUSAL_HAS_WORD, NULL, NULL, false, "")},
	 2,
	 PLAN_UNJUDGED},
	{DROP,
	 &plain,
	 VERDICT_WARN,
	 {CHECK("the error", REFUSAL_HAS_WORD, NULL, NULL, false, "")},
	 1,
	 PLAN_UNJUDGED},
	/* a busy machine is late as well, but where the time is what the lie is about */
	{DROP, &plain, VERDICT_FAIL, {LATE}, 1, PLAN_UNJUDGED},
	{"cli:create-noop", &plain, VERDICT_FAIL, {LATE}, 1, PLAN_UNJUDGED},
	{TIMEOUT, &plain, VERDICT_FAIL, {LATE}, 1, PLAN_CAUGHT},
	/* nor has the wrapper told it when it fails itself */
	{"cli:create-noop",
	 &plain,
	 VERDICT_FAIL,
	 {CHECK("create", "exits with", "0", "125", false, "conform lie: write 'x': no space")},
	 1,
	 PLAN_UNJUDGED},
};

START_TEST(test_results)
{
	struct plan_candidate candidate = {0, (char *)(uintptr_t)rows[_i].lie};
	struct plan_row row = {.name = (char *)(uintptr_t)rows[_i].lie,
			       .candidates = &candidate,
			       .ncandidates = 1};
	struct rep_check checks[2] = {rows[_i].checks[0], rows[_i].checks[1]};
	const struct rep_result res = {.verdict = rows[_i].verdict,
				       .reason = (char *)"what it said",
				       .checks = checks,
				       .nchecks = rows[_i].nchecks};
	struct mutants_told t = {VERDICT_BROK, LIE_TOLD, NULL};

	mutants_take(&t, &res, rows[_i].def, rows[_i].lie);
	mutants_settle(&row, rows[_i].def, NULL, &t);
	ck_assert_int_eq((int)row.outcome, (int)rows[_i].outcome);
	if (row.outcome == PLAN_CAUGHT || row.outcome == PLAN_UNJUDGED)
		ck_assert(row.detail || rows[_i].def == &refused);
	free(row.detail);
	mutants_told_done(&t);
}
END_TEST

/* One that does not judge sends the lie to the next, and so does one that passes. */
START_TEST(test_candidates)
{
	struct plan_candidate candidates[3] = {
		{0, (char *)DROP}, {1, (char *)DROP}, {2, (char *)DROP}};
	struct plan_row row = {.name = (char *)DROP, .candidates = candidates, .ncandidates = 3};
	const struct mutants_told refuses = {VERDICT_FAIL, LIE_REFUSED,
					     (char *)"create exits with 0"},
				  passes = {VERDICT_PASS, LIE_TOLD, NULL};

	mutants_settle(&row, &plain, "without the lie it is SKIP: needs root", NULL);
	ck_assert_int_eq((int)row.outcome, PLAN_OPEN);
	ck_assert_str_eq(row.detail, "without the lie it is SKIP: needs root");
	mutants_settle(&row, &plain, NULL, &passes);
	ck_assert_int_eq((int)row.outcome, PLAN_OPEN);
	mutants_settle(&row, &plain, NULL, &refuses);
	ck_assert_int_eq((int)row.outcome, PLAN_SURVIVED);
	free(row.detail);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("mutants_settle");
	TCase *t = tcase_create("rows");

	tcase_add_loop_test(t, test_results, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(t, test_candidates);
	suite_add_tcase(s, t);
	return suite_run(s);
}
