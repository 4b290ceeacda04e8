/* SPDX-License-Identifier: Apache-2.0 */
/* links: harness harness_report harness_api base harness/report
 * fuzz/lib/case_naive.c | seeds: fuzz_wire */
/* The verdict that checks fold into, against one that asks which kinds of check there are. */
#include "case_naive.h"
#include "cleanup.h"
#include "fuzz.h"
#include "result.h"
#include "wire.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_result r CLEANUP(rep_result_done) = {0};
	struct result_builder b CLEANUP(result_builder_done) = {0};
	struct json *value CLEANUP(json_freep) = NULL, *again CLEANUP(json_freep) = NULL;
	if (json_parse((const char *)data, size, &value, NULL) < 0 ||
	    hx_wire_parse((const char *)data, size, &r) < 0)
		return 0;
	for (size_t i = 0; i < r.nchecks; i++) {
		const struct rep_check *c = &r.checks[i];

		if (c->broken)
			result_broken(&b, c->name, c->note);
		else
			result_add(&b, c->name, c->op, NULL, value, c->ok, c->note);
		if (c->advised)
			result_advise(&b);
		if (c->expected)
			result_bind(&b);
	}
	for (int i = 0; i < 4; i++)
		fuzz_check(result_fold(&b, i & 1, i & 2) == case_verdict(&r, i & 1, i & 2));
	cleanup_free char *reason = result_reason(&b);
	fuzz_check(!reason == (case_verdict(&r, true, false) == VERDICT_PASS));
	const char *seen = b.count ? b.checks[0].observed : NULL;
	fuzz_check(!seen || json_parse(seen, strlen(seen), &again, NULL) == 0);
	fuzz_check(!again || again->type == JSON_STRING || json_equal(value, again));
	return 0;
}
