/* SPDX-License-Identifier: Apache-2.0 */
/* A process that is stopped where it is about to make a system call. */
#ifndef TESTS_TRACED_FIXTURE_H
#define TESTS_TRACED_FIXTURE_H

#include <check.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

/* A tracee (ptrace(2)) that is stopped goes on to the first of these calls, of which -1 is the end.
 */
static inline void run_to_call(pid_t pid, const int *calls)
{
	struct __ptrace_syscall_info info = {0};
	bool there = false;
	int status;

	ck_assert_int_eq(ptrace(PTRACE_SETOPTIONS, pid, NULL, (void *)PTRACE_O_TRACESYSGOOD), 0);
	while (!there) {
		ck_assert_int_eq(ptrace(PTRACE_SYSCALL, pid, NULL, NULL), 0);
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		ck_assert(WIFSTOPPED(status));
		ck_assert_int_gt(ptrace(PTRACE_GET_SYSCALL_INFO, pid, (void *)sizeof(info), &info),
				 0);
		for (const int *nr = calls; *nr >= 0; nr++)
			there = there || (info.op == PTRACE_SYSCALL_INFO_ENTRY &&
					  info.entry.nr == (uint64_t)*nr);
	}
}

#endif
