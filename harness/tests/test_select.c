/* SPDX-License-Identifier: Apache-2.0 */
#include "expect.h"
#include "options.h"
#include "select.h"

#include "case.h"
#include "cleanup.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The cases of this program: registered as those of the suite are. */
CONFORM_CASE(zebra, second) = {
	.title = "b",
	REQS(REQ_CONFIG_HOSTNAME_APPLIED),
};
CONFORM_CASE(apple, first) = {
	.title = "a",
	REQS(REQ_CONFIG_DOMAINNAME_APPLIED, REQ_CONFIG_HOSTNAME_HOST_UNCHANGED),
	VARY("\"x\"", "7"),
};
CONFORM_CASE(lifecycle, control) = {
	.title = "c",
	REQS(REQ_LIFECYCLE_08_PROGRAM_RUN),
};

/* What each word selects, control aside: ids joined by blanks; NULL: nothing, which is an error. */
static const struct {
	const char *word, *want;
} words[] = {
	{"zebra/second", "zebra/second"},
	{"zebra", "zebra/second"},
	{"apple", "apple/first[x] apple/first[7]"},
	{"apple/first[7]", "apple/first[7]"},
	{"*/*[x]", "apple/first[x]"},
	{"z*", "zebra/second"},
	{"*", "apple/first[x] apple/first[7] zebra/second"},
	{"config-hostname-applied", "zebra/second"},
	{"config.md#hostname", "apple/first[x] apple/first[7] zebra/second"},
	{"config#hostname", "apple/first[x] apple/first[7] zebra/second"},
	{"config#domainname", "apple/first[x] apple/first[7]"},
	{"config#nosuch", NULL},
	{"confi#hostname", NULL},
	/* longer than any document's name */
	{"config.md-config.md-config.md-config.md-config.md-config.md-config.md#hostname", NULL},
	{"zeb", NULL},
	{"apple/first[8]", NULL},
	{"", NULL},
};

static char *selected(const char *const *list, size_t n, struct err *e)
{
	const struct conform_entry **cases = NULL;
	cleanup_free struct hx_job *jobs = NULL;
	struct strbuf out = STRBUF_INIT;
	int ncases = cli_cases(&cases, NULL);
	int r = cli_select(cases, (size_t)ncases, list, n, 1, &jobs, e);

	ck_assert_int_eq(ncases, 3);
	free(cases);
	if (r < 0)
		return NULL;
	ck_assert_int_ge(r, 1);
	ck_assert_str_eq(jobs[0].entry->id, CONFORM_CONTROL_ID);
	strbuf_adds(&out, "");
	for (int i = 1; i < r; i++) {
		cleanup_free char *id = hx_case_id(jobs[i].entry, jobs[i].variant);

		strbuf_addf(&out, "%s%s", i > 1 ? " " : "", id);
	}
	return strbuf_take(&out);
}

START_TEST(claims_are_selected)
{
	static const char *const vary[] = {"\"one\"", NULL}, *const other[] = {"\"two\"", NULL};
	static const struct conform_case general = {
		.claim = "/list", .claim_rest = true, .vary = vary};
	static const struct conform_case special = {.claim = "/list", .vary = other};
	static const struct conform_entry entries[] = {{"cherry/general", "c.c", 1, &general},
						       {"cherry/special", "c.c", 2, &special}};
	static const struct conform_entry *const cases[] = {&entries[0], &entries[1]};
	static const char document[] = "{\"list\":[\"two\",\"three\",\"one\",\"four\",\"three\"]}";
	static const char *const four[] = {"cherry/general[four]"};
	static const char *const five[] = {"cherry/general[five]"};
	CLEANUP(strbuf_done) struct strbuf notes = STRBUF_INIT;
	CLEANUP(json_freep) struct json *features = NULL;
	CLEANUP(json_freep) struct json *texts = NULL;
	CLEANUP(json_freep) struct json *more = NULL;
	CLEANUP(json_freep) struct json *none = NULL;
	cleanup_free struct hx_job *jobs = NULL;
	struct hx_runtime by_runtime[2] = {{.name = (char *)"first"}, {.name = (char *)"second"}};
	struct err e = {0};

	ck_assert_int_eq(json_parse(document, strlen(document), &features, NULL), 0);
	by_runtime[1].features = features;
	/* what has a case of its own, or is a variant, is not named again */
	ck_assert_int_eq(
		cli_select_claims(cases, 2, NULL, 0, by_runtime, 2, &jobs, 0, &texts, &notes, &e),
		2);
	ck_assert_str_eq(jobs[0].variant, "\"three\"");
	ck_assert_str_eq(jobs[1].variant, "\"four\"");
	ck_assert_ptr_eq(jobs[1].entry, &entries[0]);
	ck_assert_uint_eq(jobs[1].runtime, 1);
	free(take_ptr(&jobs));
	ck_assert_int_eq(
		cli_select_claims(cases, 2, four, 1, by_runtime, 2, &jobs, 0, &more, &notes, &e),
		1);
	ck_assert_str_eq(jobs[0].variant, "\"four\"");
	free(take_ptr(&jobs));
	ck_assert_int_eq(
		cli_select_claims(cases, 2, five, 1, by_runtime, 2, &jobs, 0, &none, &notes, &e),
		-ENOENT);
	/* nothing is left out but what is there twice */
	ck_assert_uint_eq(notes.len, 0);
}
END_TEST

