/* SPDX-License-Identifier: Apache-2.0 */
/* What an engine may give to a target: as much as the cap, and no byte more. */
#include "entry.h"

#include "suite.h"

#include <check.h>

static const uint8_t bytes[FUZZ_MAX_BYTES + 1];
static size_t given, calls;

int fuzz_target_one_input(const uint8_t *data, size_t size)
{
	ck_assert_ptr_eq(data, bytes);
	given = size;
	calls++;
	return 0;
}

START_TEST(passes_on_what_is_no_larger)
{
	const size_t sizes[] = {0, 1, FUZZ_MAX_BYTES - 1, FUZZ_MAX_BYTES};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		ck_assert_int_eq(LLVMFuzzerTestOneInput(bytes, sizes[i]), 0);
		ck_assert_uint_eq(calls, i + 1);
		ck_assert_uint_eq(given, sizes[i]);
	}
}
END_TEST

START_TEST(passes_over_what_is_larger)
{
	ck_assert_int_eq(LLVMFuzzerTestOneInput(bytes, sizeof(bytes)), 0);
	ck_assert_uint_eq(calls, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("fuzz_entry");
	TCase *t = tcase_create("fuzz_entry");

	tcase_add_test(t, passes_on_what_is_no_larger);
	tcase_add_test(t, passes_over_what_is_larger);
	suite_add_tcase(s, t);
	return suite_run(s);
}
