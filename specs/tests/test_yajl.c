/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The known bugs of yajl 2.1, none of which can be reached through base/json.h or cfg_parse.h. Each
 * input goes through both.
 */
#include "cfg_parse.h"
#include "cleanup.h"
#include "json.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* The results of both parsers for text that stands in a block of exactly its size, so that a
 * sanitizer sees each byte that is read beyond. */
static void parse_both(const char *text, size_t len, int *ret_tree, int *ret_typed)
{
	struct json *tree CLEANUP(json_freep) = NULL;
	struct cfg_doc *d CLEANUP(cfg_doc_freep) = NULL;
	struct cfg_findings f CLEANUP(cfg_findings_done) = {0};
	cleanup_free char *exact = malloc(len ? len : 1);
	struct err e = {0};

	ck_assert_ptr_nonnull(exact);
	memcpy(exact, text, len);
	*ret_tree = json_parse(exact, len, &tree, &e);
	ck_assert(*ret_tree == 0 || e.msg[0]);
	*ret_typed = cfg_parse(CFG_CONFIG, exact, len, &d, &f, &e);
	ck_assert(*ret_typed == 0 || e.msg[0]);
}

static void refuse_both(const char *text, size_t len, int num)
{
	int tree, typed;

	parse_both(text, len, &tree, &typed);
	ck_assert_msg(tree == -num && typed == -num, "%.60s: %d, %d", text, tree, typed);
}

/* CVE-2023-33460 and its kin: what was built before an error was never freed. */
START_TEST(nothing_leaks_from_malformed_text)
{
	static const char *const cut[] = {
		"{\"a\":{\"b\":[1,2",
		"{\"a\"}",
		"[1,2,x",
		"{\"a\":1}{",
		"{\"a\":\"\\u12",
		"{\"a\":{\"b\":1,",
		"{\"a\":[[[[[[\"b\"",
		"{\"\\u0061\":1,\"a\":2}",
	};
	size_t before = 0;

	for (int round = 0; round < 200; round++) {
		for (size_t i = 0; i < sizeof(cut) / sizeof(cut[0]); i++)
			refuse_both(cut[i], strlen(cut[i]), EINVAL);
		/* the C library's own buffers are there after the first rounds; a sanitizer's
		 * allocator tells nothing here and looks by itself at the end */
		if (round == 10)
			before = mallinfo2().uordblks;
	}
	ck_assert_uint_eq(mallinfo2().uordblks, before);
}
END_TEST

/* yajl_tree_free() calls itself once for each level: 262000 are enough for a stack of 8 MB. */
START_TEST(nesting_needs_no_stack)
{
	const size_t n = 4u << 20;
	const struct rlimit small = {512u << 10, RLIM_INFINITY};
	cleanup_free char *text = malloc(n);
	static const char opening[] = "{\"a\":";
	int tree, typed;

	ck_assert_ptr_nonnull(text);
	ck_assert_int_eq(setrlimit(RLIMIT_STACK, &small), 0);
	memset(text, '[', n);
	parse_both(text, n, &tree, &typed);
	ck_assert(tree == -E2BIG && typed == -EINVAL); /* a config is no array to begin with */
	for (size_t i = 0; i < n; i++)
		text[i] = opening[i % (sizeof(opening) - 1)];
	refuse_both(text, n, E2BIG);
	/* in a member that nobody knows, and closed again */
	memset(text + 5, '[', n / 2 - 5);
	memset(text + n / 2, ']', n / 2 - 5);
	memset(text + n - 5, '}', 5);
	refuse_both(text, n, E2BIG);
}
END_TEST

/* yajl reads integers into a long long and wraps or clamps, and the rest with strtod(3), which
 * fails beyond a double and depends on the locale. Numbers stay text here. */
