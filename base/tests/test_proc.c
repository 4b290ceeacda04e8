/* SPDX-License-Identifier: Apache-2.0 */
#include "proc.h"

#include "cleanup.h"
#include "fd.h"
#include "sandbox.h"
#include "str.h"

#include <check.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define LONG_MS	 20000 /* never reached unless something is broken */
#define SHORT_MS 200
#define SH(...)	 ((char *[]){(char *)"sh", (char *)"-c", (char *)__VA_ARGS__, NULL})
#define OUT_MAX	 65536

static struct proc_spawn shell(char *const argv[])
{
	struct proc_spawn s = PROC_SPAWN_INIT;

	s.path = "/bin/sh";
	s.argv = argv;
	return s;
}

static void assert_prints(const struct proc_spawn *s, int code, const char *out, const char *err)
{
	cleanup_free char *got_out = NULL, *got_err = NULL;
	struct err e = {0};
	int r = proc_run(s, LONG_MS, OUT_MAX, &got_out, &got_err, &e);

	ck_assert_msg(r == code, "%d: %s", r, e.msg);
	ck_assert_str_eq(got_out, out);
	ck_assert_str_eq(got_err, err);
}

START_TEST(output_and_exit_code)
{
	struct proc_spawn s = shell(SH("echo out; echo err >&2; exit 7"));

	assert_prints(&s, 7, "out\n", "err\n");
	s.argv = SH("kill -TERM $$");
	assert_prints(&s, 128 + SIGTERM, "", "");
	s.argv = SH("exit 0");
	ck_assert_int_eq(proc_run(&s, LONG_MS, 0, NULL, NULL, NULL), 0);
}
END_TEST

START_TEST(path_is_searched)
{
	struct proc_spawn s = shell(SH("echo $0"));
	struct err e = {0};

	s.path = "sh";
	assert_prints(&s, 0, "sh\n", "");
	s.path = "no-such-program";
	ck_assert_int_eq(proc_run(&s, LONG_MS, 0, NULL, NULL, &e), -ENOENT);
	ck_assert_str_eq(e.msg, "find 'no-such-program' in $PATH: No such file or directory");
	ck_assert_int_eq(setenv("PATH", "/nowhere:/etc:/bin", 1), 0);
	s.path = "group"; /* in /etc, not executable */
	ck_assert_int_eq(proc_run(&s, LONG_MS, 0, NULL, NULL, &e), -EACCES);
	s.path = "";
	ck_assert_int_eq(proc_run(&s, LONG_MS, 0, NULL, NULL, &e), -ENOENT);
	ck_assert_int_eq(unsetenv("PATH"), 0);
	s.path = "sh";
	assert_prints(&s, 0, "sh\n", "");
}
END_TEST

START_TEST(a_failed_execve_comes_back)
{
	static const struct {
		const char *path;
		int num;
	} t[] = {{"/nonexistent", ENOENT}, {"/etc/passwd", EACCES}, {"/tmp", EACCES}};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct proc_spawn s = shell(SH("true"));
		CLEANUP(proc_done) struct proc p = PROC_INIT;
		struct err e = {0};

		s.path = t[i].path;
		ck_assert_int_eq(proc_spawn(&s, &p, &e), -t[i].num);
		ck_assert_int_eq(e.num, t[i].num);
		ck_assert_ptr_nonnull(strstr(e.msg, t[i].path));
		ck_assert_int_eq(p.pid, 0);
	}
	/* nobody was left behind, not even a zombie */
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
}
END_TEST

static int failing_setup(void *arg, struct err *e)
{
	return err_set(e, EDOM, "setup of %s", (const char *)arg);
}

static int silent_setup(void *arg, struct err *e)
{
	(void)arg;
	(void)e;
	return -ENOTTY;
}

static int writing_setup(void *arg, struct err *e)
{
	return fd_write_all(1, arg, strlen(arg)) < 0 ? err_set(e, EIO, "write") : 0;
}

