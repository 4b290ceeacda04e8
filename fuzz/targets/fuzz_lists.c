/* SPDX-License-Identifier: Apache-2.0 */
/* links: runtime_cli runtime_core base fuzz/lib/input.c */
/* A flag that may be given any number of times, one word per line: the list has the value of each,
 * in their order, and nothing else. */
#include "cleanup.h"
#include "fuzz.h"
#include "input.h"
#include "options.h"

#include <stdlib.h>
#include <string.h>

static const struct option table[] = {{"each", 'e', OPTION_LIST, 0, "WORD", "once more"},
				      OPTION_END};

/* The value of the flag at @words[*i], which moves to the next flag; NULL: it ends the flags. */
static const char *value_of(char *const *words, int *i)
{
	const char *equals = strchr(words[*i], '=');

	if (str_eq(words[(*i)++], "--"))
		return NULL;
	return equals ? equals + 1 : words[(*i)++];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_words w CLEANUP(input_words_done);
	struct option_list l = {NULL, 0};

	input_words_cut(&w, data, size < 4096 ? size : 4096, '\n');
	int n = options_parse(table, &l, (int)w.count, w.items, NULL), i = 0;
	for (size_t k = 0; k < l.count; k++)
		fuzz_check(value_of(w.items, &i) == l.items[k]);
	fuzz_check(n < 0 || i == n || (i + 1 == n && !value_of(w.items, &i)));
	free(l.items);
	return 0;
}
