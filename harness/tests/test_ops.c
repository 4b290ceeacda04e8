/* SPDX-License-Identifier: Apache-2.0 */
#include "ops.h"
#include "result.h"

#include "cleanup.h"
#include "suite.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct json *parse(const char *text)
{
	struct json *j = NULL;
	struct err e = {0};

	if (!text)
		return NULL;
	ck_assert_msg(json_parse(text, strlen(text), &j, &e) == 0, "%s: %s", text, e.msg);
	return j;
}

/* One row: operator, observed (NULL: not observed), pointer, expected, reference, verdict. */
static const struct row {
	enum op op;
	const char *observed, *pointer, *expected, *reference;
	bool ok;
} rows[] = {
	{OP_EQ, "\"a\"", "", "\"a\"", NULL, true},
	{OP_EQ, "\"a\"", "", "\"b\"", NULL, false},
	{OP_EQ, "1", "", "\"1\"", NULL, false},
	{OP_EQ, "{\"a\":{\"b\":1}}", "/a/b", "1", NULL, true},
	{OP_EQ, "{\"a\":1,\"b\":2}", "", "{\"b\":2,\"a\":1}", NULL, true},
	{OP_EQ, "[1,2]", "", "[2,1]", NULL, false},
	/* nothing observed never passes, whatever is asked */
	{OP_EQ, NULL, "", "null", NULL, false},
	{OP_NE, NULL, "", "1", NULL, false},
	{OP_LACKS, NULL, "", "1", NULL, false},
	{OP_EMPTY, NULL, "", NULL, NULL, false},
	{OP_NOT_HOST, NULL, "", NULL, "1", false},
	/* a pointer that leads nowhere is null for those who ask for a value, and no observation
	   for those who are content with any other */
	{OP_EQ, "{}", "/x", "null", NULL, true},
	{OP_EMPTY, "{}", "/x", NULL, NULL, true},
	{OP_NE, "{}", "/x", "1", NULL, false},
	{OP_LACKS, "null", "/options", "\"ro\"", NULL, false},
	{OP_LACKS, "null", "", "\"ro\"", NULL, false},
	{OP_NE, "{\"error\":\"EACCES\"}", "", "1", NULL, false},
	{OP_LACKS, "{\"error\":\"EACCES\"}", "", "1", NULL, false},
	{OP_EQ, "{\"error\":\"EACCES\"}", "", "{\"error\":\"EACCES\"}", NULL, true},
	/* nor is what an error has not an absence */
	{OP_EQ, "{\"error\":\"EACCES\"}", "/x", "null", NULL, false},
	{OP_EMPTY, "{\"error\":\"EACCES\"}", "/x", NULL, NULL, false},
	{OP_ONE_OF, "{\"error\":\"EACCES\"}", "/x", "[null]", NULL, false},
	{OP_HOST, "{\"error\":\"EACCES\"}", "/x", NULL, "{\"error\":\"EACCES\"}", false},
	{OP_EQ, "{\"error\":\"EACCES\"}", "/error", "\"EACCES\"", NULL, true},
	{OP_NE, "null", "", "1", NULL, true},
	{OP_NE, "2", "", "1", NULL, true},
	{OP_NE, "1", "", "1", NULL, false},
	{OP_HAS, "[1,2,3]", "", "2", NULL, true},
	{OP_HAS, "[1,2,3]", "", "4", NULL, false},
	{OP_HAS, "[{\"a\":1,\"b\":2}]", "", "{\"b\":2}", NULL, true},
	{OP_HAS, "[{\"a\":1,\"b\":2}]", "", "{\"b\":3}", NULL, false},
	{OP_HAS, "{\"a\":{\"b\":1,\"c\":2}}", "", "{\"a\":{\"c\":2}}", NULL, true},
	{OP_HAS, "{\"a\":{\"b\":1}}", "", "{\"a\":{\"c\":2}}", NULL, false},
	{OP_HAS, "{\"a\":[1,2]}", "", "{\"a\":[1]}", NULL, false},
	{OP_HAS, "\"haystack\"", "", "\"yst\"", NULL, true},
	{OP_HAS, "\"haystack\"", "", "7", NULL, false},
	{OP_LACKS, "[1,2,3]", "", "4", NULL, true},
	{OP_LACKS, "[1,2,3]", "", "3", NULL, false},
	{OP_MIN, "5", "", "5", NULL, true},
	{OP_MIN, "4", "", "5", NULL, false},
	{OP_MIN, "\"6\"", "", "5", NULL, true},
	{OP_MIN, "\"max\"", "", "5", NULL, false},
	{OP_MIN, "-3", "", "-5", NULL, true},
	{OP_MAX, "18446744073709551615", "", "18446744073709551615", NULL, true},
	{OP_MAX, "18446744073709551615", "", "5", NULL, false},
	{OP_MAX, "-1", "", "18446744073709551615", NULL, true},
	{OP_MATCH, "\"1.0.2\"", "", "\"1.*\"", NULL, true},
	{OP_MATCH, "\"2.0\"", "", "\"1.*\"", NULL, false},
	{OP_MATCH, "1", "", "\"1\"", NULL, false},
	{OP_ONE_OF, "2", "", "[1,2]", NULL, true},
	{OP_ONE_OF, "3", "", "[1,2]", NULL, false},
	{OP_ONE_OF, "3", "", "3", NULL, false},
	{OP_SET_EQ, "[1,2]", "", "[2,1]", NULL, true},
	{OP_SET_EQ, "[1,1]", "", "[1,2]", NULL, false},
	{OP_SET_EQ, "[1,1,2]", "", "[1,2,2]", NULL, false},
	{OP_SET_EQ, "[1]", "", "[1,2]", NULL, false},
	{OP_EMPTY, "null", "", NULL, NULL, true},
	{OP_EMPTY, "\"\"", "", NULL, NULL, true},
	{OP_EMPTY, "[]", "", NULL, NULL, true},
	{OP_EMPTY, "0", "", NULL, NULL, true},
	{OP_EMPTY, "false", "", NULL, NULL, false},
	{OP_EMPTY, "[0]", "", NULL, NULL, false},
	{OP_HOST, "1", "", NULL, "1", true},
	{OP_HOST, "1", "", NULL, "2", false},
	{OP_HOST, "1", "", NULL, NULL, false},
	{OP_HOST, "{\"a\":1,\"b\":2}", "/a", NULL, "{\"a\":1,\"b\":3}", true},
	{OP_NOT_HOST, "1", "", NULL, "2", true},
	{OP_NOT_HOST, "1", "", NULL, "1", false},
	{OP_NOT_HOST, "1", "", NULL, NULL, false},
	{OP_NOT_HOST, "1", "", NULL, "null", true},
	{OP_NOT_HOST, "1", "", NULL, "{\"error\":\"EPERM\"}", false},
	{OP_SAME, "\"x\"", "", NULL, "\"x\"", true},
	{OP_SAME, "\"x\"", "", NULL, "\"y\"", false},
	{OP_SAME, "\"x\"", "", NULL, NULL, false},
	{OP_SAME, "{\"a\":{\"b\":1}}", "/a", NULL, "{\"a\":{\"b\":1}}", true},
	/* what could be seen neither before nor behind the case has not stayed */
	{OP_SAME, "null", "", NULL, "null", false},
	{OP_SAME, "{\"a\":1}", "/b", NULL, "{\"a\":1}", false},
	{OP_SAME, "{\"error\":\"EPERM\"}", "", NULL, "{\"error\":\"EPERM\"}", false},
	{OP_HOST, "{\"error\":\"EPERM\"}", "", NULL, "{\"error\":\"EPERM\"}", false},
	{OP_HOST, "null", "/a", NULL, "{\"error\":\"EPERM\"}", false},
	{OP_HOST, "{\"a\":{\"error\":\"EPERM\"}}", "/a", NULL, "{\"a\":{\"error\":\"EPERM\"}}",
	 false},
	/* what this kernel has not */
	{OP_HOST, "null", "", NULL, "null", true},
	{OP_NOT_HOST, "1", "/a", NULL, "{\"b\":1}", false},
	/* an operator without its value judges nothing */
	{OP_EQ, "1", "", NULL, NULL, false},
	{OP_END, "1", "", "1", NULL, false},
};

