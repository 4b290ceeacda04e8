/* SPDX-License-Identifier: Apache-2.0 */
/* `run`: create and start in one, the caller's terminal and signals in between, and the program's
 * exit code as one's own. */
#include "cleanup.h"
#include "console.h"
#include "creation.h"
#include "fd.h"
#include "proc.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* What cannot be passed on, must not be, or is about this process alone. */
static void fill_forwarded(sigset_t *set)
{
	static const int own[] = {SIGCHLD, SIGSEGV, SIGBUS,  SIGILL,  SIGFPE,  SIGABRT, SIGTRAP,
				  SIGSYS,  SIGPIPE, SIGTTIN, SIGTTOU, SIGTSTP, SIGCONT};

	(void)sigfillset(set);
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		(void)sigdelset(set, own[i]);
}

static void forward(int sigfd, int pidfd)
{
	struct signalfd_siginfo si;

	if (read(sigfd, &si, sizeof(si)) == (ssize_t)sizeof(si))
		(void)proc_pidfd_signal(pidfd, (int)si.ssi_signo);
}

static int wait_forwarding(const struct creation *cr, int sigfd, struct err *e)
{
	struct pollfd p[] = {{.fd = cr->pidfd, .events = POLLIN}, {.fd = sigfd, .events = POLLIN}};

	for (;;) {
		if (poll(p, 2, -1) < 0) {
			if (errno == EINTR)
				continue;
			return err_set(e, errno, "wait for container '%s': %m", cr->o->id);
		}
		if (p[0].revents)
			return 0;
		forward(sigfd, cr->pidfd);
	}
}

static int reap(struct creation *cr, struct err *e)
{
	int status;

	while (waitpid(cr->pid, &status, __WALL) < 0)
		if (errno != EINTR)
			return err_set(e, errno, "wait for container '%s': %m", cr->o->id);
	cr->pid = 0;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Until its end, then `delete`. */
static int stay(struct creation *cr, int sigfd, struct err *e)
{
	int r, code;

	r = cr->console_master >= 0 ? console_relay(cr->console_master, cr->pidfd, sigfd, e)
				    : wait_forwarding(cr, sigfd, e);
	if (r < 0) {
		creation_undo(cr);
		return r;
	}
	code = reap(cr, e);
	if (code < 0)
		return code;
	if (!cr->o->keep) {
		/* another `delete` may have been quicker */
		r = rt_delete(cr->o->root, cr->o->id, true, &cr->o->log, e);
		if (r < 0)
			return r;
	}
	return code;
}

static int start(struct creation *cr, struct err *e)
{
	int r;

	/* from here on whatever fails ends with runtime.md#lifecycle, steps 12 and 13 */
	cr->hooks_begun = true;
	r = start_follow(&cr->c, cr->sync, cr->doc, &cr->o->log, e);
	if (r >= 0)
		r = start_run_poststart(&cr->c, cr->doc, &cr->o->log, e);
	if (r < 0)
		creation_undo(cr);
	return r;
}

int rt_run(const struct rt_create_options *o, struct err *e)
{
	CLEANUP(creation_done) struct creation cr;
	cleanup_fd int sigfd = FD_NONE;
	sigset_t set;
	int r;

	creation_init(&cr, o, true);
	if (!o->detach) {
		/* before there is anything to forward to: none is lost; the first process resets
		 * its own mask */
		fill_forwarded(&set);
		if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
			return err_set(e, errno, "sigprocmask: %m");
		sigfd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
		if (sigfd < 0)
			return err_set(e, errno, "signalfd: %m");
	}
	r = creation_make(&cr, e);
	if (r >= 0)
		r = start(&cr, e);
	if (r < 0)
		return r;
	/* the lock is for transitions; the container's life is none */
	fd_close(&cr.c.lock_fd);
	return o->detach ? 0 : stay(&cr, sigfd, e);
}
