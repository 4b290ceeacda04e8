/* SPDX-License-Identifier: Apache-2.0 */
/* The creator's side of the first process: how it comes to be, and what it asks for until it is
 * ready. */
#include "cleanup.h"
#include "console.h"
#include "creation.h"
#include "fd.h"
#include "hooks.h"
#include "idmap.h"
#include "proc.h"
#include "sync.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* For how long a process that is dying is waited for. */
#define END_MS 2000

static int ask_for_map(void *arg, struct err *e)
{
	struct creation *cr = arg;
	int r = sync_send(cr->init_sync, SYNC_MAP, 0, FD_NONE);

	if (r < 0)
		return err_set(e, -r, "ask for id mappings: %m");
	return sync_wait_go(cr->init_sync, e);
}

/*
 * The child must not be heard before its pid has been said: it waits for a byte from a pipe whose
 * other end is the stage's alone. Where that ends without a word, nobody knows of the child, and
 * while it lived the creator would wait for it.
 */
int creation_clone_behind(struct creation *cr, uint64_t flags, void (*child)(struct creation *cr),
			  struct err *e)
{
	int gate[2], r;
	char go = 0;
	ssize_t n;
	pid_t pid;

	if (pipe2(gate, O_CLOEXEC) < 0)
		return err_set(e, errno, "pipe: %m");
	/* the child may be born among others who would look. A joined user namespace, with
	 * fs.suid_dumpable=1, has opened what was closed; one that is new has been mapped */
	(void)prctl(PR_SET_DUMPABLE, 0);
	pid = proc_clone(flags | CLONE_PARENT, FD_NONE, NULL);
	if (pid == 0) {
		fd_close(&gate[1]);
		do
			n = read(gate[0], &go, 1);
		while (n < 0 && errno == EINTR);
		if (n <= 0)
			_exit(1);
		fd_close(&gate[0]);
		child(cr);
	}
	r = pid < 0 ? err_set(e, -pid, "clone: %m")
		    : sync_send(cr->init_sync, SYNC_STAGED, pid, FD_NONE);
	if (r >= 0)
		r = fd_write_all(gate[1], &go, 1);
	fd_close(&gate[0]);
	fd_close(&gate[1]);
	return r;
}

static void first_process(struct creation *cr)
{
	init_main(cr);
}

/* A user namespace that is joined may deny setgroups(2) to whoever is in it: the caller's groups go
 * before, and what it does is asked of the host's procfs. */
static int stage_enter(struct creation *cr, struct err *e)
{
	bool joins = cr->ns.mode[CFG_NS_USER] == NS_JOIN;
	cleanup_fd int self =
		joins ? open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC) : FD_NONE;
	int r;

	if (joins)
		(void)setgroups(0, NULL);
	r = ns_stage_enter(&cr->ns, ask_for_map, cr, e);
	if (self >= 0 && idmap_setgroups_denied(self))
		cr->deny_setgroups = true;
	if (self >= 0)
		idmap_first_ids(self, &cr->first_uid, &cr->first_gid);
	return r;
}

/* Joins what only a process on the way can join, makes the first process as a child of the creator,
 * says its pid, and is gone. */
static void stage_main(struct creation *cr)
{
	struct err e = {0};
	int r;

	fd_close(&cr->sync);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	r = creation_set_oom_score(cr, getpid(), &e);
	if (r >= 0 && cr->c.cgroup)
		r = cgroup_enter(cr->c.cgroup, cr->cgroup_fd >= 0, &e);
	if (r >= 0)
		r = stage_enter(cr, &e);
	if (r >= 0)
		r = creation_clone_behind(cr, ns_plan_clone_flags(&cr->ns), first_process, &e);
	if (r < 0)
		(void)sync_send_err(cr->init_sync, SYNC_ERROR, &e);
	_exit(r < 0);
}

/* Waits for what the new process says, but not for longer than the caller wants to. */
static int hear(struct creation *cr, struct sync_msg *m, int *fd, struct err *e)
{
	struct pollfd p[] = {{.fd = cr->sync, .events = POLLIN},
			     {.fd = cr->interrupt, .events = POLLIN}};
	int r;

	while (cr->interrupt >= 0 && poll(p, 2, -1) < 0)
		if (errno != EINTR)
			return err_set(e, errno, "poll: %m");
	if (p[1].revents && !p[0].revents)
		return err_set(e, EINTR, "interrupted by a signal");
	r = sync_recv(cr->sync, m, fd);
	cr->heard = cr->heard || r > 0;
	return r < 0 ? err_set(e, -r, "hear from the new process: %m") : r;
}

