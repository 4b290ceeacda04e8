/* SPDX-License-Identifier: Apache-2.0 */
/* How children end, and are seen to end: deadlines, process groups, what is left of their output.
 */
#include "proc_fixture.h"
#include "proc_priv.h"
#include "suite.h"

#include <sched.h>

#define SHORT_MS 200

START_TEST(own_process_group)
{
	struct proc_spawn s = shell(SH("read x"));
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	int ends[2];

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	s.in_fd = ends[0];
	ck_assert_int_eq(proc_spawn(&s, &p, NULL), 0);
	ck_assert_int_eq(getpgid(p.pid), p.pid);
	ck_assert_int_ne(getpgid(0), p.pid);
	ck_assert_int_eq(fcntl(p.pidfd, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + 50), -ETIMEDOUT);
	ck_assert_int_eq(proc_wait(&p, 0), -ETIMEDOUT);
	fd_close(&ends[1]);
	ck_assert_int_eq(proc_wait(&p, -1), 0);
	ck_assert_int_eq(proc_exit_code(&p), 1);
	ck_assert_int_eq(proc_wait(&p, -1), 0);
	proc_kill(&p);
	ck_assert_int_eq(proc_exit_code(&p), 1);
	fd_close(&ends[0]);
}
END_TEST

START_TEST(waiting_for_nobody_is_an_error)
{
	struct proc p = PROC_INIT;

	ck_assert_int_eq(proc_wait(&p, -1), -ECHILD);
	proc_kill(&p);
	proc_done(&p);
}
END_TEST

/* Whether @pid runs; a zombie that nobody has reaped yet does not. */
static bool is_running(pid_t pid)
{
	uint64_t start;

	return proc_start_time(pid, &start) == 0;
}

static bool is_gone_within(pid_t pid, int64_t ms)
{
	int64_t deadline = proc_now_ms() + ms;
	cleanup_fd int fd = proc_pidfd_open(pid);
	struct pollfd pfd = {.fd = fd, .events = POLLIN};

	if (fd == -ESRCH)
		return true;
	ck_assert_int_ge(fd, 0);
	return poll(&pfd, 1, (int)(deadline - proc_now_ms())) == 1;
}

static pid_t read_pid(int fd)
{
	char buf[32] = {0};
	uint64_t pid;
	size_t n = 0;

	while (n < sizeof(buf) - 1 && read(fd, buf + n, 1) == 1 && buf[n] != '\n')
		n++;
	buf[n] = '\0';
	ck_assert_int_eq(str_to_u64(buf, INT32_MAX, &pid), 0);
	return (pid_t)pid;
}

START_TEST(the_deadline_kills_the_group)
{
	struct proc_spawn s = shell(
		SH("sleep 1000 & echo $! >&5; echo first >&2; echo last words >&2; sleep 1000"));
	cleanup_free char *out = NULL, *err = NULL, *message = NULL;
	struct err e = {0};
	int64_t before;
	int ends[2], wait_ms = SHORT_MS;

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	s.fds = &(struct proc_fd){ends[1], 5};
	s.nfds = 1;
	/* on a busy machine it may not have come to speak by then */
	for (;; wait_ms *= 2) {
		before = proc_now_ms();
		ck_assert_int_eq(proc_run(&s, wait_ms, OUT_MAX, &out, &err, &e), -ETIMEDOUT);
		ck_assert_int_ge(proc_now_ms() - before, wait_ms);
		ck_assert_ptr_null(out);
		ck_assert_ptr_null(err);
		if (strstr(e.msg, "last words") || wait_ms > LONG_MS)
			break;
	}
	message = str_format("'/bin/sh' did not end within %d ms and was killed; it last said: "
			     "last words",
			     wait_ms);
	ck_assert_str_eq(e.msg, message);
	ck_assert(is_gone_within(read_pid(ends[0]), LONG_MS));
	fd_close(&ends[0]);
	fd_close(&ends[1]);
}
END_TEST

START_TEST(a_flood_keeps_no_deadline_away)
{
	struct proc_spawn s = shell(SH("exec yes"));
	cleanup_free char *out = NULL;

	ck_assert_int_eq(proc_run(&s, SHORT_MS, 1000, &out, NULL, NULL), -ETIMEDOUT);
}
END_TEST