START_TEST(numbers_are_not_read_by_the_library)
{
	static const struct {
		const char *text;
		int as_int, as_uint;
		int64_t i;
		uint64_t u;
	} t[] = {
		{"9223372036854775807", 0, 0, INT64_MAX, INT64_MAX},
		{"9223372036854775808", -ERANGE, 0, 0, (uint64_t)INT64_MAX + 1},
		{"-9223372036854775808", 0, -ERANGE, INT64_MIN, 0},
		{"-9223372036854775809", -ERANGE, -ERANGE, 0, 0},
		{"18446744073709551615", -ERANGE, 0, 0, UINT64_MAX},
		{"18446744073709551616", -ERANGE, -ERANGE, 0, 0},
		{"340282366920938463463374607431768211456", -ERANGE, -ERANGE, 0, 0},
		{"1e999", -EINVAL, -EINVAL, 0, 0},
		{"-1e-999", -EINVAL, -EINVAL, 0, 0},
		{"1.5", -EINVAL, -EINVAL, 0, 0},
	};

	for (size_t k = 0; k < sizeof(t) / sizeof(t[0]); k++) {
		cleanup_free char *text = str_format("[%s]", t[k].text);
		struct json *tree CLEANUP(json_freep) = NULL;
		int64_t i = 0;
		uint64_t u = 0;

		ck_assert_int_eq(json_parse(text, strlen(text), &tree, NULL), 0);
		ck_assert_str_eq(tree->items[0]->text, t[k].text);
		ck_assert_int_eq(json_int(tree->items[0], &i), t[k].as_int);
		ck_assert_int_eq(json_uint(tree->items[0], &u), t[k].as_uint);
		ck_assert(i == t[k].i && u == t[k].u);
	}
}
END_TEST

static int parse_limit(const char *number, int64_t *ret)
{
	cleanup_free char *text = str_format("{\"memory\":{\"limit\":%s}}", number);
	struct cfg_doc *d CLEANUP(cfg_doc_freep) = NULL;
	int rc = cfg_parse(CFG_RESOURCES, text, strlen(text), &d, NULL, NULL);

	if (rc == 0)
		*ret = d->resources->memory->limit;
	return rc;
}

START_TEST(typed_numbers_are_exact)
{
	int64_t v = 0;

	ck_assert_int_eq(parse_limit("9223372036854775807", &v), 0);
	ck_assert(v == INT64_MAX);
	ck_assert_int_eq(parse_limit("-9223372036854775808", &v), 0);
	ck_assert(v == INT64_MIN);
	ck_assert_int_eq(parse_limit("9223372036854775808", &v), -EINVAL);
	ck_assert_int_eq(parse_limit("-9223372036854775809", &v), -EINVAL);
	ck_assert_int_eq(parse_limit("18446744073709551617", &v), -EINVAL);
	ck_assert_int_eq(parse_limit("1e999", &v), -EINVAL);
}
END_TEST

/* CVE-2017-16516: the decoder of escapes went on for the second half of a pair behind the end. */
START_TEST(escapes_cut_anywhere)
{
	static const char whole[] = "{\"a\\ud83d\\udc27\":\"\\ud83d\\udc27\\\\\\u00e4\"}";

	for (size_t len = 0; len < sizeof(whole) - 1; len++)
		refuse_both(whole, len, EINVAL);
	for (size_t at = 1; at < sizeof(whole) - 1; at++) {
		cleanup_free char *gap = str_format("%.*s%s", (int)at, whole, whole + at + 1);
		int tree, typed;

		/* accepted or refused, but by both, and without a byte read beyond */
		parse_both(gap, strlen(gap), &tree, &typed);
		ck_assert_msg(tree == typed, "%s: %d, %d", gap, tree, typed);
	}
}
END_TEST

/* CVE-2022-24795: sizes of the library's buffers are doubled in 32 bits. No text comes near. */
START_TEST(sizes_are_bounded_before)
{
	const size_t n = (size_t)JSON_MAX_BYTES + 1;
	cleanup_free char *text = malloc(n);

	ck_assert_uint_le(JSON_MAX_BYTES, UINT32_MAX / 64);
	ck_assert_uint_le(CFG_MAX_BYTES, UINT32_MAX / 64);
	ck_assert_ptr_nonnull(text);
	memset(text, 'a', n);
	text[0] = text[n - 1] = '"';
	refuse_both(text, n, E2BIG);
	/* one string with an escape, which the library collects in its buffer, as large as may be
	 */
	memcpy(text, "[\"\\n", 4);
	memcpy(text + n - 3, "\"]", 2);
	{
		struct json *tree CLEANUP(json_freep) = NULL;

		ck_assert_int_eq(json_parse(text, n - 1, &tree, NULL), 0);
		ck_assert_uint_eq(tree->items[0]->len, n - 1 - 5);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("yajl");
	TCase *t = tcase_create("yajl");

	suite_add_tcase(s, t);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, nothing_leaks_from_malformed_text);
	tcase_add_test(t, nesting_needs_no_stack);
	tcase_add_test(t, numbers_are_not_read_by_the_library);
	tcase_add_test(t, typed_numbers_are_exact);
	tcase_add_test(t, escapes_cut_anywhere);
	tcase_add_test(t, sizes_are_bounded_before);
	return suite_run(s);
}
