/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which instructions of a static program at fixed addresses are executed: it is run step by step,
 * and so is every process that it makes, as far as they execute nothing else.
 *
 *   touched FILE PROGRAM [ARG...]     FILE gets an address (hexadecimal) per line, sorted
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define FROM 0x400000UL /* where ld(1) puts such a program */
#define SIZE 0x400000UL

static unsigned char seen[SIZE];

static int fail(const char *what)
{
	fprintf(stderr, "touched: %s: %s\n", what, strerror(errno));
	return 2;
}

static void step(pid_t pid, int signal)
{
	struct user_regs_struct r;

	if (signal == SIGTRAP && ptrace(PTRACE_GETREGS, pid, NULL, &r) == 0 && r.rip - FROM < SIZE)
		seen[r.rip - FROM] = 1;
	if (signal == SIGTRAP || signal == SIGSTOP)
		signal = 0;
	(void)ptrace(PTRACE_SINGLESTEP, pid, NULL, (long)signal);
}

/* Until @first has ended: its exit status. */
static int follow(pid_t first)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		if (WIFSTOPPED(status) && status >> 16 == PTRACE_EVENT_EXEC && pid != first)
			(void)ptrace(PTRACE_DETACH, pid, NULL, NULL);
		else if (WIFSTOPPED(status))
			step(pid, status >> 16 ? 0 : WSTOPSIG(status));
		else if (pid == first)
			return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
	}
	return 1;
}

int main(int argc, char **argv)
{
	const long options = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
			     PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
	int status;
	pid_t pid;
	FILE *out;

	if (argc < 3) {
		fprintf(stderr, "usage: touched FILE PROGRAM [ARG...]\n");
		return 2;
	}
	pid = fork();
	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 && raise(SIGSTOP) == 0)
			execv(argv[2], argv + 2);
		_exit(fail(argv[2]));
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0 ||
	    ptrace(PTRACE_SETOPTIONS, pid, NULL, options) < 0)
		return fail(argv[2]);
	step(pid, 0);
	status = follow(pid);
	out = fopen(argv[1], "we");
	for (unsigned long i = 0; out && i < SIZE; i++)
		if (seen[i])
			fprintf(out, "%lx\n", FROM + i);
	if (!out || fclose(out) != 0)
		return fail(argv[1]);
	return status;
}
