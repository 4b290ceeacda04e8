/* SPDX-License-Identifier: Apache-2.0 */
/* Which lies of a plan an earlier report leaves: it is printed by the reporter and read back. */
#include "mutants_uncaught.h"

#include "cleanup.h"
#include "fd.h"
#include "mutants_report.h"
#include "plan_make.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const own_lies[] = {"set:/hostname=\"other\"", "drop:/hostname", NULL};
static const struct edit own_config[] = {{OP_SET, "/hostname", "\"probe\""}, {OP_END, NULL, NULL}};
static const struct conform_case def = {.title = "t", .mutants = own_lies, .config = own_config};
static const struct conform_entry entry = {"hostname/t", __FILE__, __LINE__, &def};
static const struct plan_job jobs[] = {{&entry, NULL}};

static void make(struct plan *p)
{
	ck_assert_int_eq(plan_make(jobs, 1, false, p, NULL), 0);
	/* the two that the case names, and the field that it sets */
	ck_assert_uint_eq(p->nrows, 3);
	ck_assert_str_eq(p->rows[1].name, "drop:/hostname");
	ck_assert_str_eq(p->rows[2].name, "drop:/hostname");
	ck_assert_ptr_null(p->rows[2].named);
}

/* keep TEXT: the rows of a plan that a file with this text leaves. */
static int keep(const char *text, size_t len, struct plan *p, struct err *e)
{
	char path[] = "/tmp/conform-test-uncaught.XXXXXX";
	int fd = mkstemp(path);
	int r;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fd_write_all(fd, text, len), 0);
	(void)close(fd);
	r = mutants_keep_uncaught(path, p, e);
	(void)unlink(path);
	return r;
}

static const struct {
	enum plan_outcome outcomes[3];
	const char *left[4];
} rows[] = {
	{{PLAN_CAUGHT, PLAN_CAUGHT, PLAN_UNJUDGED}, {"drop:/hostname of nobody"}},
	{{PLAN_CAUGHT, PLAN_UNJUDGED, PLAN_CAUGHT}, {"drop:/hostname of hostname/t"}},
	{{PLAN_SURVIVED, PLAN_NOT_APPLICABLE, PLAN_CAUGHT},
	 {"set:/hostname=\"other\" of hostname/t"}},
	{{PLAN_CAUGHT, PLAN_CAUGHT, PLAN_CAUGHT}, {NULL}},
	{{PLAN_UNJUDGED, PLAN_SURVIVED, PLAN_UNJUDGED},
	 {"set:/hostname=\"other\" of hostname/t", "drop:/hostname of hostname/t",
	  "drop:/hostname of nobody"}},
};

START_TEST(keeps_what_nobody_caught)
{
	CLEANUP(plan_done) struct plan told = {.rows = NULL};
	CLEANUP(plan_done) struct plan again = {.rows = NULL};
	struct strbuf report = STRBUF_INIT;
	size_t n = 0;

	make(&told);
	make(&again);
	for (size_t i = 0; i < 3; i++)
		told.rows[i].outcome = rows[_i].outcomes[i];
	mutants_print_json(&told, "refrun", 0, &report);
	ck_assert_int_eq(keep(report.buf, report.len, &again, NULL), 0);
	strbuf_done(&report);
	for (; rows[_i].left[n]; n++) {
		const struct plan_row *row = &again.rows[n];
		cleanup_free char *said = NULL;

		ck_assert_uint_lt(n, again.nrows);
		said = str_format("%s of %s", row->name, row->named ? row->named->id : "nobody");
		ck_assert_str_eq(said, rows[_i].left[n]);
	}
	ck_assert_uint_eq(again.nrows, n);
}
END_TEST

static const char *const no_reports[] = {"", "[]", "{}", "{\"lies\":7}", "{\"lies\":[]"};

START_TEST(refuses_what_is_no_report)
{
	CLEANUP(plan_done) struct plan p = {.rows = NULL};
	struct err e = {0};

	make(&p);
	ck_assert_int_eq(keep(no_reports[_i], strlen(no_reports[_i]), &p, &e), -EINVAL);
	ck_assert_ptr_nonnull(strstr(e.msg, "/tmp/conform-test-uncaught."));
	ck_assert_uint_eq(p.nrows, 3);
}
END_TEST

START_TEST(takes_a_report_with_strange_lies)
{
	static const char text[] = "{\"lies\":[7,{},{\"lie\":null},{\"lie\":\"drop:/hostname\"},"
				   "{\"lie\":\"drop:/gone\",\"outcome\":\"unjudged\"}]}";
	CLEANUP(plan_done) struct plan p = {.rows = NULL};

	make(&p);
	ck_assert_int_eq(keep(text, strlen(text), &p, NULL), 0);
	ck_assert_uint_eq(p.nrows, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("mutants_uncaught");
	TCase *t = tcase_create("mutants_uncaught");

	tcase_add_loop_test(t, keeps_what_nobody_caught, 0, (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_loop_test(t, refuses_what_is_no_report, 0,
			    (int)(sizeof(no_reports) / sizeof(*no_reports)));
	tcase_add_test(t, takes_a_report_with_strange_lies);
	suite_add_tcase(s, t);
	return suite_run(s);
}
