/* SPDX-License-Identifier: Apache-2.0 */
#include "foreground.h"

#include "console.h"
#include "fd.h"
#include "proc.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* What cannot be passed on, must not be, or is about this process alone, its sockets and its
 * terminal. */
static void fill_forwarded(sigset_t *set)
{
	static const int own[] = {SIGCHLD, SIGSEGV, SIGBUS,  SIGILL,  SIGFPE,  SIGABRT, SIGTRAP,
				  SIGSYS,  SIGPIPE, SIGTTIN, SIGTTOU, SIGTSTP, SIGCONT, SIGURG};

	(void)sigfillset(set);
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		(void)sigdelset(set, own[i]);
}

int foreground_signals(struct err *e)
{
	sigset_t set;
	int fd;

	fill_forwarded(&set);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return err_set(e, errno, "sigprocmask: %m");
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? err_set(e, errno, "signalfd: %m") : fd;
}

/* Not what the caller has us ignore, as nohup(1) and a shell's background do: where a signal is
 * blocked the kernel forgets about that, and it would be read. */
static void fill_interrupting(sigset_t *set)
{
	static const int interrupting[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
	struct sigaction now;

	(void)sigemptyset(set);
	for (size_t i = 0; i < sizeof(interrupting) / sizeof(interrupting[0]); i++)
		if (sigaction(interrupting[i], NULL, &now) < 0 || now.sa_handler != SIG_IGN)
			(void)sigaddset(set, interrupting[i]);
}

int foreground_interruptible(struct err *e)
{
	sigset_t set;

	fill_interrupting(&set);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return err_set(e, errno, "sigprocmask: %m");
	return foreground_interrupt(e);
}

int foreground_interrupt(struct err *e)
{
	sigset_t set;
	int fd;

	fill_interrupting(&set);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? err_set(e, errno, "signalfd: %m") : fd;
}

/*
 * A window that changes its size is only of interest to who has a terminal of its own
 * (console_relay()). To others it can mean something else: an httpd ends at SIGWINCH.
 */
static void forward(int sigfd, int pidfd)
{
	struct signalfd_siginfo si;

	if (read(sigfd, &si, sizeof(si)) == (ssize_t)sizeof(si) && si.ssi_signo != SIGWINCH)
		console_pass_signal(&si, pidfd);
}

int foreground_wait(int *console, int pidfd, int sigfd, struct beside *beside, struct err *e)
{
	struct pollfd p[] = {
		{.fd = pidfd, .events = POLLIN}, {.fd = sigfd, .events = POLLIN}, {.fd = -1}};

	if (*console >= 0)
		return console_relay(console, pidfd, sigfd, beside, e);
	for (;;) {
		if (beside)
			p[2] = beside->poll;
		if (proc_pidfd_poll(p, 3, -1) < 0) {
			if (errno == EINTR)
				continue;
			return err_set(e, errno, "wait for the program: %m");
		}
		if (p[0].revents)
			return 0;
		if (p[1].revents)
			forward(sigfd, pidfd);
		if (beside && p[2].revents)
			beside->act(beside);
	}
}

int foreground_reap(pid_t pid, struct err *e)
{
	int status;

	while (waitpid(pid, &status, __WALL) < 0)
		if (errno != EINTR)
			return err_set(e, errno, "wait for the program: %m");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
