/* SPDX-License-Identifier: Apache-2.0 */
#include "proc_fixture.h"
#include "suite.h"

#include <sched.h>
#include <sys/mount.h>

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

/* Whoever brings all three streams needs no null device, which others may have removed. */
START_TEST(a_null_device_is_opened_where_it_is_needed)
{
	struct proc_spawn s = PROC_SPAWN_INIT;
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	int number = 7, null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct err e = {0};

	if (unshare(CLONE_NEWNS) < 0)
		return;
	ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	ck_assert_int_eq(mount("none", "/dev", "tmpfs", 0, NULL), 0);
	s.run = return_number;
	s.run_arg = &number;
	s.in_fd = s.out_fd = s.err_fd = null_fd;
	ck_assert_msg(proc_spawn(&s, &p, &e) == 0, "%s", e.msg);
	ck_assert_int_eq(proc_wait(&p, -1), 0);
	ck_assert_int_eq(proc_exit_code(&p), 7);
	proc_done(&p);
	for (int i = 0; i < 3; i++) {
		struct proc_spawn lacking = s;

		*(i == 0 ? &lacking.in_fd : i == 1 ? &lacking.out_fd : &lacking.err_fd) = FD_NONE;
		ck_assert_int_eq(proc_spawn(&lacking, &p, &e), -ENOENT);
		ck_assert_ptr_nonnull(strstr(e.msg, "/dev/null"));
	}
	fd_close(&null_fd);
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

static bool is_pending(int sig)
{
	sigset_t pending;

	return sigpending(&pending) == 0 && sigismember(&pending, sig) == 1;
}

START_TEST(sigpipe_is_held_back)
{
	struct proc_sigpipe held;
	sigset_t block, before;
	int ends[2];

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	(void)close(ends[0]);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)sigemptyset(&block);
	(void)sigaddset(&block, SIGPIPE);
	/* where it was blocked, one that was pending before is still somebody's */
	for (int was_pending = 0; was_pending < 2; was_pending++) {
		ck_assert_int_eq(sigprocmask(was_pending ? SIG_BLOCK : SIG_UNBLOCK, &block, NULL),
				 0);
		if (was_pending)
			(void)raise(SIGPIPE);
		proc_hold_sigpipe(&held);
		ck_assert(write(ends[1], "x", 1) < 0 && errno == EPIPE);
		ck_assert(is_pending(SIGPIPE));
		proc_release_sigpipe(&held);
		ck_assert_int_eq(is_pending(SIGPIPE), was_pending);
		ck_assert_int_eq(sigprocmask(SIG_BLOCK, NULL, &before), 0);
		ck_assert_int_eq(sigismember(&before, SIGPIPE), was_pending);
	}
	(void)close(ends[1]);
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
	tcase_add_test(t, sigpipe_is_held_back);
	tcase_add_test(t, a_null_device_is_opened_where_it_is_needed);
	tcase_add_test(t, old_kernels_get_clone);
	tcase_add_test(t, signal_names);
	tcase_add_test(t, every_signal_has_a_name_that_parses);
}

int main(void)
{
	Suite *s = suite_create("proc");
	TCase *t = tcase_create("proc");

	tcase_set_timeout(t, 60);
	add_tests(t);
	suite_add_tcase(s, t);
	return suite_run(s);
}
