/* SPDX-License-Identifier: Apache-2.0 */
/* What happens behind the report: the probe waits, traps, ignores, dies, also as the first process
 * of a pid namespace. */
#include "run.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <check.h>
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define TIMEOUT_MS 30000

#define TRY_CALL(e, call)                                                                          \
	do {                                                                                       \
		if ((call) < 0)                                                                    \
			return err_set(e, errno, #call ": %m");                                    \
	} while (0)

/* A probe that runs, and what it has said so far. */
struct live {
	struct proc p;
	int out; /* read end of its standard output */
	struct strbuf text;
};

static void live_start(struct live *l, const char *ending)
{
	cleanup_free char *ask = str_format("--ask=n\n%s", ending);
	char *argv[] = {(char[]){"probe"}, ask, NULL};
	struct proc_spawn s = PROC_SPAWN_INIT;
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	*l = (struct live){.p = PROC_INIT, .out = ends[0]};
	s.path = PROBE_PATH;
	s.argv = argv;
	s.out_fd = ends[1];
	ck_assert_int_eq(proc_spawn(&s, &l->p, NULL), 0);
	(void)close(ends[1]);
}

/* Reads on until @line has come. */
static void live_await(struct live *l, const char *line)
{
	while (!l->text.buf || !strstr(l->text.buf, line)) {
		struct pollfd pfd = {.fd = l->out, .events = POLLIN};
		char buf[4096];
		ssize_t n;

		ck_assert_msg(poll(&pfd, 1, TIMEOUT_MS) == 1, "'%s' did not come", line);
		n = read(l->out, buf, sizeof(buf));
		ck_assert_msg(n > 0, "ended before '%s'", line);
		strbuf_add(&l->text, buf, (size_t)n);
	}
}

static void live_end(struct live *l, int code)
{
	ck_assert_int_eq(proc_wait(&l->p, proc_now_ms() + TIMEOUT_MS), 0);
	ck_assert_int_eq(proc_exit_code(&l->p), code);
	proc_done(&l->p);
	(void)close(l->out);
	strbuf_done(&l->text);
}

START_TEST(wait_until_told)
{
	struct live l;

	live_start(&l, "wait");
	live_await(&l, "\nend n ");
	ck_assert_int_eq(proc_wait(&l.p, proc_now_ms() + 100), -ETIMEDOUT);
	ck_assert_int_eq(kill(l.p.pid, SIGTERM), 0);
	live_await(&l, "\nbye n\n");
	live_end(&l, 0);
	live_start(&l, "wait");
	live_await(&l, "\nend n ");
	ck_assert_int_eq(kill(l.p.pid, SIGUSR1), 0);
	live_end(&l, 128 + SIGUSR1);
}
END_TEST

START_TEST(trap_tells_the_signal)
{
	struct live l;

	live_start(&l, "trap:SIGUSR2");
	live_await(&l, "\nend n ");
	ck_assert_int_eq(kill(l.p.pid, SIGUSR2), 0);
	live_await(&l, "\ntrapped\t\"SIGUSR2\"\nbye n\n");
	live_end(&l, 0);
	live_start(&l, "trap:RTMIN+3");
	live_await(&l, "\nend n ");
	ck_assert_int_eq(kill(l.p.pid, SIGRTMIN + 3), 0);
	live_await(&l, "\ntrapped\t\"SIGRTMIN+3\"\nbye n\n");
	live_end(&l, 0);
}
END_TEST

START_TEST(ignore_goes_on)
{
	struct live l;

	live_start(&l, "ignore:HUP");
	live_await(&l, "\nend n ");
	ck_assert_int_eq(kill(l.p.pid, SIGHUP), 0);
	live_await(&l, "\ntrapped\t\"SIGHUP\"\n");
	ck_assert_int_eq(kill(l.p.pid, SIGHUP), 0);
	live_await(&l, "\ntrapped\t\"SIGHUP\"\ntrapped\t\"SIGHUP\"\n");
	ck_assert_int_eq(kill(l.p.pid, SIGTERM), 0);
	live_await(&l, "\nbye n\n");
	live_end(&l, 0);
	live_start(&l, "ignore:TERM");
	live_await(&l, "\nend n ");
	ck_assert_int_eq(kill(l.p.pid, SIGTERM), 0);
	live_await(&l, "\ntrapped\t\"SIGTERM\"\n");
	ck_assert_int_eq(proc_wait(&l.p, proc_now_ms() + 100), -ETIMEDOUT);
	ck_assert_int_eq(kill(l.p.pid, SIGKILL), 0);
	live_end(&l, 128 + SIGKILL);
}
END_TEST

START_TEST(exits)
{
	struct report r;

	report_take(&r, "exit:0", NULL);
	ck_assert_int_eq(r.exit, 0);
	report_done(&r);
	report_take(&r, "exit:255", NULL);
	ck_assert_int_eq(r.exit, 255);
	report_done(&r);
	report_take(&r, "dump", NULL);
	ck_assert(r.framed);
	ck_assert_int_eq(r.exit, 128 + SIGKILL);
	report_done(&r);
	report_take(&r, "trap:KILL", NULL);
	report_expect(&r, "trap:KILL", "{\"error\":\"malformed ending\"}");
	report_done(&r);
	report_take(&r, "exit:256", NULL);
	report_expect(&r, "exit:256", "{\"error\":\"malformed ending\"}");
	ck_assert_int_eq(r.exit, 2);
	report_done(&r);
}
END_TEST

/* The child becomes the probe, the parent ends as it does. */
static int first_of_pid_ns(void *arg, struct err *e)
{
	int status = 0;
	pid_t pid;

	(void)arg;
	TRY_CALL(e, unshare(CLONE_NEWPID));
	pid = fork();
	TRY_CALL(e, pid);
	if (pid == 0)
		return 0;
	(void)waitpid(pid, &status, 0);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

START_TEST(first_process)
{
	struct run how = {.setup = first_of_pid_ns};
	struct report r;

	report_take(&r, "process.pid\nprocess.ppid\ntry:value:getpid\ntry:exec:/bin/true\nexit:6",
		    &how);
	ck_assert(r.framed);
	ck_assert_int_eq(r.exit, 6);
	report_expect(&r, "process.pid", "1");
	report_expect(&r, "process.ppid", "0");
	report_expect(&r, "try:exec:/bin/true", "\"OK\"");
	ck_assert_str_ne(report_text(&r, "try:value:getpid"), "1");
	report_done(&r);
	/* its own SIGKILL does not reach it */
	report_take(&r, "dump", &how);
	ck_assert_int_eq(r.exit, 128 + SIGILL);
	report_done(&r);
	report_take(&r, "try:raise:KILL", &how);
	report_expect(&r, "try:raise:KILL", "\"OK\"");
	ck_assert_int_eq(r.exit, 0);
	report_done(&r);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("endings");
	TCase *t = tcase_create("endings");

	suite_add_tcase(s, t);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, wait_until_told);
	tcase_add_test(t, trap_tells_the_signal);
	tcase_add_test(t, ignore_goes_on);
	tcase_add_test(t, exits);
	tcase_add_test(t, first_process);
	return run_suite(s, true);
}