/*
 * Kernels before 5.7 have no CLONE_INTO_CGROUP: their clone3(2) refuses a longer structure than it
 * knows, or there is none. Then the new process enters by itself, as it does in the hierarchies of
 * cgroup v1.
 */
static pid_t clone_process(struct creation *cr, uint64_t flags, int *ret_pidfd)
{
	pid_t pid = proc_clone(flags, cr->cgroup_fd, ret_pidfd);

	if (cr->cgroup_fd < 0 || (pid != -ENOSYS && pid != -E2BIG))
		return pid;
	cr->cgroup_fd = FD_NONE;
	return proc_clone(flags, FD_NONE, ret_pidfd);
}

/*
 * The kernel kills what is cloned into a cgroup while that is being killed. Those that can tell
 * this from a cgroup that has been killed at some time (6.14, and stable ones since 6.1.129)
 * compare the times with those of the caller's own cgroup, though: where they differ it dies
 * without having executed anything. Nothing else shows that.
 */
static void look_at_end(struct creation *cr, int status)
{
	cr->stillborn = cr->cgroup_fd >= 0 && !cr->heard && WIFSIGNALED(status) &&
			WTERMSIG(status) == SIGKILL;
}

/*
 * The dead refuse what the creator does for them: their files in procfs are root's, so that another
 * creator cannot set their score. One that lives ends of its own when nobody speaks to it any more.
 */
static void look_at_silent(struct creation *cr)
{
	struct pollfd p = {.fd = cr->pidfd, .events = POLLIN};
	int status;

	if (cr->cgroup_fd < 0 || cr->heard || cr->pid <= 0 || cr->pidfd < 0)
		return;
	fd_close(&cr->sync);
	while (poll(&p, 1, END_MS) < 0 && errno == EINTR)
		;
	if (waitpid(cr->pid, &status, __WALL | WNOHANG) != cr->pid)
		return;
	cr->pid = 0;
	look_at_end(cr, status);
}

bool creation_reborn(struct creation *cr)
{
	look_at_silent(cr);
	if (!cr->stillborn)
		return false;
	cr->stillborn = false;
	cr->cgroup_fd = FD_NONE;
	cr->pid = 0;
	fd_close(&cr->sync);
	fd_close(&cr->init_sync);
	fd_close(&cr->pidfd);
	return true;
}

/*
 * Whether the configuration gives the new process a reason to ask for @kind, and it has not done so
 * before: what it asks for is done with the creator's rights. @staged: the stage asks.
 */
static bool may_ask(const struct creation *cr, enum sync_kind kind, bool staged)
{
	const struct cfg_linux *l = cr->config->linux;

	if (cr->joins)
		return false;
	switch (kind) {
	case SYNC_MAP:
		return cr->ns.mode[CFG_NS_USER] == NS_NEW && ns_plan_staged(&cr->ns) == staged;
	case SYNC_NETDEVS:
		return l && l->net_devices.count && !cr->netdevs;
	default:
		return cr->config->hooks && !cr->hooks_begun;
	}
}

static int map_stage(struct creation *cr, pid_t stage, struct err *e)
{
	cleanup_fd int pid_fd = FD_NONE;
	int r;

	if (!may_ask(cr, SYNC_MAP, true))
		return err_set(e, EPROTO, "the stage asked for what it has no use for");
	r = pid_fd = idmap_open_pid(stage, e);
	if (r >= 0)
		r = idmap_write(pid_fd, cr->doc, cr->config->linux, cr->deny_setgroups, e);
	return r < 0 ? r : sync_send(cr->sync, SYNC_GO, 0, FD_NONE);
}

int creation_spawn_staged(struct creation *cr, void (*stage_entry)(struct creation *cr),
			  struct err *e)
{
	struct sync_msg m;
	pid_t stage;
	int fd = FD_NONE, status = 0;
	int r;

