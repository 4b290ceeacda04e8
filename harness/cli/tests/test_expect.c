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
	struct err e = {0};

	r.id = strdup(rows[_i].id);
	ck_assert_msg(cli_expect_parse("f", text, strlen(text), &x, &e) == 0, "%s", e.msg);
	ck_assert_int_eq(cli_expect_apply(&x, rows[_i].version,
					  &(struct cli_expect_host){rows[_i].mode, ""}, &r),
			 0);
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
	struct err e = {0};

	ck_assert_msg(cli_expect_parse("f", text, strlen(text), &x, &e) == 0, "%s", e.msg);
	ck_assert_int_eq(
		cli_expect_apply(&x, "1", &(struct cli_expect_host){"v2", modules[_i].lsms}, &r),
		0);
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
};

START_TEST(test_malformed)
{
	CLEANUP(cli_expect_done) struct cli_expect x = {NULL};
	struct err e = {0};

	ck_assert_int_eq(cli_expect_parse("file.json", bad[_i], strlen(bad[_i]), &x, &e), -EINVAL);
	ck_assert_ptr_nonnull(strstr(e.msg, "file.json"));
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
		cleanup_free char *want = str_format(
			"f:2: no case has the id \"%s\": the entry does nothing\n", ids[i].id);

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
	tcase_add_test(t, test_stale);
	suite_add_tcase(s, t);
	return suite_run(s);
}