START_TEST(output_beyond_the_limit_is_dropped)
{
	struct proc_spawn s = shell(SH("head -c 1000000 /dev/zero | tr '\\0' x; echo end >&2"));
	cleanup_free char *out = NULL, *err = NULL;

	ck_assert_int_eq(proc_run(&s, LONG_MS, 100, &out, &err, NULL), 0);
	ck_assert_uint_eq(strlen(out), 100);
	ck_assert_uint_eq(strspn(out, "x"), 100);
	ck_assert_str_eq(err, "end\n");
}
END_TEST

START_TEST(big_output_arrives_whole)
{
	struct proc_spawn s = shell(SH("head -c 1000000 /dev/zero | tr '\\0' x"));
	cleanup_free char *out = NULL;

	ck_assert_int_eq(proc_run(&s, LONG_MS, 1 << 20, &out, NULL, NULL), 0);
	ck_assert_uint_eq(strlen(out), 1000000);
}
END_TEST

/* A grandchild that holds the pipe open, and one that even writes on: the child's end is the end.
 */
START_TEST(a_grandchild_does_not_hold_us)
{
	static const char *const scripts[] = {"sleep 1000 & echo $! >&5; echo out",
					      "yes & echo $! >&5; echo out"};

	for (size_t i = 0; i < 2; i++) {
		struct proc_spawn s = shell(SH(scripts[i]));
		cleanup_free char *out = NULL;
		int ends[2];
		pid_t pid;

		ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
		s.fds = &(struct proc_fd){ends[1], 5};
		s.nfds = 1;
		ck_assert_int_eq(proc_run(&s, LONG_MS, OUT_MAX, &out, NULL, NULL), 0);
		/* the flood may have filled all that we keep before the child came to speak */
		ck_assert(strstr(out, "out\n") || out[0] == 'y');
		pid = read_pid(ends[0]);
		/* an ordinary end leaves the group alone: what a program started is its own affair
		 */
		if (i == 0)
			ck_assert(is_running(pid));
		(void)kill(pid, SIGKILL);
		fd_close(&ends[0]);
		fd_close(&ends[1]);
	}
}
END_TEST

/* What a middleman is told: whether its child outlives it, and where to report the pid. */
struct middleman {
	bool outlive;
	int report;
};

static int be_middleman(void *arg)
{
	const struct middleman *m = arg;
	struct proc_spawn s = shell(SH("exec sleep 1000"));
	struct proc p = PROC_INIT;

	s.outlive = m->outlive;
	if (proc_spawn(&s, &p, NULL) < 0)
		return 2;
	(void)dprintf(m->report, "%d\n", p.pid);
	return 0;
}

START_TEST(children_die_with_their_parent)
{
	for (int outlive = 0; outlive < 2; outlive++) {
		struct middleman m = {.outlive = outlive};
		struct proc_spawn s = PROC_SPAWN_INIT;
		int ends[2];
		pid_t pid;

		ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
		m.report = 5;
		s.run = be_middleman;
		s.run_arg = &m;
		s.fds = &(struct proc_fd){ends[1], 5};
		s.nfds = 1;
		ck_assert_int_eq(proc_run(&s, LONG_MS, 0, NULL, NULL, NULL), 0);
		pid = read_pid(ends[0]);
		if (outlive) {
			ck_assert(!is_gone_within(pid, SHORT_MS));
			(void)kill(pid, SIGKILL);
		} else {
			ck_assert(is_gone_within(pid, LONG_MS));
		}
		fd_close(&ends[0]);
		fd_close(&ends[1]);
	}
}
END_TEST

static int leave_group(void *arg)
{
	if (setpgid(0, *(pid_t *)arg) < 0)
		return 1;
	(void)raise(SIGSTOP);
	return 0;
}

/* There the parent has no number, and lives all the same. */
/* In a process of its own, which ends without exit handlers: that of LeakSanitizer wants a child
 * more, which a pid namespace whose first process has ended does not give. */
