/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The container's first process, from clone3(2) to the user's program. THE ordered list of what it
 * does is the table at the end of this file; the functions above it are in the same order and do
 * one thing each.
 */
#include "cleanup.h"
#include "console.h"
#include "creation.h"
#include "fd.h"
#include "hooks.h"
#include "idmap.h"
#include "init_program.h"
#include "sync.h"

#include <grp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static int step_isolate(struct init *in, struct err *e)
{
	struct fd_batch b = FD_BATCH_INIT;
	struct creation *cr = in->cr;

	(void)e;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)prctl(PR_SET_NAME, "refrun-init");
	/* of the creator; the lock would be held for as long as this copy lives. That the creator
	 * died before the first line is heard where its word is waited for: step_cgroup() */
	fd_batch_add(&b, &cr->console_sock);
	fd_batch_add(&b, &cr->pidfd_sock);
	fd_batch_add(&b, &cr->notify.caller);
	fd_batch_add(&b, &cr->resctrl_fd);
	fd_batch_add(&b, &cr->c.root_fd);
	fd_batch_add(&b, &cr->c.dir_fd);
	fd_batch_add(&b, &cr->c.lock_fd);
	fd_batch_add(&b, &cr->sync);
	fd_batch_close(&b);
	init_close_log(cr);
	return 0;
}

static int step_new_namespaces(struct init *in, struct err *e)
{
	return ns_unshare(&in->cr->ns, &in->cr->ahead, e);
}

/*
 * In a mount namespace that this process has made itself, and as the user that it stays, the root
 * can be prepared before the cgroup is entered. Nothing is written or made by that.
 */
static bool root_goes_first(const struct creation *cr)
{
	return ns_plan_made_inside(&cr->ns, CFG_NS_MOUNT) && !ns_plan_own(&cr->ns, CFG_NS_USER) &&
	       !ns_plan_staged(&cr->ns);
}

static int step_prepare_root_first(struct init *in, struct err *e)
{
	return root_goes_first(in->cr) ? rootfs_prepare(&in->cr->rootfs, e) : 0;
}

static int step_cgroup(struct init *in, struct err *e)
{
	int r = sync_wait_go(in->sync, e);

	/* the creator has written what it writes; but for the mappings, where there are any */
	if (in->cr->ns.mode[CFG_NS_USER] != NS_NEW)
		(void)prctl(PR_SET_DUMPABLE, 0);
	if (r < 0 || !in->cr->c.cgroup || ns_plan_staged(&in->cr->ns))
		return r;
	return cgroup_enter(in->cr->c.cgroup, in->cr->cgroup_fd >= 0, e);
}

static int step_network_namespace(struct init *in, struct err *e)
{
	int r = ns_take_ahead(&in->cr->ahead, e);

	in->loopback_is_up = r == 1;
	return r;
}

static int step_user_namespace(struct init *in, struct err *e)
{
	const struct creation *cr = in->cr;
	uint32_t uid = cr->first_uid, gid = cr->first_gid;
	int r;

	if (!ns_plan_own(&cr->ns, CFG_NS_USER))
		return 0;
	if (cr->ns.mode[CFG_NS_USER] == NS_NEW) {
		uid = idmap_first_id(&cr->config->linux->uid_mappings);
		gid = idmap_first_id(&cr->config->linux->gid_mappings);
		if (!ns_plan_staged(&cr->ns)) {
			r = sync_send(in->sync, SYNC_MAP, 0, FD_NONE);
			if (r < 0)
				return err_set(e, -r, "ask for id mappings: %m");
			r = sync_wait_go(in->sync, e);
			if (r < 0)
				return r;
		}
	}
	r = init_become_root(cr, uid, gid, e);
	return r < 0 ? r : ns_unshare_ipc(&cr->ns, e);
}

static int step_join_namespaces(struct init *in, struct err *e)
{
	return ns_plan_staged(&in->cr->ns) ? 0 : ns_join_paths(&in->cr->ns, e);
}

static int step_cgroup_namespace(struct init *in, struct err *e)
{
	return ns_unshare_cgroup(&in->cr->ns, e);
}

static int step_keyring(struct init *in, struct err *e)
{
	const struct cfg_process *p = in->cr->process;
	cleanup_fd int proc = FD_NONE;

	if (in->cr->o->no_new_keyring)
		return 0;
	if (p && p->selinux_label && *p->selinux_label) {
		proc = idmap_open_proc(e);
		if (proc < 0)
			return proc;
	}
	return process_new_keyring(proc, in->cr->doc, p, e);
}

static int step_loopback(struct init *in, struct err *e)
{
	if (in->cr->ns.mode[CFG_NS_NETWORK] != NS_NEW || in->loopback_is_up)
		return 0;
	return ns_loopback_up(e);
}

/* The right to take devices from the host is the creator's; where they go, our socket shows. */
static int step_network_devices(struct init *in, struct err *e)
{
	const struct cfg_linux *l = in->cr->config->linux;
	cleanup_fd int sock = FD_NONE;
	int r;

	if (!l || !l->net_devices.count)
		return 0;
	sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (sock < 0)
		return err_set(e, errno, "socket: %m");
	r = sync_send(in->sync, SYNC_NETDEVS, 0, sock);
	if (r < 0)
		return err_set(e, -r, "ask for network devices: %m");
	return sync_wait_go(in->sync, e);
}

