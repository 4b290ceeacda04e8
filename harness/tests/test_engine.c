/* SPDX-License-Identifier: Apache-2.0 */
#include "caller.h"
#include "case.h"
#include "case_call.h"
#include "host.h"
#include "loop.h"
#include "outside.h"
#include "procfacts.h"
#include "runtime.h"
#include "services.h"
#include "shape.h"
#include "snapshot.h"
#include "wire.h"

#include "cleanup.h"
#include "guard.h"
#include "owned.h"
#include "proc.h"
#include "sandbox.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#define SOON_MS	 200
#define LATER_MS 20000

/* A shell in the part of a runtime: what is called is its script. */
static struct hx_runtime shell(void)
{
	struct hx_runtime rt;
	struct err e = {0};

	ck_assert_msg(hx_runtime_parse("/bin/sh,name=sh,arg=-c", &rt, &e) == 0, "%s", e.msg);
	return rt;
}

static struct hx_call call(const char *script, int64_t timeout_ms, const char *const *caller)
{
	CLEANUP(hx_runtime_done) struct hx_runtime rt = shell();
	const char *const argv[] = {script, NULL};
	struct hx_loop loop = {.count = 0};
	struct hx_call_io io = {
		FD_NONE, FD_NONE, FD_NONE, FD_NONE, &loop, proc_now_ms() + timeout_ms, caller};
	struct hx_call c;
	struct err e = {0};

	ck_assert_msg(hx_runtime_call(&rt, argv, &io, &c, &e) == 0, "%s", e.msg);
	return c;
}

START_TEST(a_call_tells_how_it_ended)
{
	CLEANUP(hx_call_done)
	struct hx_call ok = call("echo out; echo err >&2; exit 3", LATER_MS, NULL);
	CLEANUP(hx_call_done) struct hx_call killed = call("kill -KILL $$", LATER_MS, NULL);

	ck_assert_int_eq(ok.exit, 3);
	ck_assert_str_eq(ok.out, "out\n");
	ck_assert_str_eq(ok.err, "err\n");
	ck_assert(!ok.timed_out);
	ck_assert_int_eq(killed.exit, 128 + SIGKILL);
}
END_TEST

/* What stands behind a NUL was printed as well. */
START_TEST(a_call_tells_how_much_it_printed)
{
	CLEANUP(hx_call_done)
	struct hx_call c = call("printf 'a\\0b'; printf '\\0cd' >&2", LATER_MS, NULL);

	ck_assert_uint_eq(c.out_len, 3);
	ck_assert_mem_eq(c.out, "a\0b", 4);
	ck_assert_uint_eq(c.err_len, 3);
	ck_assert_mem_eq(c.err, "\0cd", 4);
}
END_TEST

START_TEST(a_call_that_hangs_is_killed_with_its_children)
{
	int64_t begin = proc_now_ms();
	CLEANUP(hx_call_done) struct hx_call c = {.exit = -1};
	uint64_t pid = 0;

	/* on a busy machine the shell may take longer to say what it has started */
	for (int64_t ms = SOON_MS; ms < LATER_MS / 4 && (!c.out || !*c.out); ms *= 2) {
		hx_call_done(&c);
		c = call("sleep 1000 & echo $!; wait", ms, NULL);
		ck_assert(c.timed_out);
	}
	ck_assert_int_eq(c.exit, -1);
	ck_assert_int_lt(proc_now_ms() - begin, LATER_MS);
	c.out[strcspn(c.out, "\n")] = '\0';
	ck_assert_int_eq(str_to_u64(c.out, INT32_MAX, &pid), 0);
	/* gone, or a zombie that init has not fetched yet */
	for (int64_t until = begin + LATER_MS; proc_now_ms() < until;) {
		uint64_t t;

		if (proc_start_time((pid_t)pid, &t) != 0)
			return;
	}
	ck_abort_msg("the child outlived the call");
}
END_TEST

/* What is printed is kept in memory: it has an end long before the deadline. */
START_TEST(a_call_that_floods_is_killed)
{
	static const char *const scripts[] = {"exec cat /dev/zero", "exec cat /dev/zero >&2",
					      "head -c 100000000 /dev/zero; sleep 1000"};
	int64_t begin = proc_now_ms();

	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		CLEANUP(hx_call_done) struct hx_call c = call(scripts[i], LATER_MS, NULL);

		ck_assert(c.flooded);
		ck_assert_int_eq(c.exit, -1);
	}
	ck_assert_int_lt(proc_now_ms() - begin, LATER_MS);
}
END_TEST

