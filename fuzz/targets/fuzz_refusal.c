/* SPDX-License-Identifier: Apache-2.0 */
/* links: harness harness_report harness_api base harness/report
 * fuzz/lib/input.c fuzz/lib/case_naive.c */
/* What a runtime printed, an edit, a variant, .refusal and a file by lines: a word of what was
 * asked is found in letters of any case, whatever stands behind it; a short text has none. */
#include "case_naive.h"
#include "cleanup.h"
#include "fuzz.h"
#include "refusal.h"
#include <string.h>

static bool names(const struct conform_case *def, const char *variant, const char *text)
{
	struct json *base CLEANUP(json_freep) = NULL;
	cleanup_free char *loud = case_loud(text);

	(void)json_parse(def->config->json, strlen(def->config->json), &base, NULL);
	bool found = refusal_names(text, def, base, variant);
	fuzz_check(refusal_names(loud, def, base, variant) == found);
	return found;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *all = input_text(data, size), *more = str_format("%s~\n%s", all, all);
	struct input_words w CLEANUP(input_words_done);
	input_words_cut(&w, data, size, '\n');
	if (w.count < 2)
		return 0;
	struct edit edits[] = {case_edit(w.items[1]), {OP_END, NULL, NULL}};
	const struct file_spec files[] = {{.kind = FILE_REG, .path = w.items[w.count - 1]}, {0}};
	struct conform_case d = {.config = edits, .files = w.count > 4 ? files : NULL};
	d.refusal = w.count > 3 ? w.items[3] : NULL;
	bool none = names(&d, w.items[2], ""), found = names(&d, w.items[2], w.items[0]);
	fuzz_check(found >= none && names(&d, w.items[2], more) >= found);
	fuzz_check(d.refusal || names(&d, w.items[2], "ab") == none);
	fuzz_check(names(&d, w.items[2], all) || strchr(all, '\\'));
	fuzz_check(refusal_is_crash(more) >= refusal_is_crash(w.items[0]));
	return 0;
}
