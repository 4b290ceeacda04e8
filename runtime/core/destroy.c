/* SPDX-License-Identifier: Apache-2.0 */
/* runtime.md#lifecycle, steps 12 and 13; runtime.md#delete; runtime.md#kill. */
#include "cleanup.h"
#include "creation.h"
#include "fd.h"
#include "hooks.h"
#include "idmap.h"
#include "pidns.h"
#include "proc.h"
#include "resctrl.h"
#include "shared_mounts.h"

#include <poll.h>
#include <signal.h>
#include <string.h>

/* What SIGKILL takes to arrive: a process in an uninterruptible wait (a dead NFS server) may take
 * for ever. */
#define KILL_TIMEOUT_MS 10000
/* How long `delete --force` waits before it looks once more for a process to kill. */
#define LOCK_WAIT_MS 100
/* The last wait between two rounds of thawing; all of them take twice as long. */
#define THAW_WAIT_MS 512

static int wait_dead(int pidfd, const char *id, struct err *e)
{
	struct pollfd p = {.fd = pidfd, .events = POLLIN};
	int64_t deadline = proc_now_ms() + KILL_TIMEOUT_MS;
	int n;

	do {
		int64_t left = deadline - proc_now_ms();

		n = proc_pidfd_poll(&p, 1, left > 0 ? (int)left : 0);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_set(e, errno, "wait for the end of container '%s': %m", id);
	if (n == 0)
		return err_set(e, ETIMEDOUT, "container '%s' does not die", id);
	return 0;
}

/* Whoever is in the cgroups, but not who was there when they were refused to us. */
static int signal_cgroup(const struct container *c)
{
	return c->creating ? cgroup_signal_own(c->cgroup, SIGKILL, NULL)
			   : cgroup_signal(c->cgroup, SIGKILL, NULL);
}

int destroy_kill(const struct container *c, struct err *e)
{
	cleanup_fd int pidfd = container_pidfd(c);
	int r;

	if (pidfd < 0 && pidfd != -ESRCH)
		return err_set(e, -pidfd, "find the first process of container '%s': %m", c->id);
	if (pidfd >= 0) {
		r = proc_pidfd_signal(pidfd, SIGKILL);
		if (r < 0 && r != -ESRCH)
			return err_set(e, -r, "kill container '%s': %m", c->id);
	}
	/* frozen ones, those of a shared pid namespace, those of a creator that was killed: whoever
	 * is in the cgroups */
	if (c->cgroup && (pidfd >= 0 || !c->own_pid_ns || c->creating))
		(void)signal_cgroup(c);
	return pidfd >= 0 ? wait_dead(pidfd, c->id, e) : 0;
}

void destroy_run_poststop(const struct container *c, const struct cfg_doc *doc,
			  const struct rt_log *log)
{
	CLEANUP(strbuf_done) struct strbuf state = STRBUF_INIT;
	struct hooks_how how = HOOKS_HOW_INIT;
	cleanup_fd int dir = FD_NONE;
	struct err e = {0};

	if (!doc || !doc->config->hooks)
		return;
	container_print_state(c, RT_STOPPED, 0, NULL, 0, &state);
	if (state.oom)
		return;
	dir = hooks_open_bundle(c->bundle);
	how.dir = dir;
	how.keep_going = true;
	how.warn = log->warn;
	how.arg = log->arg;
	if (hooks_run(doc, "poststop", &doc->config->hooks->poststop, state.buf, state.len, &how,
		      &e) < 0)
		log->warn(log->arg, e.msg);
}

/* What a killed creator had mounted is not written down, but what was there before it is. */
static int remove_mounts(const struct container *c, struct err *e)
{
	CLEANUP(json_freep) struct json *made = NULL;
	int r;

	if (!c->mounts)
		return 0;
	if (!c->creating)
		return shared_mounts_remove(c->rootfs, c->mounts, e);
	r = shared_mounts_list(c->rootfs, &made, e);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	shared_mounts_subtract(made, c->mounts);
	return shared_mounts_remove(c->rootfs, made, e);
}

/* Where the file system is not mounted any more, there is nothing to be removed from it. */
static int remove_resctrl(const struct container *c, struct err *e)
{
	cleanup_fd int root_fd = FD_NONE;

	if (!c->resctrl)
		return 0;
	root_fd = resctrl_open(e);
	if (root_fd == -ENODEV)
		return 0;
	return root_fd < 0 ? root_fd : resctrl_remove(root_fd, c->resctrl, e);
}

int destroy_container(struct container *c, const struct rt_log *log, struct err *e)
{
	CLEANUP(cfg_doc_freep) struct cfg_doc *doc = NULL;
	struct err why = {0};
	int r;

	r = destroy_kill(c, e);
	if (r >= 0)
		r = remove_mounts(c, e);
	if (r < 0)
		return r;
	if (c->cgroup) {
		r = cgroup_remove(c->cgroup, e);
		/* processes that outlived the first one, in a pid namespace that is not theirs
		 * alone */
		if (r == -EBUSY && signal_cgroup(c) >= 0)
			r = cgroup_remove(c->cgroup, e);
		if (r < 0)
			return err_wrap(e, "delete container '%s'", c->id);
	}
	r = remove_resctrl(c, e);
	if (r < 0)
		return err_wrap(e, "delete container '%s'", c->id);
	if (c->has_poststop && container_read_config(c, &doc, &why) < 0)
		log->warn(log->arg, why.msg);
	/* the state last: until here another `delete` could take over */
	r = container_remove(c, e);
	if (r < 0)
		return r;
	destroy_run_poststop(c, doc, log);
	return 0;
}

static int check_stopped(const struct container *c, enum rt_status status, struct err *e)
{
	if (status == RT_STOPPED)
		return 0;
	return err_set(
		e, EBUSY,
		"cannot delete container %s that is not stopped: %s (--force kills it first)",
		c->id, rt_status_name(status));
}

/*
 * Behind destroy_kill(): without its first process whoever is at work on the container gives up, a
 * creator even in the midst of a hook. That one may have had none to kill yet, and have made one
 * since.
 */
static int lock_killed(struct container *c, struct err *e)
{
	int64_t deadline = proc_now_ms() + KILL_TIMEOUT_MS;
	int r;

	do {
		r = container_lock_end(c, LOCK_WAIT_MS, e);
		if (r == -EBUSY && c->creating)
			(void)destroy_kill(c, NULL);
	} while (r == -EBUSY && proc_now_ms() < deadline);
	if (r == -EBUSY)
		return err_set(e, EBUSY,
			       "container '%s' was killed, but whoever is at work on it has not "
			       "let go of it for %d s",
			       c->id, KILL_TIMEOUT_MS / 1000);
	return r;
}

int rt_delete(const char *root, const char *id, bool force, const struct rt_log *log, struct err *e)
{
	CLEANUP(container_done) struct container c = CONTAINER_INIT;
	int r;

	r = container_load(root, id, &c, e);
	if (r == -ENOENT && force)
		return 0;
	/* before the lock: who holds it may wait for this very process */
	if (r >= 0 && force)
		r = destroy_kill(&c, e);
	if (r < 0)
		return r;
	r = force ? lock_killed(&c, e) : container_lock_made(&c, -1, check_stopped, e);
	if (r == -ENOENT && force)
		return 0;
	return r < 0 ? r : destroy_container(&c, log, e);
}

/* Where no cgroup knows them, the pid namespace does. SIGKILL of its first process ends the others.
 */
static int signal_others(const struct container *c, int sig, struct err *e)
{
	cleanup_fd int dir = idmap_open_pid(c->pid, e);
	int r = dir < 0 ? dir : pidns_signal(dir, sig == SIGKILL ? 0 : sig, c->pid, e);

	return r < 0 ? err_wrap(e, "container '%s': only its first process was signalled", c->id)
		     : 0;
}

/*
 * The v1 freezer keeps SIGKILL waiting, and the first process of a pid namespace waits for all
 * others. As long as it has not gone, a process that still runs may freeze another one anew where
 * there are cgroups below the container's.
 */
static void thaw_until_dead(const struct cgroup *cg, int pidfd)
{
	struct pollfd p = {.fd = pidfd, .events = POLLIN};
	int wait_ms = 1;

	while (cgroup_thaw_tree(cg) > 0 && wait_ms <= THAW_WAIT_MS &&
	       proc_pidfd_poll(&p, 1, wait_ms) == 0)
		wait_ms *= 2;
}

/* runtime.md#kill: created and running, nothing else. */
int rt_kill(const char *root, const char *id, int sig, bool all, struct err *e)
{
	CLEANUP(container_done) struct container c = CONTAINER_INIT;
	cleanup_fd int pidfd = FD_NONE;
	int r, others = 0;

	r = container_load(root, id, &c, e);
	if (r < 0)
		return r;
	if (c.creating)
		return err_set(e, ESRCH, "container not running");
	/* containerd clears up with --all what a shared pid namespace has kept alive, after the
	 * first process has ended */
	if (all && c.cgroup && !c.cgroup->disabled)
		return cgroup_signal(c.cgroup, sig, e);
	pidfd = container_pidfd(&c);
	if (pidfd == -ESRCH)
		return err_set(e, ESRCH, "container not running");
	if (pidfd < 0)
		return err_set(e, -pidfd, "kill container '%s': %m", id);
	if (all)
		others = signal_others(&c, sig, e);
	r = proc_pidfd_signal(pidfd, sig);
	/* it may have waited for the others, and have ended with them by now */
	if (r == -ESRCH && all && others == 0)
		return 0;
	if (r == -ESRCH)
		return err_set(e, ESRCH, "container not running");
	if (r >= 0 && sig == SIGKILL && c.cgroup && !c.cgroup->disabled)
		thaw_until_dead(c.cgroup, pidfd);
	return r < 0 ? err_set(e, -r, "kill container '%s': %m", id) : others;
}

int rt_state(const char *root, const char *id, struct strbuf *out, struct err *e)
{
	CLEANUP(container_done) struct container c = CONTAINER_INIT;
	enum rt_status status;
	int r;

	r = container_load(root, id, &c, e);
	if (r < 0)
		return r;
	status = container_status(&c);
	container_print_state(&c, status, status == RT_STOPPED ? 0 : c.pid, "", 2, out);
	return out->oom ? err_set(e, ENOMEM, "state of container '%s': %m", id) : 0;
}