START_TEST(a_call_that_prints_much_is_cut)
{
	CLEANUP(hx_call_done)
	struct hx_call c = call("head -c 2000000 /dev/zero | tr '\\0' x", LATER_MS, NULL);

	ck_assert(!c.flooded);
	ck_assert_int_eq(c.exit, 0);
	ck_assert_uint_eq(strlen(c.out), CALL_OUTPUT_MAX);
}
END_TEST

/* What is told to be pasted into a shell is the words, whatever a runtime's documents are like. */
START_TEST(the_repeat_command_is_words_for_a_shell)
{
	CLEANUP(hx_runtime_done) struct hx_runtime rt = {0};
	CLEANUP(hx_call_done) struct hx_call c = {.exit = -1};
	CLEANUP(rep_result_done) struct rep_result r = {0};
	static const struct conform_case def = {.title = "t"};
	const struct conform_entry entry = {.id = "a/b", .def = &def};
	struct hx_session s = {
		.self = "printf", .target = 2, .timeout_ms = HX_TIMEOUT_USUAL * 1000};
	cleanup_free char *script = NULL;

	ck_assert_int_eq(hx_runtime_parse("/bin/sh,name=x;y $z", &rt, NULL), 0);
	ck_assert_int_eq(hx_case_describe(&s, &rt, &entry, "\"x'; echo pwned; echo '\"", &r), 0);
	ck_assert_str_eq(r.repeat, "printf --runtime='/bin/sh,name=x;y $z' --target=1.2 --keep "
				   "'a/b[x'\\''; echo pwned; echo '\\'']'");
	script = str_format("set -- %s; printf '%%s|' \"$@\"", r.repeat);
	c = call(script, LATER_MS, NULL);
	ck_assert_str_eq(c.out, "printf|--runtime=/bin/sh,name=x;y $z|--target=1.2|--keep|"
				"a/b[x'; echo pwned; echo ']|");
	rep_result_done(&r);
	s.timeout_ms = 60000;
	ck_assert_int_eq(hx_case_describe(&s, &rt, &entry, NULL, &r), 0);
	ck_assert_str_eq(r.repeat, "printf --runtime='/bin/sh,name=x;y $z' --target=1.2 "
				   "--timeout=60 --keep a/b");
}
END_TEST

/* A background process that keeps the output open does not hold the call up. */
START_TEST(a_call_does_not_wait_for_those_who_inherit_its_output)
{
	int64_t begin = proc_now_ms();
	CLEANUP(hx_call_done) struct hx_call c = call("sleep 5 & echo done", LATER_MS, NULL);

	ck_assert_int_eq(c.exit, 0);
	ck_assert_str_eq(c.out, "done\n");
	ck_assert_int_lt(proc_now_ms() - begin, 4000);
}
END_TEST

START_TEST(the_callers_state_is_set)
{
	static const char *const caller[] = {"umask:0027", "env:CONFORM_X=y", "cwd:/proc",
					     "ignore-signals", NULL};
	CLEANUP(hx_call_done)
	struct hx_call c =
		call("umask; echo $CONFORM_X; pwd; echo ${HOME-unset}", LATER_MS, caller);
	CLEANUP(hx_call_done)
	struct hx_call clean = call("echo ${CONFORM_X-unset}", LATER_MS, NULL);

	ck_assert_str_eq(c.out, "0027\ny\n/proc\nunset\n");
	ck_assert_str_eq(clean.out, "unset\n");
	ck_assert(hx_caller_known("nice:5"));
	ck_assert(!hx_caller_known("nice"));
	ck_assert(!hx_caller_known("nonsense"));
}
END_TEST

static const struct {
	const char *option;
	int want;
} options[] = {
	{"/bin/sh", 0},
	{"sh", 0},
	{"/bin/sh,name=x,arg=--a,arg=b,hide-unified", 0},
	{"/nonexistent", -ENOENT},
	{"no-such-program-anywhere", -ENOENT},
	{"/tmp", -EACCES},
	{"/etc/passwd", -EACCES},
	{"/bin/sh,name=", -EINVAL},
	{"/bin/sh,nonsense", -EINVAL},
	{"", -EINVAL},
	{",name=x", -EINVAL},
};

