/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each reporter against golden files, one per verdict. Called as test_report GOLDEN SCHEMA; with
 * --update behind them the golden files are written anew.
 */
#include "cleanup.h"
#include "report_runs.h"
#include "schema.h"
#include "suite.h"

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define REPORT_MAX (1u << 20)

static const char *golden, *schema_path;
static bool update;

static const struct {
	const char *folder, *format;
	bool colour, live;
} kinds[] = {
	{"plain", "plain", false, false},   {"terminal", "terminal", true, true},
	{"tap", "tap", false, false},	    {"junit", "junit", false, false},
	{"json", "json", false, false},	    {"markdown", "markdown", false, false},
	{"verbose", "plain", false, false},
};
#define KINDS (sizeof(kinds) / sizeof(*kinds))

static struct json *environment(void)
{
	static const char text[] = "{\"kernel\":\"6.1.0\",\"arch\":\"x86_64\",\"cgroup\":{\"mode\":"
				   "\"v2\"},\"missing\":[\"CAP_SYS_RESOURCE is not held\"]}";
	struct json *env = NULL;

	ck_assert_int_eq(json_parse(text, strlen(text), &env, NULL), 0);
	return env;
}

/* What the reporter writes for a run, in a fresh string. @backwards: results in another order. */
static char *report(size_t kind, struct sample_run *s, bool backwards)
{
	cleanup_fd int fd = memfd_create("report", MFD_CLOEXEC);
	struct rep_options o = {.fd = fd,
				.colour = kinds[kind].colour,
				/* with more cases than one it depends on the clock what is drawn */
				.live = kinds[kind].live && s->nresults < 2,
				.verbose = str_eq(kinds[kind].folder, "verbose"),
				.width = 80};
	CLEANUP(json_freep) struct json *env = environment();
	struct reporter *r = NULL;
	struct err e = {0};
	char *text = NULL;
	size_t len;

	s->run.environment = env;
	ck_assert_int_eq(rep_new(kinds[kind].format, &o, &r, &e), 0);
	if (r->begin)
		ck_assert_int_eq(r->begin(r, &s->run, &e), 0);
	for (size_t i = 0; i < s->nresults; i++) {
		const struct rep_result *res = &s->results[backwards ? s->nresults - 1 - i : i];

		if (r->started)
			r->started(r, res->id, res->runtime);
		ck_assert_int_eq(r->case_done(r, &s->run, res, &e), 0);
	}
	ck_assert_int_eq(r->end(r, &s->run, &e), 0);
	r->free(r);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	ck_assert_int_eq(fd_read_all(fd, REPORT_MAX, &text, &len), 0);
	ck_assert_uint_eq(strlen(text), len);
	return text;
}

static void write_golden(const char *path, const char *text)
{
	cleanup_file FILE *f = fopen(path, "we");

	ck_assert_msg(f != NULL, "%s", path);
	ck_assert_int_ge(fputs(text, f), 0);
}

START_TEST(is_as_the_golden_file)
{
	size_t n;
	struct sample_run *runs = sample_runs(&n);
	size_t kind = (size_t)_i % KINDS, which = (size_t)_i / KINDS;
	cleanup_free char *dir = str_format("%s/%s", golden, kinds[kind].folder);
	cleanup_free char *path = NULL;
	cleanup_free char *want = NULL;
	cleanup_free char *text = NULL;
	size_t len;

	if (which >= n)
		return;
	path = str_format("%s/%s", dir, runs[which].name);
	text = report(kind, &runs[which], false);
	if (update) {
		(void)mkdir(dir, 0755);
		write_golden(path, text);
		return;
	}
	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, path, REPORT_MAX, &want, &len, NULL), 0);
	ck_assert_msg(strcmp(want, text) == 0, "%s differs; now it is\n%s", path, text);
}
END_TEST

START_TEST(does_not_depend_on_the_order)
{
	static const char *const ordered[] = {"tap", "junit", "json", "markdown"};
	size_t n;
	struct sample_run *runs = sample_runs(&n);

	for (size_t k = 0; k < KINDS; k++) {
		cleanup_free char *a = NULL;
		cleanup_free char *b = NULL;

		if (!str_eq(kinds[k].folder, ordered[_i]))
			continue;
		a = report(k, &runs[n - 1], false);
		b = report(k, &runs[n - 1], true);
		ck_assert_str_eq(a, b);
	}
}
END_TEST

static size_t json_kind(void)
{
	size_t k = 0;

	while (!str_eq(kinds[k].format, "json"))
		k++;
	return k;
}

START_TEST(json_is_as_the_schema_says)
{
	CLEANUP(json_freep) struct json *schema = NULL;
	cleanup_free char *text = NULL;
	struct err e = {0};
	size_t n, len;
	struct sample_run *runs = sample_runs(&n);

	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, schema_path, REPORT_MAX, &text, &len, &e), 0);
	ck_assert_msg(json_parse(text, len, &schema, &e) == 0, "%s", e.msg);
	for (size_t i = 0; i < n; i++) {
		/* the sample of broken bytes is about those as well */
		cleanup_free char *out = report(json_kind(), &runs[i], false);
		CLEANUP(json_freep) struct json *doc = NULL;

		if (str_eq(runs[i].name, "hostile"))
			continue;
		ck_assert_msg(json_parse(out, strlen(out), &doc, &e) == 0, "%s", e.msg);
		ck_assert_msg(schema_check(schema, doc, &e) == 0, "%s: %s", runs[i].name, e.msg);
	}
}
END_TEST