START_TEST(setup_runs_in_the_child)
{
	struct proc_spawn s = shell(SH("echo exec"));
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct err e = {0};

	s.setup = writing_setup;
	s.setup_arg = (char *)"setup ";
	assert_prints(&s, 0, "setup exec\n", "");
	s.setup = failing_setup;
	s.setup_arg = (char *)"x";
	ck_assert_int_eq(proc_spawn(&s, &p, &e), -EDOM);
	ck_assert_str_eq(e.msg, "setup of x");
	s.setup = silent_setup;
	ck_assert_int_eq(proc_spawn(&s, &p, &e), -ENOTTY);
	ck_assert_ptr_nonnull(strstr(e.msg, strerror(ENOTTY)));
}
END_TEST

START_TEST(nothing_to_execute_is_an_error)
{
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct proc p = PROC_INIT;

	ck_assert_int_eq(proc_spawn(&s, &p, NULL), -EINVAL);
	s.path = "/bin/true";
	ck_assert_int_eq(proc_spawn(&s, &p, NULL), -EINVAL);
}
END_TEST

START_TEST(environment)
{
	struct proc_spawn s = shell(SH("echo \"$A-$B\""));
	char *const env[] = {(char *)"A=1", NULL};

	ck_assert_int_eq(setenv("B", "2", 1), 0);
	assert_prints(&s, 0, "-2\n", "");
	s.envp = env;
	assert_prints(&s, 0, "1-\n", "");
}
END_TEST

START_TEST(working_directory)
{
	cleanup_fd int dir = open("/usr", O_PATH | O_DIRECTORY | O_CLOEXEC);
	cleanup_fd int file = open("/etc/passwd", O_PATH | O_CLOEXEC);
	struct proc_spawn s = shell(SH("pwd -P"));
	struct err e = {0};

	s.cwd_fd = dir;
	assert_prints(&s, 0, "/usr\n", "");
	s.cwd_fd = file;
	ck_assert_int_eq(proc_run(&s, LONG_MS, 0, NULL, NULL, &e), -ENOTDIR);
}
END_TEST

START_TEST(stdio_is_null_unless_given)
{
	struct proc_spawn s =
		shell(SH("readlink /proc/$$/fd/0 /proc/$$/fd/2; read x; echo \"$?$x\""));
	cleanup_free char *out = NULL;
	int ends[2];

	ck_assert_int_eq(proc_run(&s, LONG_MS, OUT_MAX, &out, NULL, NULL), 0);
	ck_assert_str_eq(out, "/dev/null\n/dev/null\n1\n");
	free(take_ptr(&out));
	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	ck_assert_int_eq(fd_write_all(ends[1], "in\n", 3), 0);
	s.argv = SH("read x; echo \"got $x\"");
	s.in_fd = ends[0];
	assert_prints(&s, 0, "got in\n", "");
	fd_close(&ends[0]);
	fd_close(&ends[1]);
}
END_TEST

START_TEST(caught_output_keeps_what_is_not_asked_for)
{
	cleanup_free char *err = NULL;
	struct proc_spawn s = shell(SH("echo to-pipe; echo caught >&2"));
	char buf[16] = {0};
	int ends[2];

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	s.out_fd = ends[1];
	ck_assert_int_eq(proc_run(&s, LONG_MS, OUT_MAX, NULL, &err, NULL), 0);
	ck_assert_str_eq(err, "caught\n");
	ck_assert_int_eq(read(ends[0], buf, sizeof(buf) - 1), 8);
	ck_assert_str_eq(buf, "to-pipe\n");
	fd_close(&ends[0]);
	fd_close(&ends[1]);
}
END_TEST

/* Prints one byte of each descriptor of a list that ends with -1. */
static int print_bytes(void *arg)
{
	for (const int *fd = arg; *fd >= 0; fd++) {
		char c;

		if (read(*fd, &c, 1) == 1)
			(void)putchar(c);
		else
			(void)putchar('-');
	}
	return 0;
}

/* The list is a permutation that no plain sequence of dup2(2) gets right, and has numbers below and
 * above its sources. */
