/* SPDX-License-Identifier: Apache-2.0 */
/* links: harness harness_report harness_api base harness/report
 * fuzz/lib/text_naive.c fuzz/lib/case_naive.c | seeds: fuzz_wire */
/* What a case's process reported as a text for people: each check that counts has its line, and
 * nothing in it can move the cursor. */
#include "case_naive.h"
#include "cleanup.h"
#include "fuzz.h"
#include "text.h"
#include "text_naive.h"
#include "wire.h"

static void check(const struct rep_result *r, bool all)
{
	struct strbuf s CLEANUP(strbuf_done) = STRBUF_INIT;
	struct case_checks n = case_count(r, all);

	text_add_finding(&s, r, 2, all);
	fuzz_check(text_count(s.buf, "\n  MUST NOT config-hostname-applied\n") == 1);
	fuzz_check(text_count(s.buf, "\n  expected ") == n.bad);
	fuzz_check(text_count(s.buf, "\n  held     ") == n.good);
	fuzz_check(text_count(s.buf, "\n  broken   ") == n.broken);
	fuzz_check(text_are_lines(s.buf, "  "));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_requirement q = {.id = "config-hostname-applied", .level = "MUST_NOT"};
	struct rep_result r CLEANUP(rep_result_done) = {0};
	int last = hx_wire_parse((const char *)data, size, &r) < 0 ? -1 : REP_XPASS;

	for (int i = REP_NOT_LISTED; i <= last; i++) {
		struct rep_result x = case_listed(&r, (enum rep_expectation)i, &q);

		check(&x, (size + (size_t)i) % 2);
		fuzz_check((text_outcome(&x)[0] == 'X') == (i > REP_NOT_LISTED));
		fuzz_check(text_is_finding(&x) == (i ? i == REP_XPASS : r.verdict > VERDICT_PASS));
	}
	return 0;
}
