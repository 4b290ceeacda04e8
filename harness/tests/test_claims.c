/* SPDX-License-Identifier: Apache-2.0 */
#include "claims.h"

#include "cleanup.h"
#include "suite.h"

#include <check.h>
#include <string.h>

static const struct {
	const char *document;
	size_t findings;
} versions[] = {
	{"{\"ociVersionMin\":\"1.0.0\",\"ociVersionMax\":\"1.3.0\",\"linux\":{\"netDevices\":{}}}",
	 0},
	{"{\"ociVersionMin\":\"1.0.0\",\"ociVersionMax\":\"1.3.0-rc.1\",\"linux\":{\"netDevices\":{"
	 "}}}",
	 0},
	{"{\"ociVersionMin\":\"1.0.0\",\"ociVersionMax\":\"1.2.1+dev\",\"linux\":{\"netDevices\":{}"
	 "}}",
	 1},
	{"{\"ociVersionMin\":\"1.0.0\",\"ociVersionMax\":\"1.1.0\","
	 "\"potentiallyUnsafeConfigAnnotations\":[],"
	 "\"linux\":{\"memoryPolicy\":{},\"mountExtensions\":{},\"intelRdt\":{\"schemata\":true}}}",
	 4},
	{"{\"ociVersionMin\":\"1.0.0\",\"ociVersionMax\":\"1.0.0-rc5\"}", 1},
	{"{\"ociVersionMin\":\"1.2.0\",\"ociVersionMax\":\"1.1.9\"}", 1},
	{"{\"ociVersionMin\":\"1.0\",\"ociVersionMax\":\"1.1.9\"}", 1},
	{"{\"ociVersionMin\":\"1.0.0\"}", 1},
};

START_TEST(the_versions_of_a_features_document_fit)
{
	CLEANUP(json_freep) struct json *doc = NULL;
	CLEANUP(json_freep) struct json *found = json_new(JSON_ARRAY);

	ck_assert_int_eq(
		json_parse(versions[_i].document, strlen(versions[_i].document), &doc, NULL), 0);
	ck_assert_int_eq(claims_check_versions(doc, found), 0);
	ck_assert_uint_eq(found->count, versions[_i].findings);
}
END_TEST

static const struct {
	const char *document;
	size_t findings;
} flags[] = {
	{"{}", 0},
	{"{\"linux\":{\"seccomp\":{\"knownFlags\":[\"a\",\"b\"],\"supportedFlags\":[\"b\"]}}}", 0},
	{"{\"linux\":{\"seccomp\":{\"knownFlags\":[\"a\"],\"supportedFlags\":[\"b\",7]}}}", 2},
	{"{\"linux\":{\"seccomp\":{\"supportedFlags\":[\"b\"]}}}", 1},
	/* where there is no document, nothing in it is right */
	{"null", 1},
	{"\"level=info\"", 1},
};

START_TEST(supported_flags_are_known)
{
	CLEANUP(json_freep) struct json *doc = NULL;
	CLEANUP(json_freep) struct json *found = json_new(JSON_ARRAY);

	ck_assert_int_eq(json_parse(flags[_i].document, strlen(flags[_i].document), &doc, NULL), 0);
	ck_assert_int_eq(claims_check_flags(doc, found), 0);
	ck_assert_uint_eq(found->count, flags[_i].findings);
}
END_TEST

START_TEST(semantic_versions_are_told_from_others)
{
	static const char *const good[] = {"1.0.0",	     "1.10.0",	     "1.0.2-dev",
					   "1.3.0-rc.1+dev", "0.0.0-0a.b-c", "1.0.0+001"};
	static const char *const bad[] = {"",	      "1",	    "1.0",    "1.a.b",
					  "1.0.0.0",  "01.0.0",	    "v1.0.0", "1.0.0-",
					  "1.0.0-01", "1.0.0-a..b", "1.0.0+", "1.0.0 "};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ck_assert_msg(claims_is_semver(good[i]), "%s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(!claims_is_semver(bad[i]), "%s", bad[i]);
}
END_TEST

START_TEST(features_documents_are_compared)
{
	static const char a[] = "{\"x\":1,\"linux\":{\"b\":true,\"l\":[1]},\"gone\":0}";
	static const char b[] = "{\"linux\":{\"b\":false,\"l\":[1],\"new\":1},\"x\":1}";
	CLEANUP(json_freep) struct json *one = NULL;
	CLEANUP(json_freep) struct json *two = NULL;
	CLEANUP(json_freep) struct json *same = json_new(JSON_ARRAY);
	CLEANUP(json_freep) struct json *list = json_new(JSON_ARRAY);

	ck_assert_int_eq(json_parse(a, strlen(a), &one, NULL), 0);
	ck_assert_int_eq(json_parse(b, strlen(b), &two, NULL), 0);
	ck_assert_int_eq(claims_compare(one, one, same), 0);
	ck_assert_uint_eq(same->count, 0);
	ck_assert_int_eq(claims_compare(one, two, list), 0);
	ck_assert_uint_eq(list->count, 3);
	ck_assert_str_eq(json_string(list->items[0]), "/linux/b");
	ck_assert_str_eq(json_string(list->items[1]), "/linux/new");
	ck_assert_str_eq(json_string(list->items[2]), "/gone");
}
END_TEST

static const struct {
	const char *value, *variant;
	bool yes;
} says[] = {
	{"null", NULL, false},	     {"false", "\"a\"", false},
	{"true", "\"a\"", true},     {"[\"a\",\"b\"]", "\"b\"", true},
	{"[\"a\"]", "\"b\"", false}, {"[]", "1", false},
	{"[]", NULL, true},	     {"{}", "1", true},
	{"\"\"", NULL, true},	     {"[\"a\"]", "a", false},
};

START_TEST(a_feature_says_yes_to_a_variant)
{
	CLEANUP(json_freep) struct json *value = NULL;

	ck_assert_int_eq(json_parse(says[_i].value, strlen(says[_i].value), &value, NULL), 0);
	ck_assert_int_eq(claims_say_yes(value, says[_i].variant), says[_i].yes);
	ck_assert(!claims_say_yes(NULL, says[_i].variant));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("claims");
	TCase *t = tcase_create("claims");

	tcase_add_loop_test(t, the_versions_of_a_features_document_fit, 0,
			    sizeof(versions) / sizeof(versions[0]));
	tcase_add_loop_test(t, supported_flags_are_known, 0, sizeof(flags) / sizeof(flags[0]));
	tcase_add_test(t, semantic_versions_are_told_from_others);
	tcase_add_test(t, features_documents_are_compared);
	tcase_add_loop_test(t, a_feature_says_yes_to_a_variant, 0, sizeof(says) / sizeof(says[0]));
	suite_add_tcase(s, t);
	return suite_run(s);
}
