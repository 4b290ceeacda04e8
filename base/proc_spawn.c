/* SPDX-License-Identifier: Apache-2.0 */
/* How a child begins: the only file that forks. */
#include "cleanup.h"
#include "fd.h"
#include "proc_priv.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/sched.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CHILD_FDS_MAX 64  /* entries of proc_spawn.fds, stdio included */
#define EXIT_NO_EXEC  127 /* what a shell says */
#define DEFAULT_PATH  "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/*
 * clone(2) for kernels before 5.3; it knows neither the flags above 32 bits nor those that share
 * their bits with the exit signal. Of kernels that have no clone3(2) some ignore CLONE_PIDFD, and
 * Linux 5.2 gives a descriptor that poll(2) always finds ready.
 */
static long legacy_clone(uint64_t flags, uint64_t exit_signal)
{
	flags &= ~(uint64_t)CLONE_PIDFD;
	if (flags > UINT32_MAX || (flags & CSIGNAL)) {
		errno = ENOSYS;
		return -1;
	}
#if defined(__s390__) || defined(__CRIS__)
	return syscall(SYS_clone, NULL, flags | exit_signal, NULL, NULL, NULL);
#else
	return syscall(SYS_clone, flags | exit_signal, NULL, NULL, NULL, NULL);
#endif
}

pid_t proc_clone(uint64_t flags, int cgroup_fd, int *ret_pidfd)
{
	int pidfd = FD_NONE;
	struct clone_args args = {
		.flags = flags,
		/* clone3 refuses a signal of its own beside CLONE_PARENT */
		.exit_signal = flags & CLONE_PARENT ? 0 : SIGCHLD,
	};
	long pid;

	if (ret_pidfd) {
		args.flags |= CLONE_PIDFD;
		args.pidfd = (uint64_t)(uintptr_t)&pidfd;
	}
	if (cgroup_fd >= 0) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (uint64_t)cgroup_fd;
	}
	/* what stdio holds back must not be printed twice */
	(void)fflush(NULL);
	pid = syscall(SYS_clone3, &args, sizeof(args));
	if (pid < 0 && errno == ENOSYS)
		pid = legacy_clone(args.flags, args.exit_signal);
	if (pid < 0)
		return -errno;
	if (pid > 0 && ret_pidfd)
		*ret_pidfd = pidfd;
	return (pid_t)pid;
}

/* The program that execvp(3) would take, without its detour over /bin/sh. The caller frees *ret. */
static int find_program(const char *name, char **ret, struct err *e)
{
	const char *dirs = getenv("PATH");
	int found = ENOENT;

	if (strchr(name, '/')) {
		*ret = strdup(name);
		return *ret ? 0 : err_set(e, ENOMEM, "find '%s': %m", name);
	}
	if (!dirs)
		dirs = DEFAULT_PATH;
	for (;;) {
		size_t n = strcspn(dirs, ":");
		cleanup_free char *path =
			n ? str_format("%.*s/%s", (int)n, dirs, name) : str_format("./%s", name);
		struct stat st;

		if (!path)
			return err_set(e, ENOMEM, "find '%s': %m", name);
		if (stat(path, &st) == 0 && S_ISREG(st.st_mode)) {
			if (access(path, X_OK) == 0) {
				*ret = take_ptr(&path);
				return 0;
			}
			found = EACCES;
		}
		if (dirs[n] == '\0')
			break;
		dirs += n + 1;
	}
	return err_set(e, found, "find '%s' in $PATH: %m", name);
}

/* What the child needs to know beside the caller's wishes. */
struct child {
	const struct proc_spawn *s;
	const char *path;
	pid_t parent;
	int status_fd; /* where a struct err goes up */
	int parent_fd; /* the parent's end of it */
	struct proc_fd fds[CHILD_FDS_MAX];
	size_t nfds;
};

/* The list of descriptors: stdio first, then the caller's. */
static int list_fds(struct child *c, int null_fd, struct err *e)
{
	const struct proc_spawn *s = c->s;
	const int stdio[] = {s->in_fd, s->out_fd, s->err_fd};

	if (s->nfds > CHILD_FDS_MAX - 3)
		return err_set(e, E2BIG, "%zu descriptors for one child", s->nfds);
	for (int i = 0; i < 3; i++)
		c->fds[c->nfds++] = (struct proc_fd){stdio[i] < 0 ? null_fd : stdio[i], i};
	for (size_t i = 0; i < s->nfds; i++) {
		if (s->fds[i].as < 3)
			return err_set(e, EINVAL, "descriptor %d of the child is stdio",
				       s->fds[i].as);
		c->fds[c->nfds++] = s->fds[i];
	}
	return 0;
}

static void close_between(int first, int last)
{
	if (first > last || syscall(SYS_close_range, first, last, 0) == 0)
		return;
	for (int fd = first; fd <= last; fd++)
		(void)close(fd);
}

/* Closes what is not on the list, between its numbers and behind @top. */
static int close_others(const struct child *c, int top)
{
	for (int fd = 3; fd < top; fd++) {
		bool listed = false;

		for (size_t i = 0; i < c->nfds && !listed; i++)
			listed = c->fds[i].as == fd;
		if (!listed)
			close_between(fd, fd);
	}
	return fd_close_from(top + 1);
}

/*
 * Puts each descriptor under its number. All are first copied above every number of the list, so no
 * dup2(2) can overwrite one that is still to come; the status pipe ends up right above the list.
 */
