/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors of processes, with the system calls of today's kernels and without: each test of the
 * loop runs with as many of them as KERNELS says. */
#include "proc_priv.h"

#include "cleanup.h"
#include "fd.h"
#include "sandbox.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define LONG_MS	 20000 /* never reached unless something is broken */
#define SHORT_MS 100
/* All; as before Linux 5.3, whose pidfd_send_signal(2) is there; as before 5.1; all but that one,
 * as under valgrind 3.27. */
#define KERNELS 4

static void become_old(int kernel)
{
	if (kernel == 1 || kernel == 2) {
		sandbox_deny(SYS_clone3, ENOSYS);
		sandbox_deny(SYS_pidfd_open, ENOSYS);
	}
	if (kernel >= 2)
		sandbox_deny(SYS_pidfd_send_signal, ENOSYS);
}

static int wait_for_ever(void *arg)
{
	(void)arg;
	while (pause() < 0)
		;
	return 0;
}

static void spawn(struct proc *p, int (*run)(void *arg))
{
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct err e = {0};

	s.run = run;
	ck_assert_msg(proc_spawn(&s, p, &e) == 0, "%s", e.msg);
}

static int poll_one(int fd, int timeout_ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	int r = proc_pidfd_poll(&p, 1, timeout_ms);

	/* a pidfd of one that is reaped has POLLHUP, too */
	ck_assert_int_eq(p.revents & ~POLLHUP, r == 1 ? POLLIN : 0);
	return r;
}

START_TEST(opened_signalled_and_waited_for)
{
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	cleanup_fd int fd = FD_NONE;

	become_old(_i);
	spawn(&p, wait_for_ever);
	fd = proc_pidfd_open(p.pid);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(proc_pidfd_is_native(fd), _i == 0 || _i == 3);
	ck_assert_int_eq(proc_pidfd_is_native(p.pidfd), _i == 0 || _i == 3);
	ck_assert_int_eq(proc_pidfd_signal(fd, 0), 0);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + SHORT_MS), -ETIMEDOUT);
	ck_assert_int_eq(poll_one(fd, 0), 0);
	ck_assert_int_eq(poll_one(fd, SHORT_MS), 0);
	ck_assert_int_eq(proc_pidfd_signal(fd, SIGTERM), 0);
	ck_assert_int_eq(poll_one(fd, LONG_MS), 1);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + LONG_MS), 0);
	ck_assert_int_eq(proc_exit_code(&p), 128 + SIGTERM);
	ck_assert_int_eq(poll_one(fd, LONG_MS), 1);
	ck_assert_int_eq(proc_pidfd_signal(fd, SIGTERM), -ESRCH);
	ck_assert_int_eq(proc_pidfd_open(p.pid), -ESRCH);
	ck_assert_int_lt(proc_pidfd_open(-1), 0);
	ck_assert_int_lt(proc_pidfd_open(0), 0);
}
END_TEST

START_TEST(other_descriptors_are_heard_at_once)
{
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	int ends[2];

	become_old(_i);
	spawn(&p, wait_for_ever);
	ck_assert_int_eq(pipe(ends), 0);
	struct pollfd all[] = {{.fd = p.pidfd, .events = POLLIN},
			       {.fd = ends[0], .events = POLLIN},
			       {.fd = ends[1], .events = POLLOUT}};

	ck_assert_int_eq(proc_pidfd_poll(all, 3, -1), 1);
	ck_assert_int_eq(all[0].revents, 0);
	ck_assert_int_eq(all[1].revents, 0);
	ck_assert_int_eq(all[2].revents, POLLOUT);
	ck_assert_int_eq(proc_pidfd_poll(all, 2, SHORT_MS), 0);
	ck_assert_int_eq(write(ends[1], "x", 1), 1);
	ck_assert_int_eq(proc_pidfd_poll(all, 2, -1), 1);
	ck_assert_int_eq(all[0].revents, 0);
	ck_assert_int_eq(all[1].revents, POLLIN);
	ck_assert_int_eq(kill(p.pid, SIGKILL), 0);
	ck_assert_int_eq(poll_one(p.pidfd, -1), 1);
	ck_assert_int_eq(proc_pidfd_poll(all, 2, -1), 2);
	ck_assert_int_eq(all[0].revents, POLLIN);
	/* nobody's */
	all[0].fd = FD_NONE;
	ck_assert_int_eq(proc_pidfd_poll(all, 2, -1), 1);
	ck_assert_int_eq(all[0].revents, 0);
	(void)close(ends[0]);
	(void)close(ends[1]);
}
END_TEST

