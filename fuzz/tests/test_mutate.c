/* SPDX-License-Identifier: Apache-2.0 */
/* The mutator, with hooks for a document behind a first line. */
#include "mutate.h"

#include "cfg_parse.h"
#include "suite.h"
#include "table.h"

#include <check.h>
#include <errno.h>
#include <string.h>

#define GUARD 0xa5

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed);

/* libFuzzer's own wants room for a byte, and takes all there is. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max)
{
	ck_assert_uint_gt(max, 0);
	ck_assert_uint_le(size, max);
	memset(data + size, 'x', max - size);
	return max;
}

/* However little room there is, for a line that is there, that is empty or that is not. */
START_TEST(nothing_beyond_the_room)
{
	static const char *const inputs[] = {"{}", "\n{}", "a\n{}", "\n", "a", ""};

	for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++)
		for (size_t room = 0; room < 4; room++)
			for (unsigned int seed = 0; seed < 60; seed++) {
				size_t size = strlen(inputs[i]), max = size + room;
				uint8_t data[16];

				/* nobody asks for an input of no byte */
				if (!max)
					continue;
				memset(data, GUARD, sizeof(data));
				memcpy(data, inputs[i], size);
				ck_assert_uint_le(LLVMFuzzerCustomMutator(data, size, max, seed),
						  max);
				ck_assert_uint_eq(data[max], GUARD);
			}
}
END_TEST

/* The parser's limit is met from both sides, by documents that are JSON. */
START_TEST(some_documents_are_too_deep)
{
	static const char start[] = "{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"rootfs\"}}";
	const struct field_obj *o = table_find("config");
	size_t too_deep = 0;

	for (uint64_t seed = 0; seed < 3000; seed++) {
		char buf[4096];
		struct cfg_findings f = {0};
		struct cfg_doc *d = NULL;
		struct err e = {0};
		size_t len;

		memcpy(buf, start, sizeof(start));
		len = mutate_document(o, buf, sizeof(start) - 1, sizeof(buf), NULL, 0, seed);
		if (cfg_parse(CFG_CONFIG, buf, len, &d, &f, &e) == -E2BIG)
			too_deep += strstr(e.msg, "nested deeper") != NULL;
		cfg_doc_free(d);
		cfg_findings_done(&f);
	}
	ck_assert_uint_gt(too_deep, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("fuzz_mutator");
	TCase *t = tcase_create("fuzz_mutator");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, nothing_beyond_the_room);
	tcase_add_test(t, some_documents_are_too_deep);
	suite_add_tcase(s, t);
	return suite_run(s);
}
