/* SPDX-License-Identifier: Apache-2.0 */
/* Actions on the process itself, other processes and the outside world. */
#include "action.h"
#include "cleanup.h"
#include "names.h"
#include "probe.h"
#include "proc.h"
#include "record.h"
#include "str.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_ARGS 32

static int result(long r)
{
	return r < 0 ? -errno : ACTION_OK;
}

/* Returns only where the program could not be executed; the parent sees how it ended. */
static int run_exec(struct probe *p, char *parameter, int64_t *ret)
{
	char *argv[MAX_ARGS + 1], *rest = parameter;
	size_t n = 0;

	(void)ret;
	do
		argv[n++] = strsep(&rest, ",");
	while (rest && n < MAX_ARGS);
	if (rest)
		return ACTION_MALFORMED;
	argv[n] = NULL;
	(void)execve(parameter, argv, p->self.envp); /* cut off at the first comma */
	return -errno;
}

/* The probe at PATH tells its effective user id as 8 digits and more, through a pipe. */
static int run_suid(struct probe *p, char *path, int64_t *ret)
{
	char *argv[] = {path, (char[]){"--euid"}, NULL}, text[32] = "";
	int ends[2], status = 0;
	ssize_t n;
	uint64_t uid;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0) {
		if (dup2(ends[1], STDOUT_FILENO) >= 0)
			(void)execve(path, argv, p->self.envp);
		_exit(errno);
	}
	(void)close(ends[1]);
	n = read(ends[0], text, sizeof(text) - 1);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (n > 0 && str_to_u64(text, UINT32_MAX, &uid) == 0) {
		*ret = (int64_t)uid;
		return ACTION_VALUE;
	}
	return WIFEXITED(status) && WEXITSTATUS(status) ? -WEXITSTATUS(status) : -EIO;
}

static int run_sethostname(struct probe *p, char *name, int64_t *ret)
{
	(void)p, (void)ret;
	return result(sethostname(name, strlen(name)));
}

static int run_setdomainname(struct probe *p, char *name, int64_t *ret)
{
	(void)p, (void)ret;
	return result(setdomainname(name, strlen(name)));
}

static int run_setuid(struct probe *p, char *parameter, int64_t *ret)
{
	uint64_t id;

	(void)p, (void)ret;
	return action_number(parameter, &id) ? result(setuid((uid_t)id)) : ACTION_MALFORMED;
}

static int run_setgid(struct probe *p, char *parameter, int64_t *ret)
{
	uint64_t id;

	(void)p, (void)ret;
	return action_number(parameter, &id) ? result(setgid((gid_t)id)) : ACTION_MALFORMED;
}

static int run_chroot(struct probe *p, char *path, int64_t *ret)
{
	(void)p, (void)ret;
	return result(chroot(path));
}

static int run_unshare(struct probe *p, char *kind, int64_t *ret)
{
	const struct names_ns *ns = names_ns_find(kind);

	(void)p, (void)ret;
	return ns ? result(unshare((int)ns->flag)) : ACTION_UNKNOWN;
}

static int run_kill(struct probe *p, char *parameter, int64_t *ret)
{
	uint64_t pid;
	char *f[2];
	int sig;

	(void)p, (void)ret;
	if (!action_fields(parameter, 2, 2, f) || !action_number(f[0], &pid))
		return ACTION_MALFORMED;
	sig = str_eq(f[1], "0") ? 0 : proc_signal_parse(f[1]);
	return sig < 0 ? ACTION_UNKNOWN : result(kill((pid_t)pid, sig));
}

static int run_raise(struct probe *p, char *signal_name, int64_t *ret)
{
	int sig = proc_signal_parse(signal_name);

	(void)p, (void)ret;
	return sig < 0 ? ACTION_UNKNOWN : result(kill(getpid(), sig));
}

static int run_setrlimit(struct probe *p, char *parameter, int64_t *ret)
{
	struct rlimit limit;
	uint64_t soft, hard;
	char *f[3];
	int resource;

	(void)p, (void)ret;
	if (!action_fields(parameter, 3, 3, f) || !action_number(f[1], &soft) ||
	    !action_number(f[2], &hard))
		return ACTION_MALFORMED;
	resource = names_rlimit(f[0]);
	if (resource < 0)
		return ACTION_UNKNOWN;
	limit = (struct rlimit){.rlim_cur = soft, .rlim_max = hard};
	return result(setrlimit((__rlimit_resource_t)resource, &limit));
}

