/* SPDX-License-Identifier: Apache-2.0 */
/* Actions that are one raw system call, by whichever door. */
#include "action.h"
#include "probe.h"
#include "str.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARGS		6
#define X32_SYSCALL_BIT 0x40000000L

static const struct {
	const char *name;
	long number;
} table[] = {
#include "syscall_table.h"
};

/* By name, sorted as the build sorts it, or the number itself. */
static bool find_syscall(const char *name, long *ret)
{
	size_t low = 0, high = sizeof(table) / sizeof(table[0]);
	uint64_t number;

	if (action_number(name, &number)) {
		*ret = (long)number;
		return true;
	}
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = strcmp(table[mid].name, name);

		if (order == 0) {
			*ret = table[mid].number;
			return true;
		}
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

/* NAME,a0,...: 0, or what the parameter lacks. */
static int read_call(char *parameter, long *ret_number, long args[ARGS])
{
	char *f[1 + ARGS];

	(void)action_fields(parameter, 1, 1 + ARGS, f);
	for (size_t i = 0; i < ARGS; i++) {
		uint64_t value = 0;

		if (*f[1 + i] && !action_number(f[1 + i], &value))
			return ACTION_MALFORMED;
		args[i] = (long)value;
	}
	return find_syscall(f[0], ret_number) ? 0 : ACTION_UNKNOWN;
}

/* Returns what the kernel returns. Inline where it matters: a call such as vfork(2) returns twice
 * into this very frame. */
static inline __attribute__((always_inline)) long call(long number, const long a[ARGS])
{
#ifdef __x86_64__
	register long r10 __asm__("r10") = a[3];
	register long r8 __asm__("r8") = a[4];
	register long r9 __asm__("r9") = a[5];
	long r;

	__asm__ volatile("syscall"
			 : "=a"(r)
			 : "0"(number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return r;
#else
	long r = syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);

	return r < 0 ? -errno : r;
#endif
}

/* The kernel's convention: -4095..-1 is an error. A second process that came of the call must not
 * go on as if it were the probe. */
static int judge(long r, pid_t self, int64_t *ret)
{
	if (getpid() != self)
		_exit(0);
	if (r < 0 && r >= -4095)
		return (int)r;
	*ret = r;
	return ACTION_VALUE;
}

static int run_value(struct probe *p, char *parameter, int64_t *ret)
{
	pid_t self = getpid();
	long number, args[ARGS];
	int r = read_call(parameter, &number, args);

	(void)p;
	return r != 0 ? r : judge(call(number, args), self, ret);
}

static int run_syscall(struct probe *p, char *parameter, int64_t *ret)
{
	int r = run_value(p, parameter, ret);

	return r == ACTION_VALUE ? ACTION_OK : r;
}

static int run_x32(struct probe *p, char *parameter, int64_t *ret)
{
	pid_t self = getpid();
	long number, args[ARGS];
	int r = read_call(parameter, &number, args);

	(void)p;
	if (r != 0)
		return r;
	r = judge(call(number | X32_SYSCALL_BIT, args), self, ret);
	return r == ACTION_VALUE ? ACTION_OK : r;
}

/* The 32 bit door, with its own numbers and up to five arguments. A kernel without it answers with
 * SIGSEGV. */
static int run_compat(struct probe *p, char *parameter, int64_t *ret)
{
#ifdef __x86_64__
	pid_t self = getpid();
	long number, args[ARGS], r;
	int bad = read_call(parameter, &number, args);

	(void)p;
	if (bad != 0)
		return bad;
	__asm__ volatile("int $0x80"
			 : "=a"(r)
			 : "0"(number), "b"(args[0]), "c"(args[1]), "d"(args[2]), "S"(args[3]),
			   "D"(args[4])
			 : "r8", "r9", "r10", "r11", "memory");
	bad = judge((int)r, self, ret);
	return bad == ACTION_VALUE ? ACTION_OK : bad;
#else
	(void)p, (void)parameter, (void)ret;
	return -ENOSYS;
#endif
}

/* In a child of the tracer: waits to be told, calls, ends. */
static _Noreturn void be_traced(long number, const long args[ARGS])
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0 || raise(SIGSTOP) != 0)
		_exit(errno);
	(void)call(number, args);
	_exit(0);
}

/* What seccomp(2) tells a tracer of a call with SCMP_ACT_TRACE: the event message. -ENOMSG where
 * the child ends without any. */
static int run_traced(struct probe *p, char *parameter, int64_t *ret)
{
	long number, args[ARGS];
	unsigned long message = 0;
	int r = read_call(parameter, &number, args), status;
	pid_t pid;

	(void)p;
	if (r != 0)
		return r;
	pid = fork();
	if (pid == 0)
		be_traced(number, args);
	if (pid < 0 || waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status))
		return -ECHILD;
	if (ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL) < 0)
		return -errno;
	for (;;) {
		if (ptrace(PTRACE_CONT, pid, NULL, NULL) < 0 ||
		    waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status))
			return -ENOMSG;
		if (status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8))
			break;
	}
	r = ptrace(PTRACE_GETEVENTMSG, pid, NULL, &message) < 0 ? -errno : ACTION_VALUE;
	*ret = (int64_t)message;
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, &status, __WALL);
	return r;
}

const struct action actions_syscall[] = {
	{"syscall", ACTION_CHILD, run_syscall}, {"value", ACTION_CHILD, run_value},
	{"compat", ACTION_CHILD, run_compat},	{"x32", ACTION_CHILD, run_x32},
	{"traced", ACTION_CHILD, run_traced},	{NULL, ACTION_CHILD, NULL},
};
