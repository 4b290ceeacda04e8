/* SPDX-License-Identifier: Apache-2.0 */
#include "json.h"

#include "cleanup.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct json *parse(const char *text)
{
	struct json *j = NULL;
	struct err e = {0};

	ck_assert_msg(json_parse(text, strlen(text), &j, &e) == 0, "%s: %s", text, e.msg);
	ck_assert_ptr_nonnull(j);
	return j;
}

static void assert_prints(const struct json *j, const char *want)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;

	json_print(j, 0, &b);
	ck_assert(!b.oom);
	ck_assert_str_eq(b.buf, want);
}

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

static void nest(struct strbuf *b, size_t depth, const char *open, const char *inner,
		 const char *shut)
{
	for (size_t i = 0; i < depth; i++)
		strbuf_adds(b, open);
	strbuf_adds(b, inner);
	for (size_t i = 0; i < depth; i++)
		strbuf_adds(b, shut);
}

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
	ck_assert_int_eq(json_append(a, NULL), -EINVAL);
	ck_assert_int_eq(json_set_member(o, "x", NULL), -EINVAL);
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

START_TEST(pointers)
{
	/* the document of RFC 6901, section 5 */
	CLEANUP(json_freep)
	struct json *j =
		parse("{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/b\":1,\"c%d\":2,\"e^f\":3,\"g|h\":4,"
		      "\"i\\\\j\":5,\"k\\\"l\":6,\" \":7,\"m~n\":8,\"~1\":9}");
	static const struct {
		const char *pointer, *want; /* NULL: nothing there */
	} t[] = {
		{"/foo", "[\"bar\",\"baz\"]"},
		{"/foo/0", "\"bar\""},
		{"/foo/1", "\"baz\""},
		{"/", "0"},
		{"/a~1b", "1"},
		{"/c%d", "2"},
		{"/e^f", "3"},
		{"/g|h", "4"},
		{"/i\\j", "5"},
		{"/k\"l", "6"},
		{"/ ", "7"},
		{"/m~0n", "8"},
		{"/~01", "9"},
		{"/foo/2", NULL},
		{"/foo/-", NULL},
		{"/foo/00", NULL},
		{"/foo/01", NULL},
		{"/foo/+1", NULL},
		{"/foo/", NULL},
		{"/foo/0/x", NULL},
		{"/nope", NULL},
		{"foo", NULL},
		{"/m~n", NULL},
		{"/m~2n", NULL},
		{"/~", NULL},
		{"//", NULL},
		{"/foo/18446744073709551616", NULL},
	};

	ck_assert_ptr_eq(json_at(j, ""), j);
	ck_assert_ptr_null(json_at(NULL, ""));
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct json *at = json_at(j, t[i].pointer);

		if (t[i].want) {
			ck_assert_msg(at != NULL, "%s", t[i].pointer);
			assert_prints(at, t[i].want);
		} else {
			ck_assert_msg(at == NULL, "%s", t[i].pointer);
		}
	}
}
END_TEST

typedef int (*edit_fn)(struct json **, const char *, struct json *, struct err *);

static int remove_as_edit(struct json **root, const char *pointer, struct json *value,
			  struct err *e)
{
	json_free(value);
	return json_remove(root, pointer, e);
}

