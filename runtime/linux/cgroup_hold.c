/* SPDX-License-Identifier: Apache-2.0 */
/* A cgroup that is frozen for a moment, by which nobody inside is to notice what is done: it does
 * not stay frozen, whatever becomes of this process meanwhile. */
#include "cgroup_internal.h"

#include "cleanup.h"

#include <fcntl.h>
#include <unistd.h>

/* The guard's end of the pipe. */
#define PIPE 3

/* The guard: nothing comes through the pipe but the end of who holds the other side. */
static int thaw_behind(void *arg)
{
	struct cgroup *cg = arg;
	sigset_t all;
	char byte;

	/* what ends the one may be meant for all */
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, NULL);
	while (read(PIPE, &byte, 1) < 0 && errno == EINTR)
		;
	cgroup_forget_fds(cg);
	return cgroup_freeze(cg, false, NULL) < 0;
}

static int start_guard(const struct cgroup *cg, struct cgroup_hold *h, struct err *e)
{
	cleanup_fd int its = FD_NONE;
	struct proc_fd fd = {.as = PIPE};
	struct proc_spawn s = PROC_SPAWN_INIT;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_set(e, errno, "pipe: %m");
	its = ends[0];
	fd.fd = its;
	h->end = ends[1];
	s.fds = &fd;
	s.nfds = 1;
	s.outlive = true;
	s.run = thaw_behind;
	s.run_arg = (void *)cg;
	return proc_spawn(&s, &h->guard, e);
}

static void end_guard(struct cgroup_hold *h)
{
	proc_done(&h->guard);
	fd_close(&h->end);
	(void)sigprocmask(SIG_SETMASK, &h->mask, NULL);
}

int cgroup_hold(const struct cgroup *cg, struct cgroup_hold *h, struct err *e)
{
	static const int ending[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
	sigset_t set;
	int r;

	*h = CGROUP_HOLD_NONE;
	if (cgroup_is_frozen(cg))
		return 0;
	(void)sigemptyset(&set);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		(void)sigaddset(&set, ending[i]);
	if (sigprocmask(SIG_BLOCK, &set, &h->mask) < 0)
		return err_set(e, errno, "sigprocmask: %m");
	r = start_guard(cg, h, e);
	if (r >= 0)
		r = cgroup_freeze(cg, true, e);
	h->held = r >= 0;
	if (r < 0)
		end_guard(h);
	return r;
}

int cgroup_hold_end(const struct cgroup *cg, struct cgroup_hold *h, struct err *e)
{
	int r;

	if (!h->held)
		return 0;
	h->held = false;
	r = cgroup_freeze(cg, false, e);
	/* after that, so that there is no moment without anybody; and before somebody else freezes
	 * it, who would be undone */
	end_guard(h);
	return r;
}