/* Each value of a features document is a case, and the document is the runtime's. */
START_TEST(claims_without_end_are_cut)
{
	static const struct conform_case general = {.claim = "/list", .claim_rest = true};
	static const struct conform_entry entries[] = {{"cherry/general", "c.c", 1, &general},
						       {"cherry/other", "c.c", 2, &general}};
	static const struct conform_entry *const cases[] = {&entries[0], &entries[1]};
	CLEANUP(json_freep) struct json *features = json_new(JSON_OBJECT);
	CLEANUP(strbuf_done) struct strbuf notes = STRBUF_INIT;
	CLEANUP(json_freep) struct json *texts = NULL;
	cleanup_free struct hx_job *jobs = NULL;
	struct hx_runtime rt = {.name = (char *)"liar", .features = features};
	struct json *list = json_new(JSON_ARRAY);
	cleanup_free char *longest = malloc(300);
	struct err e = {0};

	memset(longest, 'x', 299);
	longest[299] = '\0';
	ck_assert_int_eq(json_append(list, json_new_string(longest)), 0);
	for (int i = 0; i < 2000; i++)
		ck_assert_int_eq(json_append(list, json_new_int(i / 2)), 0);
	ck_assert_int_eq(json_set_member(features, "list", list), 0);
	/* the first 512: one is too long, the others are pairs, the last without its second */
	ck_assert_int_eq(cli_select_claims(cases, 2, NULL, 0, &rt, 1, &jobs, 0, &texts, &notes, &e),
			 2 * 256);
	ck_assert_str_eq(notes.buf,
			 "conform: liar: its features name 2001 values at /list, of which the "
			 "first 512 are tried\n"
			 "conform: liar: its features have a value of 301 bytes at /list, which "
			 "is not tried\n");
}
END_TEST

START_TEST(words_select)
{
	struct err e = {0};
	cleanup_free char *got = selected(&words[_i].word, 1, &e);

	if (!words[_i].want) {
		ck_assert_msg(!got, "'%s' selects %s", words[_i].word, got);
		ck_assert_int_eq(e.num, ENOENT);
		return;
	}
	ck_assert_msg(got && str_eq(got, words[_i].want), "'%s' selects %s", words[_i].word,
		      got ? got : e.msg);
}
END_TEST

START_TEST(no_word_selects_all_and_one_bad_word_is_an_error)
{
	static const char *const mixed[] = {"apple", "nosuch"};
	struct err e = {0};
	cleanup_free char *all = selected(NULL, 0, &e);

	ck_assert_str_eq(all, "apple/first[x] apple/first[7] zebra/second");
	ck_assert_ptr_null(selected(mixed, 2, &e));
	ck_assert_ptr_nonnull(strstr(e.msg, "'nosuch'"));
}
END_TEST

static const struct {
	const char *args[4];
	bool ok;
} lines[] = {
	{{"--jobs=4", "--timeout=3", "a"}, true},
	{{"--target=1.2"}, true},
	{{"--target=2.0"}, false},
	{{"--target=1.9"}, false},
	{{"--jobs=0"}, false},
	{{"--jobs=65"}, false},
	{{"--jobs=x"}, false},
	{{"--timeout=-1"}, false},
	{{"--seed=18446744073709551615"}, true},
	{{"--seed=18446744073709551616"}, false},
	{{"--report=tap"}, false},
	{{"--report=tap:-"}, true},
	{{"--report=html5:/dev/null"}, false},
	{{"--nosuch"}, false},
	{{"--runtime"}, false},
	{{"-x"}, false},
};

START_TEST(options_are_read)
{
	char *argv[6] = {(char *)"conform"};
	struct cli_options o;
	struct err e = {0};
	int argc = 1;

	for (size_t i = 0; i < 4 && lines[_i].args[i]; i++)
		argv[argc++] = (char *)(uintptr_t)lines[_i].args[i];
	ck_assert_msg((cli_options_parse(argc, argv, 5, &o, &e) == 0) == lines[_i].ok, "%s",
		      lines[_i].args[0]);
	if (!lines[_i].ok)
		ck_assert_str_ne(e.msg, "");
	else
		ck_assert_uint_eq(o.jobs, _i == 0 ? 4 : 5);
	if (_i == 0)
		ck_assert(o.jobs == 4 && o.timeout_s == 3 && o.nwords == 1 &&
			  str_eq(o.words[0], "a"));
}
END_TEST

static const struct {
	const char *a, *b;
	int want;
} versions[] = {
	{"runc version 1.1.5+ds1", "1.1.5", 0},
	{"crun version 1.8.1", "1.8", 1},
	{"1.8", "1.10", -1},
	{"v1.0.0", "1", 0},
	{"2.0", "1.9.9", 1},
	{"1.20231105123456", "1.20231105123500", -1},
	{"1.08", "1.8", 0},
	{"1.100000000000000000000", "1.99999999999999999999", 1},
};