START_TEST(descriptors_may_swap)
{
	static const struct proc_fd map[] = {
		{101, 100}, {100, 101}, {102, 102}, {103, 3}, {103, 120}, {101, 103},
	};
	int order[] = {100, 101, 102, 3, 120, 103, -1};
	struct proc_spawn s = PROC_SPAWN_INIT;

	for (int i = 0; i < 4; i++) {
		int ends[2];
		char c = (char)('a' + i);

		ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
		ck_assert_int_eq(fd_write_all(ends[1], &c, 1), 0);
		fd_close(&ends[1]);
		ck_assert_int_eq(fcntl(ends[0], F_DUPFD_CLOEXEC, 100 + i), 100 + i);
		fd_close(&ends[0]);
	}
	s.run = print_bytes;
	s.run_arg = order;
	s.fds = map;
	s.nfds = sizeof(map) / sizeof(map[0]);
	/* the last two are second copies, at their end by then */
	assert_prints(&s, 0, "bacd--", "");
	/* the parent's own are as before */
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(fcntl(100 + i, F_GETFD), FD_CLOEXEC);
}
END_TEST

START_TEST(bad_descriptor_lists)
{
	struct proc_fd closed = {999, 5}, stdio = {0, 2}, many[100];
	struct proc_spawn s = shell(SH("true"));
	struct err e = {0};

	s.fds = &closed;
	s.nfds = 1;
	ck_assert_int_eq(proc_run(&s, LONG_MS, 0, NULL, NULL, &e), -EBADF);
	ck_assert_ptr_nonnull(strstr(e.msg, "999"));
	s.fds = &stdio;
	ck_assert_int_eq(proc_run(&s, LONG_MS, 0, NULL, NULL, &e), -EINVAL);
	for (int i = 0; i < 100; i++)
		many[i] = (struct proc_fd){0, 3 + i};
	s.fds = many;
	s.nfds = 100;
	ck_assert_int_eq(proc_run(&s, LONG_MS, 0, NULL, NULL, &e), -E2BIG);
}
END_TEST

/* Prints the numbers of its descriptors, without the one it reads the directory with. */
static int list_descriptors(void *arg)
{
	cleanup_dir DIR *d = opendir("/proc/self/fd");
	struct dirent *entry;

	(void)arg;
	if (!d)
		return 1;
	while ((entry = readdir(d))) {
		uint64_t fd;

		if (str_to_u64(entry->d_name, 10000, &fd) == 0 && (int)fd != dirfd(d))
			printf("%d ", (int)fd);
	}
	return 0;
}

static void leave_descriptors_open(void)
{
	/* not close-on-exec, as a careless library would do it */
	ck_assert_int_eq(fcntl(0, F_DUPFD, 4) >= 4, 1);
	ck_assert_int_eq(fcntl(0, F_DUPFD, 7) >= 7, 1);
	ck_assert_int_eq(fcntl(0, F_DUPFD, 500) >= 500, 1);
}

static void assert_no_descriptor_leaks(void)
{
	struct proc_fd map[] = {{0, 5}, {0, 9}};
	struct proc_spawn s = PROC_SPAWN_INIT;

	s.run = list_descriptors;
	s.fds = map;
	s.nfds = 2;
	assert_prints(&s, 0, "0 1 2 5 9 ", "");
	/* 3 is what the shell reads the directory with */
	s = shell(SH("cd /proc/$$/fd; echo *"));
	s.fds = map;
	s.nfds = 2;
	assert_prints(&s, 0, "0 1 2 3 5 9\n", "");
}

START_TEST(only_listed_descriptors_arrive)
{
	leave_descriptors_open();
	assert_no_descriptor_leaks();
}
END_TEST

START_TEST(only_listed_descriptors_arrive_without_close_range)
{
	leave_descriptors_open();
	sandbox_deny(SYS_close_range, ENOSYS);
	assert_no_descriptor_leaks();
}
END_TEST

static int return_number(void *arg)
{
	return *(int *)arg;
}

START_TEST(run_instead_of_execve)
{
	struct proc_spawn s = PROC_SPAWN_INIT;
	int number = 42;

	s.run = return_number;
	s.run_arg = &number;
	ck_assert_int_eq(proc_run(&s, LONG_MS, 0, NULL, NULL, NULL), 42);
}
END_TEST

