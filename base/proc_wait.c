/* SPDX-License-Identifier: Apache-2.0 */
/* How a child ends. */
#include "fd.h"
#include "proc_priv.h"

#include <errno.h>
#include <poll.h>
#include <sys/wait.h>

int proc_reap(struct proc *p)
{
	int status;
	pid_t r;

	do
		r = waitpid(p->pid, &status, 0);
	while (r < 0 && errno == EINTR);
	if (r < 0)
		return -errno;
	p->status = status;
	p->reaped = true;
	return 0;
}

int proc_wait(struct proc *p, int64_t deadline_ms)
{
	struct pollfd pfd = {.fd = p->pidfd, .events = POLLIN};

	if (p->reaped)
		return 0;
	if (p->pid <= 0 || p->pidfd < 0)
		return -ECHILD;
	for (;;) {
		int r = proc_pidfd_poll(&pfd, 1, proc_poll_timeout(deadline_ms));

		if (r > 0)
			return proc_reap(p);
		if (r < 0 && errno != EINTR)
			return -errno;
		if (r == 0 && proc_poll_timeout(deadline_ms) == 0)
			return -ETIMEDOUT;
	}
}

void proc_kill(struct proc *p)
{
	/* behind the reaping the number may belong to somebody else */
	if (p->reaped || p->pid <= 0)
		return;
	(void)kill(-p->pid, SIGKILL);
	/* it may have left the group */
	(void)kill(p->pid, SIGKILL);
	(void)proc_reap(p);
}

void proc_done(struct proc *p)
{
	int saved = errno;

	proc_kill(p);
	fd_close(&p->pidfd);
	errno = saved;
}

int proc_exit_code(const struct proc *p)
{
	if (WIFEXITED(p->status))
		return WEXITSTATUS(p->status);
	return 128 + WTERMSIG(p->status);
}