	stage = clone_process(cr, 0, NULL);
	if (stage == 0)
		stage_entry(cr);
	if (stage < 0)
		return err_set(e, -stage, "clone: %m");
	fd_close(&cr->init_sync);
	for (;;) {
		r = hear(cr, &m, &fd, e);
		fd_close(&fd);
		if (r == 0)
			r = err_set(e, ECHILD, "the stage died");
		if (r < 0)
			break;
		if (m.kind == SYNC_ERROR) {
			r = err_set(e, m.err.num ? m.err.num : EIO, "%s", m.err.msg);
			break;
		}
		if (m.kind == SYNC_STAGED) {
			cr->pid = m.number;
			r = 0;
			break;
		}
		if (m.kind == SYNC_MAP) {
			r = map_stage(cr, stage, e);
			if (r < 0)
				break;
		}
	}
	if (r < 0)
		(void)kill(stage, SIGKILL);
	/* one that the v1 freezer holds takes its death when it is thawed: nobody can wait for that
	 */
	while (waitpid(stage, &status, r == -EINTR ? __WALL | WNOHANG : __WALL) < 0 &&
	       errno == EINTR)
		;
	if (r == -ECHILD)
		look_at_end(cr, status);
	if (r < 0)
		return r;
	return creation_hold(cr, e);
}

int creation_pair(struct creation *cr, struct err *e)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return err_set(e, errno, "socketpair: %m");
	cr->sync = pair[0];
	cr->init_sync = pair[1];
	return 0;
}

/* The kernel says the same errno for the process and for the cgroup that it is to begin in. */
static int clone_failed(const struct creation *cr, int num, struct err *e)
{
	const struct cgroup *cg = cr->cgroup_fd >= 0 ? cr->c.cgroup : NULL;

	if (num == EPERM && cr->o->rootless && cr->config->linux &&
	    cr->ns.mode[CFG_NS_USER] == NS_INHERIT)
		return cfg_err(cr->doc, &cr->config->linux->namespaces, e, num,
			       "a caller who is not root needs one of type user ('refrun spec "
			       "--rootless' writes such a configuration)");
	for (size_t i = 0; cg && i < cg->count; i++)
		if (cg->items[i].v2)
			return err_set(e, num,
				       "clone the container's first process into cgroup '%s%s': %m",
				       cg->items[i].mountpoint, cg->items[i].path);
	return err_set(e, num, "clone the container's first process: %m");
}

/*
 * The files of a process that is not dumpable are root's (proc_pid(5)). So a caller who is not root
 * could not write the mappings of a new user namespace, nor the score of its first process, nor the
 * stage its own files. There it is not yet among the container's processes, and is closed before it
 * can be: by ns_stage_enter(), creation_clone_behind(), step_cgroup() or init_become_root().
 */
static bool stays_open(const struct creation *cr)
{
	return cr->o->rootless && (cr->ns.mode[CFG_NS_USER] == NS_NEW || geteuid() != 0);
}

int creation_spawn(struct creation *cr, struct err *e)
{
	pid_t pid;
	int r;

	r = creation_pair(cr, e);
	if (r < 0)
		return r;
	/* From before its first instruction nobody in the container may look into the first
	 * process, which still is this program with the host's memory (CVE-2016-9962). */
	if (!stays_open(cr))
		(void)prctl(PR_SET_DUMPABLE, 0);
	if (ns_plan_staged(&cr->ns))
		return creation_spawn_staged(cr, stage_main, e);
	pid = clone_process(cr, ns_plan_clone_flags(&cr->ns), &cr->pidfd);
	if (pid == 0)
		init_main(cr);
	if (pid < 0)
		return clone_failed(cr, -pid, e);
	cr->pid = pid;
	fd_close(&cr->init_sync);
	return creation_hold(cr, e);
}

int creation_settle(struct creation *cr, struct err *e)
{
	int r = sync_send(cr->sync, SYNC_GO, 0, FD_NONE);

	/* -EPIPE: it died; that it did is the next thing to be read */
	return r < 0 && r != -EPIPE ? err_set(e, -r, "say that the cgroups stand: %m") : 0;
}

int creation_hold(struct creation *cr, struct err *e)
{
	/* our child, which nobody else reaps: the number is still its own */
	if (cr->pidfd < 0)
		cr->pidfd = proc_pidfd_open(cr->pid);
	return cr->pidfd < 0 ? err_set(e, -cr->pidfd, "open a descriptor of the process: %m") : 0;
}

