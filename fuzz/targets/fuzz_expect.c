/* SPDX-License-Identifier: Apache-2.0 */
/* links: harness_cli harness harness_lie harness_mutants harness_report base
 * fuzz/lib/expect_naive.c harness/report */
/* "<version>\n<file of known deviations>": which entry a result has, and what of it. */
#include "cleanup.h"
#include "expect_naive.h"
#include "fuzz.h"
#include <string.h>

static void check(const struct cli_expect *x, const char *version, const char *id)
{
	const struct cli_expect_where where[] = {{"runc", version, "v1", "lockdown,apparmor"},
						 {"crun", version, "v2", "selinux"},
						 {"1.0", version, "hybrid", "apparmors"}};
	const char *behind[] = {"", "[x]", "z"};

	for (unsigned int i = 0; i < 9 * VERDICT_COUNT * 2; i++) {
		struct rep_result r CLEANUP(rep_result_done) = {.verdict = i / 9 % VERDICT_COUNT};

		r.id = str_format("%s%s", id, behind[i / 3 % 3]);
		r.raised = r.verdict == VERDICT_FAIL && i % 2;
		struct rep_result was = r;
		fuzz_check(cli_expect_apply(x, 1, &where[i % 3], &r) == 0);
		fuzz_check(expect_applies(x->list, &where[i % 3], &was, &r));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
	size_t n = end ? (size_t)(end - data) : 0;
	cleanup_free char *version = strndup((const char *)data, n);
	struct cli_expect x CLEANUP(cli_expect_done) = {NULL};

	if (size > 4096 || cli_expect_parse("f", (const char *)data + n, size - n, &x, NULL) < 0)
		return 0;
	for (size_t i = 0; i < x.list->count && i < 8; i++)
		check(&x, version, json_string(json_member(x.list->items[i], "id")));
	return 0;
}