START_TEST(operators_judge)
{
	const struct row *r = &rows[_i];
	CLEANUP(json_freep) struct json *observed = parse(r->observed);
	CLEANUP(json_freep) struct json *expected = parse(r->expected);
	CLEANUP(json_freep) struct json *reference = parse(r->reference);
	char why[160] = "x";
	bool ok = ops_eval(r->op, observed, r->pointer, expected, reference, why, sizeof(why));

	ck_assert_msg(ok == r->ok, "row %d: %s %s %s", _i, r->observed ? r->observed : "nothing",
		      ops_words(r->op), r->expected ? r->expected : "");
	if (ok)
		ck_assert_str_eq(why, "");
	if (!r->observed)
		ck_assert_str_eq(why, "not observed");
}
END_TEST

START_TEST(names_are_split_at_the_pointer)
{
	cleanup_free char *fact = NULL;

	ck_assert_str_eq(ops_split_name("mount:/proc#/options", &fact), "/options");
	ck_assert_str_eq(fact, "mount:/proc");
	free(take_ptr(&fact));
	ck_assert_str_eq(ops_split_name("read:/a#b", &fact), "");
	ck_assert_str_eq(fact, "read:/a#b");
}
END_TEST

START_TEST(verdicts_fold)
{
	CLEANUP(result_builder_done) struct result_builder b = {0};

	/* silence is not a pass */
	ck_assert_int_eq(result_fold(&b, false, false), VERDICT_BROK);
	result_add(&b, "a", "equals", NULL, NULL, true, NULL);
	ck_assert_int_eq(result_fold(&b, false, false), VERDICT_PASS);
	result_add(&b, "b", "equals", NULL, NULL, false, "why");
	ck_assert_int_eq(result_fold(&b, false, false), VERDICT_FAIL);
	ck_assert_int_eq(result_fold(&b, true, false), VERDICT_WARN);
	ck_assert_int_eq(result_fold(&b, true, true), VERDICT_FAIL);
	/* what binds is no matter of advice; what holds binds nothing */
	result_add(&b, "residue", "is", NULL, NULL, true, NULL);
	result_bind(&b);
	ck_assert_int_eq(result_fold(&b, true, false), VERDICT_WARN);
	result_add(&b, "residue", "is", NULL, NULL, false, NULL);
	result_bind(&b);
	ck_assert_int_eq(result_fold(&b, true, false), VERDICT_FAIL);
	result_broken(&b, "c", "could not look");
	ck_assert_int_eq(result_fold(&b, false, false), VERDICT_BROK);
	ck_assert_int_eq(result_fold(&b, true, true), VERDICT_BROK);
	b.oom = true;
	ck_assert_int_eq(result_fold(&b, true, true), VERDICT_BROK);
	b.oom = false;
}
END_TEST

