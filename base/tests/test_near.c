/* SPDX-License-Identifier: Apache-2.0 */
#include "near.h"

#include "suite.h"

#include <check.h>
#include <string.h>

static const char *const known[] = {"create", "start", "state", "ps", "kill", "mounts/dev_mounts"};

/* What each word may have been meant to be; NULL: it is none of these. */
static const struct {
	const char *word, *want;
} words[] = {
	{"create", "create"},  /* it is the word */
	{"crate", "create"},   /* left out */
	{"creeate", "create"}, /* put in */
	{"cretae", "create"},  /* swapped */
	{"vreate", "create"},  /* changed */
	{"stare", "start"},    /* as near to both: the first */
	{"stater", "state"},   /* nearer to the second */
	{"mounts/dev_monts", "mounts/dev_mounts"},
	{"mount/dev_muonts", "mounts/dev_mounts"},
	{"sp", NULL}, /* short words are all near to each other */
	{"fill", "kill"},
	{"", NULL},
	{"something", NULL},
	{"mounts", NULL},
};

START_TEST(slips_of_the_pen)
{
	struct near n = {.word = words[_i].word};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		near_offer(&n, known[i]);
	if (words[_i].want)
		ck_assert_str_eq(n.best, words[_i].want);
	else
		ck_assert_msg(!n.best, "%s: %s", words[_i].word, n.best ? n.best : "");
}
END_TEST

START_TEST(long_words_are_left_alone)
{
	char text[4096];
	struct near n = {.word = text};

	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	near_offer(&n, text);
	near_offer(&n, "a");
	ck_assert_ptr_null(n.best);
	n.word = "a";
	near_offer(&n, text);
	ck_assert_ptr_null(n.best);
}
END_TEST

START_TEST(hints)
{
	char buf[NEAR_HINT_SIZE];
	struct near n = {.word = "hlep"};

	ck_assert_str_eq(near_hint(&n, "--", buf), "");
	near_offer(&n, "help");
	ck_assert_str_eq(near_hint(&n, "--", buf), " (did you mean '--help'?)");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("near");
	TCase *t = tcase_create("near");

	tcase_add_loop_test(t, slips_of_the_pen, 0, sizeof(words) / sizeof(*words));
	tcase_add_test(t, long_words_are_left_alone);
	tcase_add_test(t, hints);
	suite_add_tcase(s, t);
	return suite_run(s);
}
