/* SPDX-License-Identifier: Apache-2.0 */
#include "str.h"

#include "cleanup.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

START_TEST(prefix_and_suffix)
{
	ck_assert(str_starts("abc", "ab"));
	ck_assert(str_starts("abc", ""));
	ck_assert(!str_starts("ab", "abc"));
	ck_assert(str_ends("abc", "bc"));
	ck_assert(str_ends("abc", ""));
	ck_assert(!str_ends("bc", "abc"));
	ck_assert(str_eq(NULL, NULL));
	ck_assert(!str_eq("a", NULL));
	ck_assert(!str_eq(NULL, "a"));
}
END_TEST

START_TEST(words)
{
	ck_assert(str_has_word("a,bc,d", "a", ","));
	ck_assert(str_has_word("a,bc,d", "bc", ","));
	ck_assert(str_has_word("a,bc,d", "d", ","));
	ck_assert(str_has_word("a\tb\nc", "b", "\t\n"));
	ck_assert(!str_has_word("a,bc,d", "b", ","));
	ck_assert(!str_has_word("a,bc,d", "bcd", ","));
	ck_assert(!str_has_word("a,bc,d", "a,bc", ","));
	ck_assert(!str_has_word("a b", "a", ","));
	ck_assert(!str_has_word("", "a", ","));
}
END_TEST

START_TEST(ranges)
{
	static const struct {
		const char *text;
		int r;
		uint64_t from, to;
	} rows[] = {
		{"7", 0, 7, 7},		 {"0-3", 0, 0, 3},	     {"3-3", 0, 3, 3},
		{"15", 0, 15, 15},	 {"0-15", 0, 0, 15},	     {"4-3", -EINVAL, 99, 99},
		{"", -EINVAL, 99, 99},	 {"-", -EINVAL, 99, 99},     {"3-", -EINVAL, 99, 99},
		{"-3", -EINVAL, 99, 99}, {"1-2-3", -EINVAL, 99, 99}, {"1 -2", -EINVAL, 99, 99},
		{"16", -ERANGE, 99, 99}, {"0-16", -ERANGE, 99, 99},  {"16-x", -ERANGE, 99, 99},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cleanup_free char *text = strdup(rows[i].text);
		uint64_t from = 99, to = 99;

		ck_assert_msg(str_to_range(text, 15, &from, &to) == rows[i].r, "'%s'",
			      rows[i].text);
		ck_assert_uint_eq(from, rows[i].from);
		ck_assert_uint_eq(to, rows[i].to);
	}
}
END_TEST

START_TEST(u64_takes_digits_only)
{
	static const char *const bad[] = {"",	 " 1",	"1 ", "+1", "-1",  "-0", "0x1",
					  "1e3", "1.0", "a",  "1a", "\t1", "--1"};
	uint64_t v = 77;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(str_to_u64(bad[i], UINT64_MAX, &v) == -EINVAL, "'%s'", bad[i]);
	ck_assert_int_eq(str_to_u64(NULL, UINT64_MAX, &v), -EINVAL);
	ck_assert_uint_eq(v, 77);
}
END_TEST

START_TEST(u64_bounds)
{
	uint64_t v = 77;

	ck_assert_int_eq(str_to_u64("18446744073709551616", UINT64_MAX, &v), -ERANGE);
	ck_assert_int_eq(str_to_u64("99999999999999999999999999", UINT64_MAX, &v), -ERANGE);
	ck_assert_int_eq(str_to_u64("99999999999999999999999999x", UINT64_MAX, &v), -EINVAL);
	ck_assert_int_eq(str_to_u64("256", 255, &v), -ERANGE);
	ck_assert_uint_eq(v, 77);
	ck_assert_int_eq(str_to_u64("18446744073709551615", UINT64_MAX, &v), 0);
	ck_assert(v == UINT64_MAX);
	ck_assert_int_eq(str_to_u64("255", 255, &v), 0);
	ck_assert_uint_eq(v, 255);
	ck_assert_int_eq(str_to_u64("0", 0, &v), 0);
	ck_assert_uint_eq(v, 0);
}
END_TEST

START_TEST(i64_bounds)
{
	int64_t v = 77;

	ck_assert_int_eq(str_to_i64("9223372036854775808", INT64_MIN, INT64_MAX, &v), -ERANGE);
	ck_assert_int_eq(str_to_i64("-9223372036854775809", INT64_MIN, INT64_MAX, &v), -ERANGE);
	ck_assert_int_eq(str_to_i64("-18446744073709551616", INT64_MIN, INT64_MAX, &v), -ERANGE);
	ck_assert_int_eq(str_to_i64("-", INT64_MIN, INT64_MAX, &v), -EINVAL);
	ck_assert_int_eq(str_to_i64("--1", INT64_MIN, INT64_MAX, &v), -EINVAL);
	ck_assert_int_eq(str_to_i64("-1001", -1000, 1000, &v), -ERANGE);
	ck_assert_int_eq(str_to_i64("1001", -1000, 1000, &v), -ERANGE);
	ck_assert_int_eq(str_to_i64(NULL, INT64_MIN, INT64_MAX, &v), -EINVAL);
	ck_assert(v == 77);
	ck_assert_int_eq(str_to_i64("-9223372036854775808", INT64_MIN, INT64_MAX, &v), 0);
	ck_assert(v == INT64_MIN);
	ck_assert_int_eq(str_to_i64("9223372036854775807", INT64_MIN, INT64_MAX, &v), 0);
	ck_assert(v == INT64_MAX);
	ck_assert_int_eq(str_to_i64("-0", INT64_MIN, INT64_MAX, &v), 0);
	ck_assert(v == 0);
	ck_assert_int_eq(str_to_i64("-1000", -1000, 1000, &v), 0);
	ck_assert(v == -1000);
}
END_TEST

