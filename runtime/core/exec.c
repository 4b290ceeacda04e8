/* SPDX-License-Identifier: Apache-2.0 */
/* `exec`, the executor's side: what is needed of the host is opened, compiled and refused before
 * a process exists. */
#include "exec_creation.h"

#include "cleanup.h"
#include "console.h"
#include "fd.h"
#include "foreground.h"
#include "idmap.h"
#include "proc.h"
#include "str.h"
#include "sync.h"

#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void exec_init(struct exec *x, const struct rt_exec_options *o)
{
	memset(x, 0, sizeof(*x));
	x->o = o;
	x->how = (struct rt_create_options){
		.root = o->root,
		.id = o->id,
		.pid_file = o->pid_file,
		.console_socket = o->console_socket,
		.pidfd_socket = o->pidfd_socket,
		.rootless = o->rootless,
		.preserve_fds = o->preserve_fds,
		.listen_fds = o->listen_fds,
		.umask = o->umask,
		.log = o->log,
		.detach = o->detach,
	};
	/* the start follows at once */
	creation_init(&x->cr, &x->how, true);
	x->cr.joins = true;
	x->target = x->pid_dir = x->root = FD_NONE;
}

static void exec_done(struct exec *x)
{
	if (x->cr.doc == x->container_doc)
		x->cr.doc = NULL;
	creation_done(&x->cr);
	cfg_doc_free(x->container_doc);
	free(x->env);
	for (size_t i = 0; i < 3; i++)
		free(x->caps[i]);
	free(x->gids);
	fd_close(&x->target);
	fd_close(&x->pid_dir);
	fd_close(&x->root);
}

static int check_status(const struct exec *x, struct err *e)
{
	enum rt_status status = container_status(&x->cr.c);

	switch (status) {
	case RT_CREATED:
	case RT_RUNNING:
		return 0;
	case RT_PAUSED:
		if (x->o->ignore_paused)
			return 0;
		return err_set(e, EBUSY,
			       "cannot exec in a paused container (use --ignore-paused to "
			       "override)");
	default:
		return err_set(e, EINVAL, "cannot exec in a %s container", rt_status_name(status));
	}
}

/* The container's first process stands for the container; a pidfd makes it one that cannot become
 * another while we look at its files. */
static int open_target(struct exec *x, struct err *e)
{
	const struct container *c = &x->cr.c;

	x->target = container_pidfd(c);
	if (x->target == -ESRCH)
		return err_set(e, ESRCH, "cannot exec in a stopped container");
	if (x->target < 0)
		return err_set(e, -x->target, "find the container's first process: %m");
	x->pid_dir = idmap_open_pid(c->pid, e);
	if (x->pid_dir < 0)
		return x->pid_dir;
	if (proc_pidfd_signal(x->target, 0) == -ESRCH)
		return err_set(e, ESRCH, "cannot exec in a stopped container");
	return 0;
}

