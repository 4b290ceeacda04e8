/* SPDX-License-Identifier: Apache-2.0 */
/* How a runtime is found, and called. */
#include "caller.h"
#include "case.h"
#include "loop.h"
#include "runtime.h"
#include "services.h"

#include "cleanup.h"
#include "guard.h"
#include "proc.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
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

int main(void)
{
	Suite *s = suite_create("call");
	TCase *t = tcase_create("call");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, a_call_tells_how_it_ended);
	tcase_add_test(t, a_call_tells_how_much_it_printed);
	tcase_add_test(t, a_call_that_hangs_is_killed_with_its_children);
	tcase_add_test(t, a_call_that_floods_is_killed);
	tcase_add_test(t, a_call_that_prints_much_is_cut);
	tcase_add_test(t, the_repeat_command_is_words_for_a_shell);
	tcase_add_test(t, a_call_does_not_wait_for_those_who_inherit_its_output);
	tcase_add_test(t, the_callers_state_is_set);
	tcase_add_loop_test(t, runtimes_are_named, 0, sizeof(options) / sizeof(options[0]));
	tcase_add_test(t, a_runtime_is_guessed);
	tcase_add_test(t, an_empty_directory_is_the_current_one);
	suite_add_tcase(s, t);
	return suite_run(s);
}