START_TEST(a_child_in_another_pid_namespace)
{
	struct proc_spawn s = shell(SH("echo $$"));
	int status;
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		cleanup_free char *out = NULL, *err = NULL;

		if (unshare(CLONE_NEWPID) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWPID) < 0)
			_exit(0);
		if (proc_run(&s, LONG_MS, OUT_MAX, &out, &err, NULL) != 0)
			_exit(1);
		_exit(strcmp(out, "1\n") != 0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(done_kills)
{
	struct proc_spawn s = shell(SH("sleep 1000"));
	struct proc p = PROC_INIT;
	pid_t pid;

	ck_assert_int_eq(proc_spawn(&s, &p, NULL), 0);
	pid = p.pid;
	errno = EAGAIN;
	proc_done(&p);
	ck_assert_int_eq(errno, EAGAIN);
	ck_assert_int_eq(p.pidfd, FD_NONE);
	ck_assert_int_eq(waitpid(pid, NULL, WNOHANG), -1);
	proc_done(&p);
	/* a stopped one as well, and one that has left its group */
	s.argv = SH("kill -STOP $$");
	ck_assert_int_eq(proc_spawn(&s, &p, NULL), 0);
	ck_assert_int_eq(waitpid(p.pid, NULL, WUNTRACED), p.pid);
	proc_done(&p);
	s.run = leave_group;
	s.run_arg = &(pid_t){getpgid(0)};
	ck_assert_int_eq(proc_spawn(&s, &p, NULL), 0);
	ck_assert_int_eq(waitpid(p.pid, NULL, WUNTRACED), p.pid);
	ck_assert_int_eq(getpgid(p.pid), getpgid(0));
	proc_done(&p);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
}
END_TEST

START_TEST(waiting_survives_interruptions)
{
	struct itimerval every_ms = {{0, 1000}, {0, 1000}}, off = {0};
	struct sigaction sa = {.sa_handler = ignore_signal};
	struct proc_spawn s = shell(SH("sleep 0.3; echo done"));

	ck_assert_int_eq(sigaction(SIGALRM, &sa, NULL), 0);
	ck_assert_int_eq(setitimer(ITIMER_REAL, &every_ms, NULL), 0);
	assert_prints(&s, 0, "done\n", "");
	ck_assert_int_eq(setitimer(ITIMER_REAL, &off, NULL), 0);
}
END_TEST

START_TEST(clone_reports_a_pidfd)
{
	int pidfd = FD_NONE, status;
	pid_t pid = proc_clone(0, FD_NONE, &pidfd);

	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		_exit(9);
	ck_assert_int_ge(pidfd, 0);
	ck_assert_int_eq(fcntl(pidfd, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(WEXITSTATUS(status), 9);
	ck_assert_int_eq(proc_pidfd_signal(pidfd, 0), -ESRCH);
	fd_close(&pidfd);
	ck_assert_int_eq(proc_clone(~0ULL, FD_NONE, NULL), -EINVAL);
	ck_assert_int_lt(proc_clone(0, 0, NULL), 0); /* stdin is no cgroup */
}
END_TEST

START_TEST(start_time)
{
	struct proc_spawn s = shell(SH("true"));
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	uint64_t t1 = 0, t2 = 0, t3 = 0;
	siginfo_t info;

	ck_assert_int_eq(proc_start_time(getpid(), &t1), 0);
	ck_assert_uint_gt(t1, 0);
	/* a name that looks like the fields behind it */
	ck_assert_int_eq(prctl(PR_SET_NAME, "x) Z 1 2 3) R"), 0);
	ck_assert_int_eq(proc_start_time(getpid(), &t2), 0);
	ck_assert(t1 == t2);
	ck_assert_int_eq(proc_spawn(&s, &p, NULL), 0);
	ck_assert_int_eq(waitid(P_PID, (id_t)p.pid, &info, WEXITED | WNOWAIT), 0);
	ck_assert_int_eq(proc_start_time(p.pid, &t3), -EOWNERDEAD);
	ck_assert(t3 >= t1);
	ck_assert_int_eq(proc_wait(&p, -1), 0);
	ck_assert_int_eq(proc_start_time(p.pid, &t3), -ESRCH);
	ck_assert_int_eq(proc_start_time(-1, &t3), -ESRCH);
}
END_TEST

static const struct {
	const char *offsets;
	int r;
	int64_t ticks;
	bool between;
} shifts[] = {
	{"monotonic           0         0\nboottime            0         0\n", 0, 0, false},
	{"monotonic           7         8\nboottime       100000         0\n", 0, 10000000, false},
	{"boottime           -3  20000000\nmonotonic           0         0\n", 0, -298, false},
	{"boottime            0  25000000", 0, 2, true},
	{"monotonic           0         0\n", -EIO, 0, false},
	{"boottime 1", -EIO, 0, false},
	{"boottime 1 -1", -EIO, 0, false},
	{"boottime 1 1000000000", -EIO, 0, false},
	{"boottime x 1", -EIO, 0, false},
	{"a boottime 1 1", -EIO, 0, false},
	{"boottime 1\n1 1", -EIO, 0, false},
	{"boottime 1 1 1", -EIO, 0, false},
	{"boottime -1 -0", -EIO, 0, false},
	{"a boottime 1 1\nboottime 2 0", 0, 200, false},
	{"", -EIO, 0, false},
};

START_TEST(shifted_clocks)
{
	for (size_t i = 0; i < sizeof(shifts) / sizeof(*shifts); i++) {
		cleanup_free char *text = strdup(shifts[i].offsets);
		struct proc_shift s = {0};

		ck_assert_int_eq(proc_shift_parse(text, &s), shifts[i].r);
		ck_assert_int_eq(s.ticks, shifts[i].ticks);
		ck_assert(s.between == shifts[i].between);
	}
}
END_TEST

/* As the kernel counts, in nanoseconds without a sign: every start, seen through every shift. */
START_TEST(shifted_starts)
{
	static const int64_t starts[] = {0, 1, 9999999, 10000000, 1234567890123, 7000000000},
			     whole[] = {0, 1, -1, 100000, -100000},
			     part[] = {0, 1, 5000000, 9999999};

	ck_assert_int_eq(sysconf(_SC_CLK_TCK), 100);
	for (size_t i = 0; i < 6 * 5 * 4; i++) {
		int64_t start = starts[i % 6], ns = part[i / 30], off = whole[i / 6 % 5];
		cleanup_free char *text =
			str_format("boottime %lld %lld\n", (long long)off, (long long)ns);
		uint64_t seen = (uint64_t)(start + off * 1000000000 + ns) / 10000000,
			 real = (uint64_t)start / 10000000;
		struct proc_shift s;

		ck_assert_int_eq(proc_shift_parse(text, &s), 0);
		ck_assert_msg(proc_shift_is(&s, seen, real), "%zu", i);
		ck_assert_msg(!proc_shift_is(&s, seen + 5, real), "%zu", i);
		ck_assert_msg(!proc_shift_is(&s, seen, real + 5), "%zu", i);
		/* to the tick where that can be */
		if (ns == 0 && start + off * 1000000000 >= 0) {
			ck_assert_msg(!proc_shift_is(&s, seen + 1, real), "%zu", i);
			ck_assert_msg(!proc_shift_is(&s, seen, real + 1), "%zu", i);
		}
	}
}
END_TEST

static void add_tests(TCase *t)
{
	tcase_add_test(t, own_process_group);
	tcase_add_test(t, waiting_for_nobody_is_an_error);
	tcase_add_test(t, the_deadline_kills_the_group);
	tcase_add_test(t, a_flood_keeps_no_deadline_away);
	tcase_add_test(t, output_beyond_the_limit_is_dropped);
	tcase_add_test(t, big_output_arrives_whole);
	tcase_add_test(t, a_grandchild_does_not_hold_us);
	tcase_add_test(t, children_die_with_their_parent);
	tcase_add_test(t, a_child_in_another_pid_namespace);
	tcase_add_test(t, done_kills);
	tcase_add_test(t, waiting_survives_interruptions);
	tcase_add_test(t, clone_reports_a_pidfd);
	tcase_add_test(t, start_time);
	tcase_add_test(t, shifted_clocks);
	tcase_add_test(t, shifted_starts);
}

int main(void)
{
	Suite *s = suite_create("proc_end");
	TCase *t = tcase_create("proc_end");

	tcase_set_timeout(t, 60);
	add_tests(t);
	suite_add_tcase(s, t);
	return suite_run(s);
}
