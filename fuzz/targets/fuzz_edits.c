/* SPDX-License-Identifier: Apache-2.0 */
/* links: harness harness_report harness_api base harness/report
 * fuzz/lib/input.c fuzz/lib/case_naive.c */
/* "<op><pointer> <value>" by lines: edits of a case's configuration all at once are as one after
 * the other, and the last value that was set stands there. */
#include "case_naive.h"
#include "cleanup.h"
#include "config.h"
#include "fuzz.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_words w CLEANUP(input_words_done);
	struct edit edits[INPUT_WORDS + 1] = {{OP_END, NULL, NULL}}, *last = edits;
	struct hx_vars v CLEANUP(hx_vars_done) = {.v_json = strdup("7")};
	struct json *made CLEANUP(json_freep) = NULL, *tree CLEANUP(json_freep) = NULL,
			  *value CLEANUP(json_freep) = NULL;
	cleanup_free char *raw = NULL, *none = NULL;

	input_words_cut(&w, data, size, '\n');
	for (size_t i = 0; i < w.count; i++)
		*(last = &edits[i]) = case_edit(w.items[i]);
	fuzz_check(hx_vars_set(&v, "CASE", "/c", NULL) + hx_vars_set(&v, "CGROUP", "/", NULL) == 0);
	if (hx_config_make(edits, &v, size % 4, "\"q\"", &made, &raw, NULL) < 0)
		return 0;
	fuzz_check(hx_config_make(NULL, &v, size % 4, "\"q\"", &tree, &none, NULL) == 0);
	fuzz_check(str_eq(json_string(json_at(tree, "/process/args/1")), "\"q\""));
	fuzz_check(!made == !!raw);
	if (raw || (w.text && strchr(w.text, '@')))
		return 0;
	for (const struct edit *e = edits; e->op != OP_END; e++)
		fuzz_check(hx_config_edit(&tree, e, &v, NULL) == 0);
	fuzz_check(json_equal(tree, made));
	if (last->op == OP_SET && json_parse(last->json, strlen(last->json), &value, NULL) == 0)
		fuzz_check(strpbrk(last->json, "@\\") || strpbrk(last->pointer, "@\\-") ||
			   json_equal(json_at(made, last->pointer), value));
	return 0;
}
