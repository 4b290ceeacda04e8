/* SPDX-License-Identifier: Apache-2.0 */
/* links: harness_lie base fuzz/lib/input.c | document: line+config */
/* A lie, and the configuration that it is told about: the answer says whether that is changed. */
#include "cleanup.h"
#include "fuzz.h"
#include "input.h"
#include "lie.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
	size_t n = end ? (size_t)(end - data) : size;
	struct json *before CLEANUP(json_freep) = NULL, *config CLEANUP(json_freep) = NULL;
	struct lie lie CLEANUP(lie_done) = {.kind = LIE_CLI}, again CLEANUP(lie_done) = lie;
	cleanup_free char *text = input_text(data, n);
	int r;

	if (lie_parse(text, &lie, NULL) < 0)
		return 0;
	fuzz_check(str_eq(lie.text, text) && lie_parse(lie.text, &again, NULL) == 0);
	fuzz_check(again.kind == lie.kind && str_eq(again.where, lie.where));
	if (json_parse((const char *)data + n, size - n, &config, NULL) < 0)
		return 0;
	before = json_copy(config);
	r = lie_edit(&lie, &config, "/bundle", NULL);
	fuzz_check(r == 0 || r == 1);
	fuzz_check(json_equal(before, config) == !r);
	return 0;
}
