/* SPDX-License-Identifier: Apache-2.0 */
/* `run`: create and start in one, the caller's terminal and signals in between, and the program's
 * exit code as one's own. */
#include "cleanup.h"
#include "container_dir.h"
#include "creation.h"
#include "fd.h"
#include "foreground.h"

/*
 * What is known of the container need not be read again: its state is written by `create` alone.
 * The lock says whether it is still there; where another `delete` was quicker, whoever has the id
 * by now is not ours.
 */
static int delete_own(struct creation *cr, struct err *e)
{
	struct container *c = &cr->c;
	int r;

	c->pid = 0;
	if (container_is_gone(c))
		return 0;
	/* before the lock: who holds it may wait for a process that outlives the first one */
	r = destroy_kill(c, e);
	if (r < 0)
		return r;
	r = container_dir_lock(c, -1, e);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	return destroy_container(c, &cr->o->log, e);
}

/* Until its end, then `delete`. The program's exit code is what the caller waits for, also where
 * something cannot be cleared up behind it: that is told. */
int creation_stay(struct creation *cr, int sigfd, struct err *e)
{
	const struct rt_log *log = &cr->o->log;
	struct err left = {0};
	int r, code;

	r = foreground_wait(&cr->console_master, cr->pidfd, sigfd, &cr->notify.beside, e);
	notify_finish(&cr->notify);
	notify_done(&cr->notify);
	if (r < 0) {
		creation_undo(cr);
		return r;
	}
	code = foreground_reap(cr->pid, e);
	cr->pid = 0;
	if (code < 0)
		return code;
	if (!cr->o->keep && delete_own(cr, &left) < 0)
		log->warn(log->arg, left.msg);
	return code;
}

static int start(struct creation *cr, struct err *e)
{
	int r;

	/* from here on whatever fails ends with runtime.md#lifecycle, steps 12 and 13 */
	cr->hooks_begun = true;
	r = start_follow(&cr->c, cr->pid, cr->sync, cr->doc, cr->interrupt, &cr->o->log, e);
	if (r >= 0)
		r = start_run_poststart(&cr->c, cr->doc, cr->interrupt, &cr->o->log, e);
	if (r < 0)
		creation_undo(cr);
	return r;
}

int rt_run(const struct rt_create_options *o, struct err *e)
{
	CLEANUP(creation_done) struct creation cr;
	cleanup_fd int sigfd = FD_NONE;
	int r;

	creation_init(&cr, o, true);
	if (!o->detach) {
		sigfd = foreground_signals(e);
		if (sigfd < 0)
			return sigfd;
		cr.interrupt = foreground_interrupt(e);
		if (cr.interrupt < 0)
			return cr.interrupt;
	}
	r = creation_make(&cr, e);
	if (r >= 0)
		r = start(&cr, e);
	if (r < 0)
		return r;
	/* the lock is for transitions; the container's life is none */
	fd_close(&cr.c.lock_fd);
	if (!o->detach)
		return creation_stay(&cr, sigfd, e);
	/* the container goes on without us */
	notify_wait(&cr.notify, cr.pidfd, cr.pid);
	return 0;
}
