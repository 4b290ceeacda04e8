/* SPDX-License-Identifier: Apache-2.0 */
/* Known deviations: which entry holds for which runtime on which host, and what it makes of a
 * verdict. */
#include "expect.h"

#include "cleanup.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <string.h>

static const struct {
	const char *more, *version, *mode, *id;
	enum verdict verdict;
	int expectation;
} rows[] = {
	{"", "runc version 1.1.5", "v2", "a/b", VERDICT_FAIL, REP_XFAIL},
	{"", "runc version 1.1.5", "v2", "a/b[x]", VERDICT_FAIL, REP_XFAIL},
	{"", "runc version 1.1.5", "v2", "a/bc", VERDICT_FAIL, REP_NOT_LISTED},
	{"", "runc version 1.1.5", "v2", "a/b", VERDICT_PASS, REP_XPASS},
	{"", "runc version 1.1.5", "v2", "a/b", VERDICT_SKIP, REP_NOT_LISTED},
	{",\"versions\":{\"from\":\"1.1.5\",\"to\":\"1.1.12\"}", "runc version 1.1.5+ds1", "v1",
	 "a/b", VERDICT_FAIL, REP_XFAIL},
	{",\"versions\":{\"from\":\"1.1.5\",\"to\":\"1.1.12\"}", "runc version 1.2", "v1", "a/b",
	 VERDICT_FAIL, REP_NOT_LISTED},
	/* a bound is none of a version that is not known */
	{",\"versions\":{\"to\":\"1.1.12\"}", "", "v1", "a/b", VERDICT_FAIL, REP_NOT_LISTED},
	{",\"versions\":{\"to\":\"1.1.12\"}", "unknown", "v1", "a/b", VERDICT_FAIL, REP_NOT_LISTED},
	{",\"versions\":{\"from\":\"0\"}", "unknown", "v1", "a/b", VERDICT_FAIL, REP_NOT_LISTED},
	{",\"versions\":{\"to\":\"1\"}", "k8s-run 0.4", "v1", "a/b", VERDICT_FAIL, REP_XFAIL},
	{",\"versions\":{\"from\":\"1\"}", "k8s-run 0.4", "v1", "a/b", VERDICT_FAIL,
	 REP_NOT_LISTED},
	{",\"versions\":{\"to\":\"v0.4\"}", "k8s-run v0.4", "v1", "a/b", VERDICT_FAIL, REP_XFAIL},
	{",\"versions\":{\"to\":\"0.4\"}", "k8s-run v0.5", "v1", "a/b", VERDICT_FAIL,
	 REP_NOT_LISTED},
	/* by its own word or by its name in this run, which is "name" here */
	{",\"runtime\":\"runc\"", "runc version 1.1.5", "v2", "a/b", VERDICT_FAIL, REP_XFAIL},
	{",\"runtime\":\"runc\"", "crun version 1.1.5", "v2", "a/b", VERDICT_FAIL, REP_NOT_LISTED},
	{",\"runtime\":\"runc\"", "runcx version 1.1.5", "v2", "a/b", VERDICT_FAIL, REP_NOT_LISTED},
	{",\"runtime\":\"runc\"", "runc", "v2", "a/b", VERDICT_FAIL, REP_XFAIL},
	{",\"runtime\":\"runc\"", "", "v2", "a/b", VERDICT_FAIL, REP_NOT_LISTED},
	{",\"runtime\":\"name\"", "crun version 1.1.5", "v2", "a/b", VERDICT_FAIL, REP_XFAIL},
	{",\"runtime\":\"runc\",\"versions\":{\"from\":\"1.1.5\",\"to\":\"1.1.5\"}",
	 "crun version 1.1.5", "v2", "a/b", VERDICT_FAIL, REP_NOT_LISTED},
	{",\"cgroup\":\"v2\"", "1", "v2", "a/b", VERDICT_FAIL, REP_XFAIL},
	{",\"cgroup\":\"v2\"", "1", "v1", "a/b", VERDICT_FAIL, REP_NOT_LISTED},
	{",\"cgroup\":\"v2\"", "1", "hybrid", "a/b", VERDICT_PASS, REP_NOT_LISTED},
	{",\"cgroup\":\"v1\"", "1", "v1", "a/b", VERDICT_FAIL, REP_XFAIL},
	{",\"cgroup\":\"v1\"", "1", "hybrid", "a/b", VERDICT_FAIL, REP_XFAIL},
	{",\"cgroup\":\"v1\"", "1", "v2", "a/b", VERDICT_PASS, REP_NOT_LISTED},
	{",\"cgroup\":\"v1\"", "1", "none", "a/b", VERDICT_FAIL, REP_NOT_LISTED},
	{",\"sometimes\":\"a race\"", "1", "v2", "a/b", VERDICT_FAIL, REP_XFAIL},
	{",\"sometimes\":\"a race\"", "1", "v2", "a/b", VERDICT_PASS, REP_NOT_LISTED},
	{",\"sometimes\":\"a race\"", "1", "v2", "a/b", VERDICT_BROK, REP_NOT_LISTED},
};