START_TEST(format)
{
	cleanup_free char *s = str_format("%s-%d", "a", 12);
	cleanup_free char *empty = str_format("%s", "");

	ck_assert_str_eq(s, "a-12");
	ck_assert_str_eq(empty, "");
}
END_TEST

START_TEST(glob)
{
	static const struct {
		const char *pattern, *s;
		bool match;
	} t[] = {
		{"", "", true},
		{"", "a", false},
		{"*", "", true},
		{"*", "abc", true},
		{"**", "abc", true},
		{"?", "", false},
		{"?", "a", true},
		{"?", "ab", false},
		{"a*c", "abbc", true},
		{"a*c", "abbd", false},
		{"a*b*c", "aXbYc", true},
		{"a*b*c", "aXcYb", false},
		{"*abc", "ababc", true},
		{"*a?c", "abcaxc", true},
		{"[a]", "a", false},
		{"[a]", "[a]", true},
		{"mounts/*", "mounts/x/y", true},
		{"a*", "b", false},
		{"*?", "", false},
		{"*?", "x", true},
		{"\\*", "*", false},
		{"\\*", "\\xyz", true},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		ck_assert_msg(str_glob(t[i].pattern, t[i].s) == t[i].match, "'%s' '%s'",
			      t[i].pattern, t[i].s);
}
END_TEST

/* With one retry per star this is 2^30 steps and the test runs into its time limit. */
START_TEST(glob_does_not_explode)
{
	char s[20001], pattern[] = "a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b";

	memset(s, 'a', sizeof(s) - 1);
	s[sizeof(s) - 1] = '\0';
	ck_assert(!str_glob(pattern, s));
	s[sizeof(s) - 2] = 'b';
	ck_assert(str_glob(pattern, s));
}
END_TEST

START_TEST(utf8)
{
	static const struct {
		const char *s;
		size_t len, want;
	} t[] = {
		{"", 0, 0},
		{"a", 1, 1},
		{"\0", 1, 1},
		{"\x7f", 1, 1},
		{"\x80", 1, 0},
		{"\xbf", 1, 0},
		{"\xc2\x80", 2, 2},
		{"\xc1\xbf", 2, 0}, /* overlong */
		{"\xc2", 1, 0},
		{"\xc2\x41", 2, 0},
		{"\xe0\xa0\x80", 3, 3},
		{"\xe0\x9f\xbf", 3, 0}, /* overlong */
		{"\xed\x9f\xbf", 3, 3},
		{"\xed\xa0\x80", 3, 0}, /* U+D800 */
		{"\xee\x80\x80", 3, 3},
		{"\xe2\x82", 2, 0},
		{"\xe2\x82\x41", 3, 0},
		{"\xf0\x90\x80\x80", 4, 4},
		{"\xf0\x8f\xbf\xbf", 4, 0}, /* overlong */
		{"\xf4\x8f\xbf\xbf", 4, 4},
		{"\xf4\x90\x80\x80", 4, 0}, /* above U+10FFFF */
		{"\xf5\x80\x80\x80", 4, 0},
		{"\xff", 1, 0},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		ck_assert_uint_eq(str_utf8_char(t[i].s, t[i].len), t[i].want);
}
END_TEST

START_TEST(strbuf_grows)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;

	for (int i = 0; i < 1000; i++) {
		strbuf_addf(&b, "%d", i % 10);
		strbuf_addc(&b, ',');
	}
	strbuf_adds(&b, "end");
	strbuf_add(&b, "\0x", 2);
	strbuf_add(&b, NULL, 0);
	ck_assert(!b.oom);
	ck_assert_uint_eq(b.len, 2005);
	ck_assert_int_eq(memcmp(b.buf + 1998, "9,end\0x", 8), 0);
}
END_TEST

START_TEST(strbuf_take_of_nothing_is_empty_text)
{
	struct strbuf b = STRBUF_INIT;
	cleanup_free char *s = strbuf_take(&b);

	ck_assert_str_eq(s, "");
	ck_assert_ptr_null(b.buf);
	ck_assert_uint_eq(b.len, 0);
}
END_TEST

START_TEST(strbuf_oom_is_sticky)
{
	struct strbuf b = STRBUF_INIT;

	strbuf_adds(&b, "text");
	/* a length that no allocator can serve */
	strbuf_add(&b, "x", SIZE_MAX - 2);
	ck_assert(b.oom);
	strbuf_adds(&b, "more");
	ck_assert_uint_eq(b.len, 4);
	ck_assert_ptr_null(strbuf_take(&b));
	ck_assert(!b.oom);
}
END_TEST

START_TEST(long_texts_are_cut)
{
	static const struct {
		const char *s;
		size_t max;
		const char *want;
	} t[] = {
		{"", 0, ""},
		{"abc", 3, "abc"},
		{"abcd", 3, "abc... (4 bytes)"},
		{"abcd", 0, "... (4 bytes)"},
		/* no part of a character */
		{"\xc3\xa9x", 1, "... (3 bytes)"},
		{"\xc3\xa9x", 2, "\xc3\xa9... (3 bytes)"},
		{"a\xe2\x82\xacx", 2, "a... (5 bytes)"},
		{"a\xe2\x82\xacx", 3, "a... (5 bytes)"},
		{"a\xe2\x82\xacx", 4, "a\xe2\x82\xac... (5 bytes)"},
		{"ab\xf0\x9f\x98\x80", 3, "ab... (6 bytes)"},
		{"ab\xf0\x9f\x98\x80", 5, "ab... (6 bytes)"},
		{"ab\xf0\x9f\x98\x80", 6, "ab\xf0\x9f\x98\x80"},
		/* what is none is cut anywhere */
		{"\x80\x80\x80\x80\x80", 2, "\x80\x80... (5 bytes)"},
		{"\xc3\xc3\xc3", 2, "\xc3\xc3... (3 bytes)"},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		cleanup_free char *got = str_cut(t[i].s, t[i].max);

		ck_assert_str_eq(got, t[i].want);
	}
}
END_TEST

START_TEST(json_strings)
{
	static const struct {
		const char *s;
		size_t len;
		const char *want;
	} t[] = {
		{"", 0, "\"\""},
		{"a\"b\\c/d", 7, "\"a\\\"b\\\\c/d\""},
		{"\b\f\n\r\t", 5, "\"\\b\\f\\n\\r\\t\""},
		{"\0\x01\x1f\x7f", 4, "\"\\u0000\\u0001\\u001f\x7f\""},
		{"\xc3\xa9\xf0\x9f\x98\x80", 6, "\"\xc3\xa9\xf0\x9f\x98\x80\""},
		{"a\xff\xfe"
		 "b",
		 4,
		 "\"a\xef\xbf\xbd\xef\xbf\xbd"
		 "b\""},
		{"\xe2\x82", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\""},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;

		strbuf_add_json(&b, t[i].s, t[i].len);
		ck_assert_str_eq(b.buf, t[i].want);
	}
}
END_TEST

START_TEST(words_of_a_shell)
{
	static const struct {
		const char *s, *want;
	} t[] = {
		{"/usr/sbin/runc,name=a,arg=--x", "/usr/sbin/runc,name=a,arg=--x"},
		{"", "''"},
		{"a b", "'a b'"},
		{"x'; touch /tmp/y; echo '", "'x'\\''; touch /tmp/y; echo '\\'''"},
		{"$(id)`id`\\", "'$(id)`id`\\'"},
		{"~", "'~'"},
		{"{a,b}", "'{a,b}'"},
		{"a/b[c*]", "'a/b[c*]'"},
		{"\xc3\xa9", "'\xc3\xa9'"},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;

		strbuf_add_shell(&b, t[i].s);
		ck_assert_str_eq(b.buf, t[i].want);
	}
}
END_TEST

START_TEST(lines_for_a_terminal)
{
	static const struct {
		const char *s, *want;
	} t[] = {
		{"", ""},
		{"exec: \"/a\\b\": caf\xc3\xa9", "exec: \"/a\\b\": caf\xc3\xa9"},
		{"x\033]0;y\a\nz\r\t\x7f", "x\\x1b]0;y\\x07\\x0az\\x0d\\x09\\x7f"},
		{"\xc2\x9b"
		 "2J\xc2\xa0",
		 "\\xc2\\x9b2J\xc2\xa0"},
		{"\x9b"
		 "2J\xe2\x82",
		 "\\x9b2J\\xe2\\x82"},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;

		strbuf_add_line(&b, t[i].s);
		ck_assert_str_eq(b.len ? b.buf : "", t[i].want);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("str");
	TCase *t = tcase_create("str");

	tcase_add_test(t, prefix_and_suffix);
	tcase_add_test(t, words);
	tcase_add_test(t, ranges);
	tcase_add_test(t, u64_takes_digits_only);
	tcase_add_test(t, u64_bounds);
	tcase_add_test(t, i64_bounds);
	tcase_add_test(t, format);
	tcase_add_test(t, glob);
	tcase_add_test(t, glob_does_not_explode);
	tcase_add_test(t, utf8);
	tcase_add_test(t, strbuf_grows);
	tcase_add_test(t, strbuf_take_of_nothing_is_empty_text);
	tcase_add_test(t, strbuf_oom_is_sticky);
	tcase_add_test(t, long_texts_are_cut);
	tcase_add_test(t, json_strings);
	tcase_add_test(t, words_of_a_shell);
	tcase_add_test(t, lines_for_a_terminal);
	suite_add_tcase(s, t);
	return suite_run(s);
}
