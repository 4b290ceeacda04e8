/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A later process of a container, from fork to the user's program. As in init.c, THE ordered list
 * is the table at the end; what both tables name is one function, in init_program.c.
 */
#include "cleanup.h"
#include "console.h"
#include "exec_creation.h"
#include "fd.h"
#include "idmap.h"
#include "init_program.h"
#include "proc.h"
#include "sync.h"

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the stage ---- */

static struct exec *exec_of(struct creation *cr)
{
	return (struct exec *)((char *)cr - offsetof(struct exec, cr));
}

static const struct cfg_exec_cpu_affinity *affinity_of(const struct exec *x)
{
	return x->process.exec_cpu_affinity;
}

/* What of the host is left is what the two processes still need. */
static void close_of_executor(struct exec *x)
{
	fd_close(&x->cr.sync);
	fd_close(&x->cr.c.lock_fd);
	fd_close(&x->cr.c.dir_fd);
	fd_close(&x->cr.c.root_fd);
	fd_close(&x->cr.console_sock);
	fd_close(&x->cr.pidfd_sock);
	fd_close(&x->cr.resctrl_fd);
	if (x->o->exe_tree)
		fd_close(x->o->exe_tree);
	init_close_log(&x->cr);
}

static bool is_root(const struct container *c, int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_dev == c->root_dev && st.st_ino == c->root_ino;
}

/*
 * Where the container has no mount namespace of its own, its root is a directory of another. The
 * first process is in it, unless it has called chroot(2) itself; then the directory is looked for
 * where it was.
 */
