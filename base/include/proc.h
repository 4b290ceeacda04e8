/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Processes. The only module that forks. A child starts in its own process group, dies with its
 * parent (PR_SET_PDEATHSIG) unless told otherwise, and inherits only the descriptors on its list.
 */
#ifndef BASE_PROC_H
#define BASE_PROC_H

#include "err.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* CLOCK_MONOTONIC in milliseconds. */
int64_t proc_now_ms(void);

/* One descriptor that the child gets: @fd of the parent becomes @as in the child. Both sides may
 * overlap with other entries. */
struct proc_fd {
	int fd, as;
};

struct proc_spawn {
	const char *path;	   /* executable; searched in $PATH where it has no slash */
	char *const *argv;	   /* NULL-terminated */
	char *const *envp;	   /* NULL: the caller's environment */
	int cwd_fd;		   /* directory to start in; FD_NONE: the caller's */
	int in_fd, out_fd, err_fd; /* 0, 1, 2 of the child; FD_NONE: /dev/null */
	const struct proc_fd *fds; /* further descriptors */
	size_t nfds;
	bool outlive;				/* do not set PR_SET_PDEATHSIG */
	int (*setup)(void *arg, struct err *e); /* runs in the child just before execve,
						   async-signal-safe only; may be NULL */
	void *setup_arg;
	/* Instead of execve: runs in the child, whose exit status is the result. @path and @argv
	 * are then ignored. */
	int (*run)(void *arg);
	void *run_arg;
};
#define PROC_SPAWN_INIT                                                                            \
	((struct proc_spawn){                                                                      \
		.cwd_fd = FD_NONE, .in_fd = FD_NONE, .out_fd = FD_NONE, .err_fd = FD_NONE})

struct proc {
	pid_t pid;
	int pidfd; /* owned */
	bool reaped;
	int status; /* wait status, once reaped */
};
#define PROC_INIT ((struct proc){.pid = 0, .pidfd = FD_NONE})

/* Starts a child. A failure between fork and execve arrives in @e through a pipe, with the child
 * reaped. 0 or -errno. */
int proc_spawn(const struct proc_spawn *s, struct proc *ret, struct err *e);

/* Waits until the child ends or @deadline_ms (of proc_now_ms(), negative: for ever) has passed: 0
 * or -ETIMEDOUT or -errno. */
int proc_wait(struct proc *p, int64_t deadline_ms);

/* Kills the process group with SIGKILL and reaps the child; safe to repeat. */
void proc_kill(struct proc *p);

/* Kills (where still alive), reaps, closes. The destructor. Keeps errno. */
void proc_done(struct proc *p);

/* Exit code as a shell has it: the code, or 128 + signal. Only after proc_wait() returned 0. */
int proc_exit_code(const struct proc *p);

/*
 * Behind a child's end: has @read_once take what it left in the pipe @fd (FD_NONE: nothing), which
 * cannot be more than the pipe holds, and does not wait for a grandchild that keeps the other end
 * open or even goes on writing. @read_once reads without blocking and returns the bytes; 0: nothing
 * more comes now.
 */
void proc_drain(int fd, size_t (*read_once)(void *arg), void *arg);

/*
 * Runs a program to its end with what it prints to 1 and 2 caught (each up to @max bytes,
 * NUL-terminated, the caller frees; NULL: thrown away). Returns the exit code (>= 0), -ETIMEDOUT
 * after killing the group at the deadline, or -errno.
 */
int proc_run(const struct proc_spawn *s, int64_t timeout_ms, size_t max, char **ret_out,
	     char **ret_err, struct err *e);

/*
 * clone3(2) in the manner of fork: returns 0 in the child, the pid in the parent, -errno. @flags
 * are CLONE_NEW* and CLONE_PARENT and so on; CLONE_PIDFD is added when @ret_pidfd is not NULL
 * (which stays FD_NONE without clone3(2): then there is proc_pidfd_open()), CLONE_INTO_CGROUP when
 * @cgroup_fd >= 0. Flushes stdio first. For the runtime's own first process, which has no program
 * to execute yet.
 */
pid_t proc_clone(uint64_t flags, int cgroup_fd, int *ret_pidfd);

/*
 * pidfd_open(2), pidfd_send_signal(2): 0 / descriptor or -errno. Where the kernel lacks them
 * (before Linux 5.3 and 5.1) the descriptor is the process's directory in procfs, which is as sure
 * to mean no other process; a signal by it is sent to a number that is looked at just before.
 */
int proc_pidfd_open(pid_t pid);
int proc_pidfd_signal(int pidfd, int sig);

/* Whether it is a pidfd, which others can be given and poll(2) understands. */
bool proc_pidfd_is_native(int pidfd);

/* poll(2), where @p[0].fd may be what proc_pidfd_open() has given, or negative: POLLIN once the
 * process has ended. Returns how many have something to tell, or -1 with errno. */
struct pollfd;
int proc_pidfd_poll(struct pollfd *p, size_t n, int timeout_ms);

/* Field 22 of /proc/<pid>/stat, which with the pid names a process for good (proc_pid_stat(5)). 0
 * or -errno (-ESRCH: no such process, -EOWNERDEAD: a zombie, all its threads have ended, *ret is
 * set). As our time namespace shifts it (time_namespaces(7)). */
int proc_start_time(pid_t pid, uint64_t *ret);
/* The same without that shift, for others to compare; with it where nobody can tell it. */
int proc_start_time_real(pid_t pid, uint64_t *ret);
/* Whether @seen, of proc_start_time(), is @real, of proc_start_time_real() by whomever: 1, 0, or
 * -errno (-EXDEV: our shift is not known). To the tick, unless the shift is no whole number of
 * them. */
int proc_start_is(uint64_t seen, uint64_t real);

/* The number of the process whose directory in procfs @dir is, in the pid namespace of that procfs.
 * Or -errno (-ESRCH: it has gone). */
pid_t proc_number_in(int dir);

/* Signal names with or without SIG, numbers, RTMIN+n: the number or -EINVAL. The name without SIG,
 * or NULL. */
int proc_signal_parse(const char *s);
const char *proc_signal_name(int sig);

/*
 * A write(2) that nobody reads raises SIGPIPE, and whether that is ignored is the caller's
 * business, which programs inherit: between these two it is held back, and taken away if it came.
 */
struct proc_sigpipe {
	sigset_t before;
	bool was_pending;
};
void proc_hold_sigpipe(struct proc_sigpipe *ret);
void proc_release_sigpipe(const struct proc_sigpipe *s);

#endif