static int run_hooks(struct creation *cr, struct err *e)
{
	CLEANUP(strbuf_done) struct strbuf state = STRBUF_INIT;
	const struct cfg_hooks *h = cr->config->hooks;
	const struct rt_log *log = &cr->o->log;
	cleanup_fd int dir = hooks_open_bundle(cr->c.bundle);
	const struct hooks_how how = {
		.dir = dir,
		/* `delete --force` kills the first process, and then waits for us */
		.watch = {.interrupt = cr->interrupt, .first = cr->sync},
		.warn = log->warn,
		.arg = log->arg,
	};
	int r;

	container_print_state(&cr->c, RT_CREATING, cr->pid, NULL, 0, &state);
	if (state.oom)
		return err_set(e, ENOMEM, "state for hooks: %m");
	cr->hooks_begun = true;
	r = hooks_run(cr->doc, "prestart", &h->prestart, state.buf, state.len, &how, e);
	if (r < 0)
		return r;
	return hooks_run(cr->doc, "createRuntime", &h->create_runtime, state.buf, state.len, &how,
			 e);
}

static int write_map(struct creation *cr, struct err *e)
{
	cleanup_fd int pid_fd = idmap_open_pid(cr->pid, e);

	if (pid_fd < 0)
		return pid_fd;
	return idmap_write(pid_fd, cr->doc, cr->config->linux, cr->deny_setgroups, e);
}

int creation_take_console(struct creation *cr, int *fd, struct err *e)
{
	int r;

	if (cr->console_sock < 0) {
		cr->console_master = take_fd(fd);
		return 0;
	}
	r = console_send_master(cr->console_sock, cr->o->console_socket, *fd, e);
	fd_close(&cr->console_sock);
	return r;
}

static int take_notify(struct creation *cr, int *fd, struct err *e)
{
	if (!cr->wants_notify || !cr->run || cr->notify.ear.words >= 0 || *fd < 0)
		return err_set(e, EPROTO, "the first process has a socket that nobody asked for");
	/* where nobody can hear, the container does without */
	if (notify_listen(&cr->notify, fd, e) < 0)
		cr->o->log.warn(cr->o->log.arg, e->msg);
	return 0;
}

/* Its end without a word: how it died is all there is to say. */
static int died(struct creation *cr, struct err *e)
{
	int status = 0;

	while (waitpid(cr->pid, &status, __WALL) < 0)
		if (errno != EINTR)
			break;
	cr->pid = 0;
	look_at_end(cr, status);
	if (WIFSIGNALED(status))
		return err_set(e, ECHILD, "the container's first process was killed by signal %d",
			       WTERMSIG(status));
	return err_set(e, ECHILD, "the container's first process ended unexpectedly");
}

/* What only the creator may do, and the new process waits for. @fd: borrowed. */
static int serve(struct creation *cr, enum sync_kind kind, int fd, struct err *e)
{
	int r;

	if (!may_ask(cr, kind, false))
		return err_set(e, EPROTO,
			       "the container's %s process asked for what it has no use for",
			       cr->joins ? "new" : "first");
	switch (kind) {
	case SYNC_MAP:
		return write_map(cr, e);
	case SYNC_NETDEVS:
		r = netdev_plan(cr->doc, &cr->config->linux->net_devices, fd, &cr->netdevs, e);
		return r < 0 ? r : netdev_move(cr->netdevs, e);
	default:
		return run_hooks(cr, e);
	}
}

/* 1: ready; 0: go on. */
static int answer(struct creation *cr, const struct sync_msg *m, int *fd, struct err *e)
{
	int r;

	switch (m->kind) {
	case SYNC_MAP:
	case SYNC_NETDEVS:
	case SYNC_HOOKS:
		r = serve(cr, m->kind, *fd, e);
		break;
	case SYNC_CONSOLE:
		return creation_take_console(cr, fd, e);
	case SYNC_NOTIFY:
		return take_notify(cr, fd, e);
	case SYNC_WARN:
		cr->o->log.warn(cr->o->log.arg, m->err.msg);
		return 0;
	case SYNC_READY:
		return 1;
	case SYNC_ERROR:
		return err_set(e, m->err.num ? m->err.num : EIO, "%s", m->err.msg);
	default:
		return err_set(e, EPROTO, "the container's first process said something unknown");
	}
	if (r < 0)
		return r;
	r = sync_send(cr->sync, SYNC_GO, 0, FD_NONE);
	/* -EPIPE: it died; that it did is the next thing to be read */
	return r == -EPIPE ? 0 : r;
}

int creation_serve(struct creation *cr, struct err *e)
{
	for (;;) {
		cleanup_fd int fd = FD_NONE;
		struct sync_msg m;
		int r = hear(cr, &m, &fd, e);

		if (r < 0)
			return r;
		if (r == 0)
			return died(cr, e);
		r = answer(cr, &m, &fd, e);
		if (r < 0)
			return r;
		if (r == 1)
			return 0;
	}
}
