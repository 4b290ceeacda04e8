/* SPDX-License-Identifier: Apache-2.0 */
#include "cleanup.h"
#include "lie.h"
#include "plan_make.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const char *const lies_of_name[] = {"drop:/hostname", "set:/hostname=\"b\"",
					   "drop:/domainname", "cli:always-ok", NULL};
static const struct edit edits_of_name[] = {{OP_SET, "/hostname", "\"a\""}, {OP_END, NULL, NULL}};
static const struct conform_case name_case = {
	.title = "a name", .mutants = lies_of_name, .config = edits_of_name};
static const struct conform_entry name_entry = {"hostname/name", "x.c", 1, &name_case};

static const char *const lies_of_limit[] = {"drop:/linux/resources/pids", NULL};
static const char *const values_of_limit[] = {"5", "6", NULL};
static const struct edit edits_of_limit[] = {
	{OP_SET, "/linux/resources/pids/limit", "\"@V@\""},
	{OP_SET, "/root/readonly", "true"},
	{OP_SET, "/linux/sysctl", "{\"net.x/y\":\"1\"}"},
	{OP_ADD, "/mounts/-", "{\"destination\":\"/m\",\"options\":[\"ro\"]}"},
	{OP_END, NULL, NULL}};
static const struct conform_case limit_case = {.title = "a limit",
					       .mutants = lies_of_limit,
					       .vary = values_of_limit,
					       .config = edits_of_limit};
static const struct conform_entry limit_entry = {"pids/limit", "x.c", 2, &limit_case};

static const struct edit edits_of_raw[] = {{OP_RAW, "", "{]"}, {OP_END, NULL, NULL}};
static const struct conform_case raw_case = {.title = "raw", .config = edits_of_raw};
static const struct conform_entry raw_entry = {"lifecycle/control", "x.c", 3, &raw_case};

static const struct plan_job jobs[] = {
	{&name_entry, NULL}, {&limit_entry, "5"}, {&limit_entry, "6"}, {&raw_entry, NULL}};
#define JOBS (sizeof(jobs) / sizeof(*jobs))

static const struct plan_row *find(const struct plan *p, const char *name,
				   const struct conform_entry *named)
{
	for (size_t i = 0; i < p->nrows; i++) {
		if (p->rows[i].named == named && str_eq(p->rows[i].name, name))
			return &p->rows[i];
	}
	return NULL;
}

START_TEST(plans_what_cases_name)
{
	CLEANUP(plan_done) struct plan p = {.rows = NULL};
	const struct plan_row *row;
	struct err e = {0};

	ck_assert_msg(plan_make(jobs, JOBS, true, &p, &e) == 0, "%s", e.msg);
	row = find(&p, "drop:/hostname", &name_entry);
	ck_assert_ptr_nonnull(row);
	ck_assert_uint_eq(row->ncandidates, 1);
	ck_assert_uint_eq(row->candidates[0].job, 0);
	ck_assert_str_eq(row->candidates[0].lie, "drop:/hostname");
	/* it says nothing about a domain name */
	row = find(&p, "drop:/domainname", &name_entry);
	ck_assert_ptr_nonnull(row);
	ck_assert_uint_eq(row->ncandidates, 0);
	/* every variant is a candidate */
	row = find(&p, "drop:/linux/resources/pids", &limit_entry);
	ck_assert_ptr_nonnull(row);
	ck_assert_uint_eq(row->ncandidates, 2);
}
END_TEST

static const struct {
	const char *name, *lie;
	size_t candidates;
} catalogue[] = {
	{"drop:/hostname", "drop:/hostname", 1},
	{"drop:/linux/resources", "drop:/linux/resources", 2},
	{"drop:/linux/resources/pids", "drop:/linux/resources/pids", 2},
	{"change:/linux/resources/pids/limit", "set:/linux/resources/pids/limit=10", 2},
	{"drop:/root/readonly", "drop:/root/readonly", 2},
	{"flip:/root/readonly", "set:/root/readonly=false", 2},
	{"drop:/linux/sysctl/{}", "drop:/linux/sysctl/net.x~1y", 2},
	{"pop:/mounts", "pop:/mounts", 2},
	{"pop:/mounts/*/options", "pop:/mounts/7/options", 2},
	{"drop:/mounts/*/options", "drop:/mounts/7/options", 2},
	/* the case that names it; the control case where none does */
	{"cli:always-ok", "cli:always-ok", 1},
	{"cli:run-on-host", "cli:run-on-host", 1},
};

START_TEST(plans_what_cases_set)
{
	CLEANUP(plan_done) struct plan p = {.rows = NULL};
	const struct plan_row *row;
	bool found = false;

	ck_assert_int_eq(plan_make(jobs, JOBS, true, &p, NULL), 0);
	row = find(&p, catalogue[_i].name, NULL);
	ck_assert_ptr_nonnull(row);
	ck_assert_uint_eq(row->ncandidates, catalogue[_i].candidates);
	for (size_t i = 0; i < row->ncandidates; i++)
		found |= str_eq(row->candidates[i].lie, catalogue[_i].lie);
	ck_assert(found);
}
END_TEST

