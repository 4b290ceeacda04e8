/* SPDX-License-Identifier: Apache-2.0 */
/* Processes of a pid namespace that end while they are signalled. */
#include "pidns.h"

#include "cleanup.h"
#include "fd.h"
#include "idmap.h"
#include "sandbox.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* A process in a pid namespace of its own. */
static pid_t first_process(void)
{
	pid_t pid = (pid_t)syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, NULL, NULL, NULL, NULL);

	ck_assert_int_ge(pid, 0);
	while (pid == 0)
		(void)pause();
	return pid;
}

/* What the kernel answers about the number of one that has just ended: before Linux 6.15 EINVAL
 * where it still names a session, since then ENOENT where it is a thread's by now. */
START_TEST(test_ended_since_it_was_listed)
{
	static const struct {
		int answer, result;
	} rows[] = {{ESRCH, 0}, {EINVAL, 0}, {ENOENT, 0}, {EMFILE, -EMFILE}};
	pid_t pid = first_process();
	struct err e = {0};
	cleanup_fd int dir = idmap_open_pid(pid, &e);

	ck_assert_msg(dir >= 0, "%s", e.msg);
	ck_assert_int_eq(pidns_signal(dir, 0, 0, &e), 0);
	sandbox_deny(SYS_pidfd_open, rows[_i].answer);
	ck_assert_int_eq(pidns_signal(dir, 0, 0, &e), rows[_i].result);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}
END_TEST

int main(void)
{
	TCase *c = tcase_create("pidns");
	Suite *s = suite_create("pidns");

	if (geteuid() == 0) /* a pid namespace */
		tcase_add_loop_test(c, test_ended_since_it_was_listed, 0, 4);
	suite_add_tcase(s, c);
	return suite_run(s);
}