START_TEST(stdio_is_flushed_once)
{
	struct proc_spawn s = PROC_SPAWN_INIT;
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	int number = 0, ends[2];
	char buf[32] = {0};
	FILE *f;

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	f = fdopen(ends[1], "w");
	ck_assert_ptr_nonnull(f);
	ck_assert_int_gt(fprintf(f, "held back"), 0);
	s.run = return_number;
	s.run_arg = &number;
	s.fds = &(struct proc_fd){ends[1], ends[1]};
	s.nfds = 1;
	ck_assert_int_eq(proc_spawn(&s, &p, NULL), 0);
	ck_assert_int_eq(proc_wait(&p, -1), 0);
	ck_assert_int_eq(fclose(f), 0);
	ck_assert_int_eq(read(ends[0], buf, sizeof(buf) - 1), 9);
	ck_assert_str_eq(buf, "held back");
	fd_close(&ends[0]);
}
END_TEST

static int print_signal_sets(void *arg)
{
	cleanup_free char *text = NULL;
	char *save = NULL;
	size_t len;

	(void)arg;
	if (fd_read_file_at(AT_FDCWD, "/proc/self/status", OUT_MAX, &text, &len, NULL) < 0)
		return 1;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (str_starts(line, "SigBlk:") || str_starts(line, "SigIgn:") ||
		    str_starts(line, "SigCgt:"))
			printf("%s\n", line + 8);
	}
	return 0;
}

static void ignore_signal(int sig)
{
	(void)sig;
}

START_TEST(signals_start_fresh)
{
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct sigaction caught = {.sa_handler = ignore_signal};
	sigset_t blocked, now;

	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGRTMIN + 3, SIG_IGN);
	ck_assert_int_eq(sigaction(SIGUSR1, &caught, NULL), 0);
	(void)sigemptyset(&blocked);
	(void)sigaddset(&blocked, SIGTERM);
	ck_assert_int_eq(sigprocmask(SIG_BLOCK, &blocked, NULL), 0);
	s.run = print_signal_sets;
	assert_prints(&s, 0, "0000000000000000\n0000000000000000\n0000000000000000\n", "");
	/* and ours are as before */
	ck_assert_int_eq(sigprocmask(SIG_BLOCK, NULL, &now), 0);
	ck_assert_int_eq(sigismember(&now, SIGTERM), 1);
	ck_assert_int_eq(sigismember(&now, SIGINT), 0);
}
END_TEST

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
	cleanup_free char *out = NULL, *err = NULL;
	struct err e = {0};
	int64_t before = proc_now_ms();
	int ends[2];

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	s.fds = &(struct proc_fd){ends[1], 5};
	s.nfds = 1;
	ck_assert_int_eq(proc_run(&s, SHORT_MS, OUT_MAX, &out, &err, &e), -ETIMEDOUT);
	ck_assert_int_ge(proc_now_ms() - before, SHORT_MS);
	ck_assert_str_eq(
		e.msg,
		"'/bin/sh' did not end within 200 ms and was killed; it last said: last words");
	ck_assert_ptr_null(out);
	ck_assert_ptr_null(err);
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

