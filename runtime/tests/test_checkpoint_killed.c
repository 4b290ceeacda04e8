/* SPDX-License-Identifier: Apache-2.0 */
/* A `checkpoint` or `restore` that is killed at any moment, with criu(8) in the middle of its work,
 * leaves what `delete --force` clears up, and the images of before as good as they were. */
#include "checkpoint.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Moments, spread over the time that it takes when nobody kills it. */
#define MOMENTS 10

static pid_t reaper; /* of whoever loses its parent here (driver.c) */

static void read_of(int pid, const char *file, char *buf, size_t size)
{
	cleanup_free char *path = str_format("/proc/%d/%s", pid, file);

	read_into(path, buf, size);
}

/*
 * Nobody but the tests themselves is the reaper's child, or will be. What criu asks the kernel with
 * is spared: a child that is traced and sleeps (its fork_and_ptrace_attach()), and goes on sleeping
 * where criu has been killed. Nobody knows of it, and it has nothing of the container's.
 */
static void nobody_is_left(const char *when)
{
	int64_t deadline = proc_now_ms() + TIMEOUT_MS;
	cleanup_free char *children = str_format("task/%d/children", (int)reaper);
	char numbers[256], comm[64], wchan[64], cgroup[256];
	int tests, pid;

	for (;;) {
		read_of((int)reaper, children, numbers, sizeof(numbers));
		ck_assert_int_ge(sscanf(numbers, "%d %d", &tests, &pid), 1);
		if (sscanf(numbers, "%d %d", &tests, &pid) == 1)
			return;
		read_of(pid, "comm", comm, sizeof(comm));
		read_of(pid, "wchan", wchan, sizeof(wchan));
		read_of(pid, "cgroup", cgroup, sizeof(cgroup));
		if (str_eq(comm, "criu\n") && str_eq(wchan, "hrtimer_nanosleep"))
			(void)kill(pid, SIGKILL);
		ck_assert_msg(proc_now_ms() < deadline, "%s: %s is left, in %s, of %s", when, comm,
			      wchan, cgroup);
		(void)usleep(5000);
	}
}

/* Whether it was killed before it was done. */
static bool killed_after(int64_t ms, const char *const *args)
{
	struct proc p = PROC_INIT;
	cleanup_fd int from = begin_with_pipes(args, &p);
	int code;

	if (proc_wait(&p, proc_now_ms() + ms) == -ETIMEDOUT)
		(void)proc_pidfd_signal(p.pidfd, SIGKILL);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + TIMEOUT_MS), 0);
	code = proc_exit_code(&p);
	proc_done(&p);
	if (code != 0 && code != 128 + SIGKILL)
		read_error(from);
	ck_assert_msg(code == 0 || code == 128 + SIGKILL, "%d: %s", code, text);
	return code != 0;
}

static void is_cleared_up(const char *when)
{
	ck_assert_msg(REFRUN("delete", "--force", id) == 0, "%s: %s", when, text);
	check_no_residue(when);
	nobody_is_left(when);
}

START_TEST(test_killed_restores)
{
	const char *const args[] = {"restore",	    "-d",   "-b", bundle,
				    "--image-path", images, id,	  NULL};
	unsigned long last;
	int64_t took;
	int killed = 0;

	write_document("", "", NAMESPACES OWN_PID, "");
	last = run_and_dump();
	took = proc_now_ms();
	restore_after(last);
	took = proc_now_ms() - took;
	end_of("restore");
	for (int i = 0; i < MOMENTS; i++) {
		cleanup_free char *when = str_format("restore killed at %d of %d", i, MOMENTS);

		killed += killed_after(took * i / MOMENTS, args);
		is_cleared_up(when);
	}
	ck_assert_int_gt(killed, MOMENTS / 2);
	restore_after(last);
	end_of("after kills");
}
END_TEST

/* Each with a container of its own: of one that criu had in its hands nothing is promised but that
 * it can be ended. */
START_TEST(test_killed_checkpoints)
{
	cleanup_fd int first = FD_NONE;
	unsigned long last;
	int64_t took;
	int killed = 0;

	write_document("", "", NAMESPACES OWN_PID, "");
	new_images();
	first = start_with_pipes((const char *const[]){"run", "-d", "-b", bundle, id, NULL});
	last = next_number(first);
	took = proc_now_ms();
	ck_assert_msg(REFRUN("checkpoint", "--image-path", images, id) == 0, "%s", text);
	took = proc_now_ms() - took;
	for (int i = 0; i < MOMENTS; i++) {
		cleanup_free char *when = str_format("checkpoint killed at %d of %d", i, MOMENTS);
		cleanup_free char *other = str_format("%s/other.%d", work, i);
		cleanup_fd int from = start_with_pipes(
			(const char *const[]){"run", "-d", "-b", bundle, id, NULL});

		(void)next_number(from);
		killed += killed_after(
			took * i / MOMENTS,
			(const char *const[]){"checkpoint", "--image-path", other, id, NULL});
		is_cleared_up(when);
	}
	ck_assert_int_gt(killed, MOMENTS / 2);
	restore_after(last);
	end_of("after kills");
}
END_TEST

static void add(TCase *c)
{
	reaper = getppid();
	tcase_add_test(c, test_killed_restores);
	tcase_add_test(c, test_killed_checkpoints);
}

int main(int argc, char **argv)
{
	return criu_works() ? driver_main("checkpoint_killed", argc, argv, add) : 77;
}
