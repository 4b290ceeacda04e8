/* SPDX-License-Identifier: Apache-2.0 */
/* links: harness harness_api base fuzz/lib/input.c fuzz/lib/reference_naive.c | seeds: fuzz_ops */
/* "<observed>\n<of the host>\n<fact#/pointer>": checks that compare with another observation. */
#include "cleanup.h"
#include "fuzz.h"
#include "input.h"
#include "ops.h"
#include "reference_naive.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct json null = {.type = JSON_NULL};
	struct input_words w CLEANUP(input_words_done);
	struct json *seen CLEANUP(json_freep) = NULL, *host CLEANUP(json_freep) = NULL,
			  *list CLEANUP(json_freep) = json_new(JSON_ARRAY);
	cleanup_free char *fact = NULL;
	char why[100];

	input_words_cut(&w, data, size, '\n');
	if (w.count < 2 || json_parse(w.items[0], strlen(w.items[0]), &seen, NULL) < 0)
		return 0;
	(void)json_parse(w.items[1], strlen(w.items[1]), &host, NULL);
	const char *name = w.count > 2 ? w.items[2] : "", *at = ops_split_name(name, &fact);
	fuzz_check(strlen(fact) + strlen(at) + (*at == '/') == strlen(name));
	const struct json *v = json_at(seen, at), *h = host ? json_at(host, at) : NULL;
	bool unseen = reference_naive_unseen(seen, at);
	fuzz_check(json_append(list, json_copy(v ? v : &null)) == 0);
	for (int i = OP_EQ; i <= OP_EMPTY; i++) {
		enum op op = (enum op)i;
		bool holds = ops_eval(op, seen, at, list, host, why, sizeof(why));
		fuzz_check(!(holds && *why) && *ops_words(op) != '?');
		fuzz_check(op != OP_ONE_OF || holds == !unseen);
		fuzz_check(op != OP_NOT_HOST || !holds || (v && h && !json_equal(v, h)));
		fuzz_check((op != OP_HOST && op != OP_SAME) ||
			   holds == reference_naive_holds(op, seen, host, at));
		fuzz_check(!ops_eval(op, NULL, at, list, host, why, sizeof(why)) && *why);
	}
	return 0;
}