/* Each of these edits makes a report that the schema must not accept: else it checks nothing. */
START_TEST(the_schema_refuses)
{
	static const char *const bad[][2] = {
		{"/summary", "[]"},
		{"/summary/pass", "-1"},
		{"/summary/pass", "1.5"},
		{"/summary/maybe", "1"},
		{"/cases/0/verdict", "\"pass\""},
		{"/cases/0/id", "7"},
		{"/cases/0/checks/0/ok", "\"yes\""},
		{"/cases/0/requirements/0/level", "\"must\""},
		{"/cases/0/duration_ms", "-1"},
		{"/runtimes/0/path", "null"},
		{"/environment", "7"},
		{"/planned", "-1"},
		{"/complete", "1"},
		{"/exit_code", "null"},
	};
	CLEANUP(json_freep) struct json *schema = NULL;
	CLEANUP(json_freep) struct json *doc = NULL;
	cleanup_free char *text = NULL;
	struct json *value = NULL;
	cleanup_free char *out = NULL;
	size_t n, len;

	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, schema_path, REPORT_MAX, &text, &len, NULL), 0);
	ck_assert_int_eq(json_parse(text, len, &schema, NULL), 0);
	out = report(json_kind(), &sample_runs(&n)[0], false);
	ck_assert_int_eq(json_parse(out, strlen(out), &doc, NULL), 0);
	ck_assert_int_eq(schema_check(schema, doc, NULL), 0);
	ck_assert_int_eq(json_parse(bad[_i][1], strlen(bad[_i][1]), &value, NULL), 0);
	ck_assert_int_eq(json_set(&doc, bad[_i][0], value, NULL), 0);
	ck_assert_int_lt(schema_check(schema, doc, NULL), 0);
}
END_TEST

/* The sums of a run that was cut off look like those of any other. */
START_TEST(a_run_that_ended_early_shows)
{
	static const char *const words[][2] = {
		{"json", "\"planned\":3,\"complete\":false,\"exit_code\":130"},
		{"junit", "errors=\"1\""},
		{"junit", "<error type=\"INCOMPLETE\" message=\"the run ended early: 1 of 3 "},
		{"tap", "Bail out!"},
		{"markdown", "could not be judged"},
		{"terminal", "could not be judged"},
	};
	size_t n;
	struct sample_run *whole = sample_runs(&n);

	for (size_t k = 0; k < KINDS; k++) {
		struct sample_run cut = whole[0];
		cleanup_free char *before = report(k, &cut, false);
		cleanup_free char *after = NULL;

		if (!str_eq(kinds[k].folder, words[_i][0]))
			continue;
		cut.run.ncases = 3;
		cut.run.exit_code = 128 + SIGINT;
		after = report(k, &cut, false);
		ck_assert_ptr_null(strstr(before, words[_i][1]));
		ck_assert_msg(strstr(after, words[_i][1]), "%s", after);
	}
}
END_TEST

START_TEST(an_unknown_format_is_refused)
{
	struct rep_options o = {.fd = FD_NONE};
	struct reporter *r = NULL;
	struct err e = {0};

	ck_assert_int_eq(rep_new("html5", &o, &r, &e), -EINVAL);
	ck_assert_ptr_null(r);
	ck_assert_ptr_nonnull(strstr(e.msg, "html5"));
}
END_TEST

START_TEST(a_full_disk_is_an_error)
{
	cleanup_fd int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct rep_options o = {.fd = fd};
	CLEANUP(json_freep) struct json *env = environment();
	size_t n;
	struct sample_run *s = sample_runs(&n);
	struct reporter *r = NULL;
	struct err e = {0};

	ck_assert_int_ge(fd, 0);
	s->run.environment = env;
	ck_assert_int_eq(rep_new(kinds[_i].format, &o, &r, &e), 0);
	ck_assert_int_eq(r->end(r, &s->run, &e), -ENOSPC);
	r->free(r);
}
END_TEST

START_TEST(verdicts_have_names)
{
	for (int v = 0; v < VERDICT_COUNT; v++)
		ck_assert_int_eq(verdict_parse(verdict_name((enum verdict)v)), v);
	ck_assert_int_eq(verdict_parse("pass"), -EINVAL);
	ck_assert_int_eq(verdict_parse(NULL), -EINVAL);
	ck_assert_str_eq(verdict_name_lower(VERDICT_BROK), "brok");
}
END_TEST

int main(int argc, char **argv)
{
	Suite *s = suite_create("report");
	TCase *t = tcase_create("reporters");
	size_t n;

	if (argc < 3) {
		(void)fprintf(stderr, "usage: test_report GOLDEN SCHEMA [--update]\n");
		return 2;
	}
	golden = argv[1];
	schema_path = argv[2];
	update = argc > 3 && str_eq(argv[3], "--update");
	(void)sample_runs(&n);
	tcase_add_loop_test(t, is_as_the_golden_file, 0, (int)(n * KINDS));
	tcase_add_loop_test(t, does_not_depend_on_the_order, 0, 4);
	tcase_add_test(t, json_is_as_the_schema_says);
	tcase_add_loop_test(t, the_schema_refuses, 0, 14);
	tcase_add_loop_test(t, a_run_that_ended_early_shows, 0, 6);
	tcase_add_test(t, an_unknown_format_is_refused);
	tcase_add_loop_test(t, a_full_disk_is_an_error, 0, (int)KINDS);
	tcase_add_test(t, verdicts_have_names);
	suite_add_tcase(s, t);
	return suite_run(s);
}
