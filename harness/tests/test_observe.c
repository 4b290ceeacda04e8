/* SPDX-License-Identifier: Apache-2.0 */
#include "observe.h"

#include "cleanup.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define NONCE "0123456789abcdef"
#define HEAD  "conform-probe 1 " NONCE "\n"

static struct obs_list parse(const char *text)
{
	struct obs_list l;

	ck_assert_int_eq(obs_parse(text, strlen(text), NONCE, &l), 0);
	return l;
}

START_TEST(a_report_is_read)
{
	CLEANUP(obs_list_done)
	struct obs_list l = parse(HEAD "uts.nodename\t\"a\"\nread:/x\ty\t[1,2]\nend " NONCE " 2\n");

	ck_assert(obs_is_complete(&l));
	ck_assert_uint_eq(l.count, 2);
	ck_assert_str_eq(json_string(obs_find(&l, "uts.nodename")), "a");
	/* a name may hold a tab, the value never does */
	ck_assert_ptr_nonnull(obs_find(&l, "read:/x\ty"));
	ck_assert_ptr_null(obs_find(&l, "read:/x"));
	ck_assert(!l.bye);
}
END_TEST

START_TEST(later_lines_are_late)
{
	CLEANUP(obs_list_done)
	struct obs_list l =
		parse(HEAD "a\t1\nend " NONCE " 1\ntrapped\t\"SIGTERM\"\nbye " NONCE "\n");

	ck_assert(obs_is_complete(&l));
	ck_assert(l.bye);
	ck_assert_uint_eq(l.count, 2);
	ck_assert(!l.items[0].late);
	ck_assert(l.items[1].late);
}
END_TEST

START_TEST(other_text_is_kept_apart)
{
	CLEANUP(obs_list_done)
	struct obs_list l =
		parse("hello\n" HEAD "a\t1\nend " NONCE " 1\nworld\nbye " NONCE "\nlast words");

	ck_assert(obs_is_complete(&l));
	ck_assert_str_eq(l.other.buf, "hello\nworld\nlast words");
}
END_TEST

START_TEST(a_terminal_adds_carriage_returns)
{
	CLEANUP(obs_list_done)
	struct obs_list l = parse("conform-probe 1 " NONCE "\r\na\t\"x\"\r\nend " NONCE " 1\r\n");

	ck_assert(obs_is_complete(&l));
	ck_assert_str_eq(json_string(obs_find(&l, "a")), "x");
}
END_TEST

/* Reports that must not count as complete, and whether they are broken in form. */
static const struct {
	const char *text;
	bool problem;
} bad[] = {
	{"", false},
	{HEAD, false},
	{HEAD "a\t1\n", false},
	/* of another run */
	{"conform-probe 1 ffff\na\t1\nend ffff 1\n", false},
	{HEAD "a\t1\nend " NONCE " 2\n", true},
	{HEAD "a\t1\nend " NONCE "\n", true},
	{HEAD "a\t1\nend " NONCE " x\n", true},
	{HEAD "a\t1\nend " NONCE " -1\n", true},
	{HEAD "a\t1\na\t1\nend " NONCE " 2\n", true},
	{HEAD "a\t{\nend " NONCE " 1\n", true},
	{HEAD "no tab\nend " NONCE " 0\n", true},
	{HEAD "\t1\nend " NONCE " 1\n", true},
	{HEAD HEAD "a\t1\nend " NONCE " 1\n", true},
	{HEAD "a\t1\nend " NONCE " 1\nend " NONCE " 1\n", true},
	{HEAD "a\t1\nend " NONCE " 1\n" HEAD "a\t1\nend " NONCE " 1\n", true},
};

START_TEST(a_report_that_is_not_whole_is_no_report)
{
	CLEANUP(obs_list_done) struct obs_list l = parse(bad[_i].text);

	ck_assert_msg(!obs_is_complete(&l), "%s", bad[_i].text);
	ck_assert_msg((l.problem[0] != '\0') == bad[_i].problem, "%s: '%s'", bad[_i].text,
		      l.problem);
}
END_TEST

