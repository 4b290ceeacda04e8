/* SPDX-License-Identifier: Apache-2.0 */
/* links: harness harness_report base */
/* What a case's process reports to the scheduler: read, printed and read again, it is the same. */
#include "cleanup.h"
#include "fuzz.h"
#include "report.h"
#include "wire.h"

static bool same(const struct rep_check *a, const struct rep_check *b)
{
	return str_eq(a->name, b->name) && str_eq(a->op, b->op) &&
	       str_eq(a->expected, b->expected) && str_eq(a->observed, b->observed) &&
	       str_eq(a->note, b->note) && a->ok == b->ok && a->broken == b->broken &&
	       a->advised == b->advised;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_result one CLEANUP(rep_result_done) = {0}, two CLEANUP(rep_result_done) = {0};
	struct strbuf a CLEANUP(strbuf_done) = STRBUF_INIT, b CLEANUP(strbuf_done) = STRBUF_INIT;

	if (hx_wire_parse((const char *)data, size, &one) < 0)
		return 0;
	hx_wire_print(&one, &a);
	fuzz_check(hx_wire_parse(a.buf, a.len, &two) == 0);
	hx_wire_print(&two, &b);
	fuzz_check(str_eq(a.buf, b.buf) && one.nchecks == two.nchecks);
	for (size_t i = 0; i < one.nchecks; i++)
		fuzz_check(same(&one.checks[i], &two.checks[i]));
	fuzz_check(one.verdict < VERDICT_COUNT && one.verdict == two.verdict);
	fuzz_check(str_eq(one.reason, two.reason) && str_eq(one.bundle, two.bundle));
	return 0;
}