static void *thread_waits(void *arg)
{
	(void)wait_for_ever(arg);
	return NULL;
}

static int leave_a_thread(void *arg)
{
	pthread_t t;

	(void)arg;
	if (pthread_create(&t, NULL, thread_waits, NULL) != 0)
		return 1;
	pthread_exit(NULL);
}

static char state_of(pid_t pid)
{
	cleanup_free char *path = str_format("/proc/%d/stat", (int)pid);
	struct proc_stat s;

	ck_assert_int_eq(proc_stat_read(AT_FDCWD, path, &s), 0);
	return s.state;
}

/* Whose first thread alone has ended lives. */
START_TEST(the_last_thread_ends_it)
{
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	int64_t deadline = proc_now_ms() + LONG_MS;
	uint64_t start;

	become_old(_i);
	spawn(&p, leave_a_thread);
	while (state_of(p.pid) != 'Z')
		ck_assert_int_lt(proc_now_ms(), deadline);
	ck_assert_int_eq(proc_start_time(p.pid, &start), 0);
	ck_assert_int_eq(poll_one(p.pidfd, SHORT_MS), 0);
	ck_assert_int_eq(proc_pidfd_signal(p.pidfd, SIGKILL), 0);
	ck_assert_int_eq(poll_one(p.pidfd, LONG_MS), 1);
	ck_assert_int_eq(proc_start_time(p.pid, &start), -EOWNERDEAD);
}
END_TEST

static void choose_next_pid(pid_t pid)
{
	char digits[16];
	int fd = open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);
	int n = snprintf(digits, sizeof(digits), "%d", (int)pid - 1);

	if (fd < 0 || write(fd, digits, (size_t)n) != n)
		_exit(3);
	(void)close(fd);
}

/* In a pid namespace, where numbers can be chosen: 0 where all is well. */
static int reuse_a_number(int kernel)
{
	struct proc old = PROC_INIT, young = PROC_INIT;
	pid_t number;
	int fd;

	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("proc", "/proc", "proc", 0, NULL) < 0)
		return 77;
	become_old(kernel);
	spawn(&old, wait_for_ever);
	number = old.pid;
	fd = proc_pidfd_open(number);
	if (fd < 0)
		return 4;
	proc_kill(&old);
	choose_next_pid(number);
	spawn(&young, wait_for_ever);
	if (young.pid != number)
		return 5;
	if (proc_pidfd_signal(fd, SIGKILL) != -ESRCH || poll_one(fd, 0) != 1)
		return 6;
	return kill(young.pid, 0) == 0 && poll_one(young.pidfd, SHORT_MS) == 0 ? 0 : 7;
}

START_TEST(a_number_that_is_somebody_elses_by_now)
{
	int status = 0;
	pid_t pid;

	if (geteuid() != 0)
		return;
	pid = proc_clone(CLONE_NEWPID | CLONE_NEWNS, FD_NONE, NULL);
	if (pid == 0)
		_exit(reuse_a_number(_i));
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%#x", status);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("proc_pidfd");
	TCase *t = tcase_create("proc_pidfd");

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, opened_signalled_and_waited_for, 0, KERNELS);
	tcase_add_loop_test(t, other_descriptors_are_heard_at_once, 0, KERNELS);
	tcase_add_loop_test(t, the_last_thread_ends_it, 0, KERNELS);
	tcase_add_loop_test(t, a_number_that_is_somebody_elses_by_now, 0, KERNELS);
	suite_add_tcase(s, t);
	return suite_run(s);
}
