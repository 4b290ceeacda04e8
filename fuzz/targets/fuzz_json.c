/* SPDX-License-Identifier: Apache-2.0 */
/* document: line?+config */
/* "<pointer>\n<document>", or it alone: the tree survives printing, edits do what they say. */
#include "cleanup.h"
#include "fuzz.h"
#include "json.h"
#include <string.h>

static void round_trip(const struct json *j, int indent)
{
	struct strbuf one CLEANUP(strbuf_done) = STRBUF_INIT,
			  two CLEANUP(strbuf_done) = STRBUF_INIT;
	struct json *again CLEANUP(json_freep) = NULL;

	json_print(j, indent, &one);
	fuzz_check(json_parse(one.buf, one.len, &again, NULL) == 0 && json_equal(j, again));
	json_print(again, indent, &two);
	fuzz_check(str_eq(one.buf, two.buf));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *buf = (const char *)data;
	const char *newline = size && *buf != '{' ? memchr(buf, '\n', size) : NULL;
	size_t n = newline ? (size_t)(newline - buf) : 0, skip = newline ? n + 1 : 0;
	cleanup_free char *pointer = str_format("%.*s", (int)n, buf);
	struct json *j CLEANUP(json_freep) = NULL, *copy CLEANUP(json_freep) = NULL;

	if (!pointer || json_parse(buf + skip, size - skip, &j, NULL))
		return 0;
	round_trip(j, 2);
	fuzz_check((copy = json_copy(j)) && json_equal(copy, j));
	if (json_set(&copy, pointer, json_new_int(7), NULL) == 0 && json_at(copy, pointer))
		fuzz_check(json_at(copy, pointer)->type == JSON_NUMBER);
	(void)json_add(&copy, pointer, json_new_string("x"), NULL);
	fuzz_check(!json_at(j, pointer) == (json_remove(&j, pointer, NULL) < 0));
	if (j)
		round_trip(j, 0);
	return 0;
}
