/* SPDX-License-Identifier: Apache-2.0 */
/* links: harness_report harness_api base harness/report fuzz/lib/input.c
 * fuzz/lib/case_naive.c */
/* Ids by lines: results of two runtimes in the two orders of reports, none lost and none mixed up.
 */
#include "case_naive.h"
#include "cleanup.h"
#include "fuzz.h"
#include "text.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char even[] = "even", odd[] = "odd";
	const struct rep_runtime runtimes[] = {{.name = even}, {.name = odd}};
	const struct rep_summary sums[] = {{.total = 1}, {.total = 2}};
	const struct rep_run run = {.runtimes = runtimes, .nruntimes = 2, .by_runtime = sums};
	struct rep_entries l CLEANUP(rep_entries_done) = {0};
	struct input_words w CLEANUP(input_words_done);

	input_words_cut(&w, data, size, '\n');
	for (size_t i = 0; i < w.count; i++) {
		struct rep_result r = {.id = w.items[i], .runtime = runtimes[i % 2].name};
		fuzz_check(rep_entries_add(&l, &run, &r, str_format("%zu %s", i, r.id), NULL) == 0);
	}
	for (int i = 0; i < 4; i++)
		fuzz_check(str_starts(text_conclusion(&(struct rep_run){.exit_code = i}), "no") ==
			   !i);
	rep_entries_sort(&l);
	fuzz_check(l.count == w.count && case_is_sorted(&l, false));
	rep_entries_sort_by_id(&l);
	fuzz_check(l.count == w.count && case_is_sorted(&l, true));
	for (size_t i = 0; i < l.count; i++) {
		const char *id = strchr(l.items[i].text, ' ');
		fuzz_check(str_eq(l.items[i].id, id + 1));
		fuzz_check(l.items[i].runtime == (size_t)(id[-1] - '0') % 2);
	}
	fuzz_check(rep_summary_of(&run, 1) == &sums[1] && rep_summary_of(&run, 2) == &run.summary);
	return 0;
}