START_TEST(runtimes_are_named)
{
	struct hx_runtime rt = {.name = NULL};
	struct err e = {0};
	int r = hx_runtime_parse(options[_i].option, &rt, &e);

	/* root may execute what has no such bit: then nothing is refused but by its kind */
	ck_assert_msg(r == options[_i].want, "'%s': %d, %s", options[_i].option, r, e.msg);
	if (r < 0)
		ck_assert_str_ne(e.msg, "");
	hx_runtime_done(&rt);
}
END_TEST

START_TEST(a_runtime_is_guessed)
{
	cleanup_free char *path = realpath("/bin/sh", NULL);
	static const char *const slips[] = {"refrnu", "xrefrun", "elsewhere/refrun"};
	const char *dir = guard_dir();
	cleanup_free char *program = str_format("%s/refrun", dir);
	struct hx_runtime rt = {.name = NULL};
	struct err e = {0};

	ck_assert_ptr_nonnull(path);
	/* by its name alone, where it lies elsewhere */
	ck_assert_int_eq(hx_runtime_parse("/nowhere/sh", &rt, &e), -ENOENT);
	ck_assert_msg(strstr(e.msg, "(did you mean '") && strstr(e.msg, path), "%s", e.msg);
	ck_assert_int_eq(symlink(path, program), 0);
	for (size_t i = 0; i < sizeof(slips) / sizeof(*slips); i++) {
		cleanup_free char *word = str_format("%s/%s", dir, slips[i]);

		ck_assert_int_eq(hx_runtime_parse(word, &rt, &e), -ENOENT);
		ck_assert_msg(!strstr(e.msg, program) == (i == 2), "%s", e.msg);
	}
	ck_assert_int_eq(hx_runtime_parse("/nowhere/quite-another", &rt, &e), -ENOENT);
	ck_assert_msg(!strstr(e.msg, "did you mean"), "%s", e.msg);
}
END_TEST

/* As execvp(3) reads $PATH: an empty directory is the current one, wherever it stands. */
START_TEST(an_empty_directory_is_the_current_one)
{
	static const char *const paths[] = {"/nowhere:", ":/nowhere", "/nowhere::/nowhere", ""};
	cleanup_free char *shell = realpath("/bin/sh", NULL);
	cleanup_free char *program = str_format("%s/found-here", guard_dir());
	struct hx_runtime none = {.name = NULL};
	struct err e = {0};

	ck_assert_ptr_nonnull(shell);
	ck_assert_int_eq(symlink(shell, program), 0);
	ck_assert_int_eq(chdir(guard_dir()), 0);
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		struct hx_runtime rt = {.name = NULL};

		ck_assert_int_eq(setenv("PATH", paths[i], 1), 0);
		ck_assert_msg(hx_runtime_parse("found-here", &rt, &e) == 0, "%s", e.msg);
		ck_assert_str_eq(rt.path, shell);
		hx_runtime_done(&rt);
	}
	ck_assert_int_eq(setenv("PATH", "/nowhere", 1), 0);
	ck_assert_int_eq(hx_runtime_parse("found-here", &none, &e), -ENOENT);
}
END_TEST

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

static const struct {
	struct needs n;
	int want;
} needs[] = {
	{{.cpus = "1023"}, 0},
	{{.cpus = "x"}, -EINVAL},
	{{.arch = "z80"}, 0},
	{{.controllers = "nonsense"}, 0},
	{{.namespaces = "pid,network"}, 1},
	{{.namespaces = "nonsense"}, -EINVAL},
	{{.path = "/proc/self"}, 1},
	{{.path = "/nonexistent"}, 0},
	{{.path = "/proc/self,/proc/self/exe"}, 1},
	{{.path = "/proc/self,/nonexistent"}, 0},
	{{.command = "sh"}, 1},
	{{.command = "sh,no-such-command"}, 0},
	{{.fs = "proc"}, 1},
	{{.fs = "nonsensefs"}, 0},
	{{.caps = "CAP_NONSENSE"}, 0},
	{{.seccomp = "nonsense"}, 0},
	{{.feature = "/linux"}, 0},
	{{.hugepages = 1u << 30}, 0},
	{{.rlimits = "RLIMIT_NOFILE:1,RLIMIT_CORE:0"}, 1},
	{{.rlimits = "RLIMIT_NONSENSE:1"}, -EINVAL},
	{{.rlimits = "RLIMIT_NOFILE"}, -EINVAL},
	/* what is no flag of the kernel's is not asked about */
	{{.mount_options = "ro,bind,rslave,no-such-option"}, 1},
	{{.mempolicy = "MPOL_NONE"}, 1},
};