START_TEST(versions_compare)
{
	int r = cli_expect_compare_versions(versions[_i].a, versions[_i].b);

	ck_assert_int_eq(r < 0 ? -1 : r > 0, versions[_i].want);
}
END_TEST

static struct cli_expect expectations(const char *text)
{
	char path[] = "/tmp/conform-test-XXXXXX";
	struct cli_expect x = {NULL};
	struct err e = {0};
	int fd = mkostemp(path, O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fd_write_all(fd, text, strlen(text)), 0);
	(void)close(fd);
	if (cli_expect_read(path, &x, &e) < 0)
		ck_assert_ptr_nonnull(strstr(e.msg, path));
	(void)unlink(path);
	return x;
}

static struct rep_result apply(const struct cli_expect *x, const char *id, enum verdict v,
			       const char *version)
{
	struct rep_result r = {.id = strdup(id), .verdict = v};
	const struct cli_expect_where where = {"name", version, "v1", "capability"};

	ck_assert_int_eq(cli_expect_apply(x, 1, &where, &r), 0);
	return r;
}

START_TEST(known_deviations_hold_or_not)
{
	CLEANUP(cli_expect_done)
	struct cli_expect x = expectations(
		"[{\"id\":\"a/b\",\"verdict\":\"FAIL\",\"reason\":\"so\",\"link\":\"http://"
		"x\",\"versions\":{\"from\":\"1.0\",\"to\":\"1.2\"}},"
		"{\"id\":\"a/v\",\"verdict\":\"WARN\",\"reason\":\"so\"}]");
	static const struct {
		const char *id;
		enum verdict v;
		const char *version;
		enum rep_expectation want;
	} cases[] = {
		{"a/b", VERDICT_FAIL, "1.1", REP_XFAIL},
		{"a/b", VERDICT_PASS, "1.1", REP_XPASS},
		{"a/b", VERDICT_WARN, "1.1", REP_XPASS},
		{"a/b", VERDICT_FAIL, "1.3", REP_NOT_LISTED},
		{"a/b", VERDICT_BROK, "1.1", REP_NOT_LISTED},
		{"a/b", VERDICT_SKIP, "1.1", REP_NOT_LISTED},
		{"a/bc", VERDICT_FAIL, "1.1", REP_NOT_LISTED},
		{"a/v[1]", VERDICT_WARN, "9", REP_XFAIL},
		{"a/v[1]", VERDICT_FAIL, "9", REP_NOT_LISTED},
	};

	ck_assert_ptr_nonnull(x.list);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rep_result r = apply(&x, cases[i].id, cases[i].v, cases[i].version);

		ck_assert_msg(r.expectation == cases[i].want, "row %zu", i);
		if (r.expectation != REP_NOT_LISTED)
			ck_assert_str_eq(r.expected_reason, "so");
		rep_result_done(&r);
	}
}
END_TEST

static const char *const bad_expectations[] = {
	"[{\"id\":\"a/b\",\"verdict\":\"FAIL\",\"reason\":\"r\",\"versions\":\"1.1\"}]",
	"[{\"id\":\"a/b\",\"verdict\":\"FAIL\",\"reason\":\"r\",\"versions\":{\"form\":\"1.1\"}}]",
	"[{\"id\":\"a/b\",\"verdict\":\"FAIL\",\"reason\":\"r\",\"versions\":{\"to\":1.1}}]",
	"[{\"id\":\"a/b\",\"verdict\":\"FAIL\",\"reason\":\"r\",\"link\":7}]",
	"{}",
	"[1]",
	"[{\"id\":\"a\"}]",
	"[{\"id\":\"a\",\"verdict\":\"fail\",\"reason\":\"x\"}]",
	"[{\"id\":\"a\",\"verdict\":\"FAIL\"}]",
	"[{\"id\":\"a\",\"verdict\":\"FAIL\",\"reason\":\"x\",\"typo\":1}]",
	"[",
};

START_TEST(malformed_expectations_are_refused)
{
	CLEANUP(cli_expect_done) struct cli_expect x = expectations(bad_expectations[_i]);

	ck_assert_ptr_null(x.list);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("select");
	TCase *t = tcase_create("select");

	tcase_add_test(t, claims_are_selected);
	tcase_add_test(t, claims_without_end_are_cut);
	tcase_add_loop_test(t, words_select, 0, sizeof(words) / sizeof(words[0]));
	tcase_add_test(t, no_word_selects_all_and_one_bad_word_is_an_error);
	tcase_add_loop_test(t, options_are_read, 0, sizeof(lines) / sizeof(lines[0]));
	tcase_add_loop_test(t, versions_compare, 0, sizeof(versions) / sizeof(versions[0]));
	tcase_add_test(t, known_deviations_hold_or_not);
	tcase_add_loop_test(t, malformed_expectations_are_refused, 0,
			    sizeof(bad_expectations) / sizeof(bad_expectations[0]));
	suite_add_tcase(s, t);
	return suite_run(s);
}