/* What the first thread had ended with it: the next one of the process stands for it. */
static int open_next_thread(struct exec *x, struct err *e)
{
	cleanup_fd int tasks = openat(x->pid_dir, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_dir DIR *dir = tasks < 0 ? NULL : fd_open_dir(tasks);
	const struct dirent *d;

	while (dir && (d = readdir(dir))) {
		cleanup_fd int fd =
			openat(tasks, d->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		struct stat st;

		if (fd < 0 || fstatat(fd, "ns/mnt", &st, 0) < 0)
			continue;
		fd_close(&x->pid_dir);
		x->pid_dir = take_fd(&fd);
		return 0;
	}
	return err_set(e, ESRCH, "cannot exec in a stopped container");
}

static int plan_namespaces(struct exec *x, struct err *e)
{
	const struct cfg_linux *l = x->cr.config->linux;
	int r = ns_plan_enter(x->pid_dir, l, x->cr.c.callers_userns, &x->cr.ns, e);

	if (r != -ENOENT)
		return r;
	r = open_next_thread(x, e);
	return r < 0 ? r : ns_plan_enter(x->pid_dir, l, x->cr.c.callers_userns, &x->cr.ns, e);
}

/* An unprivileged process may have had to give it up for its mappings (user_namespaces(7)). */
static bool has_label(const struct cfg_process *p)
{
	return (p->apparmor_profile && *p->apparmor_profile) ||
	       (p->selinux_label && *p->selinux_label);
}

static int choose_cgroup(struct exec *x, struct err *e)
{
	cleanup_free char *membership = NULL;
	struct cgroup *cg = x->cr.c.cgroup;
	size_t len;
	int r = 0;

	if (!cg || cg->disabled)
		return x->o->cgroups.count
			       ? err_set(e, EINVAL, "--cgroup: the container has none of its own")
			       : 0;
	for (size_t i = 0; i < x->o->cgroups.count && r >= 0; i++)
		r = cgroup_narrow(cg, x->o->cgroups.items[i], e);
	if (r < 0 || x->o->cgroups.count)
		return r;
	r = fd_read_file_at(x->pid_dir, "cgroup", 1u << 20, &membership, &len, e);
	return r < 0 ? r : cgroup_follow(cg, membership, e);
}

/* Opens, resolves, compiles: all that can fail without a process. */
static int prepare(struct exec *x, struct err *e)
{
	struct creation *cr = &x->cr;
	const struct cfg_linux *l = cr->config->linux;
	int r;

	cr->ignored = process_ignored_signals();
	r = creation_check_terminal(cr, x->o->detach, e);
	if (r >= 0)
		r = creation_check_pid_file(cr, e);
	if (r >= 0 && l && l->seccomp)
		r = seccomp_filter_compile(x->container_doc, l->seccomp, &cr->filter, e);
	if (r >= 0)
		r = open_target(x, e);
	if (r >= 0)
		r = plan_namespaces(x, e);
	if (r >= 0)
		r = process_caps_resolve(cr->process->capabilities,
					 ns_plan_own(&cr->ns, CFG_NS_USER), &cr->caps,
					 x->o->log.warn, x->o->log.arg, e);
	if (r < 0)
		return r;
	cr->deny_setgroups = ns_plan_own(&cr->ns, CFG_NS_USER) ? idmap_setgroups_denied(x->pid_dir)
							       : idmap_own_setgroups_denied();
	if (ns_plan_own(&cr->ns, CFG_NS_USER))
		idmap_first_ids(x->pid_dir, &cr->first_uid, &cr->first_gid);
	if (!ns_is_new(l, CFG_NS_MOUNT)) {
		x->root = openat(x->pid_dir, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (x->root < 0)
			return err_set(e, errno, "the container's root: %m");
	}
	/* of the host and proven to be one; thread-self is found in any pid namespace */
	if (has_label(cr->process)) {
		cr->rootfs.proc_fd = idmap_open_proc(e);
		if (cr->rootfs.proc_fd < 0)
			return cr->rootfs.proc_fd;
	}
	if (cr->c.resctrl) {
		r = cr->resctrl_fd = resctrl_open(e);
		if (r < 0)
			return r;
	}
	r = choose_cgroup(x, e);
	if (r >= 0 && x->o->console_socket)
		r = console_connect(x->o->console_socket, &cr->console_sock, e);
	return r < 0 ? r : creation_connect_pidfd(cr, e);
}

static void undo(struct creation *cr)
{
	fd_close(&cr->sync);
	if (cr->pid <= 0)
		return;
	/* without a descriptor the number will do: it is our child */
	if (cr->pidfd >= 0)
		(void)proc_pidfd_signal(cr->pidfd, SIGKILL);
	else
		(void)kill(cr->pid, SIGKILL);
	while (waitpid(cr->pid, NULL, __WALL) < 0 && errno == EINTR)
		;
	cr->pid = 0;
}

static int spawn(struct exec *x, struct err *e)
{
	struct creation *cr = &x->cr;
	int r = creation_pair(cr, e);

	if (r < 0)
		return r;
	/* who is not root can write the score of one that is dumpable alone: then exec_stage()
	 * gives it up by itself */
	if (geteuid() == 0 || !cr->process->has_oom_score_adj)
		(void)prctl(PR_SET_DUMPABLE, 0);
	return creation_spawn_staged(cr, exec_stage, e);
}

static int let_go(struct creation *cr, struct err *e)
{
	int r = sync_send(cr->sync, SYNC_GO, 0, FD_NONE);

	/* -EPIPE: it has not waited, and why it ended is what is heard next */
	return r < 0 && r != -EPIPE ? err_set(e, -r, "let the process go on: %m") : 0;
}

/* From the first process on the way to the program. */
static int launch(struct exec *x, struct err *e)
{
	struct creation *cr = &x->cr;
	const struct cfg_exec_cpu_affinity *a = x->process.exec_cpu_affinity;
	int r;

	/* CLONE_INTO_CGROUP leaves no moment before the cgroup, which initial asks for */
	if (cr->c.cgroup && !(a && a->initial))
		cr->cgroup_fd = cgroup_v2_fd(cr->c.cgroup);
	r = spawn(x, e);
	if (r < 0 && creation_reborn(cr))
		r = spawn(x, e);
	(void)prctl(PR_SET_DUMPABLE, 0);
	if (r >= 0 && cr->c.resctrl)
		r = resctrl_join(cr->resctrl_fd, cr->c.resctrl, cr->pid, e);
	if (r >= 0)
		r = creation_serve(cr, e);
	if (r >= 0)
		r = let_go(cr, e);
	if (r >= 0)
		r = start_follow(&cr->c, cr->pid, cr->sync, x->container_doc, cr->interrupt,
				 &x->o->log, e);
	if (x->o->exe_tree)
		fd_close(x->o->exe_tree);
	if (r >= 0)
		r = creation_send_pidfd(cr, e);
	if (r >= 0)
		r = creation_write_pid_file(cr, e);
	if (r < 0)
		undo(cr);
	return r;
}

int rt_exec(const struct rt_exec_options *o, struct err *e)
{
	CLEANUP(exec_done) struct exec x;
	cleanup_fd int sigfd = FD_NONE;
	int r;

	exec_init(&x, o);
	r = container_load(o->root, o->id, &x.cr.c, e);
	if (r >= 0)
		r = check_status(&x, e);
	if (r >= 0)
		r = container_read_config(&x.cr.c, &x.container_doc, e);
	if (r < 0)
		return r;
	x.cr.config = x.container_doc->config;
	x.how.no_new_keyring = x.cr.c.callers_keyring;
	r = exec_make_process(&x, e);
	if (r >= 0)
		r = prepare(&x, e);
	if (r >= 0 && !o->detach)
		r = sigfd = foreground_signals(e);
	if (r >= 0 && !o->detach)
		r = x.cr.interrupt = foreground_interrupt(e);
	if (r >= 0)
		r = launch(&x, e);
	if (r < 0 || o->detach)
		return r < 0 ? r : 0;
	r = foreground_wait(&x.cr.console_master, x.cr.pidfd, sigfd, NULL, e);
	if (r < 0) {
		undo(&x.cr);
		return r;
	}
	r = foreground_reap(x.cr.pid, e);
	x.cr.pid = 0;
	return r;
}