START_TEST(needs_are_met_or_named)
{
	CLEANUP(hx_host_done) struct hx_host h = {.root = false};
	char why[256];
	int r;

	ck_assert_int_eq(hx_host_look(&h, NULL), 0);
	r = hx_needs_met(&needs[_i].n, &h, NULL, true, why, sizeof(why));
	ck_assert_msg(r == needs[_i].want, "row %d: %d, %s", _i, r, why);
	ck_assert_msg((r == 1) == (why[0] == '\0'), "row %d: '%s'", _i, why);
}
END_TEST

/* Swap space is there or is not: one of the two needs fails, whatever the host, and with a little
 * of it both do. */
START_TEST(needs_of_swap_space_exclude_each_other)
{
	CLEANUP(hx_host_done) struct hx_host h = {.root = false};
	const struct needs some = {.swap_space = true}, none = {.no_swap_space = true};
	char why[256];

	ck_assert_int_eq(hx_host_look(&h, NULL), 0);
	ck_assert_int_le(hx_needs_met(&some, &h, NULL, true, why, sizeof(why)) +
				 hx_needs_met(&none, &h, NULL, true, why, sizeof(why)),
			 1);
}
END_TEST

/* What has no place for a cgroup takes no case that is about one. /proc/sys nobody can write. */
START_TEST(cgroups_that_cannot_be_made_are_not_asked_for)
{
	struct hx_host h = {.cgroups = {.items = {{.mount = (char *)"/proc/sys",
						   .controllers = (char *)"memory"}},
					.count = 1}};
	const struct needs n = {.controllers = "memory"}, other = {.cgroup = "v1"};
	char why[256], obstacle[OBSTACLE_MAX];

	ck_assert_int_eq(hx_needs_met(&n, &h, NULL, true, why, sizeof(why)), 0);
	ck_assert_msg(strstr(why, "/proc/sys"), "%s", why);
	ck_assert_int_eq(hx_needs_met(&other, &h, NULL, true, why, sizeof(why)), 0);
	ck_assert_ptr_nonnull(hx_cgroups_obstacle(&h.cgroups, obstacle));
	/* one of several is enough */
	h.cgroups.items[h.cgroups.count++] =
		(struct hx_hierarchy){.mount = (char *)"/tmp", .controllers = (char *)"pids"};
	ck_assert_ptr_null(hx_cgroups_obstacle(&h.cgroups, obstacle));
	ck_assert_int_eq(hx_needs_met(&n, &h, NULL, true, why, sizeof(why)), 1);
	h.cgroups.count = 0;
	ck_assert_str_eq(hx_cgroups_obstacle(&h.cgroups, obstacle),
			 "no cgroup hierarchy is mounted");
}
END_TEST

/* Whoever cleans up after a run finds its cgroups by their names, those of a look at the host, too.
 */