START_TEST(edits)
{
	static const struct {
		edit_fn fn;
		const char *doc, *pointer, *value;
		int r;
		const char *want; /* NULL where r < 0: the document is as before */
	} t[] = {
		{json_set, "{\"a\":1}", "", "[2]", 0, "[2]"},
		{json_set, "{\"a\":1}", "/a", "2", 0, "{\"a\":2}"},
		{json_set, "{\"a\":1}", "/b", "2", 0, "{\"a\":1,\"b\":2}"},
		{json_set, "{\"a\":1}", "/", "2", 0, "{\"a\":1,\"\":2}"},
		{json_set, "{}", "/a~1b/c~0d", "2", 0, "{\"a/b\":{\"c~d\":2}}"},
		{json_set, "{}", "/a/-/b/-", "2", 0, "{\"a\":[{\"b\":[2]}]}"},
		{json_set, "[1,2]", "/0", "9", 0, "[9,2]"},
		{json_set, "[1,2]", "/-", "9", 0, "[1,2,9]"},
		{json_set, "[1]", "/-/x", "9", 0, "[1,{\"x\":9}]"},
		{json_set, "[1,2]", "/2", "9", -ENOENT, NULL},
		{json_set, "[1,2]", "/x", "9", -EINVAL, NULL},
		{json_set, "[1,2]", "/01", "9", -EINVAL, NULL},
		{json_set, "[1,2]", "/5/x", "9", -ENOENT, NULL},
		{json_set, "{\"a\":1}", "/a/b", "9", -EINVAL, NULL},
		{json_set, "{\"a\":\"s\"}", "/a/b/c", "9", -EINVAL, NULL},
		{json_set, "{\"a\":1}", "a", "9", -EINVAL, NULL},
		{json_set, "{\"a\":1}", "/~", "9", -EINVAL, NULL},
		{json_add, "[1,2]", "/0", "9", 0, "[9,1,2]"},
		{json_add, "[1,2]", "/1", "9", 0, "[1,9,2]"},
		{json_add, "[1,2]", "/2", "9", 0, "[1,2,9]"},
		{json_add, "[1,2]", "/-", "9", 0, "[1,2,9]"},
		{json_add, "[1,2]", "/3", "9", -ENOENT, NULL},
		{json_add, "[]", "/0", "9", 0, "[9]"},
		{json_add, "{\"a\":[1]}", "/a/0", "9", 0, "{\"a\":[9,1]}"},
		{json_add, "{\"a\":1}", "/a", "9", 0, "{\"a\":9}"},
		{json_add, "{\"a\":1}", "/b/-", "9", 0, "{\"a\":1,\"b\":[9]}"},
		{remove_as_edit, "{\"a\":1,\"b\":2,\"c\":3}", "/b", NULL, 0, "{\"a\":1,\"c\":3}"},
		{remove_as_edit, "{\"a\":1}", "/a", NULL, 0, "{}"},
		{remove_as_edit, "[1,2,3]", "/0", NULL, 0, "[2,3]"},
		{remove_as_edit, "[1,2,3]", "/2", NULL, 0, "[1,2]"},
		{remove_as_edit, "[1,2,3]", "/3", NULL, -ENOENT, NULL},
		{remove_as_edit, "[1,2,3]", "/-", NULL, -ENOENT, NULL},
		{remove_as_edit, "{\"a\":{\"b\":1}}", "/a/c", NULL, -ENOENT, NULL},
		{remove_as_edit, "{\"a\":{\"b\":1}}", "/x/b", NULL, -ENOENT, NULL},
		{remove_as_edit, "{\"a\":1}", "/a/b", NULL, -ENOENT, NULL},
		{remove_as_edit, "{\"a\":1}", "x", NULL, -EINVAL, NULL},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		CLEANUP(json_freep) struct json *doc = parse(t[i].doc);
		struct json *value = t[i].value ? parse(t[i].value) : NULL;
		struct err e = {0};
		int r = t[i].fn(&doc, t[i].pointer, value, &e);

		ck_assert_msg(r == t[i].r, "%s at %s: %d", t[i].doc, t[i].pointer, r);
		assert_prints(doc, r < 0 ? t[i].doc : t[i].want);
		ck_assert_int_eq(e.num, -r);
		if (r < 0)
			ck_assert_ptr_nonnull(strstr(e.msg, t[i].pointer));
	}
}
END_TEST

START_TEST(edits_of_nothing)
{
	CLEANUP(json_freep) struct json *j = NULL;

	ck_assert_int_eq(json_remove(&j, "/a", NULL), -ENOENT);
	ck_assert_int_eq(json_remove(&j, "", NULL), -ENOENT);
	ck_assert_int_eq(json_set(&j, "/a", NULL, NULL), -EINVAL);
	ck_assert_int_eq(json_set(&j, "/a/b", json_new_bool(true), NULL), 0);
	assert_prints(j, "{\"a\":{\"b\":true}}");
	ck_assert_int_eq(json_remove(&j, "", NULL), 0);
	ck_assert_ptr_null(j);
}
END_TEST

/* A removal in between must not upset the growth at powers of two. */
START_TEST(containers_shrink_and_grow)
{
	CLEANUP(json_freep) struct json *j = json_new(JSON_OBJECT);

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 100; i++) {
			char pointer[16];

			(void)snprintf(pointer, sizeof(pointer), "/%d", i);
			ck_assert_int_eq(json_set(&j, pointer, json_new_int(i), NULL), 0);
		}
		for (int i = 0; i < 100; i += 1 + round) {
			char pointer[16];

			(void)snprintf(pointer, sizeof(pointer), "/%d", i);
			ck_assert_int_eq(json_remove(&j, pointer, NULL), 0);
		}
	}
	ck_assert_uint_eq(j->count, 66);
	ck_assert_str_eq(j->names[0], "1");
	ck_assert_str_eq(j->items[65]->text, "98");
}
END_TEST

START_TEST(edits_keep_the_depth)
{
	CLEANUP(strbuf_done) struct strbuf full = STRBUF_INIT, pointer = STRBUF_INIT;
	CLEANUP(json_freep) struct json *j = parse("{}");

	nest(&full, JSON_MAX_DEPTH, "[", "", "]");
	ck_assert_int_eq(json_set(&j, "/a", parse(full.buf), NULL), -E2BIG);
	ck_assert_int_eq(json_set(&j, "", parse(full.buf), NULL), 0);
	nest(&pointer, JSON_MAX_DEPTH, "/a", "", "");
	ck_assert_int_eq(json_set(&j, "", json_new(JSON_NULL), NULL), 0);
	ck_assert_int_eq(json_set(&j, "", json_new(JSON_OBJECT), NULL), 0);
	ck_assert_int_eq(json_set(&j, pointer.buf, json_new(JSON_ARRAY), NULL), -E2BIG);
	ck_assert_int_eq(json_set(&j, pointer.buf, json_new_int(1), NULL), 0);
	ck_assert_ptr_nonnull(json_at(j, pointer.buf));
	strbuf_adds(&pointer, "/a");
	ck_assert_int_eq(json_set(&j, pointer.buf, json_new_int(1), NULL), -E2BIG);
	ck_assert_ptr_null(json_at(j, pointer.buf));
}
END_TEST

