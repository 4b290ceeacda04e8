/* SPDX-License-Identifier: Apache-2.0 */
/* links: harness_cli harness_lie harness_mutants harness harness_report base
 * fuzz/lib/uncaught_naive.c */
/* Any text as the report that `conform mutants --uncaught` names: of a plan those lies are left
 * that it has as such, in their order, and a report of those, read again, leaves all of them. */
#include "cleanup.h"
#include "fuzz.h"
#include "mutants_report.h"
#include "mutants_uncaught.h"
#include "str.h"
#include "uncaught_naive.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct plan all CLEANUP(plan_done) = uncaught_plan(),
			p CLEANUP(plan_done) = uncaught_plan(),
			again CLEANUP(plan_done) = uncaught_plan();
	struct strbuf text CLEANUP(strbuf_done) = STRBUF_INIT;
	struct json *report CLEANUP(json_freep) = NULL;
	struct err e = {0};
	size_t n = 0;

	int r = mutants_keep_uncaught_of("file", (const char *)data, size, &p, &e);
	bool parsed = json_parse((const char *)data, size, &report, NULL) == 0;

	fuzz_check((r == 0) == (parsed && uncaught_is_report(report)));
	fuzz_check(r == 0 || (p.nrows == all.nrows && strstr(e.msg, "file")));
	for (size_t i = 0; i < all.nrows && r == 0; i++) {
		bool kept = uncaught_is_row(&p, n, &all.rows[i]);

		fuzz_check(kept == uncaught_has(report, &all.rows[i]));
		n += kept;
	}
	fuzz_check(r || n == p.nrows);
	mutants_print_json(&p, "runtime", size, &text);
	fuzz_check(mutants_keep_uncaught_of("file", text.buf, text.len, &again, NULL) == 0);
	fuzz_check(uncaught_is_same(&again, &p));
	return 0;
}
