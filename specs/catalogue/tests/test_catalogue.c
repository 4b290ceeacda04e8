/* SPDX-License-Identifier: Apache-2.0 */
#include "catalogue.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

START_TEST(every_row_is_found_by_its_id)
{
	for (int i = REQ_NONE + 1; i < REQ_COUNT; i++) {
		const struct requirement *q = catalogue_get((enum req)i);
		enum req r = REQ_NONE;

		ck_assert_ptr_nonnull(q);
		ck_assert_ptr_nonnull(q->id);
		ck_assert_int_eq(catalogue_find(q->id, &r), 0);
		ck_assert_int_eq((int)r, i);
	}
}
END_TEST

START_TEST(numbers_outside_have_no_row)
{
	char url[CATALOGUE_URL_SIZE] = "old";

	ck_assert_ptr_null(catalogue_get(REQ_NONE));
	ck_assert_ptr_null(catalogue_get(REQ_COUNT));
	ck_assert_ptr_null(catalogue_get((enum req) - 1));
	ck_assert_str_eq(catalogue_url(REQ_NONE, url), "");
	ck_assert(!catalogue_applies(REQ_NONE, 3));
}
END_TEST

START_TEST(an_unknown_id_is_not_found)
{
	enum req r = REQ_BUNDLE_CONFIG_PRESENT;

	ck_assert_int_eq(catalogue_find("bundle-config", &r), -ENOENT);
	ck_assert_int_eq(catalogue_find("", &r), -ENOENT);
	ck_assert_int_eq(catalogue_find(NULL, &r), -ENOENT);
	ck_assert_int_eq(r, REQ_BUNDLE_CONFIG_PRESENT);
}
END_TEST

START_TEST(a_row_says_what_the_table_says)
{
	const struct requirement *q = catalogue_get(REQ_BUNDLE_CONFIG_IN_ROOT);
	char url[CATALOGUE_URL_SIZE];

	ck_assert_str_eq(q->id, "bundle-config-in-root");
	ck_assert_str_eq(q->level, "MUST");
	ck_assert_int_eq(q->level_num, LEVEL_MUST);
	ck_assert_str_eq(q->document, "bundle.md");
	ck_assert_str_eq(q->anchor, "container-format");
	ck_assert_str_eq(q->since, "1.0");
	ck_assert_int_eq(q->since_minor, 0);
	ck_assert_int_eq(q->subject_num, SUBJECT_BUNDLE);
	ck_assert_int_eq(q->verify_num, VERIFY_NEGATIVE);
	ck_assert_str_eq(catalogue_url(REQ_BUNDLE_CONFIG_IN_ROOT, url),
			 "https://github.com/opencontainers/runtime-spec/blob/v1.3.0/"
			 "bundle.md#container-format");
}
END_TEST

static size_t count_section(const char *section)
{
	size_t n = 0;

	for (enum req r = REQ_NONE; (r = catalogue_next(section, r)) != REQ_NONE;)
		n++;
	return n;
}

START_TEST(documents_and_sections_add_up)
{
	static const char *const documents[] = {"bundle",   "config",	      "config-linux",
						"features", "features-linux", "glossary",
						"runtime",  "runtime-linux"};
	size_t sum = 0;

	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		size_t n = count_section(documents[i]);

		ck_assert_uint_gt(n, 0);
		sum += n;
	}
	ck_assert_uint_eq(sum, REQ_COUNT - 1);
	ck_assert_uint_eq(count_section(NULL), REQ_COUNT - 1);
	ck_assert_uint_eq(count_section("config.md"), count_section("config"));
}
END_TEST

START_TEST(a_section_holds_its_own_rows_only)
{
	size_t n = 0;

	for (enum req r = REQ_NONE; (r = catalogue_next("config.md#mounts", r)) != REQ_NONE; n++) {
		ck_assert_str_eq(catalogue_get(r)->document, "config.md");
		ck_assert_str_eq(catalogue_get(r)->anchor, "mounts");
	}
	ck_assert_uint_gt(n, 0);
	ck_assert_uint_eq(count_section("config#mounts"), n);
	ck_assert_uint_lt(n, count_section("config"));
	/* a prefix is not the document, nor is something longer */
	ck_assert_uint_eq(count_section("conf"), 0);
	ck_assert_uint_eq(count_section("config."), 0);
	ck_assert_uint_eq(count_section("config.mdx"), 0);
	ck_assert_uint_eq(count_section("config#"), 0);
	ck_assert_uint_eq(count_section("#mounts"), 0);
	ck_assert_uint_eq(count_section(""), 0);
	ck_assert_int_eq(catalogue_next(NULL, REQ_COUNT), REQ_NONE);
}
END_TEST

START_TEST(every_level_is_of_one_kind)
{
	for (int l = LEVEL_MUST; l <= LEVEL_OPTIONAL; l++) {
		int kinds = catalogue_is_must((enum level)l) + catalogue_is_should((enum level)l) +
			    catalogue_is_may((enum level)l);

		ck_assert_int_eq(kinds, 1);
		ck_assert_ptr_nonnull(catalogue_level_words((enum level)l));
	}
	ck_assert(catalogue_is_must(LEVEL_REQUIRED));
	ck_assert(catalogue_is_should(LEVEL_SHOULD_NOT));
	ck_assert(catalogue_is_may(LEVEL_OPTIONAL));
	ck_assert_str_eq(catalogue_level_words(LEVEL_MUST_NOT), "MUST NOT");
}
END_TEST

START_TEST(the_words_and_the_numbers_of_a_row_agree)
{
	for (enum req r = REQ_NONE; (r = catalogue_next(NULL, r)) != REQ_NONE;) {
		const struct requirement *q = catalogue_get(r);
		const char *words = catalogue_level_words(q->level_num);
		int minor = -1;

		ck_assert_uint_eq(strlen(words), strlen(q->level));
		ck_assert_int_eq(strncmp(words, q->level, strcspn(words, " ")), 0);
		ck_assert_int_eq(catalogue_target_parse(q->since, &minor), 0);
		ck_assert_int_eq(minor, q->since_minor);
		ck_assert(catalogue_applies(r, CATALOGUE_MINOR_MAX));
		ck_assert(catalogue_applies(r, minor));
		ck_assert(!catalogue_applies(r, minor - 1));
	}
}
END_TEST

START_TEST(targets_are_parsed_strictly)
{
	static const char *const bad[] = {"",	  "1",	   "1.",   "1.4", "2.0",
					  "1.00", "1.0.0", " 1.0", "1,0", "-1.0"};
	int minor = 9;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_int_eq(catalogue_target_parse(bad[i], &minor), -EINVAL);
	ck_assert_int_eq(catalogue_target_parse(NULL, &minor), -EINVAL);
	ck_assert_int_eq(minor, 9);
	ck_assert_int_eq(catalogue_target_parse("1.2", &minor), 0);
	ck_assert_int_eq(minor, 2);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("catalogue");
	TCase *t = tcase_create("catalogue");

	tcase_add_test(t, every_row_is_found_by_its_id);
	tcase_add_test(t, numbers_outside_have_no_row);
	tcase_add_test(t, an_unknown_id_is_not_found);
	tcase_add_test(t, a_row_says_what_the_table_says);
	tcase_add_test(t, documents_and_sections_add_up);
	tcase_add_test(t, a_section_holds_its_own_rows_only);
	tcase_add_test(t, every_level_is_of_one_kind);
	tcase_add_test(t, the_words_and_the_numbers_of_a_row_agree);
	tcase_add_test(t, targets_are_parsed_strictly);
	suite_add_tcase(s, t);
	return suite_run(s);
}
