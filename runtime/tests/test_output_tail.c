/* SPDX-License-Identifier: Apache-2.0 */
#include "output_tail.h"
#include "suite.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

START_TEST(the_end_is_kept)
{
	struct output_tail t = {.len = 0};
	char line[OUTPUT_TAIL_MAX + 1], many[OUTPUT_TAIL_MAX * 2];

	output_tail_add(&t, "ab", 2);
	output_tail_add(&t, "", 0);
	output_tail_add(&t, "c", 1);
	output_tail_clean(&t, line);
	ck_assert_str_eq(line, "abc");
	memset(many, 'x', sizeof(many));
	many[sizeof(many) - 1] = 'y';
	output_tail_add(&t, many, sizeof(many));
	output_tail_add(&t, "z", 1);
	ck_assert_uint_eq(t.len, OUTPUT_TAIL_MAX);
	output_tail_clean(&t, line);
	ck_assert_str_eq(line + OUTPUT_TAIL_MAX - 3, "xyz");
}
END_TEST

static const struct {
	const char *printed, *shown;
} lines[] = {
	{"", ""},
	{" \n", ""},
	{"no such file\n", "no such file"},
	{"a\tb\nc", "a b c"},
	{"\033[31mred\033[0m", " [31mred [0m"},
	/* a control character in two bytes, which is CSI to a terminal */
	{"a\xc2\x9b"
	 "2Jb\xc2\x85",
	 "a 2Jb"},
	{"caf\xc3\xa9", "caf\xc3\xa9"},
	/* the rest of a character at the beginning; half of one later */
	{"\xa9xy\xc3", "xy?"},
};

START_TEST(it_is_one_clean_line)
{
	struct output_tail t = {.len = 0};
	char line[OUTPUT_TAIL_MAX + 1];

	output_tail_add(&t, lines[_i].printed, strlen(lines[_i].printed));
	output_tail_clean(&t, line);
	ck_assert_str_eq(line, lines[_i].shown);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("output_tail");
	TCase *t = tcase_create("all");

	tcase_add_test(t, the_end_is_kept);
	tcase_add_loop_test(t, it_is_one_clean_line, 0, sizeof(lines) / sizeof(*lines));
	suite_add_tcase(s, t);
	return suite_run(s);
}
