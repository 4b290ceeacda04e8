/* SPDX-License-Identifier: Apache-2.0 */
/* links: harness_cli harness harness_lie harness_mutants harness_report base
 * fuzz/lib/input.c fuzz/lib/case_naive.c harness/report */
/* "<version>\n<file of known deviations>": what an entry can make of a verdict. */
#include "case_naive.h"
#include "cleanup.h"
#include "expect.h"
#include "fuzz.h"
#include <string.h>

static void check(const struct cli_expect *x, const char *version, const struct json *entry)
{
	const struct cli_expect_where where = {"runc", version, "v1", "apparmor"};
	const char *id = json_string(json_member(entry, "id"));
	const char *from = json_string(json_member(json_member(entry, "versions"), "from"));

	for (enum verdict v = 0; v < VERDICT_COUNT; v++) {
		struct rep_result r CLEANUP(rep_result_done) = {.id = strdup(id), .verdict = v};

		fuzz_check(cli_expect_apply(x, 1, &where, &r) == 0);
		case_check_expectation(&r);
	}
	fuzz_check(!from || cli_expect_compare_versions(from, version) ==
				    -cli_expect_compare_versions(version, from));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
	size_t n = end ? (size_t)(end - data) : 0;
	cleanup_free char *version = strndup((const char *)data, n);
	struct cli_expect x CLEANUP(cli_expect_done) = {NULL};

	if (cli_expect_parse("f", (const char *)data + n, size - n, &x, NULL) < 0)
		return 0;
	for (size_t i = 0; i < x.list->count; i++)
		check(&x, version, x.list->items[i]);
	return 0;
}