START_TEST(test_entries)
{
	CLEANUP(cli_expect_done) struct cli_expect x = {NULL};
	CLEANUP(rep_result_done) struct rep_result r = {.verdict = rows[_i].verdict};
	cleanup_free char *text = str_format(
		"[{\"id\":\"a/b\",\"verdict\":\"FAIL\",\"reason\":\"r\"%s}]", rows[_i].more);
	struct cli_expect_where where;
	struct err e = {0};

	r.id = strdup(rows[_i].id);
	ck_assert_msg(cli_expect_parse("f", text, strlen(text), &x, &e) == 0, "%s", e.msg);
	where = (struct cli_expect_where){"name", rows[_i].version, rows[_i].mode, ""};
	ck_assert_int_eq(cli_expect_apply(&x, 1, &where, &r), 0);
	ck_assert_int_eq((int)r.expectation, rows[_i].expectation);
}
END_TEST

/* What an entry for one security module makes of a FAIL on a host with these. */
static const struct {
	const char *want, *lsms;
	int expectation;
} modules[] = {
	{"selinux", "lockdown,capability,selinux,bpf", REP_XFAIL},
	{"selinux", "selinux", REP_XFAIL},
	{"selinux", "lockdown,capability,apparmor", REP_NOT_LISTED},
	{"selinux", "capability,selinuxish", REP_NOT_LISTED},
	{"selinux", "", REP_NOT_LISTED},
	{"apparmor", "capability,apparmor", REP_XFAIL},
	{"none", "", REP_XFAIL},
	{"none", "lockdown,capability,yama", REP_XFAIL},
	{"none", "capability,apparmor", REP_NOT_LISTED},
	{"none", "selinux,bpf", REP_NOT_LISTED},
};

START_TEST(test_modules)
{
	CLEANUP(cli_expect_done) struct cli_expect x = {NULL};
	CLEANUP(rep_result_done)
	struct rep_result r = {.id = strdup("a/b"), .verdict = VERDICT_FAIL};
	cleanup_free char *text = str_format(
		"[{\"id\":\"a/b\",\"verdict\":\"FAIL\",\"reason\":\"r\",\"lsm\":\"%s\"}]",
		modules[_i].want);
	struct cli_expect_where where;
	struct err e = {0};

	ck_assert_msg(cli_expect_parse("f", text, strlen(text), &x, &e) == 0, "%s", e.msg);
	where = (struct cli_expect_where){"name", "1", "v2", modules[_i].lsms};
	ck_assert_int_eq(cli_expect_apply(&x, 1, &where, &r), 0);
	ck_assert_int_eq((int)r.expectation, modules[_i].expectation);
}
END_TEST

START_TEST(test_syntax)
{
	CLEANUP(cli_expect_done) struct cli_expect x = {NULL};
	struct err e = {0};

	ck_assert_int_eq(cli_expect_parse("file.json", "[\n7,]", 5, &x, &e), -EINVAL);
	ck_assert_int_eq(strncmp(e.msg, "file.json:2:", 12), 0);
}
END_TEST