/* The system call, because nice(2) of the C library turns EACCES into EPERM. */
static int run_nice(struct probe *p, char *parameter, int64_t *ret)
{
	uint64_t step;
	long now;

	(void)p, (void)ret;
	if (!action_number(parameter, &step))
		return ACTION_MALFORMED;
	now = syscall(SYS_getpriority, PRIO_PROCESS, 0);
	if (now < 0)
		return -errno;
	return result(syscall(SYS_setpriority, PRIO_PROCESS, 0, 20 - now + (int64_t)step));
}

static int run_tcp(struct probe *p, char *parameter, int64_t *ret)
{
	cleanup_fd int sock = FD_NONE;
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	uint64_t port;

	(void)p, (void)ret;
	if (!action_number(parameter, &port) || port > UINT16_MAX)
		return ACTION_MALFORMED;
	to.sin_port = htons((uint16_t)port);
	sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return sock < 0 ? -errno : result(connect(sock, (struct sockaddr *)&to, sizeof(to)));
}

static int run_abstract(struct probe *p, char *name, int64_t *ret)
{
	cleanup_fd int sock = FD_NONE;
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	size_t len = strlen(name);

	(void)p, (void)ret;
	if (len + 1 > sizeof(to.sun_path))
		return ACTION_MALFORMED;
	memcpy(to.sun_path + 1, name, len);
	sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (sock < 0)
		return -errno;
	return result(connect(sock, (struct sockaddr *)&to,
			      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + len)));
}

static int print_line(int fd, const char *text)
{
	int r = fd_write_all(fd, text, strlen(text));

	return r < 0 ? r : fd_write_all(fd, "\n", 1);
}

static int run_print(struct probe *p, char *text, int64_t *ret)
{
	(void)p, (void)ret;
	return print_line(STDOUT_FILENO, text);
}

static int run_print_err(struct probe *p, char *text, int64_t *ret)
{
	(void)p, (void)ret;
	return print_line(STDERR_FILENO, text);
}

static int run_touch_wait(struct probe *p, char *parameter, int64_t *ret)
{
	struct timespec left;
	uint64_t ms;

	(void)p, (void)ret;
	if (!action_number(parameter, &ms) || ms > 600000)
		return ACTION_MALFORMED;
	left = (struct timespec){.tv_sec = (time_t)(ms / 1000),
				 .tv_nsec = (long)(ms % 1000) * 1000000};
	while (nanosleep(&left, &left) < 0 && errno == EINTR)
		;
	return ACTION_OK;
}

/* What the container's program leaves among the records of the hooks, so that it has its place in
 * their order. */
static int run_record(struct probe *p, char *name, int64_t *ret)
{
	char line[64];
	int n = snprintf(line, sizeof(line), "{\"name\":\"%s\"}\n", name);

	(void)p, (void)ret;
	if (n < 0 || (size_t)n >= sizeof(line) || strpbrk(name, "\"\\"))
		return ACTION_MALFORMED;
	return record_append("/conform-io", line, (size_t)n, NULL);
}

const struct action actions_proc[] = {
	{"exec", ACTION_CHILD, run_exec},
	{"suid", ACTION_CHILD, run_suid},
	{"sethostname", ACTION_CHILD, run_sethostname},
	{"setdomainname", ACTION_CHILD, run_setdomainname},
	{"setuid", ACTION_CHILD, run_setuid},
	{"setgid", ACTION_CHILD, run_setgid},
	{"chroot", ACTION_CHILD, run_chroot},
	{"unshare", ACTION_CHILD, run_unshare},
	{"kill", ACTION_CHILD, run_kill},
	{"setrlimit", ACTION_CHILD, run_setrlimit},
	{"nice", ACTION_CHILD, run_nice},
	{"tcp", ACTION_CHILD, run_tcp},
	{"abstract", ACTION_CHILD, run_abstract},
	{"raise", ACTION_SELF, run_raise},
	{"print", ACTION_SELF, run_print},
	{"print-err", ACTION_SELF, run_print_err},
	{"record", ACTION_SELF, run_record},
	{"touch-wait", ACTION_SELF, run_touch_wait},
	{NULL, ACTION_CHILD, NULL},
};
