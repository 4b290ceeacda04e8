/* SPDX-License-Identifier: Apache-2.0 */
/* links: harness_cli harness_mutants harness harness_report base fuzz/lib/input.c */
/* The words of the command line of `conform mutants`, one per line: those that cannot be options
 * select, in their order, and numbers are within their bounds. */
#include "cleanup.h"
#include "fuzz.h"
#include "input.h"
#include "mutants_options.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_words w CLEANUP(input_words_done);
	const char *plain[INPUT_WORDS] = {NULL};
	struct mutants_options o;
	struct err e = {0};
	size_t n = 0, options = 0;

	input_words_cut(&w, data, size < 4096 ? size : 4096, '\n');
	for (size_t i = 1; i < w.count; i++) {
		options += w.items[i][0] == '-';
		plain[n] = w.items[i];
		n += w.items[i][0] != '-';
	}
	if (!w.count)
		return 0;
	if (mutants_options_parse((int)w.count, w.items, 3, &o, &e) < 0) {
		fuzz_check(options && *e.msg);
		return 0;
	}
	fuzz_check(o.jobs - 1 < 64 && o.timeout_s - 1 < 3600 && o.nwords < w.count);
	fuzz_check(options || (o.nwords == n && !o.runtime && !o.sample && !o.list));
	for (size_t i = 0; i < n && !options; i++)
		fuzz_check(o.words[i] == plain[i]);
	return 0;
}
