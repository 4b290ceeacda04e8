/* SPDX-License-Identifier: Apache-2.0 */
/* Trees that are changed: pointers, edits, copies. */
#include "json_fixture.h"
#include "suite.h"

typedef int (*edit_fn)(struct json **, const char *, struct json *, struct err *);

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
	ck_assert_int_eq(json_set(&j, "/a", NULL, NULL), -ENOMEM);
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
	Suite *s = suite_create("json_edit");
	TCase *t = tcase_create("json_edit");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, pointers);
	tcase_add_test(t, edits);
	tcase_add_test(t, edits_of_nothing);
	tcase_add_test(t, containers_shrink_and_grow);
	tcase_add_test(t, edits_keep_the_depth);
	tcase_add_test(t, a_bottomless_tree_is_freed);
	tcase_add_test(t, equality);
	tcase_add_test(t, mutations);
	suite_add_tcase(s, t);
	return suite_run(s);
}