START_TEST(leaves_alone_what_no_case_sets)
{
	CLEANUP(plan_done) struct plan p = {.rows = NULL};

	ck_assert_int_eq(plan_make(jobs, JOBS, true, &p, NULL), 0);
	ck_assert_ptr_null(find(&p, "drop:/process/env", NULL));
	ck_assert_ptr_null(find(&p, "drop:/domainname", NULL));
	/* what no document may lack is not dropped: the refusal would be the real runtime's */
	ck_assert_ptr_null(find(&p, "drop:/mounts/*/destination", NULL));
	for (size_t i = 0; i < p.nrows; i++) {
		for (size_t k = 0; k < p.rows[i].ncandidates; k++) {
			CLEANUP(lie_done) struct lie l = {.kind = LIE_CLI};

			ck_assert_int_eq(lie_parse(p.rows[i].candidates[k].lie, &l, NULL), 0);
		}
	}
}
END_TEST

START_TEST(of_a_part_tells_only_what_is_named)
{
	CLEANUP(plan_done) struct plan p = {.rows = NULL};

	ck_assert_int_eq(plan_make(jobs, JOBS, false, &p, NULL), 0);
	ck_assert_ptr_nonnull(find(&p, "cli:always-ok", NULL));
	ck_assert_ptr_null(find(&p, "cli:run-on-host", NULL));
}
END_TEST

START_TEST(a_name_that_is_no_lie_is_a_hole)
{
	static const char *const bad[] = {"drop:hostname", NULL};
	static const struct conform_case c = {.title = "bad", .mutants = bad};
	static const struct conform_entry entry = {"a/b", "x.c", 1, &c};
	static const struct plan_job job = {&entry, NULL};
	CLEANUP(plan_done) struct plan p = {.rows = NULL};
	const struct plan_row *row;

	ck_assert_int_eq(plan_make(&job, 1, true, &p, NULL), 0);
	row = find(&p, "drop:hostname", &entry);
	ck_assert_ptr_nonnull(row);
	ck_assert_int_eq(row->outcome, PLAN_SURVIVED);
	ck_assert_ptr_nonnull(strstr(row->detail, "pointer"));
}
END_TEST

START_TEST(a_configuration_that_cannot_be_made_is_not_judged)
{
	static const char *const lies[] = {"drop:/hostname", NULL};
	static const struct edit edits[] = {{OP_DEL, "/nowhere", NULL}, {OP_END, NULL, NULL}};
	static const struct conform_case c = {.title = "bad", .mutants = lies, .config = edits};
	static const struct conform_entry entry = {"a/b", "x.c", 1, &c};
	static const struct plan_job job = {&entry, NULL};
	CLEANUP(plan_done) struct plan p = {.rows = NULL};
	const struct plan_row *row;

	ck_assert_int_eq(plan_make(&job, 1, true, &p, NULL), 0);
	row = find(&p, "drop:/hostname", &entry);
	ck_assert_ptr_nonnull(row);
	ck_assert_int_eq(row->outcome, PLAN_UNJUDGED);
	ck_assert_ptr_nonnull(strstr(row->detail, "/nowhere"));
	ck_assert_ptr_null(find(&p, "drop:/hostname", NULL));
}
END_TEST

START_TEST(says_what_applies)
{
	ck_assert_int_eq(plan_applies(&jobs[0], "drop:/hostname", NULL), 1);
	ck_assert_int_eq(plan_applies(&jobs[0], "drop:/domainname", NULL), 0);
	ck_assert_int_eq(plan_applies(&jobs[0], "set:/hostname=\"a\"", NULL), 0);
	ck_assert_int_eq(plan_applies(&jobs[0], "cli:leak-fd", NULL), 1);
	ck_assert_int_eq(plan_applies(&jobs[3], "drop:/hostname", NULL), 0);
	ck_assert_int_eq(plan_applies(&jobs[0], "nonsense", NULL), -EINVAL);
}
END_TEST

START_TEST(draws_the_same_sample_for_a_seed)
{
	CLEANUP(plan_done) struct plan a = {.rows = NULL};
	CLEANUP(plan_done) struct plan b = {.rows = NULL};
	CLEANUP(plan_done) struct plan c = {.rows = NULL};
	bool other = false;

	ck_assert_int_eq(plan_make(jobs, JOBS, true, &a, NULL), 0);
	ck_assert_int_eq(plan_make(jobs, JOBS, true, &b, NULL), 0);
	ck_assert_int_eq(plan_make(jobs, JOBS, true, &c, NULL), 0);
	ck_assert_uint_gt(a.nrows, 20);
	plan_sample(&a, 10, 7);
	plan_sample(&b, 10, 7);
	plan_sample(&c, 10, 8);
	ck_assert_uint_eq(a.nrows, 10);
	ck_assert_uint_eq(c.nrows, 10);
	for (size_t i = 0; i < 10; i++) {
		ck_assert_str_eq(a.rows[i].name, b.rows[i].name);
		other |= !str_eq(a.rows[i].name, c.rows[i].name);
	}
	ck_assert(other);
	plan_sample(&a, 100, 7);
	ck_assert_uint_eq(a.nrows, 10);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("plan");
	TCase *t = tcase_create("plan");

	tcase_add_test(t, plans_what_cases_name);
	tcase_add_loop_test(t, plans_what_cases_set, 0,
			    (int)(sizeof(catalogue) / sizeof(*catalogue)));
	tcase_add_test(t, leaves_alone_what_no_case_sets);
	tcase_add_test(t, of_a_part_tells_only_what_is_named);
	tcase_add_test(t, a_name_that_is_no_lie_is_a_hole);
	tcase_add_test(t, a_configuration_that_cannot_be_made_is_not_judged);
	tcase_add_test(t, says_what_applies);
	tcase_add_test(t, draws_the_same_sample_for_a_seed);
	suite_add_tcase(s, t);
	return suite_run(s);
}