static int step_prepare_root(struct init *in, struct err *e)
{
	return root_goes_first(in->cr) ? 0 : rootfs_prepare(&in->cr->rootfs, e);
}

static int step_mounts(struct init *in, struct err *e)
{
	return rootfs_mount_all(&in->cr->rootfs, e);
}

static void warn_creator(void *arg, const char *text)
{
	const struct init *in = arg;
	struct err e;

	(void)err_set(&e, EIO, "%s", text);
	(void)sync_send_err(in->sync, SYNC_WARN, &e);
}

/* The other end of a `run` is the creator's; of `create` it is kept for `start`. Whoever cannot
 * have one does without: it is the caller's environment that asks, not the configuration. */
static int step_notify(struct init *in, struct err *e)
{
	struct err why;

	if (!in->cr->wants_notify)
		return 0;
	in->notify = rootfs_make_notify(&in->cr->rootfs, &why);
	if (in->notify < 0) {
		in->notify = FD_NONE;
		warn_creator(in, why.msg);
		return 0;
	}
	return in->cr->run ? init_hand_over_notify(in, e) : 0;
}

static int step_devices(struct init *in, struct err *e)
{
	return rootfs_make_devices(&in->cr->rootfs, e);
}

static int step_hostname(struct init *in, struct err *e)
{
	const struct cfg_config *c = in->cr->config;

	if (c->hostname && sethostname(c->hostname, strlen(c->hostname)) < 0)
		return cfg_err(in->cr->doc, &c->hostname, e, errno, "sethostname '%s': %m",
			       c->hostname);
	if (c->domainname && setdomainname(c->domainname, strlen(c->domainname)) < 0)
		return cfg_err(in->cr->doc, &c->domainname, e, errno, "setdomainname '%s': %m",
			       c->domainname);
	return 0;
}

static int step_terminal(struct init *in, struct err *e)
{
	const struct cfg_process *p = in->cr->process;
	int r, master = FD_NONE;

	if (!p || !p->terminal)
		return 0;
	r = console_open(in->cr->rootfs.root_fd, p->console_size, &master, &in->slave, e);
	if (r < 0)
		return r;
	r = rootfs_bind_console(&in->cr->rootfs, in->slave, e);
	if (r >= 0) {
		r = sync_send(in->sync, SYNC_CONSOLE, 0, master);
		if (r < 0)
			r = err_set(e, -r, "hand over the terminal: %m");
	}
	fd_close(&master);
	return r;
}

static int step_runtime_hooks(struct init *in, struct err *e)
{
	const struct cfg_hooks *h = in->cr->config->hooks;
	int r;

	if (!h || !(h->prestart.count || h->create_runtime.count || h->create_container.count))
		return 0;
	r = sync_send(in->sync, SYNC_HOOKS, 0, FD_NONE);
	if (r < 0)
		return err_set(e, -r, "ask for hooks: %m");
	return sync_wait_go(in->sync, e);
}

/* With the pid as the container sees it (runtime.md#state). */
static int run_hooks(struct init *in, const char *kind, const struct cfg_hook_list *hooks,
		     enum rt_status status, struct hooks_how *how, struct err *e)
{
	struct strbuf state = STRBUF_INIT;
	int r;

	how->warn = warn_creator;
	how->arg = in;

	if (!hooks->count)
		return 0;
	container_print_state(&in->cr->c, status, getpid(), NULL, 0, &state);
	r = state.oom ? err_set(e, ENOMEM, "state for hooks: %m")
		      : hooks_run(in->cr->doc, kind, hooks, state.buf, state.len, how, e);
	strbuf_done(&state);
	return r;
}

static int step_create_container_hooks(struct init *in, struct err *e)
{
	const struct cfg_hooks *h = in->cr->config->hooks;
	struct hooks_how how = HOOKS_HOW_INIT;

	how.dir = in->cr->rootfs.root_fd;
	return h ? run_hooks(in, "createContainer", &h->create_container, RT_CREATING, &how, e) : 0;
}

static int step_enter_root(struct init *in, struct err *e)
{
	return rootfs_enter(&in->cr->rootfs, e);
}

static int step_restrict_paths(struct init *in, struct err *e)
{
	struct creation *cr = in->cr;

	/* of the host's descriptors none is left when this is done */
	cr->rootfs.cgroup = NULL;
	cgroup_free(cr->c.cgroup);
	cr->c.cgroup = NULL;
	return rootfs_restrict(&cr->rootfs, e);
}

static int step_start_hooks(struct init *in, struct err *e)
{
	const struct cfg_hooks *h = in->cr->config->hooks;
	const struct cfg_process *p = in->cr->process;
	struct hooks_how how = HOOKS_HOW_INIT;
	int r;

	how.confine = init_confine_hook;
	if (!h || !h->start_container.count)
		return 0;
	r = init_hear_go(in, e);
	if (r >= 0)
		r = process_leave_deadline(p, e);
	if (r >= 0)
		r = run_hooks(in, "startContainer", &h->start_container, RT_CREATED, &how, e);
	if (r >= 0 && p->scheduler)
		r = process_set_scheduler(in->cr->doc, p, e);
	return r;
}