START_TEST(the_reason_is_the_worst_finding)
{
	CLEANUP(result_builder_done) struct result_builder b = {0};
	CLEANUP(json_freep) struct json *one = parse("1");
	CLEANUP(json_freep) struct json *two = parse("2");
	cleanup_free char *reason = NULL;

	result_add(&b, "fine", "equals", one, one, true, NULL);
	ck_assert_ptr_null(result_reason(&b));
	result_add(&b, "number", "equals", one, two, false, "so it is");
	reason = result_reason(&b);
	ck_assert_str_eq(reason, "number equals 1; observed 2 (so it is)");
	free(take_ptr(&reason));
	result_add(&b, "other", "equals", one, NULL, false, NULL);
	result_broken(&b, "channels", "they differ");
	reason = result_reason(&b);
	ck_assert_str_eq(reason, "channels: they differ");
}
END_TEST

START_TEST(a_long_value_stays_json)
{
	CLEANUP(result_builder_done) struct result_builder b = {0};
	CLEANUP(json_freep) struct json *a = json_new(JSON_ARRAY);
	CLEANUP(json_freep) struct json *shown = NULL;

	for (int i = 0; i < 20000; i++)
		ck_assert_int_eq(json_append(a, json_new_int(i)), 0);
	result_add(&b, "long", "equals", a, a, true, NULL);
	ck_assert_uint_lt(strlen(b.checks[0].observed), 10000);
	shown = parse(b.checks[0].observed);
	ck_assert_int_eq(shown->type, JSON_STRING);
}
END_TEST

/* The last line of what a runtime prints may be megabytes, and stands in the note and the reason.
 */
START_TEST(long_words_are_cut)
{
	CLEANUP(result_builder_done) struct result_builder b = {0};
	CLEANUP(json_freep) struct json *one = parse("1");
	cleanup_free char *words = malloc(100001);
	cleanup_free char *reason = NULL;
	cleanup_free char *skip = NULL;

	ck_assert_ptr_nonnull(words);
	/* é is two bytes: one of them stands across any odd end */
	for (size_t i = 0; i < 100000; i++)
		words[i] = i % 2 == 1 ? '\xc3' : '\xa9';
	words[0] = 'x';
	words[99999] = 'x';
	words[100000] = '\0';
	result_add(&b, "create", "exits with", one, NULL, false, words);
	ck_assert_uint_lt(strlen(b.checks[0].note), 2100);
	ck_assert_ptr_nonnull(strstr(b.checks[0].note, "\xc3\xa9... (100000 bytes)"));
	reason = result_reason(&b);
	ck_assert_uint_lt(strlen(reason), 2100);
	skip = result_cut(words);
	ck_assert_str_eq(skip, b.checks[0].note);
	result_broken(&b, words, words);
	ck_assert_uint_lt(strlen(b.checks[1].note), 2100);
	ck_assert_uint_lt(strlen(b.checks[1].name), 2100);
	free(take_ptr(&reason));
	reason = result_reason(&b);
	ck_assert_uint_lt(strlen(reason), 2100);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ops");
	TCase *t = tcase_create("ops");

	tcase_add_loop_test(t, operators_judge, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(t, names_are_split_at_the_pointer);
	tcase_add_test(t, verdicts_fold);
	tcase_add_test(t, the_reason_is_the_worst_finding);
	tcase_add_test(t, a_long_value_stays_json);
	tcase_add_test(t, long_words_are_cut);
	suite_add_tcase(s, t);
	return suite_run(s);
}
