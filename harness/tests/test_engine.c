/* SPDX-License-Identifier: Apache-2.0 */
#include "outside.h"
#include "procfacts.h"
#include "shape.h"
#include "snapshot.h"
#include "wire.h"

#include "cleanup.h"
#include "owned.h"
#include "proc.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#define LATER_MS 20000

START_TEST(results_survive_the_wire)
{
	struct rep_check checks[] = {
		{.name = (char *)"a \"quoted\"\n",
		 .op = (char *)"equals",
		 .expected = (char *)"[1]",
		 .observed = NULL,
		 .ok = false,
		 .note = (char *)"n"},
		{.name = (char *)"b", .broken = true},
		{.name = (char *)"c",
		 .ok = false,
		 .advised = true,
		 .observed = (char *)"\"\\u0000\""},
	};
	struct rep_result r = {.verdict = VERDICT_BROK,
			       .raised = true,
			       .reason = (char *)"why",
			       .duration_ms = 12.5,
			       .runtime_ms = 3,
			       .checks = checks,
			       .nchecks = 3};
	struct rep_result back = {.verdict = VERDICT_SKIP};
	CLEANUP(strbuf_done) struct strbuf text = STRBUF_INIT;

	hx_wire_print(&r, &text);
	ck_assert_int_eq(hx_wire_parse(text.buf, text.len, &back), 0);
	ck_assert_int_eq(back.verdict, VERDICT_BROK);
	ck_assert(back.raised);
	ck_assert_str_eq(back.reason, "why");
	ck_assert_ptr_null(back.bundle);
	ck_assert(back.duration_ms > 12.4 && back.duration_ms < 12.6);
	ck_assert_uint_eq(back.nchecks, 3);
	ck_assert_str_eq(back.checks[0].name, checks[0].name);
	ck_assert_str_eq(back.checks[0].expected, "[1]");
	ck_assert_ptr_null(back.checks[0].observed);
	ck_assert(back.checks[1].broken);
	ck_assert(back.checks[2].advised);
	ck_assert_str_eq(back.checks[2].observed, checks[2].observed);
	rep_result_done(&back);
	for (size_t n = 0; n < text.len; n++) {
		ck_assert_int_lt(hx_wire_parse(text.buf, n, &back), 0);
		rep_result_done(&back);
	}
	ck_assert_int_lt(hx_wire_parse("{\"verdict\":99}", 14, &back), 0);
}
END_TEST

static const struct {
	const char *doc;
	const char *finding; /* in the sentences; NULL: none */
} shapes[] = {
	{"{\"ociVersionMin\":\"1.0.0\",\"ociVersionMax\":\"1.3.0\"}", NULL},
	{"{\"ociVersionMin\":\"1.0.0\",\"ociVersionMax\":\"1.3.0\",\"unknown\":[{}]}", NULL},
	{"{\"ociVersionMax\":\"1.3.0\"}", "/ociVersionMin: missing"},
	{"{\"ociVersionMin\":1,\"ociVersionMax\":\"1.3.0\"}", "/ociVersionMin: expected"},
	{"{\"ociVersionMin\":\"1\",\"ociVersionMax\":\"1\",\"linux\":[]}", "/linux: expected"},
	{"{\"ociVersionMin\":\"1\",\"ociVersionMax\":\"1\",\"hooks\":[1]}", "/hooks: expected"},
	{"{\"ociVersionMin\":\"1\",\"ociVersionMax\":\"1\",\"linux\":{\"seccomp\":{\"enabled\":"
	 "\"yes\"}}}",
	 "/linux/seccomp/enabled: expected"},
	{"{\"ociVersionMin\":\"1\",\"ociVersionMax\":\"1\",\"linux\":{\"seccomp\":null}}", NULL},
	{"[]", "expected an object"},
};

START_TEST(the_features_document_has_a_shape)
{
	CLEANUP(json_freep) struct json *doc = NULL;
	CLEANUP(json_freep) struct json *findings = json_new(JSON_ARRAY);

	ck_assert_int_eq(json_parse(shapes[_i].doc, strlen(shapes[_i].doc), &doc, NULL), 0);
	ck_assert_int_eq(shape_check(doc, &field_obj_features, findings), 0);
	if (!shapes[_i].finding) {
		ck_assert_msg(findings->count == 0, "%s",
			      findings->count ? json_string(findings->items[0]) : "");
		return;
	}
	ck_assert_uint_eq(findings->count, 1);
	ck_assert_msg(strstr(json_string(findings->items[0]), shapes[_i].finding) != NULL, "%s",
		      json_string(findings->items[0]));
}
END_TEST

static int sleeper(void *arg)
{
	(void)arg;
	(void)pause();
	return 0;
}

START_TEST(descendants_are_found_and_killed)
{
	struct proc_spawn s = PROC_SPAWN_INIT;
	CLEANUP(proc_done) struct proc a = PROC_INIT;
	CLEANUP(proc_done) struct proc b = PROC_INIT;
	pid_t pids[8];

	s.run = sleeper;
	ck_assert_int_eq(proc_spawn(&s, &a, NULL), 0);
	ck_assert_int_eq(proc_spawn(&s, &b, NULL), 0);
	ck_assert_uint_eq(hx_descendants(NULL, 0, pids, 8), 2);
	ck_assert_uint_eq(hx_descendants(&a.pid, 1, pids, 8), 1);
	ck_assert_int_eq(pids[0], b.pid);
	ck_assert_int_eq(hx_kill_descendants(&a.pid, 1, proc_now_ms() + LATER_MS), 0);
	b.reaped = true;
	ck_assert_uint_eq(hx_descendants(NULL, 0, pids, 8), 1);
	ck_assert_int_eq(pids[0], a.pid);
}
END_TEST