START_TEST(a_nul_in_a_report_is_a_problem)
{
	static const char text[] = HEAD "a\t1\0\nend " NONCE " 1\n";
	CLEANUP(obs_list_done) struct obs_list l = {0};

	ck_assert_int_eq(obs_parse(text, sizeof(text) - 1, NONCE, &l), 0);
	ck_assert(!obs_is_complete(&l));
}
END_TEST

START_TEST(too_much_is_refused)
{
	struct strbuf b = STRBUF_INIT;
	CLEANUP(obs_list_done) struct obs_list l = {0};

	strbuf_adds(&b, HEAD);
	for (int i = 0; i < OBS_MAX_ITEMS + 10; i++)
		strbuf_addf(&b, "n%d\t%d\n", i, i);
	strbuf_addf(&b, "end " NONCE " %d\n", OBS_MAX_ITEMS);
	ck_assert_int_eq(obs_parse(b.buf, b.len, NONCE, &l), 0);
	ck_assert_uint_eq(l.count, OBS_MAX_ITEMS);
	ck_assert(!obs_is_complete(&l));
	strbuf_done(&b);
}
END_TEST

/* Every prefix of a good report is handled; only the whole one is complete. */
START_TEST(every_prefix_is_handled)
{
	static const char text[] =
		HEAD "uts.nodename\t\"a\"\ncaps.effective\t[\"CAP_KILL\"]\nend " NONCE " 2\n";

	for (size_t n = 0; n < sizeof(text); n++) {
		CLEANUP(obs_list_done) struct obs_list l = {0};
		bool whole = n >= sizeof(text) - 2;

		ck_assert_int_eq(obs_parse(text, n, NONCE, &l), 0);
		ck_assert_msg(obs_is_complete(&l) == whole, "%zu bytes", n);
	}
}
END_TEST

START_TEST(channels_agree_or_not)
{
	CLEANUP(obs_list_done) struct obs_list a = parse(HEAD "a\t1\nb\t2\nend " NONCE " 2\n");
	CLEANUP(obs_list_done)
	struct obs_list same = parse(HEAD "b\t2\na\t1\nend " NONCE " 2\nlate\t1\n");
	CLEANUP(obs_list_done) struct obs_list other = parse(HEAD "a\t1\nb\t3\nend " NONCE " 2\n");
	CLEANUP(obs_list_done) struct obs_list fewer = parse(HEAD "a\t1\nend " NONCE " 1\n");
	CLEANUP(obs_list_done)
	struct obs_list late = parse(HEAD "a\t1\nc\t2\nend " NONCE " 2\nb\t2\n");
	char why[160];

	ck_assert(!obs_agree(&a, &late, why, sizeof(why)));
	ck_assert(obs_agree(&a, &same, why, sizeof(why)));
	ck_assert(obs_agree(&same, &a, why, sizeof(why)));
	ck_assert(!obs_agree(&a, &other, why, sizeof(why)));
	ck_assert_ptr_nonnull(strstr(why, "'b'"));
	ck_assert(!obs_agree(&a, &fewer, why, sizeof(why)));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("observe");
	TCase *t = tcase_create("observe");

	tcase_add_test(t, a_report_is_read);
	tcase_add_test(t, later_lines_are_late);
	tcase_add_test(t, other_text_is_kept_apart);
	tcase_add_test(t, a_terminal_adds_carriage_returns);
	tcase_add_loop_test(t, a_report_that_is_not_whole_is_no_report, 0,
			    sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(t, a_nul_in_a_report_is_a_problem);
	tcase_add_test(t, too_much_is_refused);
	tcase_add_test(t, every_prefix_is_handled);
	tcase_add_test(t, channels_agree_or_not);
	suite_add_tcase(s, t);
	return suite_run(s);
}