START_TEST(old_kernels_get_clone)
{
	struct proc_spawn s = shell(SH("echo ok"));

	sandbox_deny(SYS_clone3, ENOSYS);
	assert_prints(&s, 0, "ok\n", "");
	ck_assert_int_eq(proc_clone(0x80, FD_NONE, NULL), -ENOSYS); /* CLONE_NEWTIME needs clone3 */
	ck_assert_int_eq(proc_clone(0, 0, NULL), -ENOSYS);
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

START_TEST(signal_names)
{
	static const struct {
		const char *name;
		int sig;
	} t[] = {
		{"SIGTERM", SIGTERM},
		{"TERM", SIGTERM},
		{"term", SIGTERM},
		{"sigkill", SIGKILL},
		{"9", 9},
		{"1", 1},
		{"64", 64},
		{"65", -EINVAL},
		{"0", -EINVAL},
		{"", -EINVAL},
		{"SIG", -EINVAL},
		{"-9", -EINVAL},
		{"SIG9", -EINVAL},
		{"NOSUCH", -EINVAL},
		{"9 ", -EINVAL},
		{"IO", SIGIO},
		{"POLL", SIGIO},
		{"CLD", SIGCHLD},
		{"IOT", SIGABRT},
		{"RTMIN", 34},
		{"SIGRTMIN", 34},
		{"RTMIN+0", 34},
		{"RTMIN+1", 35},
		{"rtmin+30", 64},
		{"RTMIN+31", -EINVAL},
		{"RTMIN-1", -EINVAL},
		{"RTMIN+", -EINVAL},
		{"RTMAX", 64},
		{"RTMAX-1", 63},
		{"SIGRTMAX-30", 34},
		{"RTMAX-31", -EINVAL},
		{"RTMAX+1", -EINVAL},
		{"RTMINX", -EINVAL},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		ck_assert_msg(proc_signal_parse(t[i].name) == t[i].sig, "'%s': %d", t[i].name,
			      proc_signal_parse(t[i].name));
}
END_TEST

START_TEST(every_signal_has_a_name_that_parses)
{
	for (int sig = 1; sig <= SIGRTMAX; sig++) {
		const char *name = proc_signal_name(sig);

		if (sig >= 32 && sig < SIGRTMIN) { /* kept by libc */
			ck_assert_ptr_null(name);
			continue;
		}
		ck_assert_ptr_nonnull(name);
		ck_assert_int_eq(proc_signal_parse(name), sig);
	}
	ck_assert_str_eq(proc_signal_name(SIGTERM), "TERM");
	ck_assert_ptr_null(proc_signal_name(INT32_MIN));
	ck_assert_str_eq(proc_signal_name(SIGRTMIN + 2), "RTMIN+2");
	ck_assert_str_eq(proc_signal_name(SIGRTMAX - 1), "RTMAX-1");
	ck_assert_ptr_null(proc_signal_name(0));
	ck_assert_ptr_null(proc_signal_name(-1));
	ck_assert_ptr_null(proc_signal_name(65));
}
END_TEST

static void add_tests(TCase *t)
{
	tcase_add_test(t, output_and_exit_code);
	tcase_add_test(t, path_is_searched);
	tcase_add_test(t, a_failed_execve_comes_back);
	tcase_add_test(t, setup_runs_in_the_child);
	tcase_add_test(t, nothing_to_execute_is_an_error);
	tcase_add_test(t, environment);
	tcase_add_test(t, working_directory);
	tcase_add_test(t, stdio_is_null_unless_given);
	tcase_add_test(t, caught_output_keeps_what_is_not_asked_for);
	tcase_add_test(t, descriptors_may_swap);
	tcase_add_test(t, bad_descriptor_lists);
	tcase_add_test(t, only_listed_descriptors_arrive);
	tcase_add_test(t, only_listed_descriptors_arrive_without_close_range);
	tcase_add_test(t, run_instead_of_execve);
	tcase_add_test(t, stdio_is_flushed_once);
	tcase_add_test(t, signals_start_fresh);
	tcase_add_test(t, own_process_group);
	tcase_add_test(t, waiting_for_nobody_is_an_error);
	tcase_add_test(t, the_deadline_kills_the_group);
	tcase_add_test(t, a_flood_keeps_no_deadline_away);
	tcase_add_test(t, output_beyond_the_limit_is_dropped);
	tcase_add_test(t, big_output_arrives_whole);
	tcase_add_test(t, a_grandchild_does_not_hold_us);
	tcase_add_test(t, children_die_with_their_parent);
	tcase_add_test(t, done_kills);
	tcase_add_test(t, waiting_survives_interruptions);
	tcase_add_test(t, clone_reports_a_pidfd);
	tcase_add_test(t, old_kernels_get_clone);
	tcase_add_test(t, start_time);
	tcase_add_test(t, signal_names);
	tcase_add_test(t, every_signal_has_a_name_that_parses);
}

int main(void)
{
	Suite *s = suite_create("proc");
	TCase *t = tcase_create("proc");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_set_timeout(t, 60);
	add_tests(t);
	suite_add_tcase(s, t);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