START_TEST(snapshots_differ_in_words)
{
	CLEANUP(hx_snapshot_done) struct hx_snapshot before = {0};
	CLEANUP(hx_snapshot_done) struct hx_snapshot after = {0};
	CLEANUP(json_freep) struct json *residue = json_new(JSON_ARRAY);
	char *line;

	ck_assert_int_eq(hx_snapshot_take(&before, NULL), 0);
	ck_assert_int_eq(hx_snapshot_take(&after, NULL), 0);
	ck_assert_int_eq(hx_snapshot_compare(&before, &after, residue), 0);
	ck_assert_uint_eq(residue->count, 0);
	ck_assert_int_eq(json_set_member(after.settings, "host name", json_new_string("evil")), 0);
	/* one mount less before is one mount left after */
	line = strrchr(before.mounts, '\n');
	*line = '\0';
	line = strrchr(before.mounts, '\n');
	ck_assert_ptr_nonnull(line);
	line[1] = '\0';
	ck_assert_int_eq(hx_snapshot_compare(&before, &after, residue), 0);
	ck_assert_uint_eq(residue->count, 2);
	ck_assert(str_starts(json_string(residue->items[0]), "a mount is left: "));
	ck_assert_ptr_nonnull(strstr(json_string(residue->items[1]), "is evil"));
}
END_TEST

START_TEST(facts_of_a_process_are_read)
{
	CLEANUP(json_freep) struct json *uids = hx_pid_fact(getpid(), "user.uids");
	CLEANUP(json_freep) struct json *net = hx_pid_fact(getpid(), "ns.network");
	CLEANUP(json_freep) struct json *limit = hx_pid_fact(getpid(), "rlimit:RLIMIT_NOFILE");
	CLEANUP(json_freep) struct json *cgroup = hx_pid_fact(getpid(), "cgroup.self");
	CLEANUP(json_freep) struct json *gone = hx_pid_fact(INT32_MAX, "user.uids");
	CLEANUP(json_freep) struct json *null = hx_stat_fact("/dev/null");
	int64_t n;

	ck_assert_uint_eq(uids->count, 4);
	ck_assert_int_eq(json_int(uids->items[1], &n), 0);
	ck_assert_int_eq(n, geteuid());
	ck_assert_int_eq(json_int(net, &n), 0);
	ck_assert_ptr_nonnull(json_member(limit, "hard"));
	ck_assert_ptr_nonnull(json_string(json_member(cgroup->items[0], "path")));
	ck_assert_int_eq(gone->type, JSON_NULL);
	ck_assert_str_eq(json_string(json_member(null, "type")), "chr");
	ck_assert_ptr_null(hx_pid_fact(getpid(), "no.such.fact"));
}
END_TEST

START_TEST(the_vocabulary_of_outside_facts)
{
	static const char *const good[] = {
		"state",	  "create.exit",	   "cli.stdout",
		"pid.ns.network", "pid.rlimit:RLIMIT_CPU", "cgroup:pids/pids.max",
		"hook:a",	  "file:@CASE@/x",	   "features.findings",
		"resctrl:@ID@"};
	static const char *const bad[] = {
		"stat",	      "create.exi", "create",	    "pid.nonsense",
		"pid.ns.foo", "hook",	    "cgroup.exist", ""};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ck_assert_msg(outside_is_known(good[i]), "%s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(!outside_is_known(bad[i]), "%s", bad[i]);
}
END_TEST

START_TEST(what_is_owned_is_put_back_once)
{
	struct hx_owned *o = hx_owned_new();

	ck_assert_ptr_nonnull(o);
	/* as it is: nothing to do; another value cannot be written there, by anybody */
	ck_assert_int_eq(hx_owned_put(o, 1, "kernel/ostype", "Linux\n"), 0);
	ck_assert_int_eq(hx_owned_put(o, 2, "kernel/ostype", "Other\n"), 0);
	ck_assert_uint_eq(hx_owned_restore(o, 1), 0);
	ck_assert_uint_eq(hx_owned_restore(o, HX_OWNED_ANY), 1);
	ck_assert_uint_eq(hx_owned_restore(o, HX_OWNED_ANY), 0);
	/* what belongs to a namespace of the run is nothing of the host's */
	ck_assert_int_eq(hx_owned_put(o, 1, "net/ipv4/no_such", "1\n"), 0);
	ck_assert_uint_eq(hx_owned_restore(o, HX_OWNED_ANY), 0);
	for (int i = 0; i < 64; i++)
		ck_assert_int_eq(hx_owned_put(o, i, "kernel/ostype", "Linux\n"), 0);
	ck_assert_int_eq(hx_owned_put(o, 64, "kernel/ostype", "Linux\n"), -ENOSPC);
	ck_assert_uint_eq(hx_owned_restore(NULL, HX_OWNED_ANY), 0);
	ck_assert_int_eq(hx_owned_put(NULL, 1, "kernel/ostype", "Linux\n"), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("engine");
	TCase *t = tcase_create("engine");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, results_survive_the_wire);
	tcase_add_loop_test(t, the_features_document_has_a_shape, 0,
			    sizeof(shapes) / sizeof(shapes[0]));
	tcase_add_test(t, descendants_are_found_and_killed);
	tcase_add_test(t, snapshots_differ_in_words);
	tcase_add_test(t, facts_of_a_process_are_read);
	tcase_add_test(t, the_vocabulary_of_outside_facts);
	tcase_add_test(t, what_is_owned_is_put_back_once);
	suite_add_tcase(s, t);
	return suite_run(s);
}