START_TEST(a_cgroup_that_is_made_to_look_into_has_the_runs_name)
{
	cleanup_free char *dir = str_format("%s/hierarchy", guard_dir());
	struct hx_host h = {
		.cgroups = {.items = {{.mount = dir, .controllers = (char *)"pids"}}, .count = 1},
		.run = "conform-7-letters"};
	cleanup_fd int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	const struct needs n = {.knob = "pids/pids.max"};
	union {
		struct inotify_event event;
		char bytes[4096];
	} seen;
	char why[256];

	ck_assert_int_eq(mkdir(dir, 0755), 0);
	ck_assert_int_ge(inotify_add_watch(watch, dir, IN_CREATE), 0);
	ck_assert_int_eq(hx_needs_met(&n, &h, NULL, true, why, sizeof(why)), 0);
	ck_assert_int_gt(read(watch, &seen, sizeof(seen)), 0);
	ck_assert_msg(str_starts(seen.event.name, "conform-7-letters-"), "%s", seen.event.name);
	/* and it is gone */
	ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

static int met(struct needs n)
{
	CLEANUP(hx_host_done) struct hx_host h = {.root = false};
	char why[256];
	int r = hx_needs_met(&n, &h, NULL, true, why, sizeof(why));

	ck_assert_msg((r == 1) == (why[0] == '\0'), "'%s'", why);
	return r;
}

/* config.md#linux-mount-options: the recursive options need Linux 5.12, one of them 5.14. */
START_TEST(an_older_kernel_has_no_recursive_options)
{
	static const char *const words[] = {"rro", "rsuid", "rnosymfollow", "rsymfollow"};

	sandbox_deny(SYS_mount_setattr, EPERM);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		ck_assert_int_eq(met((struct needs){.mount_options = words[i]}), 1);
	sandbox_deny(SYS_mount_setattr, EINVAL);
	ck_assert_int_eq(met((struct needs){.mount_setattr = true}), 1);
	ck_assert_int_eq(met((struct needs){.mount_options = "rsymfollow"}), 0);
	sandbox_deny(SYS_mount_setattr, ENOSYS);
	ck_assert_int_eq(met((struct needs){.mount_setattr = true}), 0);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		ck_assert_int_eq(met((struct needs){.mount_options = words[i]}), 0);
	ck_assert_int_eq(met((struct needs){.mount_options = "ro,rslave"}), 1);
}
END_TEST

/* The child that tries changes nothing of the harness's own: not its policy, not its mounts. */
START_TEST(what_came_late_is_tried)
{
	int before = -1, after = -1;

	(void)syscall(SYS_get_mempolicy, &before, NULL, 0, NULL, 0);
	if (met((struct needs){.mempolicy = "MPOL_BIND"}) == 1) {
		(void)syscall(SYS_get_mempolicy, &after, NULL, 0, NULL, 0);
		ck_assert_int_eq(after, before);
	}
	sandbox_deny(SYS_set_mempolicy, EINVAL);
	ck_assert_int_eq(met((struct needs){.mempolicy = "MPOL_PREFERRED_MANY"}), 0);
	ck_assert_int_eq(met((struct needs){.mempolicy = "MPOL_F_NUMA_BALANCING"}), 0);
	(void)met((struct needs){.mount_options = "nosymfollow"});
	ck_assert_int_eq(access("/proc/self/stat", F_OK), 0);
	sandbox_deny(SYS_statfs, EINVAL);
	ck_assert_int_eq(met((struct needs){.mount_options = "nosymfollow"}), 0);
	ck_assert_int_eq(met((struct needs){.mount_options = "ro,symfollow"}), 0);
}
END_TEST

/* Who may run on no more than the first processor, of however many, cannot ask for the second. */
START_TEST(processors_are_those_that_the_harness_has)
{
	cpu_set_t all, one;
	size_t first = 0;

	ck_assert_int_eq(sched_getaffinity(0, sizeof(all), &all), 0);
	while (!CPU_ISSET(first, &all))
		first++;
	CPU_ZERO(&one);
	CPU_SET(first, &one);
	ck_assert_int_eq(sched_setaffinity(0, sizeof(one), &one), 0);
	ck_assert_int_eq(met((struct needs){.cpus = "0"}), first == 0);
	ck_assert_int_eq(met((struct needs){.cpus = "0,1"}), 0);
}
END_TEST

START_TEST(a_loop_ends_at_its_deadline)
{
	struct hx_loop l = {.count = 0};
	int64_t begin = proc_now_ms();
	int none = FD_NONE;

	ck_assert_int_eq(hx_loop_wait(&l, &none, 1, begin + SOON_MS), -ETIMEDOUT);
	ck_assert_int_ge(proc_now_ms(), begin + SOON_MS - 1);
	/* one that has passed asks once and does not wait */
	ck_assert_int_eq(hx_loop_wait(&l, &none, 1, 0), -ETIMEDOUT);
}
END_TEST

static bool always_ready(void *arg, int fd)
{
	unsigned int *asked = arg;

	(void)fd;
	(*asked)++;
	return true;
}

/* Whoever has always something for a service would otherwise hold the case up for ever. */
START_TEST(a_service_that_is_always_ready_keeps_no_deadline_away)
{
	cleanup_fd int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	struct hx_loop l = {.count = 0};
	int64_t begin = proc_now_ms();
	unsigned int asked = 0;
	int none = FD_NONE;

	ck_assert_int_eq(hx_loop_add(&l, zero, always_ready, &asked), 0);
	ck_assert_int_eq(hx_loop_wait(&l, &none, 1, begin + SOON_MS), -ETIMEDOUT);
	ck_assert_int_ge(proc_now_ms(), begin + SOON_MS);
	ck_assert_int_lt(proc_now_ms(), begin + LATER_MS);
	asked = 0;
	ck_assert_int_eq(hx_loop_wait(&l, &none, 1, 0), -ETIMEDOUT);
	ck_assert_uint_ge(asked, 1);
	ck_assert_uint_lt(asked, 1000);
}
END_TEST

static bool read_one(void *arg, int fd)
{
	unsigned int *left = arg;
	char c;

	ck_assert_int_eq(read(fd, &c, 1), 1);
	return --*left > 0;
}

/* A fact that is looked at now has all that has come by now. */
START_TEST(what_has_arrived_is_taken_in_behind_the_deadline)
{
	struct hx_loop l = {.count = 0};
	unsigned int left = 20;
	int ends[2];

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	ck_assert_int_eq(write(ends[1], "12345678901234567890", left), left);
	ck_assert_int_eq(hx_loop_add(&l, ends[0], read_one, &left), 0);
	ck_assert_int_eq(hx_loop_wait(&l, NULL, 0, 0), -ETIMEDOUT);
	ck_assert_uint_eq(left, 0);
	fd_close(&ends[0]);
	fd_close(&ends[1]);
}
END_TEST

/* So would a container that writes on and on where its report should come. */
START_TEST(a_report_is_not_waited_for_behind_the_deadline)
{
	cleanup_fd int dir = open(guard_dir(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* in the place of what tells that something was written */
	cleanup_fd int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	struct case_ctx c = {.dir_fd = dir,
			     .inotify_fd = zero,
			     .pidfd = FD_NONE,
			     .timeout_ms = SOON_MS,
			     .nonce = "0123"};
	int64_t begin = proc_now_ms();

	ck_assert_int_eq(hx_case_wait_report(&c), -ETIMEDOUT);
	ck_assert_int_ge(proc_now_ms(), begin + SOON_MS);
}
END_TEST

/* Not a terminal, but something that can be read for ever. */
START_TEST(a_console_that_never_ends_is_left_at_the_deadline)
{
	cleanup_free char *path = str_format("%s/console", guard_dir());
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	cleanup_fd int zero = open("/dev/zero", O_RDWR | O_CLOEXEC);
	cleanup_fd int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CLEANUP(json_freep) struct json *fact = NULL;
	struct hx_loop l = {.count = 0};
	struct hx_console c;
	int none = FD_NONE;

	ck_assert_int_eq(hx_console_start(&c, path, &l, NULL), 0);
	(void)snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	ck_assert_int_eq(connect(s, (const struct sockaddr *)&a, sizeof(a)), 0);
	ck_assert_int_eq(fd_send(s, "zero", 4, &zero, 1), 0);
	ck_assert_int_eq(hx_loop_wait(&l, &none, 1, proc_now_ms() + SOON_MS), -ETIMEDOUT);
	hx_console_drain(&c);
	fact = hx_console_fact(&c);
	ck_assert_str_eq(json_string(json_member(fact, "name")), "zero");
	hx_console_done(&c);
}
END_TEST

/* Two services are ready at once; the first ends the second, whose number a third one gets. */
struct takeover {
	struct hx_loop *loop;
	int victim;
	int successor[2];
	unsigned int asked; /* of the third */
};

static bool successor_ready(void *arg, int fd)
{
	struct takeover *t = arg;

	(void)fd;
	t->asked++;
	return false;
}

static bool takes_over(void *arg, int fd)
{
	struct takeover *t = arg;

	(void)fd;
	hx_loop_remove(t->loop, t->victim);
	ck_assert_int_eq(dup2(t->successor[0], t->victim), t->victim);
	ck_assert_int_eq(hx_loop_add(t->loop, t->victim, successor_ready, t), 0);
	return false;
}

START_TEST(an_event_is_not_handed_to_a_successor)
{
	struct hx_loop l = {.count = 0};
	struct takeover t = {.loop = &l};
	int first[2], second[2], none = FD_NONE;

	ck_assert_int_eq(pipe2(first, O_CLOEXEC), 0);
	ck_assert_int_eq(pipe2(second, O_CLOEXEC), 0);
	ck_assert_int_eq(pipe2(t.successor, O_CLOEXEC), 0);
	ck_assert_int_eq(write(first[1], "x", 1), 1);
	ck_assert_int_eq(write(second[1], "x", 1), 1);
	t.victim = second[0];
	ck_assert_int_eq(hx_loop_add(&l, first[0], takes_over, &t), 0);
	ck_assert_int_eq(hx_loop_add(&l, second[0], successor_ready, &t), 0);
	ck_assert_int_eq(hx_loop_wait(&l, &none, 1, proc_now_ms() + SOON_MS), -ETIMEDOUT);
	ck_assert_uint_eq(t.asked, 0);
	/* its own events it does get */
	ck_assert_int_eq(write(t.successor[1], "x", 1), 1);
	ck_assert_int_eq(hx_loop_wait(&l, &none, 1, proc_now_ms() + SOON_MS), -ETIMEDOUT);
	ck_assert_uint_eq(t.asked, 1);
	for (int i = 0; i < 2; i++) {
		fd_close(&first[i]);
		fd_close(&second[i]);
		fd_close(&t.successor[i]);
	}
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
	tcase_add_test(t, a_call_tells_how_it_ended);
	tcase_add_test(t, a_call_tells_how_much_it_printed);
	tcase_add_test(t, a_call_that_hangs_is_killed_with_its_children);
	tcase_add_test(t, a_call_does_not_wait_for_those_who_inherit_its_output);
	tcase_add_test(t, a_call_that_floods_is_killed);
	tcase_add_test(t, a_call_that_prints_much_is_cut);
	tcase_add_test(t, the_repeat_command_is_words_for_a_shell);
	tcase_add_test(t, the_callers_state_is_set);
	tcase_add_loop_test(t, runtimes_are_named, 0, sizeof(options) / sizeof(options[0]));
	tcase_add_test(t, a_runtime_is_guessed);
	tcase_add_test(t, an_empty_directory_is_the_current_one);
	tcase_add_test(t, results_survive_the_wire);
	tcase_add_loop_test(t, the_features_document_has_a_shape, 0,
			    sizeof(shapes) / sizeof(shapes[0]));
	tcase_add_test(t, descendants_are_found_and_killed);
	tcase_add_test(t, snapshots_differ_in_words);
	tcase_add_test(t, facts_of_a_process_are_read);
	tcase_add_test(t, the_vocabulary_of_outside_facts);
	tcase_add_loop_test(t, needs_are_met_or_named, 0, sizeof(needs) / sizeof(needs[0]));
	tcase_add_test(t, needs_of_swap_space_exclude_each_other);
	tcase_add_test(t, cgroups_that_cannot_be_made_are_not_asked_for);
	tcase_add_test(t, a_cgroup_that_is_made_to_look_into_has_the_runs_name);
	tcase_add_test(t, an_older_kernel_has_no_recursive_options);
	tcase_add_test(t, what_came_late_is_tried);
	tcase_add_test(t, processors_are_those_that_the_harness_has);
	tcase_add_test(t, a_loop_ends_at_its_deadline);
	tcase_add_test(t, a_service_that_is_always_ready_keeps_no_deadline_away);
	tcase_add_test(t, what_has_arrived_is_taken_in_behind_the_deadline);
	tcase_add_test(t, a_report_is_not_waited_for_behind_the_deadline);
	tcase_add_test(t, a_console_that_never_ends_is_left_at_the_deadline);
	tcase_add_test(t, an_event_is_not_handed_to_a_successor);
	tcase_add_test(t, what_is_owned_is_put_back_once);
	suite_add_tcase(s, t);
	return suite_run(s);
}
