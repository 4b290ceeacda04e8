/* SPDX-License-Identifier: Apache-2.0 */
/* links: harness harness_api base */
/* "<expected>\n<observed>": how a check judges two values, by what must be true of any two. */
#include "cleanup.h"
#include "fuzz.h"
#include "ops.h"
#include <string.h>

static const struct json *value, *expected;

static bool eval(enum op op)
{
	char why[100];
	return ops_eval(op, value, "", expected, expected, why, sizeof(why));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
	size_t n = end ? (size_t)(end - data) : 0;
	struct json *a CLEANUP(json_freep) = NULL, *b CLEANUP(json_freep) = NULL;

	if (!end || json_parse((const char *)data, n, &a, NULL) < 0 ||
	    json_parse((const char *)end + 1, size - n - 1, &b, NULL) < 0)
		return 0;
	expected = a;
	value = b;
	fuzz_check(eval(OP_EQ) == json_equal(a, b) && eval(OP_HOST) == eval(OP_EQ));
	fuzz_check(!(eval(OP_NE) && eval(OP_EQ)) && !(eval(OP_HAS) && eval(OP_LACKS)));
	fuzz_check(!eval(OP_MATCH) || str_glob(json_string(a), json_string(b)));
	bool min = eval(OP_MIN), max = eval(OP_MAX);
	expected = b;
	value = a;
	fuzz_check(eval(OP_MIN) == max && eval(OP_MAX) == min);
	expected = a;
	fuzz_check(eval(a->type == JSON_ARRAY	 ? OP_SET_EQ
			: a->type == JSON_OBJECT ? OP_HAS
						 : OP_EQ));
	return 0;
}
