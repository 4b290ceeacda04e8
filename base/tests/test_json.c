/* SPDX-License-Identifier: Apache-2.0 */
#include "json_fixture.h"
#include "suite.h"

static void assert_refused(const char *buf, size_t len, int num, const char *message)
{
	struct json *j = NULL;
	struct err e = {0};
	int r = json_parse(buf, len, &j, &e);

	ck_assert_msg(r == num, "%.60s: %d instead of %d (%s)", buf, r, num, e.msg);
	ck_assert_int_eq(e.num, -num);
	ck_assert_msg(str_starts(e.msg, message), "%.60s: '%s' instead of '%s'", buf, e.msg,
		      message);
	ck_assert_ptr_null(j);
}

START_TEST(good_texts_come_back_canonical)
{
	static const char *const t[][2] = {
		{"null", "null"},
		{" true ", "true"},
		{"\n\t false\r", "false"},
		{"0", "0"},
		{"-0", "-0"},
		{"12", "12"},
		{"-1.5e+10", "-1.5e+10"},
		{"1E400", "1E400"},
		{"123456789012345678901234567890", "123456789012345678901234567890"},
		{"\"\"", "\"\""},
		{"\"\\u0000\"", "\"\\u0000\""},
		{"\"\\/\\b\\f\\n\\r\\t\\\"\\\\\"", "\"/\\b\\f\\n\\r\\t\\\"\\\\\""},
		{"\"\\u00e9\\ud83d\\ude00\\uD83D\\uDE00\"",
		 "\"\xc3\xa9\xf0\x9f\x98\x80\xf0\x9f\x98\x80\""},
		{"\"\\\\ud800\"", "\"\\\\ud800\""},
		{"\"\\\\\\\\\"", "\"\\\\\\\\\""},
		{"[]", "[]"},
		{"{}", "{}"},
		{" [ 1 , [ ] , { } ] ", "[1,[],{}]"},
		{"{ \"b\" : 1 , \"a\" : { \"\" : null } }", "{\"b\":1,\"a\":{\"\":null}}"},
		{"{\"a\":{\"x\":1},\"b\":{\"x\":2}}", "{\"a\":{\"x\":1},\"b\":{\"x\":2}}"},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		CLEANUP(json_freep) struct json *j = parse(t[i][0]);
		CLEANUP(json_freep) struct json *again = parse(t[i][1]);
		CLEANUP(json_freep) struct json *copy = json_copy(j);

		assert_prints(j, t[i][1]);
		assert_prints(copy, t[i][1]);
		ck_assert(json_equal(j, again));
		ck_assert(json_equal(j, copy));
	}
}
END_TEST

/* Each with the place of the error. Those inside an open container made yajl_tree leak:
 * LeakSanitizer looks at them here. */