static const char *const bad[] = {
	"{}",
	"[7]",
	"[{\"id\":\"a/b\",\"verdict\":\"FAIL\"}]",
	"[{\"id\":\"a/b\",\"verdict\":\"FALL\",\"reason\":\"r\"}]",
	"[{\"id\":\"a/b\",\"verdict\":\"FAIL\",\"reason\":\"r\",\"version\":\"1\"}]",
	"[{\"id\":\"a/b\",\"verdict\":\"FAIL\",\"reason\":\"r\",\"versions\":{\"form\":\"1\"}}]",
	"[{\"id\":\"a/b\",\"verdict\":\"PASS\",\"reason\":\"r\"}]",
	"[{\"id\":\"a/b\",\"verdict\":\"SKIP\",\"reason\":\"r\"}]",
	"[{\"id\":\"a/b\",\"verdict\":\"BROK\",\"reason\":\"r\"}]",
	"[{\"id\":\"a/b\",\"verdict\":\"FAIL\",\"reason\":\"r\",\"versions\":{\"from\":\"soon\"}}]",
	"[{\"id\":\"a/b\",\"verdict\":\"FAIL\",\"reason\":\"r\",\"versions\":{\"to\":\"\"}}]",
	"[{\"id\":\"a/b\",\"verdict\":\"FAIL\",\"reason\":\"r\",\"cgroup\":\"v3\"}]",
	"[{\"id\":\"a/b\",\"verdict\":\"FAIL\",\"reason\":\"r\",\"cgroup\":2}]",
	"[{\"id\":\"a/b\",\"verdict\":\"FAIL\",\"reason\":\"r\",\"lsm\":\"smack\"}]",
	"[{\"id\":\"a/b\",\"verdict\":\"FAIL\",\"reason\":\"r\",\"lsm\":true}]",
	"[{\"id\":\"a/b\",\"verdict\":\"FAIL\",\"reason\":\"r\",\"sometimes\":true}]",
	"[{\"id\":\"a/b\",\"verdict\":\"FAIL\",\"reason\":\"r\",\"runtime\":7}]",
	"[{\"id\":\"a/b\",\"verdict\":\"FAIL\",\"reason\":\"r\",\"versions\":{\"to\":\"k8s\"}}]",
	"[{\"id\":\"a/b\",\"verdict\":\"FAIL\",\"reason\":\"\"}]",
	"[{\"id\":\"a/b\",\"verdict\":\"FAIL\",\"reason\":\" \"}]",
	"[{\"id\":\"a/"
	"b\",\"verdict\":\"FAIL\",\"reason\":\"r\",\"versions\":{\"from\":\"1.2\",\"to\":\"1.1\"}}"
	"]",
};

START_TEST(test_malformed)
{
	CLEANUP(cli_expect_done) struct cli_expect x = {NULL};
	struct err e = {0};

	ck_assert_int_eq(cli_expect_parse("file.json", bad[_i], strlen(bad[_i]), &x, &e), -EINVAL);
	ck_assert_ptr_nonnull(strstr(e.msg, "file.json"));
}
END_TEST

/* Two entries for one id, by what else they ask for: whether both may hold at once. */
static const struct {
	const char *first, *second;
	bool fine;
} pairs[] = {
	{"", "", false},
	{"", ",\"cgroup\":\"v2\"", false},
	{",\"cgroup\":\"v2\"", ",\"lsm\":\"none\"", false},
	{",\"versions\":{\"to\":\"1.2\"}", ",\"versions\":{\"from\":\"1.2\"}", false},
	{",\"versions\":{\"to\":\"1.2\"}", ",\"versions\":{\"to\":\"1.1\"}", false},
	{",\"versions\":{\"to\":\"1.2\"}", ",\"versions\":{\"from\":\"1.3\"}", true},
	{",\"versions\":{\"from\":\"1.10\"}", ",\"versions\":{\"to\":\"1.9\"}", true},
	{",\"cgroup\":\"v1\"", ",\"cgroup\":\"v2\"", true},
	{",\"lsm\":\"none\"", ",\"lsm\":\"selinux\"", true},
	{",\"runtime\":\"runc\"", ",\"runtime\":\"crun\"", true},
	{",\"runtime\":\"runc\"", ",\"runtime\":\"runc\"", false},
};