static int place_fds(struct child *c, struct err *e)
{
	int top = 2;

	for (size_t i = 0; i < c->nfds; i++)
		top = c->fds[i].as > top ? c->fds[i].as : top;
	top++;

	for (size_t i = 0; i < c->nfds; i++) {
		int fd = fcntl(c->fds[i].fd, F_DUPFD_CLOEXEC, top + 1);

		if (fd < 0)
			return err_set(e, errno, "copy descriptor %d: %m", c->fds[i].fd);
		c->fds[i].fd = fd;
	}
	if (c->status_fd != top) {
		if (dup3(c->status_fd, top, O_CLOEXEC) < 0)
			return err_set(e, errno, "move the status pipe: %m");
		c->status_fd = top;
	}
	for (size_t i = 0; i < c->nfds; i++) {
		if (dup2(c->fds[i].fd, c->fds[i].as) < 0)
			return err_set(e, errno, "make descriptor %d: %m", c->fds[i].as);
	}
	if (close_others(c, top) < 0)
		return err_set(e, errno, "close inherited descriptors: %m");
	return 0;
}

static void reset_signals(void)
{
	sigset_t none;

	/* KILL, STOP and the two that libc keeps for itself refuse, and need nothing */
	for (int sig = 1; sig < NSIG; sig++)
		(void)signal(sig, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Whether the parent has died before PR_SET_PDEATHSIG. One outside of our pid namespace has no
 * number here; while it lives, somebody reads what goes up. */
static bool is_orphan(struct child *c)
{
	struct pollfd up = {.fd = c->status_fd};
	pid_t parent = getppid();

	if (parent)
		return parent != c->parent;
	fd_close(&c->parent_fd);
	return poll(&up, 1, 0) > 0;
}

static int child_setup(struct child *c, struct err *e)
{
	const struct proc_spawn *s = c->s;
	int r;

	(void)setpgid(0, 0);
	if (!s->outlive) {
		if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
			return err_set(e, errno, "ask to die with the parent: %m");
		if (is_orphan(c))
			_exit(EXIT_NO_EXEC);
	}
	if (s->cwd_fd >= 0 && fchdir(s->cwd_fd) < 0)
		return err_set(e, errno, "enter the working directory: %m");
	r = place_fds(c, e);
	if (r < 0)
		return r;
	reset_signals();
	return s->setup ? s->setup(s->setup_arg, e) : 0;
}

/* Everything that happens in the child. Does not return. */
static void __attribute__((noreturn)) child_main(struct child *c)
{
	const struct proc_spawn *s = c->s;
	struct err e = {0};
	int r = child_setup(c, &e);

	if (r >= 0 && s->run) {
		(void)close(c->status_fd);
		r = s->run(s->run_arg);
		(void)fflush(NULL);
		_exit(r);
	}
	if (r >= 0 && c->path) {
		(void)execve(c->path, s->argv, s->envp ? s->envp : environ);
		r = err_set(&e, errno, "execute '%s': %m", c->path);
	}
	if (e.num == 0)
		(void)err_set(&e, -r, "prepare the child: %m");
	(void)fd_write_all(c->status_fd, &e, sizeof(e));
	_exit(EXIT_NO_EXEC);
}

/* Reads what the child sends up: nothing (the pipe closed on execve), or its error. */
static int read_status(int fd, struct err *e)
{
	struct err up;
	size_t len = 0;

	while (len < sizeof(up)) {
		ssize_t n = read(fd, (char *)&up + len, sizeof(up) - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(e, errno, "read the child's status: %m");
		if (n == 0)
			break;
		len += (size_t)n;
	}
	if (len == 0)
		return 0;
	if (len != sizeof(up))
		return err_set(e, EIO, "the child ended within its error message");
	up.msg[sizeof(up.msg) - 1] = '\0';
	return err_set(e, up.num, "%s", up.msg);
}

static int make_child(struct child *c, struct proc *p, struct err *e)
{
	sigset_t all, old;

	/* no handler of ours may run in the child before the signals are reset */
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, &old);
	p->pid = proc_clone(0, FD_NONE, &p->pidfd);
	if (p->pid == 0)
		child_main(c);
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	if (p->pid < 0)
		return err_set(e, -p->pid, "fork: %m");
	/* the child does the same; whoever comes first makes the group exist for both */
	(void)setpgid(p->pid, p->pid);
	if (p->pidfd < 0)
		p->pidfd = proc_pidfd_open(p->pid);
	return p->pidfd < 0 ? err_set(e, -p->pidfd, "open a pidfd: %m") : 0;
}

/* For a stream that the caller has not. Who has all three needs no null device, which may be gone.
 */
static int open_null(const struct proc_spawn *s, int *ret, struct err *e)
{
	if (s->in_fd >= 0 && s->out_fd >= 0 && s->err_fd >= 0)
		return 0;
	*ret = open("/dev/null", O_RDWR | O_CLOEXEC);
	return *ret < 0 ? err_set(e, errno, "open '/dev/null': %m") : 0;
}

int proc_spawn(const struct proc_spawn *s, struct proc *ret, struct err *e)
{
	cleanup_fd int null_fd = FD_NONE, up_r = FD_NONE, up_w = FD_NONE;
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct child c = {.s = s, .parent = getpid()};
	cleanup_free char *path = NULL;
	int ends[2];
	int r;

	if (!s->run) {
		if (!s->path || !s->argv)
			return err_set(e, EINVAL, "nothing to execute");
		r = find_program(s->path, &path, e);
		if (r < 0)
			return r;
		c.path = path;
	}
	r = open_null(s, &null_fd, e);
	if (r < 0)
		return r;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_set(e, errno, "make the status pipe: %m");
	up_r = c.parent_fd = ends[0];
	up_w = c.status_fd = ends[1];
	r = list_fds(&c, null_fd, e);
	if (r < 0)
		return r;

	r = make_child(&c, &p, e);
	fd_close(&up_w);
	if (r == 0)
		r = read_status(up_r, e);
	if (r < 0)
		return r;
	*ret = p;
	p = PROC_INIT;
	return 0;
}
