/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a command and lets one of its system calls go wrong: the N-th of all that it and its
 * children make, in the order in which they are made (ptrace(2)).
 *
 *   fault N kill COMMAND...      the process is killed instead of making the call
 *   fault N stall COMMAND...     the same, but it stands still first, and the others go on
 *   fault N ERRNO COMMAND...     the call is not made and fails with that number
 *   fault 0 REPORT COMMAND...    nothing goes wrong; how many calls there were is written to REPORT
 *   fault --from=FILE ...        the command is built with sanitizers, which do not live with
 *                                failures of their own calls: those before it opens FILE, and
 *                                those about memory, do not count
 *
 * Ends when the command ends, with its exit code, or 128 + signal; its children live on, untraced.
 * 125: the command could not be run. 126: there was no N-th call.
 */
#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>
/* after sys/ptrace.h, which has some of the same names */
#include <linux/ptrace.h>

#ifndef __x86_64__
#error "the registers of a system call are known for x86-64 alone"
#endif

/* For all that the others can do without it. */
#define STALL_US 30000

struct fault {
	unsigned long at, count;
	int error;	  /* or 0: kill */
	pid_t pending;	  /* its call was taken away, the result is still to be set */
	bool stall;	  /* before it is killed */
	pid_t stalled;	  /* it stands still */
	const char *from; /* --from, or NULL */
	bool starting;	  /* the command has not opened it yet */
};

static bool set_registers(pid_t pid, bool entry, int error)
{
	struct user_regs_struct regs;
	struct iovec v = {&regs, sizeof(regs)};

	if (ptrace(PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS, &v) < 0)
		return false;
	if (entry)
		regs.orig_rax = (unsigned long long)-1;
	else
		regs.rax = (unsigned long long)-error;
	return ptrace(PTRACE_SETREGSET, pid, (void *)NT_PRSTATUS, &v) == 0;
}

static bool is_text(pid_t pid, unsigned long long address, const char *text)
{
	char there[64] = {0};
	struct iovec to = {there, strlen(text) + 1}, from = {(void *)address, strlen(text) + 1};

	return process_vm_readv(pid, &to, 1, &from, 1, 0) > 0 && strcmp(there, text) == 0;
}

/* An end is no call that could fail, close(2) gives the descriptor back whatever it returns, and
 * without what the C library asks for before main() there is no program that could handle
 * anything. */
static bool counts(pid_t pid, unsigned long long nr, const unsigned long long *args)
{
	switch (nr) {
	case SYS_prlimit64: /* asked, not set */
		return args[1] != RLIMIT_STACK || args[2];
	case SYS_readlink: /* of its own path */
		return !is_text(pid, args[0], "/proc/self/exe");
	case SYS_exit:
	case SYS_exit_group:
	case SYS_rt_sigreturn:
	case SYS_arch_prctl:
	case SYS_brk:
	case SYS_close:
	case SYS_mprotect:
	case SYS_rseq:
	case SYS_set_robust_list:
	case SYS_set_tid_address:
		return false;
	default:
		return true;
	}
}

/* The same for a program with sanitizers. */
static bool counts_instrumented(struct fault *f, pid_t pid, bool is_command, unsigned long long nr,
				const unsigned long long *args)
{
	if (is_command && f->starting) {
		f->starting = nr != SYS_openat || !is_text(pid, args[1], f->from);
		return false;
	}
	return nr != SYS_mmap && nr != SYS_munmap && nr != SYS_madvise && nr != SYS_sigaltstack;
}

/* Again and again: one may come while nobody waits. 0: no more. */
static void alarm_each(long us)
{
	const struct itimerval t = {.it_value.tv_usec = us, .it_interval.tv_usec = us};

	(void)setitimer(ITIMER_REAL, &t, NULL);
}

static void at_call(struct fault *f, pid_t pid, bool is_command)
{
	struct __ptrace_syscall_info info;

	if (ptrace((enum __ptrace_request)PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) <= 0)
		return;
	if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
		if (f->pending == pid) {
			(void)set_registers(pid, false, f->error);
			f->pending = 0;
		}
		return;
	}
	if (info.op != PTRACE_SYSCALL_INFO_ENTRY ||
	    !counts(pid, info.entry.nr, (const unsigned long long *)info.entry.args) ||
	    (f->from && !counts_instrumented(f, pid, is_command, info.entry.nr,
					     (const unsigned long long *)info.entry.args)) ||
	    ++f->count != f->at)
		return;
	if (f->stall) {
		f->stalled = pid;
		alarm_each(STALL_US);
	} else if (!f->error)
		(void)kill(pid, SIGKILL);
	else if (set_registers(pid, true, 0))
		f->pending = pid;
}

static void on_alarm(int sig)
{
	(void)sig;
}

static pid_t begin(char **argv)
{
	const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
			     PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		(void)raise(SIGSTOP);
		(void)execv(argv[0], argv);
		_exit(125);
	}
	if (pid < 0 || waitpid(pid, &status, WUNTRACED) != pid ||
	    ptrace(PTRACE_SEIZE, pid, NULL, (void *)options) < 0 || kill(pid, SIGCONT) < 0)
		return -1;
	return pid;
}

/* Until @main ends: its exit code. */
static int follow(struct fault *f, pid_t main)
{
	int status;

	for (;;) {
		pid_t pid = waitpid(-1, &status, __WALL);
		int sig;

		if (pid < 0 && errno == EINTR && f->stalled) {
			(void)kill(f->stalled, SIGKILL);
			f->stalled = 0;
			alarm_each(0);
			continue;
		}
		if (pid < 0)
			return 125;
		if (WIFEXITED(status) || WIFSIGNALED(status)) {
			if (f->pending == pid)
				f->pending = 0;
			if (pid != main)
				continue;
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		}
		sig = WSTOPSIG(status);
		if (sig == (SIGTRAP | 0x80))
			at_call(f, pid, pid == main);
		else if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8) && pid == main)
			f->starting = true;
		if (f->stalled == pid)
			continue;
		/* what is no signal of the program's own is not delivered */
		if (sig == (SIGTRAP | 0x80) || status >> 16)
			sig = 0;
		(void)ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(long)sig);
	}
}

static bool read_number(const char *s, unsigned long *ret)
{
	*ret = 0;
	for (; *s >= '0' && *s <= '9' && *ret < 100000000; s++)
		*ret = *ret * 10 + (unsigned long)(*s - '0');
	return *s == '\0';
}

int main(int argc, char **argv)
{
	struct fault f = {0};
	unsigned long error = 0;
	pid_t pid;
	int rc;

	if (argc > 1 && strncmp(argv[1], "--from=", strlen("--from=")) == 0) {
		f.from = argv[1] + strlen("--from=");
		argc--;
		argv++;
	}
	if (argc < 4 || !read_number(argv[1], &f.at))
		return 125;
	f.stall = f.at && strcmp(argv[2], "stall") == 0;
	if (f.at && !f.stall && strcmp(argv[2], "kill") != 0 && !read_number(argv[2], &error))
		return 125;
	f.error = (int)error;
	/* interrupts waitpid(2), and is not inherited as ignored */
	(void)sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm}, NULL);
	pid = begin(argv + 3);
	if (pid < 0)
		return 125;
	rc = follow(&f, pid);
	if (!f.at) {
		FILE *report = fopen(argv[2], "we");

		if (!report || fprintf(report, "%lu\n", f.count) < 0 || fclose(report) != 0)
			return 125;
	} else if (f.count < f.at) {
		return 126;
	}
	return rc;
}
