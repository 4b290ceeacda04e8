/* SPDX-License-Identifier: Apache-2.0 */
/* links: harness harness_report harness_api base harness/report
 * fuzz/lib/input.c fuzz/lib/case_naive.c */
/* Names of facts and actions by lines, as one request: each stands in it once, facts first. */
#include "case_naive.h"
#include "cleanup.h"
#include "config.h"
#include "fuzz.h"
#include "ops.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_words w CLEANUP(input_words_done),
		asked CLEANUP(input_words_done) = {.count = 0};
	struct check inside[INPUT_WORDS + 1] = {{.op = OP_END}};
	struct hx_vars v CLEANUP(hx_vars_done) = {.count = 0};
	cleanup_free char *text = NULL;

	input_words_cut(&w, data, size, '\n');
	for (size_t i = 0; i < w.count && i < INPUT_WORDS - 2; i++)
		inside[i] = (struct check){.op = OP_EQ, .name = w.items[i], .json = "1"};
	fuzz_check(hx_vars_set(&v, "LINES", "a\nb", NULL) == 0);
	if (hx_config_ask(inside, "wait", "n0nce", &v, &text, NULL) < 0)
		return 0;
	input_words_cut(&asked, (const uint8_t *)text, strlen(text), '\n');
	fuzz_check(str_eq(asked.items[0], "--ask=n0nce"));
	fuzz_check(str_eq(asked.items[asked.count - 1], "wait"));
	for (const struct check *c = inside; c->op != OP_END; c++) {
		cleanup_free char *fact = NULL;

		fuzz_check(ops_split_name(c->name, &fact));
		fuzz_check(strpbrk(c->name, "@\\") || str_eq(c->name, "trapped") ||
			   case_times(&asked, fact) == 1);
	}
	for (size_t i = 2; i + 1 < asked.count; i++)
		fuzz_check(!str_starts(asked.items[i - 1], "try:") ||
			   str_starts(asked.items[i], "try:"));
	return 0;
}