static int enter_root(struct exec *x, struct err *e)
{
	const struct container *c = &x->cr.c;

	if (x->root < 0)
		return 0;
	if (c->root_ino && !is_root(c, x->root)) {
		fd_close(&x->root);
		x->root = open(c->rootfs, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (x->root < 0 || !is_root(c, x->root))
			return err_set(e, ESTALE,
				       "the container's first process has left its root, and '%s' "
				       "is another directory by now",
				       c->rootfs);
	}
	if (fchdir(x->root) < 0 || chroot(".") < 0)
		return err_set(e, errno, "enter the container's root: %m");
	fd_close(&x->root);
	return 0;
}

/* The kernel counts processes by user, in clone(2) too, and root of the container may have more
 * than the executor is allowed. As far as we may. */
static void lift_nproc(struct exec *x)
{
	const struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
	struct rlimit most;

	if (getrlimit(RLIMIT_NPROC, &x->nproc) < 0)
		return;
	most = (struct rlimit){x->nproc.rlim_max, x->nproc.rlim_max};
	x->nproc_lifted = setrlimit(RLIMIT_NPROC, &all) == 0 || setrlimit(RLIMIT_NPROC, &most) == 0;
}

/*
 * Its root may do what follows, and is become here, where the container's processes do not see us:
 * with fs.suid_dumpable=1 that opens the process for a moment (proc_sys_fs(5)).
 */
static int become_root(struct creation *cr, struct err *e)
{
	return ns_plan_own(&cr->ns, CFG_NS_USER)
		       ? init_become_root(cr, cr->first_uid, cr->first_gid, e)
		       : 0;
}

static void process_main(struct creation *cr);

void exec_stage(struct creation *cr)
{
	struct exec *x = exec_of(cr);
	const struct cfg_exec_cpu_affinity *a = affinity_of(x);
	struct err e = {0};
	int r;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	close_of_executor(x);
	r = creation_set_oom_score(cr, getpid(), &e);
	/* closed before anything of the container can see it */
	(void)prctl(PR_SET_DUMPABLE, 0);
	/* config.md#process: before the cgroup, so that its CPUs are not touched by the work to
	 * come */
	if (r >= 0 && a)
		r = process_set_affinity(cr->doc, &a->initial, &e);
	if (r >= 0 && cr->c.cgroup)
		r = cgroup_enter(cr->c.cgroup, cr->cgroup_fd >= 0, &e);
	/* its descriptors are of the host */
	cgroup_free(cr->c.cgroup);
	cr->c.cgroup = NULL;
	/* while it may be allowed: who is in the container's user namespace may forbid it there */
	(void)setgroups(0, NULL);
	if (ns_plan_own(&cr->ns, CFG_NS_USER))
		lift_nproc(x);
	if (r >= 0)
		r = ns_enter(&cr->ns, x->pid_dir, x->target, &e);
	fd_close(&x->pid_dir);
	/* with fs.suid_dumpable=1 the change of user namespace has opened it (proc_sys_fs(5)) */
	(void)prctl(PR_SET_DUMPABLE, 0);
	if (r >= 0)
		r = enter_root(x, &e);
	if (r >= 0)
		r = become_root(cr, &e);
	/* of the pid namespace only a child can be part */
	if (r >= 0)
		r = creation_clone_behind(cr, 0, process_main, &e);
	if (r < 0)
		(void)sync_send_err(cr->init_sync, SYNC_ERROR, &e);
	_exit(r < 0);
}

/* ---- the process ---- */

static int step_isolate(struct init *in, struct err *e)
{
	(void)e;
	init_protect(in);
	(void)prctl(PR_SET_NAME, "refrun-exec");
	if (in->exec->nproc_lifted)
		(void)setrlimit(RLIMIT_NPROC, &in->exec->nproc);
	fd_close(&in->exec->target);
	return 0;
}

static int step_keyring(struct init *in, struct err *e)
{
	return in->cr->o->no_new_keyring ? 0
					 : process_new_keyring(in->cr->rootfs.proc_fd, in->cr->doc,
							       in->cr->process, e);
}

static int step_terminal(struct init *in, struct err *e)
{
	const struct cfg_process *p = in->cr->process;
	cleanup_fd int root = FD_NONE;
	int r, master = FD_NONE;

	if (!p->terminal)
		return 0;
	root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return err_set(e, errno, "open the container's root: %m");
	r = console_open(root, p->console_size, &master, &in->slave, e);
	if (r < 0)
		return r;
	r = sync_send(in->sync, SYNC_CONSOLE, 0, master);
	fd_close(&master);
	return r < 0 ? err_set(e, -r, "hand over the terminal: %m") : 0;
}

/* Not made where it is missing, as for the first process: the container is not ours to change. */
static int step_cwd(struct init *in, struct err *e)
{
	return process_set_cwd(in->cr->doc, in->cr->process, false, &in->cwd_denied, e);
}

static int step_reset(struct init *in, struct err *e)
{
	const struct cfg_exec_cpu_affinity *a = affinity_of(in->exec);
	int r = process_reset_inherited(in->cr->ignored, e);

	if (r < 0)
		return r;
	if (a)
		return process_set_affinity(in->cr->doc, &a->final, e);
	process_reset_affinity();
	return 0;
}

/* Why each stands where it stands: as in init.c, without what makes a container. */
static const struct init_step steps[] = {
	/* clang-format off */
	/* the stage has joined cgroups and namespaces, and is root in a user namespace that is the container's own */
	{"isolate", step_isolate},               /* first: the executor's death is ours, and nobody inside may look */
	{"keyring", step_keyring},               /* not the caller's keys; its label goes the way of the next */
	{"labels", init_labels},                 /* through the host's procfs: the container's may be anything. It closes before a name of the image is followed, which could lead up from it */
	{"session", init_new_session},           /* no controlling terminal of the caller */
	{"terminal", step_terminal},             /* on the container's devpts */
	{"attach terminal", init_attach_terminal},
	{"null device", init_own_null},          /* the container's, not the caller's */
	{"limits", init_limits},                 /* as the first process: what can be refused is tried first */
	{"environment", init_make_environment},
	{"cwd", step_cwd},                       /* before the program is looked for from there */
	{"find program", init_find_program},     /* by name, in the container's tree */
	{"wait", init_wait_for_start},           /* the executor has set what only the host may */
	{"stdio", init_own_stdio},               /* before the right to give files away is gone */
	{"rlimits", init_rlimits},               /* after all work that they could hinder */
	{"no new privileges", init_no_new_privileges},
	{"bounding set", init_drop_bounding},
	{"user", init_become_user},
	{"cwd", init_enter_cwd},                 /* where the file system trusts the user alone */
	{"open files", init_limit_files},        /* the rlimit that hinders the step above */
	{"reset", step_reset},                   /* signals; CPUs of execCPUAffinity, or all */
	{"announce", init_announce},             /* the last word that no filter can suppress */
	{"seccomp", init_filter_privileged},     /* the container's filter */
	{"capabilities", init_capabilities},
	{"seccomp", init_filter_unprivileged},
	{"program", init_execute},
	/* clang-format on */
};

static void process_main(struct creation *cr)
{
	struct init in = {.cr = cr,
			  .exec = exec_of(cr),
			  .sync = cr->init_sync,
			  .slave = FD_NONE,
			  .notify = FD_NONE};

	init_run_steps(&in, steps, sizeof(steps) / sizeof(steps[0]));
}