START_TEST(bad_texts_are_located)
{
	static const char *const t[][2] = {
		{"", "1:1: "},
		{"   \n ", "2:2: "},
		{"nul", "1:"},
		{"True", "1:1: "},
		{"NaN", "1:1: "},
		{"Infinity", "1:1: "},
		{"-Infinity", "1:2: "},
		{"-", "1:"},
		{"+1", "1:1: "},
		{".5", "1:1: "},
		{"01", "1:2: trailing"},
		{"-01", "1:3: trailing"},
		{"[01]", "1:3: "},
		{"[1.]", "1:"},
		{"[1.e3]", "1:"},
		{"[1e]", "1:"},
		{"[1e+]", "1:"},
		{"0x1", "1:2: "},
		{"1 2", "1:3: trailing"},
		{"{} {}", "1:4: trailing"},
		{"[] x", "1:4: trailing"},
		{"[1,2,x", "1:6: "},
		{"{\"a\":{\"b\":[1,2", "1:15: premature EOF"},
		{"{\"a\"}", "1:5: "},
		{"{\"a\" 1}", "1:6: "},
		{"{\"a\",1}", "1:5: "},
		{"{\"a\":1,}", "1:8: "},
		{"{\"a\":1\n\"b\":2}", "2:1: "},
		{"{a:1}", "1:2: "},
		{"{1:1}", "1:2: "},
		{"{null:1}", "1:2: "},
		{"{'a':1}", "1:2: "},
		{"[1,]", "1:4: "},
		{"[,1]", "1:2: "},
		{"[1,,2]", "1:4: "},
		{"[1 2]", "1:4: "},
		{"[1", "1:3: premature EOF"},
		{"[", "1:2: premature EOF"},
		{"{", "1:2: premature EOF"},
		{"]", "1:1: "},
		{"[}", "1:2: "},
		{"[1}", "1:3: "},
		{"{\"a\":]", "1:6: "},
		{"\"abc", "1:1: premature EOF"},
		{"\"a\nb\"", "1:3: "},
		{"\"a\tb\"", "1:3: "},
		{"\"\\x\"", "1:"},
		{"\"\\u12g4\"", "1:"},
		{"\"\\u12", "1:"},
		{"\"\\", "1:"},
		{"[1] // c", "1:5: "},
		{"/* c */ 1", "1:1: "},
		{"# c\n1", "1:1: "},
		{"\xef\xbb\xbf{}", "1:1: "}, /* a byte order mark is not JSON */
		{"\xc2\xa0[]", "1:1: "},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		assert_refused(t[i][0], strlen(t[i][0]), -EINVAL, t[i][1]);
}
END_TEST

START_TEST(bytes_that_are_no_text)
{
	assert_refused("\"\xff\"", 3, -EINVAL, "1:2: not UTF-8");
	assert_refused("\"\xc0\x80\"", 4, -EINVAL, "1:2: not UTF-8");
	assert_refused("\"\xed\xa0\x80\"", 5, -EINVAL, "1:2: not UTF-8");
	assert_refused("{\n\"\xf4\x90\x80\x80\":1}", 10, -EINVAL, "2:2: not UTF-8");
	assert_refused("\"\\\xff\"", 4, -EINVAL, "1:3: not UTF-8");
	assert_refused("[1]\0", 4, -EINVAL, "1:4: ");
	assert_refused("\"a\0b\"", 5, -EINVAL, "1:3: ");
	assert_refused("\0", 1, -EINVAL, "1:1: ");
	/* blanks to yajl */
	assert_refused("{\n\"a\"\f:0}", 8, -EINVAL, "2:4: a character that JSON has nowhere");
	assert_refused("\v[1]", 4, -EINVAL, "1:1: a character that JSON has nowhere");
	assert_refused("[1]\f", 4, -EINVAL, "1:4: a character that JSON has nowhere");
	assert_refused("\"a\vb\"", 5, -EINVAL, "1:3: a character that JSON has nowhere");
}
END_TEST

START_TEST(lone_surrogates_are_refused)
{
	static const char *const t[][2] = {
		{"\"\\ud800\"", "1:2: a high"},
		{"\"ab\\uDBFFx\"", "1:4: a high"},
		{"\"\\ud800\\u0041\"", "1:2: a high"},
		{"\"\\ud800\\ud800\"", "1:2: a high"},
		{"\"\\ud800\\n\"", "1:2: a high"},
		{"\"\\udc00\"", "1:2: a low"},
		{"\"\\ud83d\\ude00\\ude00\"", "1:14: a low"},
		{"{\"\\udfff\":1}", "1:3: a low"},
		/* cut off in the middle, CVE-2017-16516 */
		{"\"\\ud800", "1:2: a high"},
		{"\"\\ud800\\", "1:2: a high"},
		{"\"\\ud800\\u", "1:2: a high"},
		{"\"\\ud800\\udc", "1:2: a high"},
		{"\"\\ud800\\udc0\"", "1:2: a high"},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		assert_refused(t[i][0], strlen(t[i][0]), -EINVAL, t[i][1]);
}
END_TEST

START_TEST(same_names_are_refused_with_both_places)
{
	assert_refused("{\"a\":1,\n \"b\":2, \"a\":3}", 22, -EINVAL,
		       "2:9: the name \"a\" stands at 1:2 already");
	/* equal behind the escapes */
	assert_refused("{\"a\":1,\"\\u0061\":2}", 18, -EINVAL,
		       "1:8: the name \"a\" stands at 1:2 already");
	/* of several, the first one that repeats, with the nearest one before it */
	assert_refused("{\"z\":1,\"a\":1,\"a\":2,\"a\":3,\"z\":4}", 31, -EINVAL,
		       "1:14: the name \"a\" stands at 1:8 already");
	assert_refused("[{\"x\":{\"\":1,\"\":1}}]", 19, -EINVAL,
		       "1:13: the name \"\" stands at 1:8 already");
}
END_TEST

START_TEST(names_with_nul_are_refused)
{
	assert_refused("{\"a\\u0000b\":1}", 14, -EINVAL, "1:2: a member name");
}
END_TEST

static void assert_place(const struct json *root, const char *pointer, uint32_t line, uint32_t col)
{
	const struct json *j = json_at(root, pointer);

	ck_assert_msg(j != NULL, "%s", pointer);
	ck_assert_msg(j->line == line && j->col == col, "%s: %u:%u instead of %u:%u", pointer,
		      j->line, j->col, line, col);
}

START_TEST(values_know_where_they_start)
{
	CLEANUP(json_freep)
	struct json *j = parse(" {\"a\": [1,\n  -2.5e1 , \"x\\u00e9\\\"\",null],\n\n"
			       "\t\"b\" :\r\n{\"c\":true,\"d\":[] } , \"\xc3\xa9\":\"\xc3\xa9\",\n"
			       "\"e\":0}");

	assert_place(j, "", 1, 2);
	assert_place(j, "/a", 1, 8);
	assert_place(j, "/a/0", 1, 9);
	assert_place(j, "/a/1", 2, 3);
	assert_place(j, "/a/2", 2, 12);
	assert_place(j, "/a/3", 2, 24);
	assert_place(j, "/b", 5, 1);
	assert_place(j, "/b/c", 5, 6);
	assert_place(j, "/b/d", 5, 15);
	assert_place(j, "/\xc3\xa9", 5, 27);
	assert_place(j, "/e", 6, 5);
}
END_TEST

START_TEST(a_number_at_the_very_end_has_its_place)
{
	CLEANUP(json_freep) struct json *j = parse("\n  1234");

	ck_assert_uint_eq(j->line, 2);
	ck_assert_uint_eq(j->col, 3);
	assert_prints(j, "1234");
}
END_TEST

START_TEST(depth_is_bounded)
{
	static const char *const t[][3] = {{"[", "", "]"}, {"{\"a\":", "1", "}"}};

	for (size_t i = 0; i < 2; i++) {
		CLEANUP(strbuf_done)
		struct strbuf fits = STRBUF_INIT, over = STRBUF_INIT, far = STRBUF_INIT;
		CLEANUP(json_freep) struct json *j = NULL;

		nest(&fits, JSON_MAX_DEPTH, t[i][0], t[i][1], t[i][2]);
		j = parse(fits.buf);
		assert_prints(j, fits.buf);
		nest(&over, JSON_MAX_DEPTH + 1, t[i][0], t[i][1], t[i][2]);
		assert_refused(over.buf, over.len, -E2BIG, "1:");
		/* a stack of a tree builder that recurses ends at some 100 000 */
		nest(&far, 1000000, t[i][0], t[i][1], "");
		assert_refused(far.buf, far.len, -E2BIG, "1:");
	}
}
END_TEST

START_TEST(size_is_bounded)
{
	cleanup_free char *buf = malloc(JSON_MAX_BYTES + 1);
	CLEANUP(json_freep) struct json *j = NULL;

	ck_assert_ptr_nonnull(buf);
	memset(buf, ' ', JSON_MAX_BYTES + 1);
	buf[0] = '1';
	assert_refused(buf, JSON_MAX_BYTES + 1, -E2BIG, "1:1: ");
	ck_assert_int_eq(json_parse(buf, JSON_MAX_BYTES, &j, NULL), 0);
	assert_prints(j, "1");
}
END_TEST

START_TEST(nodes_are_bounded)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;
	CLEANUP(json_freep) struct json *j = NULL;

	strbuf_addc(&b, '[');
	for (size_t i = 0; i + 2 < JSON_MAX_NODES; i++)
		strbuf_adds(&b, "0,");
	strbuf_adds(&b, "0]");
	ck_assert_int_eq(json_parse(b.buf, b.len, &j, NULL), 0);
	ck_assert_uint_eq(j->count, JSON_MAX_NODES - 1);
	b.buf[b.len - 1] = ',';
	strbuf_adds(&b, "0]");
	assert_refused(b.buf, b.len, -E2BIG, "1:");
}
END_TEST

START_TEST(integers)
{
	static const struct {
		const char *text;
		int ri;
		int64_t i;
		int ru;
		uint64_t u;
	} t[] = {
		{"0", 0, 0, 0, 0},
		{"-0", 0, 0, 0, 0},
		{"-1", 0, -1, -ERANGE, 0},
		{"9223372036854775807", 0, INT64_MAX, 0, INT64_MAX},
		{"9223372036854775808", -ERANGE, 0, 0, (uint64_t)INT64_MAX + 1},
		{"-9223372036854775808", 0, INT64_MIN, -ERANGE, 0},
		{"-9223372036854775809", -ERANGE, 0, -ERANGE, 0},
		{"18446744073709551615", -ERANGE, 0, 0, UINT64_MAX},
		{"18446744073709551616", -ERANGE, 0, -ERANGE, 0},
		{"1.0", -EINVAL, 0, -EINVAL, 0},
		{"1e2", -EINVAL, 0, -EINVAL, 0},
		{"-1.5", -EINVAL, 0, -EINVAL, 0},
		{"\"1\"", -EINVAL, 0, -EINVAL, 0},
		{"true", -EINVAL, 0, -EINVAL, 0},
		{"[1]", -EINVAL, 0, -EINVAL, 0},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		CLEANUP(json_freep) struct json *j = parse(t[i].text);
		uint64_t u = 0;
		int64_t v = 0;

		ck_assert_int_eq(json_int(j, &v), t[i].ri);
		ck_assert(v == t[i].i);
		ck_assert_int_eq(json_uint(j, &u), t[i].ru);
		ck_assert(u == t[i].u);
	}
	ck_assert_int_eq(json_int(NULL, &(int64_t){0}), -EINVAL);
}
END_TEST

START_TEST(made_values)
{
	CLEANUP(json_freep) struct json *o = json_new(JSON_OBJECT);
	struct json *a = json_new(JSON_ARRAY);

	ck_assert_int_eq(json_append(a, json_new_int(INT64_MIN)), 0);
	ck_assert_int_eq(json_append(a, json_new_uint(UINT64_MAX)), 0);
	ck_assert_int_eq(json_append(a, json_new_bool(true)), 0);
	ck_assert_int_eq(json_append(a, json_new(JSON_NULL)), 0);
	ck_assert_int_eq(json_append(a, json_new_string("x\ny")), 0);
	ck_assert_int_eq(json_append(a, json_new_string_len("a\0b", 3)), 0);
	ck_assert_int_eq(json_set_member(o, "list", a), 0);
	ck_assert_int_eq(json_set_member(o, "n", json_new_int(1)), 0);
	ck_assert_int_eq(json_set_member(o, "m", json_new_int(2)), 0);
	ck_assert_int_eq(json_set_member(o, "n", json_new_int(3)), 0);
	assert_prints(o, "{\"list\":[-9223372036854775808,18446744073709551615,true,null,"
			 "\"x\\ny\",\"a\\u0000b\"],\"n\":3,\"m\":2}");
	ck_assert_ptr_eq(json_member(o, "list"), a);
	ck_assert_ptr_null(json_member(o, "lis"));
	ck_assert_ptr_null(json_member(a, "list"));
	ck_assert_ptr_null(json_member(NULL, "list"));
	ck_assert_str_eq(json_string(a->items[4]), "x\ny");
	ck_assert_ptr_null(json_string(a->items[5]));
	ck_assert_ptr_null(json_string(a->items[0]));
	/* taken and freed: LeakSanitizer would tell */
	ck_assert_int_eq(json_append(o, json_new_int(1)), -EINVAL);
	ck_assert_int_eq(json_set_member(a, "x", json_new_int(1)), -EINVAL);
	/* what a shortage of memory leaves behind is told as one */
	ck_assert_int_eq(json_append(a, NULL), -ENOMEM);
	ck_assert_int_eq(json_append(NULL, json_new(JSON_NULL)), -ENOMEM);
	ck_assert_int_eq(json_set_member(o, "x", NULL), -ENOMEM);
	ck_assert_int_eq(json_set_member(NULL, "x", json_new(JSON_NULL)), -ENOMEM);
}
END_TEST

START_TEST(print_indented)
{
	CLEANUP(json_freep) struct json *j = parse("{\"a\":[1,{}],\"b\":{\"c\":[]}}");
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;

	json_print(j, 2, &b);
	ck_assert_str_eq(
		b.buf, "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": {\n    \"c\": []\n  }\n}\n");
}
END_TEST

START_TEST(put_is_print)
{
	static const char text[] =
		"{\"a\":\"q\\\"\",\"l\":[],\"n\":[1,-2,18446744073709551615,true,false,\"[\",{}],"
		"\"o\":{\"{\":\"x,\"},\"t\":{\"deep\":[null]}}";
	CLEANUP(strbuf_done) struct strbuf put = STRBUF_INIT, print = STRBUF_INIT;
	CLEANUP(json_freep) struct json *j = NULL;
	struct err e = {0};

	ck_assert_msg(json_parse(text, strlen(text), &j, &e) == 0, "%s", e.msg);
	json_put_open(&put, NULL, '{');
	json_put_string(&put, "a", "q\"");
	json_put_open(&put, "l", '[');
	json_put_close(&put, ']');
	json_put_open(&put, "n", '[');
	json_put_uint(&put, NULL, 1);
	json_put_int(&put, NULL, -2);
	json_put_uint(&put, NULL, UINT64_MAX);
	json_put_bool(&put, NULL, true);
	json_put_bool(&put, NULL, false);
	json_put_string(&put, NULL, "[");
	json_put_open(&put, NULL, '{');
	json_put_close(&put, '}');
	json_put_close(&put, ']');
	json_put_open(&put, "o", '{');
	json_put_string(&put, "{", "x,");
	json_put_close(&put, '}');
	json_put_tree(&put, "t", json_member(j, "t"));
	json_put_close(&put, '}');
	json_print(j, 0, &print);
	ck_assert_str_eq(put.buf, text);
	ck_assert_str_eq(put.buf, print.buf);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("json");
	TCase *t = tcase_create("json");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, good_texts_come_back_canonical);
	tcase_add_test(t, bad_texts_are_located);
	tcase_add_test(t, bytes_that_are_no_text);
	tcase_add_test(t, lone_surrogates_are_refused);
	tcase_add_test(t, same_names_are_refused_with_both_places);
	tcase_add_test(t, names_with_nul_are_refused);
	tcase_add_test(t, values_know_where_they_start);
	tcase_add_test(t, a_number_at_the_very_end_has_its_place);
	tcase_add_test(t, depth_is_bounded);
	tcase_add_test(t, size_is_bounded);
	tcase_add_test(t, nodes_are_bounded);
	tcase_add_test(t, integers);
	tcase_add_test(t, made_values);
	tcase_add_test(t, print_indented);
	tcase_add_test(t, put_is_print);
	suite_add_tcase(s, t);
	return suite_run(s);
}