START_TEST(test_overlaps)
{
	CLEANUP(cli_expect_done) struct cli_expect x = {NULL};
	cleanup_free char *text =
		str_format("[{\"id\":\"a/b\",\"verdict\":\"FAIL\",\"reason\":\"r\"%s},\n"
			   "{\"id\":\"a/b[x]\",\"verdict\":\"FAIL\",\"reason\":\"r\"},\n"
			   "{\"id\":\"a/b\",\"verdict\":\"WARN\",\"reason\":\"r\"%s}]",
			   pairs[_i].first, pairs[_i].second);
	struct err e = {0};
	int r = cli_expect_parse("f", text, strlen(text), &x, &e);

	ck_assert_int_eq(r, pairs[_i].fine ? 0 : -EINVAL);
	if (r < 0)
		ck_assert_int_eq(strncmp(e.msg, "f:3: ", 5), 0);
}
END_TEST

/* The same of two files: the place of the other one is told as well. */
START_TEST(test_overlaps_of_files)
{
	struct cli_expect x[2] = {{NULL}, {NULL}};
	struct err e = {0};
	int r;

	for (size_t k = 0; k < 2; k++) {
		const char *more = k ? pairs[_i].second : pairs[_i].first;
		cleanup_free char *text = str_format(
			"[{\"id\":\"a/%zu\",\"verdict\":\"FAIL\",\"reason\":\"r\"},\n"
			"{\"id\":\"a/b[x%zu]\",\"verdict\":\"FAIL\",\"reason\":\"r\"},%s\n"
			"{\"id\":\"a/b\",\"verdict\":\"FAIL\",\"reason\":\"r\"%s}]",
			k, k, k ? "\n" : "", more);

		ck_assert_int_eq(cli_expect_parse("f", text, strlen(text), &x[k], NULL), 0);
	}
	r = cli_expect_check("second", &x[1], "first", &x[0], &e);
	ck_assert_int_eq(r, pairs[_i].fine ? 0 : -EINVAL);
	if (r < 0)
		ck_assert_msg(str_starts(e.msg, "second:4: the entry in first:3 "), "%s", e.msg);
	cli_expect_done(&x[0]);
	cli_expect_done(&x[1]);
}
END_TEST

/* The entry of a variant is about it, wherever it stands; that of the case is about the others. */
START_TEST(test_variants)
{
	static const char *const texts[] = {
		"[{\"id\":\"a/b\",\"verdict\":\"FAIL\",\"reason\":\"all\"},"
		"{\"id\":\"a/b[x]\",\"verdict\":\"WARN\",\"reason\":\"one\"}]",
		"[]"};
	static const struct {
		const char *id, *reason;
		enum verdict verdict;
		enum rep_expectation want;
	} seen[] = {
		{"a/b[x]", "one", VERDICT_WARN, REP_XFAIL},
		{"a/b[x]", NULL, VERDICT_FAIL, REP_NOT_LISTED},
		{"a/b[y]", "all", VERDICT_FAIL, REP_XFAIL},
		{"a/b[y]", "all", VERDICT_WARN, REP_XPASS},
	};
	const struct cli_expect_where where = {"name", "1", "v2", ""};

	/* in one list, or in the second of two */
	for (size_t i = 0; i < 2 * sizeof(seen) / sizeof(seen[0]); i++) {
		size_t row = i / 2, at = i % 2;
		struct cli_expect x[2] = {{NULL}, {NULL}};
		struct rep_result r = {.id = strdup(seen[row].id), .verdict = seen[row].verdict};

		for (size_t k = 0; k < 2; k++)
			ck_assert_int_eq(cli_expect_parse("f", texts[k ^ at], strlen(texts[k ^ at]),
							  &x[k], NULL),
					 0);
		ck_assert_int_eq(cli_expect_apply(x, 2, &where, &r), 0);
		ck_assert_int_eq((int)r.expectation, (int)seen[row].want);
		if (seen[row].reason)
			ck_assert_str_eq(r.expected_reason, seen[row].reason);
		rep_result_done(&r);
		cli_expect_done(&x[0]);
		cli_expect_done(&x[1]);
	}
}
END_TEST

