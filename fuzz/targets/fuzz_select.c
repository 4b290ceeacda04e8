/* SPDX-License-Identifier: Apache-2.0 */
/* links: harness_cli harness harness_lie harness_mutants harness_api base
 * fuzz/lib/input.c */
/* Words that select cases, one per line, the last one an id: globs against a naive matcher. */
#include "cleanup.h"
#include "fuzz.h"
#include "input.h"
#include "select.h"
#include "str.h"

#include <string.h>

static bool glob(const char *p, const char *s, unsigned int *steps)
{
	if (++*steps > 20000)
		return false;
	if (*p == '*')
		return glob(p + 1, s, steps) || (*s && glob(p, s + 1, steps));
	return *p ? *s && (*p == '?' || *p == *s) && glob(p + 1, s + 1, steps) : !*s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_words w CLEANUP(input_words_done);
	struct conform_entry entry = {.def = &(const struct conform_case){.title = "t"}};

	input_words_cut(&w, data, size < 512 ? size : 512, '\n');
	entry.id = w.count ? w.items[w.count - 1] : "";
	for (size_t i = 0; i < w.count; i++) {
		const char *word = w.items[i];
		unsigned int steps = 0;
		bool same = glob(word, entry.id, &steps);
		if (steps > 20000)
			continue;
		fuzz_check(str_glob(word, entry.id) == same);
		if (!strchr(word, '#') && strlen(word) != strcspn(entry.id, "/"))
			fuzz_check(cli_select_matches(word, &entry, NULL) == same);
	}
	return 0;
}