static int step_cwd(struct init *in, struct err *e)
{
	return process_set_cwd(in->cr->doc, in->cr->process, true, &in->cwd_denied, e);
}

static int step_reset(struct init *in, struct err *e)
{
	int r = process_reset_inherited(in->cr->ignored, e);

	process_reset_affinity();
	return r;
}

/* Why each stands where it stands: each needs what the ones above have made, and loses or closes
 * what the ones below no longer have. */
static const struct init_step steps[] = {
	/* clang-format off */
	/* -- create -- */
	{"isolate", step_isolate},                  /* first: from here on the creator's death is ours, its lock its own */
	{"new namespaces", step_new_namespaces},    /* the creator finishes the cgroup meanwhile */
	{"root", step_prepare_root_first},          /* so does this, where no user and no namespace is still to be changed */
	{"cgroup", step_cgroup},                    /* limits and device rules hold from here on; by itself, while the host's tree is in sight */
	{"network namespace", step_network_namespace}, /* the one that was begun ahead: as late as can be, so that nobody waits for it */
	{"user namespace", step_user_namespace},    /* before the other joins: its root may do what follows */
	{"namespaces", step_join_namespaces},       /* the new ones exist */
	{"cgroup namespace", step_cgroup_namespace}, /* after the cgroup: where we are now becomes its root */
	{"session", init_new_session},              /* no controlling terminal of the caller (TIOCSTI) */
	{"keyring", step_keyring},                  /* not the caller's keys */
	{"loopback", step_loopback},                /* hooks may expect it */
	{"network devices", step_network_devices},  /* hooks may configure them */
	{"root", step_prepare_root},                /* unless it was first. Propagation before all: nothing below may reach the host */
	{"mounts", step_mounts},                    /* in the order of the config */
	{"notify socket", step_notify},             /* on top of what the config mounts there */
	{"devices", step_devices},                  /* after all mounts: in the /dev that the container sees */
	{"hostname", step_hostname},                /* while privileged in the uts namespace */
	{"terminal", step_terminal},                /* on the container's devpts, while its root is reached by descriptor */
	{"runtime hooks", step_runtime_hooks},      /* environment made, root not entered: config.md#prestart */
	{"createContainer hooks", step_create_container_hooks}, /* after the runtime's; their paths are the host's */
	{"enter root", step_enter_root},            /* the host's tree ends here */
	{"restrict paths", step_restrict_paths},    /* in the tree as it will stay, before any program of the container */
	{"attach terminal", init_attach_terminal},  /* errors so far went to the creator, not to the terminal */
	{"null device", init_own_null},             /* the container's is there, and none of its programs has run */
	{"limits", init_limits},                    /* where one cannot be had, `create` fails; rlimits are only raised here */
	{"find program", init_find_program},        /* callers want to know at create */
	{"wait", init_wait_for_start},              /* ready; recorded by the creator, and then for `start`: a `run` hears it later */
	/* -- start -- */
	{"labels", init_labels},                    /* through our own procfs, which closes with this step; hooks inherit them */
	{"startContainer hooks", step_start_hooks}, /* the image supplies their programs: what they may is what the container's may */
	{"environment", init_make_environment},     /* HOME is looked up in the tree as the hooks left it */
	{"cwd", step_cwd},                          /* made where missing, which the user might not be allowed to */
	{"stdio", init_own_stdio},                  /* before the right to give files away is gone */
	{"rlimits", init_rlimits},                  /* all but one, after all work that they could hinder; RLIMIT_NPROC counts at the change of user */
	{"no new privileges", init_no_new_privileges}, /* first of the privileges, since it only adds a barrier */
	{"bounding set", init_drop_bounding},       /* needs CAP_SETPCAP */
	{"user", init_become_user},                 /* needs CAP_SETUID; keeps capabilities for the ones below */
	{"cwd", init_enter_cwd},                    /* where the file system trusts the user alone */
	{"open files", init_limit_files},           /* the rlimit that hinders the step above */
	{"reset", step_reset},                      /* signals, affinity: as a program expects them; a filter might forbid it */
	{"announce", init_announce},                /* the creator has recorded us; the last word that no filter can suppress */
	{"seccomp", init_filter_privileged},        /* without no_new_privs it takes CAP_SYS_ADMIN, which goes with the next step */
	{"capabilities", init_capabilities},        /* exactly the configured sets */
	{"seccomp", init_filter_unprivileged},      /* last: the filter need allow execve(2) alone */
	{"program", init_execute},
	/* clang-format on */
};

_Noreturn void init_main(struct creation *cr)
{
	struct init in = {.cr = cr, .sync = cr->init_sync, .slave = FD_NONE, .notify = FD_NONE};

	cr->rootfs.warn = warn_creator;
	cr->rootfs.warn_arg = &in;
	init_run_steps(&in, steps, sizeof(steps) / sizeof(steps[0]));
}