/* With --strict a WARN is a FAIL, and as known as it was. */
START_TEST(test_raised)
{
	static const struct {
		const char *expected;
		bool raised;
		enum rep_expectation want;
	} seen[] = {
		{"WARN", true, REP_XFAIL},
		{"WARN", false, REP_NOT_LISTED},
		{"FAIL", true, REP_XPASS},
		{"FAIL", false, REP_XFAIL},
	};
	const struct cli_expect_where where = {"name", "1", "v2", ""};

	for (size_t i = 0; i < sizeof(seen) / sizeof(seen[0]); i++) {
		CLEANUP(cli_expect_done) struct cli_expect x = {NULL};
		CLEANUP(rep_result_done)
		struct rep_result r = {
			.id = strdup("a/b"), .verdict = VERDICT_FAIL, .raised = seen[i].raised};
		cleanup_free char *text = str_format(
			"[{\"id\":\"a/b\",\"verdict\":\"%s\",\"reason\":\"r\"}]", seen[i].expected);

		ck_assert_int_eq(cli_expect_parse("f", text, strlen(text), &x, NULL), 0);
		ck_assert_int_eq(cli_expect_apply(&x, 1, &where, &r), 0);
		ck_assert_msg(r.expectation == seen[i].want, "row %zu", i);
	}
}
END_TEST

START_TEST(test_stale)
{
	static const char *const values[] = {"\"x\"", "7", NULL};
	static const struct conform_case plain = {.title = "t"}, varied = {.vary = values},
					 claimed = {.vary = values, .claim_rest = true};
	static const struct conform_entry entries[] = {{.id = "a/b", .def = &plain},
						       {.id = "a/varied", .def = &varied},
						       {.id = "a/claimed", .def = &claimed}};
	const struct conform_entry *const cases[] = {&entries[0], &entries[1], &entries[2]};
	static const struct {
		const char *id;
		bool known;
	} ids[] = {{"a/b", true},	  {"a/b[x]", false},	 {"a/bc", false},
		   {"a", false},	  {"", false},		 {"a/varied", true},
		   {"a/varied[x]", true}, {"a/varied[7]", true}, {"a/varied[8]", false},
		   {"a/claimed[8]", true}};

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		CLEANUP(cli_expect_done) struct cli_expect x = {NULL};
		CLEANUP(strbuf_done) struct strbuf out = STRBUF_INIT;
		cleanup_free char *text = str_format(
			"[\n{\"id\":\"%s\",\"verdict\":\"FAIL\",\"reason\":\"r\"}]", ids[i].id);
		cleanup_free char *want = str_format("conform: --expect: f:2: no case has the id "
						     "\"%s\": the entry does nothing\n",
						     ids[i].id);

		ck_assert_int_eq(cli_expect_parse("f", text, strlen(text), &x, NULL), 0);
		cli_expect_stale(&x, "f", cases, 3, &out);
		ck_assert_str_eq(out.buf ? out.buf : "", ids[i].known ? "" : want);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("expect");
	TCase *t = tcase_create("files");

	tcase_add_loop_test(t, test_entries, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_loop_test(t, test_modules, 0, sizeof(modules) / sizeof(modules[0]));
	tcase_add_test(t, test_syntax);
	tcase_add_loop_test(t, test_malformed, 0, sizeof(bad) / sizeof(bad[0]));
	tcase_add_loop_test(t, test_overlaps, 0, sizeof(pairs) / sizeof(pairs[0]));
	tcase_add_loop_test(t, test_overlaps_of_files, 0, sizeof(pairs) / sizeof(pairs[0]));
	tcase_add_test(t, test_variants);
	tcase_add_test(t, test_raised);
	tcase_add_test(t, test_stale);
	suite_add_tcase(s, t);
	return suite_run(s);
}
