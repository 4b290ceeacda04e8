/* SPDX-License-Identifier: Apache-2.0 */
/* links: harness harness_report harness_api base harness/report
 * fuzz/lib/report_naive.c fuzz/lib/text_naive.c fuzz/lib/case_naive.c -Wl,--wrap=fd_write_all
 * | seeds: fuzz_wire */
/* What a case's process reported in the reports for machines: each is of its format, whatever a
 * hostile runtime put into it, and has one case. */
#include "case_naive.h"
#include "cleanup.h"
#include "fuzz.h"
#include "report_naive.h"
#include "text_naive.h"
#include "wire.h"

static void check(const struct rep_result *r)
{
	struct strbuf json CLEANUP(strbuf_done) = report_naive_make("json", r),
			   junit CLEANUP(strbuf_done) = report_naive_make("junit", r),
			   tap CLEANUP(strbuf_done) = report_naive_make("tap", r),
			   markdown CLEANUP(strbuf_done) = report_naive_make("markdown", r);
	struct json *tree CLEANUP(json_freep) = NULL;
	fuzz_check(json_parse(json.buf, json.len, &tree, NULL) == 0);
	fuzz_check(str_eq(json_string(json_at(tree, "/cases/0/id")), r->id));
	fuzz_check(!json_at(tree, "/cases/1"));
	fuzz_check(report_naive_is_xml(junit.buf) && text_count(junit.buf, "<testcase ") == 1);
	fuzz_check(text_are_lines(tap.buf, "") && str_starts(tap.buf, "TAP version 13\n1..1\n"));
	fuzz_check(text_count(tap.buf, "\nok 1 ") + text_count(tap.buf, "\nnot ok 1 ") == 1 &&
		   text_are_lines(markdown.buf, ""));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_requirement q = {.id = "config-hostname-applied", .level = "MUST_NOT"};
	struct rep_result r CLEANUP(rep_result_done) = {0};
	if (hx_wire_parse((const char *)data, size, &r) == 0)
		for (int i = REP_NOT_LISTED; i <= REP_XPASS; i++) {
			struct rep_result x = case_reported(&r, (enum rep_expectation)i, &q);
			check(&x);
		}
	return 0;
}