/* What only json_append() can build: freed without recursion, and never followed down by the
 * others. */
START_TEST(a_bottomless_tree_is_freed)
{
	CLEANUP(json_freep) struct json *j = json_new(JSON_ARRAY);
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;

	for (int i = 0; i < 1000000; i++) {
		struct json *up = json_new(i % 2 ? JSON_ARRAY : JSON_OBJECT);

		if (i % 2)
			ck_assert_int_eq(json_append(up, j), 0);
		else
			ck_assert_int_eq(json_set_member(up, "a", j), 0);
		j = up;
	}
	ck_assert_ptr_null(json_copy(j));
	ck_assert(!json_equal(j, j));
	json_print(j, 0, &b);
	ck_assert(b.oom);
}
END_TEST

START_TEST(equality)
{
	static const struct {
		const char *a, *b;
		bool equal;
	} t[] = {
		{"{\"a\":1,\"b\":[1,2]}", "{\"b\":[1,2],\"a\":1}", true},
		{"{\"a\":1}", "{\"a\":1,\"b\":2}", false},
		{"{\"a\":1}", "{\"b\":1}", false},
		{"[1,2]", "[2,1]", false},
		{"[1]", "[1,1]", false},
		{"1", "\"1\"", false},
		{"0", "-0", true},
		{"[0]", "[false]", false},
		{"1", "1.0", false},
		{"100000000000000000001", "100000000000000000001", true},
		{"100000000000000000001", "100000000000000000002", false},
		{"null", "null", true},
		{"true", "false", false},
		{"{}", "[]", false},
		{"\"a\\u0000b\"", "\"a\\u0000c\"", false},
		{"\"-0\"", "\"0\"", false},
		{"{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8,\"i\":9}",
		 "{\"i\":9,\"h\":8,\"g\":7,\"f\":6,\"e\":5,\"d\":4,\"c\":3,\"b\":2,\"a\":1}", true},
		{"{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8,\"i\":9}",
		 "{\"i\":9,\"h\":8,\"g\":7,\"f\":6,\"e\":5,\"d\":4,\"c\":3,\"b\":2,\"a\":0}",
		 false},
		{"{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8,\"i\":9}",
		 "{\"i\":9,\"h\":8,\"g\":7,\"f\":6,\"e\":5,\"d\":4,\"c\":3,\"b\":2,\"j\":1}",
		 false},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		CLEANUP(json_freep) struct json *a = parse(t[i].a), *b = parse(t[i].b);

		ck_assert_msg(json_equal(a, b) == t[i].equal, "%s %s", t[i].a, t[i].b);
		ck_assert_msg(json_equal(b, a) == t[i].equal, "%s %s", t[i].b, t[i].a);
	}
	ck_assert(json_equal(NULL, NULL));
}
END_TEST

/* A mutated document never does anything but parse or fail with a place; the sanitizers look at the
 * rest. */
START_TEST(mutations)
{
	static const char seed[] =
		"{\"a\":[1,-2.5e3,\"x\\u00e9\\ud83d\\ude00\",null,true,{\"b\":{}}],"
		"\"c\\n\":\"\xc3\xa9\"}";
	uint32_t state = 12345;

	for (int i = 0; i < 20000; i++) {
		CLEANUP(json_freep) struct json *j = NULL;
		char buf[sizeof(seed)];
		size_t len = sizeof(seed) - 1;
		struct err e = {0};

		memcpy(buf, seed, sizeof(seed));
		for (int k = 0; k < 1 + i % 3; k++) {
			state = state * 1664525u + 1013904223u;
			buf[(state >> 8) % len] = (char)(state >> 24);
		}
		state = state * 1664525u + 1013904223u;
		if (i % 2)
			len = (state >> 8) % len;
		if (json_parse(buf, len, &j, &e) < 0) {
			ck_assert_msg(e.msg[0] >= '1' && e.msg[0] <= '9', "%s", e.msg);
			ck_assert_ptr_null(j);
		} else {
			CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;
			CLEANUP(json_freep) struct json *again = NULL;

			json_print(j, 0, &b);
			again = parse(b.buf);
			ck_assert(json_equal(j, again));
		}
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("json");
	TCase *t = tcase_create("json");
	SRunner *sr = srunner_create(s);
	int failed;

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
	tcase_add_test(t, pointers);
	tcase_add_test(t, edits);
	tcase_add_test(t, edits_of_nothing);
	tcase_add_test(t, containers_shrink_and_grow);
	tcase_add_test(t, edits_keep_the_depth);
	tcase_add_test(t, a_bottomless_tree_is_freed);
	tcase_add_test(t, equality);
	tcase_add_test(t, mutations);
	suite_add_tcase(s, t);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
