/* SPDX-License-Identifier: Apache-2.0 */
/* runtime.md#create, the creator's side. What exists is remembered before it exists, so that a kill
 * at any moment leaves what `delete --force` finds. */
#include "cleanup.h"
#include "console.h"
#include "creation.h"
#include "fd.h"
#include "idmap.h"
#include "proc.h"
#include "shared_mounts.h"
#include "str.h"
#include "sync.h"
#include "timestamp.h"
#include "unix_socket.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void creation_init(struct creation *cr, const struct rt_create_options *o, bool run)
{
	memset(cr, 0, sizeof(*cr));
	cr->o = o;
	cr->run = run;
	cr->rootfs = ROOTFS_INIT;
	cr->c = CONTAINER_INIT;
	for (int t = 0; t < NS_COUNT; t++)
		cr->ns.fd[t] = FD_NONE;
	cr->ns.offsets_fd = FD_NONE;
	cr->ahead = NS_AHEAD_INIT;
	cr->resctrl_fd = FD_NONE;
	cr->cgroup_fd = cr->sync = cr->init_sync = cr->listen_fd = FD_NONE;
	cr->interrupt = FD_NONE;
	cr->console_sock = cr->console_master = cr->pidfd = cr->pidfd_sock = FD_NONE;
	cr->notify = NOTIFY_NONE;
}

void creation_done(struct creation *cr)
{
	struct fd_batch b = FD_BATCH_INIT;

	fd_batch_add(&b, &cr->c.root_fd);
	fd_batch_add(&b, &cr->c.dir_fd);
	fd_batch_add(&b, &cr->c.lock_fd);
	rootfs_done(&cr->rootfs);
	netdev_free(cr->netdevs);
	resctrl_free(cr->resctrl);
	seccomp_filter_done(&cr->filter);
	ns_plan_done(&cr->ns);
	ns_ahead_done(&cr->ahead);
	container_done(&cr->c);
	notify_done(&cr->notify);
	fd_batch_add(&b, &cr->interrupt);
	fd_batch_add(&b, &cr->console_sock);
	fd_batch_add(&b, &cr->console_master);
	fd_batch_add(&b, &cr->pidfd_sock);
	fd_batch_add(&b, &cr->resctrl_fd);
	fd_batch_add(&b, &cr->listen_fd);
	fd_batch_add(&b, &cr->sync);
	fd_batch_add(&b, &cr->init_sync);
	fd_batch_add(&b, &cr->pidfd);
	fd_batch_close(&b);
	cfg_doc_free(cr->doc);
	free(cr->config_text);
	free(cr->bundle);
}

static char *time_now(void)
{
	struct timespec ts;
	char text[TIMESTAMP_SIZE];

	return clock_gettime(CLOCK_REALTIME, &ts) < 0 ? NULL
						      : strdup(timestamp_print(&ts, 1, text));
}

static struct json *annotations_of(const struct cfg_config *c)
{
	struct json *o;

	if (!c->annotations.count)
		return NULL;
	o = json_new(JSON_OBJECT);
	for (size_t i = 0; o && i < c->annotations.count; i++) {
		if (json_set_member(o, c->annotations.items[i].key,
				    json_new_string(c->annotations.items[i].value)) < 0) {
			json_free(o);
			return NULL;
		}
	}
	return o;
}

static int plan_resctrl(struct creation *cr, struct err *e)
{
	const struct cfg_intel_rdt *rdt = cr->config->linux->intel_rdt;
	struct err why = {0};
	int r;

	r = cr->resctrl_fd = resctrl_open(&why);
	if (r < 0)
		return cfg_err(cr->doc, &cr->config->linux->intel_rdt, e, -r, "%s", why.msg);
	return resctrl_plan(cr->resctrl_fd, cr->doc, rdt, cr->o->id, &cr->resctrl, e);
}

/* user_namespaces(7): who has no CAP_SETGID must give up setgroups(2) before he maps his own group;
 * newgidmap(1), which maps more than that for him, has it. Where it is denied already it stays so
 * in every namespace below. */
static bool cannot_set_groups(const struct creation *cr)
{
	if (ns_plan_own(&cr->ns, CFG_NS_USER) && geteuid() != 0 &&
	    idmap_is_own(&cr->config->linux->gid_mappings, getegid()))
		return true;
	return idmap_own_setgroups_denied();
}

/* What would be the host's without a namespace of the container's own; one that it joins may be the
 * host's as well (config.md#hostname, config.md#domainname, config-linux.md#network-devices). */
static int check_own(const struct creation *cr, struct err *e)
{
	const struct cfg_config *c = cr->config;
	const struct cfg_linux *l = c->linux;

	if (c->hostname && !ns_plan_own(&cr->ns, CFG_NS_UTS))
		return cfg_err(cr->doc, &c->hostname, e, EINVAL,
			       "hostname without a uts namespace of the container's own would "
			       "change the host's");
	if (c->domainname && !ns_plan_own(&cr->ns, CFG_NS_UTS))
		return cfg_err(cr->doc, &c->domainname, e, EINVAL,
			       "domainname without a uts namespace of the container's own would "
			       "change the host's");
	if (l && l->net_devices.count && !ns_plan_own(&cr->ns, CFG_NS_NETWORK))
		return cfg_err(cr->doc, &l->net_devices, e, EINVAL,
			       "linux.netDevices without a network namespace of the container's "
			       "own to move devices to");
	return 0;
}

/* What `create` makes is for a `start` with a caller of its own. */
static void plan_notify(struct creation *cr)
{
	cr->wants_notify = notify_is_wanted(cr->o->notify_socket, cr->process);
	if (!cr->wants_notify || !cr->run)
		return;
	notify_connect(&cr->notify, cr->o->notify_socket, &cr->o->log);
	cr->wants_notify = cr->notify.caller >= 0;
}

static int plan_cgroup(const struct creation *cr, struct cgroup **ret, struct err *e)
{
	if (cr->o->no_cgroup)
		return cgroup_plan_none(cr->o->rootless, ret, e);
	return cr->o->systemd_cgroup
		       ? cgroup_plan_systemd(cr->doc, cr->o->id, cr->o->rootless, ret, e)
		       : cgroup_plan(cr->doc, cr->o->id, cr->o->rootless, ret, e);
}

/* Opens, resolves, compiles: all that can fail without anything having been made. */
static int prepare(struct creation *cr, struct cgroup **ret_cgroup, struct err *e)
{
	const struct cfg_linux *l = cr->config->linux;
	int r;

	r = ns_plan_make(cr->doc, l, &cr->ns, e);
	if (r >= 0 && !ns_plan_made_inside(&cr->ns, CFG_NS_NETWORK))
		ns_ahead_done(&cr->ahead);
	if (r >= 0)
		r = check_own(cr, e);
	if (r >= 0)
		r = creation_check_pid_file(cr, e);
	if (r < 0)
		return r;
	cr->deny_setgroups = cr->o->rootless && cannot_set_groups(cr);
	cr->ignored = process_ignored_signals();
	r = process_caps_resolve(cr->process ? cr->process->capabilities : NULL,
				 ns_plan_own(&cr->ns, CFG_NS_USER), &cr->caps, cr->o->log.warn,
				 cr->o->log.arg, e);
	if (r < 0)
		return r;
	if (l && l->seccomp) {
		r = seccomp_filter_compile(cr->doc, l->seccomp, &cr->filter, e);
		if (r < 0)
			return r;
	}
	r = plan_cgroup(cr, ret_cgroup, e);
	if (r < 0)
		return r;
	cr->rootfs.doc = cr->doc;
	cr->rootfs.config = cr->config;
	cr->rootfs.bundle = cr->bundle;
	cr->rootfs.cgroup = *ret_cgroup;
	cr->rootfs.no_pivot = cr->o->no_pivot;
	cr->rootfs.exe_tree = cr->o->exe_tree;
	cr->rootfs.new_mountns = cr->ns.mode[CFG_NS_MOUNT] == NS_NEW;
	cr->rootfs.userns = ns_plan_own(&cr->ns, CFG_NS_USER);
	cr->rootfs.cgroupns = ns_plan_own(&cr->ns, CFG_NS_CGROUP);
	cr->rootfs.netns = ns_plan_own(&cr->ns, CFG_NS_NETWORK);
	cr->rootfs.ipcns = ns_plan_own(&cr->ns, CFG_NS_IPC);
	cr->rootfs.utsns = ns_plan_own(&cr->ns, CFG_NS_UTS);
	r = rootfs_open_sources(&cr->rootfs, e);
	if (r < 0)
		return r;
	if (l && l->intel_rdt) {
		r = plan_resctrl(cr, e);
		if (r < 0)
			return r;
	}
	if (cr->o->console_socket)
		r = console_connect(cr->o->console_socket, &cr->console_sock, e);
	if (r >= 0)
		plan_notify(cr);
	return r < 0 ? r : creation_connect_pidfd(cr, e);
}

static int know_root(struct container *c, struct err *e)
{
	struct stat st;

	if (stat(c->rootfs, &st) < 0)
		return err_set(e, errno, "root file system '%s': %m", c->rootfs);
	c->root_dev = st.st_dev;
	c->root_ino = st.st_ino;
	return 0;
}

/* The id becomes ours, and what is about to be made is written down. */
static int reserve(struct creation *cr, struct cgroup **cgroup, struct err *e)
{
	struct container *c = &cr->c;
	const char *root_path = cr->config->root->path;
	const struct cfg_hooks *h = cr->config->hooks;
	int r;

	r = container_reserve(cr->o->root, cr->o->id, c, e);
	if (r < 0)
		return r;
	c->cgroup = take_ptr(cgroup);
	c->resctrl = take_ptr(&cr->resctrl);
	c->bundle = strdup(cr->bundle);
	c->rootfs = root_path[0] == '/' ? strdup(root_path)
					: str_format("%s/%s", cr->bundle, root_path);
	c->created = time_now();
	c->annotations = annotations_of(cr->config);
	c->creating = true;
	c->callers_keyring = cr->o->no_new_keyring;
	c->callers_userns = ns_plan_own(&cr->ns, CFG_NS_USER) ? 0 : ns_own_inode(CFG_NS_USER);
	c->has_process = cr->process;
	c->has_notify = cr->wants_notify;
	c->has_poststart = h && h->poststart.count;
	c->has_poststop = h && h->poststop.count;
	c->own_pid_ns = cr->ns.mode[CFG_NS_PID] == NS_NEW;
	if (!c->bundle || !c->rootfs || !c->created ||
	    (cr->config->annotations.count && !c->annotations))
		r = err_set(e, ENOMEM, "state of container '%s': %m", cr->o->id);
	if (r >= 0 && c->rootfs && cr->ns.mode[CFG_NS_MOUNT] != NS_NEW)
		r = know_root(c, e);
	if (r >= 0 && cr->ns.mode[CFG_NS_MOUNT] == NS_INHERIT)
		r = shared_mounts_list(c->rootfs, &c->mounts, e);
	if (r >= 0)
		r = container_write_config(c, cr->config_text, cr->config_len, e);
	if (r >= 0)
		r = container_write(c, e);
	if (r < 0)
		(void)container_remove(c, NULL);
	return r;
}

static int make_cgroup(struct creation *cr, struct err *e)
{
	bool systemd = cr->c.cgroup && cr->c.cgroup->systemd;
	int r = systemd ? cgroup_start_unit(cr->c.cgroup, e) : 0;

	/* that the unit is ours to end, and then what of its directories is */
	if (r >= 0 && systemd)
		r = container_write(&cr->c, e);
	if (r >= 0 && cr->c.cgroup)
		r = cgroup_create(cr->c.cgroup, e);
	if (r >= 0 && systemd)
		r = container_write(&cr->c, e);
	if (r >= 0 && cr->c.cgroup)
		cr->cgroup_fd = cgroup_v2_fd(cr->c.cgroup);
	return r;
}

static int limit_cgroup(struct creation *cr, struct err *e)
{
	const struct cfg_linux *l = cr->config->linux;

	/* without linux.resources too: devices are denied by default */
	return cr->c.cgroup ? cgroup_apply(cr->c.cgroup, cr->doc, l ? l->resources : NULL, e) : 0;
}

int creation_make_cgroup(struct creation *cr, struct err *e)
{
	int r = make_cgroup(cr, e);

	return r < 0 ? r : limit_cgroup(cr, e);
}

/*
 * v1 has a directory to be made in each of a dozen hierarchies, which takes as long as a network
 * namespace: the first process makes the one while the creator makes the others. v2 has one, and a
 * process is best born there.
 */
bool creation_born_first(const struct creation *cr)
{
	const struct cgroup *cg = cr->c.cgroup;

	if (!cg || cg->systemd || ns_plan_staged(&cr->ns))
		return false;
	for (size_t i = 0; i < cg->count; i++)
		if (cg->items[i].v2)
			return false;
	return true;
}

int creation_make_resctrl(struct creation *cr, struct err *e)
{
	const struct cfg_intel_rdt *rdt = cr->config->linux ? cr->config->linux->intel_rdt : NULL;
	int r;

	if (!rdt)
		return 0;
	r = resctrl_create(cr->resctrl_fd, cr->doc, rdt, cr->c.resctrl, e);
	if (r < 0)
		return r;
	return resctrl_configure(cr->resctrl_fd, cr->doc, rdt, cr->c.resctrl, e);
}

int creation_set_oom_score(const struct creation *cr, pid_t pid, struct err *e)
{
	cleanup_fd int pid_fd = FD_NONE;

	if (!cr->process || !cr->process->has_oom_score_adj)
		return 0;
	pid_fd = idmap_open_pid(pid, e);
	return pid_fd < 0 ? pid_fd : process_set_oom_score_adj(pid_fd, cr->doc, cr->process, e);
}

int creation_connect_pidfd(struct creation *cr, struct err *e)
{
	cleanup_fd int own = FD_NONE;

	if (!cr->o->pidfd_socket)
		return 0;
	own = proc_pidfd_open(getpid());
	if (own < 0)
		return err_set(e, -own, "pidfd socket: %m");
	if (!proc_pidfd_is_native(own))
		return err_set(e, ENOSYS, "pidfd socket: the kernel has no pidfds");
	cr->pidfd_sock = unix_socket_connect(cr->o->pidfd_socket, e);
	return cr->pidfd_sock < 0 ? err_wrap(e, "pidfd socket") : 0;
}

int creation_send_pidfd(struct creation *cr, struct err *e)
{
	int r;

	if (cr->pidfd_sock < 0)
		return 0;
	r = unix_socket_send(cr->pidfd_sock, "pidfd", cr->pidfd);
	fd_close(&cr->pidfd_sock);
	return r < 0 ? err_set(e, -r, "send the pidfd to the pidfd socket '%s': %m",
			       cr->o->pidfd_socket)
		     : 0;
}

/* The state as it will be once the first process is ready, as far as that is known: written while
 * it is at work, so that it need not wait for more than the renaming. */
static int prepare_record(struct creation *cr, struct err *e)
{
	struct container next = cr->c;
	int r;

	/* they change until then */
	if (cr->c.mounts || (cr->c.cgroup && cr->c.cgroup->systemd))
		return 0;
	/* where it is gone, why is what is heard next */
	if (proc_start_time_real(cr->pid, &next.start_time) < 0)
		return 0;
	next.pid = cr->pid;
	next.creating = false;
	r = container_write_next(&next, e);
	if (r < 0)
		return r;
	cr->c.start_time = next.start_time;
	cr->next_written = true;
	return 0;
}

static void forget_record(struct creation *cr)
{
	if (cr->next_written)
		container_drop_next(&cr->c);
	cr->next_written = false;
}

/* Makes what is known of the container by now its state. */
static int write_record(struct creation *cr, struct err *e)
{
	int r;

	if (cr->next_written)
		return container_take_next(&cr->c, e);
	r = proc_start_time_real(cr->pid, &cr->c.start_time);
	if (r < 0)
		return err_set(e, ECHILD, "the container's first process is gone");
	return container_write(&cr->c, e);
}

int creation_record(struct creation *cr, struct err *e)
{
	int r;

	if (cr->c.mounts) {
		CLEANUP(json_freep) struct json *before = take_ptr(&cr->c.mounts);

		r = shared_mounts_list(cr->c.rootfs, &cr->c.mounts, e);
		if (r < 0) {
			cr->c.mounts = take_ptr(&before);
			return r;
		}
		shared_mounts_subtract(cr->c.mounts, before);
	}
	cr->c.pid = cr->pid;
	cr->c.creating = false;
	r = write_record(cr, e);
	if (r >= 0)
		r = creation_send_pidfd(cr, e);
	return r < 0 ? r : creation_write_pid_file(cr, e);
}

void creation_undo(struct creation *cr)
{
	/* by `delete --force`, beside poststart hooks: what has its names now is another one's */
	bool gone = container_is_gone(&cr->c);

	fd_close(&cr->sync);
	/* while its namespace is sure to be there: virtual devices die with one */
	netdev_give_back(cr->netdevs);
	if (cr->pid > 0) {
		if (cr->pidfd >= 0)
			(void)proc_pidfd_signal(cr->pidfd, SIGKILL);
		else
			(void)kill(cr->pid, SIGKILL);
		/* others outlive it in a pid namespace that is not its own; and whoever is paused
		 * by now does not die */
		if (cr->c.cgroup && !gone && (!cr->c.own_pid_ns || !cr->c.creating))
			(void)cgroup_signal_own(cr->c.cgroup, SIGKILL, NULL);
		while (waitpid(cr->pid, NULL, __WALL) < 0 && errno == EINTR)
			;
		cr->pid = 0;
	}
	cr->c.pid = 0;
	if (gone)
		return;
	/* before destroy_container(), which reads no memory of ours: the hooks that ran are these,
	 * and the state says so */
	cr->c.has_poststop = cr->c.has_poststop && cr->hooks_begun;
	if (cr->pid_file_written)
		(void)unlink(cr->o->pid_file);
	(void)destroy_container(&cr->c, &cr->o->log, NULL);
}

int creation_reserve(struct creation *cr, struct err *e)
{
	struct cgroup *cgroup = NULL;
	int r;

	if (!container_id_is_valid(cr->o->id))
		return err_set(e, EINVAL,
			       "invalid container id '%s': 1 to 255 of [A-Za-z0-9_+.-], not "
			       "beginning with '.' or '-'",
			       cr->o->id);
	r = creation_load_config(cr, e);
	if (r >= 0)
		r = prepare(cr, &cgroup, e);
	if (r >= 0)
		r = reserve(cr, &cgroup, e);
	cgroup_free(cgroup);
	return r;
}

/* From its first instruction until it is ready. It makes namespaces while we make what it has to
 * wait for. */
static int bring_up(struct creation *cr, struct err *e)
{
	int r = 0;

	if (cr->c.resctrl)
		r = resctrl_join(cr->resctrl_fd, cr->c.resctrl, cr->pid, e);
	/* a stage has done it */
	if (r >= 0 && !ns_plan_staged(&cr->ns))
		r = creation_set_oom_score(cr, cr->pid, e);
	if (r >= 0)
		r = creation_settle(cr, e);
	if (r >= 0)
		r = prepare_record(cr, e);
	return r < 0 ? r : creation_serve(cr, e);
}

/* What is made for it besides is made once, however often it is born. */
static int make_first_process(struct creation *cr, bool born_first, struct err *e)
{
	int r = creation_spawn(cr, e);

	if (r < 0 && creation_reborn(cr))
		r = creation_spawn(cr, e);
	if (r >= 0 && born_first)
		r = make_cgroup(cr, e);
	if (r >= 0)
		r = limit_cgroup(cr, e);
	if (r >= 0)
		r = creation_settle_joined_user(cr, e);
	if (r >= 0)
		r = creation_make_resctrl(cr, e);
	if (r < 0)
		return r;
	r = bring_up(cr, e);
	if (r >= 0 || !creation_reborn(cr))
		return r;
	forget_record(cr);
	r = creation_spawn(cr, e);
	return r < 0 ? r : bring_up(cr, e);
}

static int let_go(struct creation *cr, struct err *e)
{
	int r = sync_send(cr->sync, SYNC_GO, 0, FD_NONE);

	/* in a `run` it has not waited: why it ended is what is heard next */
	if (r == -EPIPE)
		return cr->run ? 0 : err_set(e, ECHILD, "the container's first process died");
	return r < 0 ? err_set(e, -r, "let the container's first process go on: %m") : 0;
}

int creation_make(struct creation *cr, struct err *e)
{
	int r = creation_reserve(cr, e);
	bool born_first;

	if (r < 0)
		return r;
	born_first = creation_born_first(cr);
	if (!born_first)
		r = make_cgroup(cr, e);
	if (r >= 0 && !cr->run)
		r = cr->listen_fd = container_listen(&cr->c, e);
	if (r >= 0)
		r = make_first_process(cr, born_first, e);
	if (r >= 0 && cr->c.cgroup)
		r = cgroup_release(cr->c.cgroup,
				   cr->config->linux ? cr->config->linux->resources : NULL, e);
	if (r >= 0)
		r = creation_record(cr, e);
	/* recorded: from now on it lives without us */
	if (r >= 0)
		r = let_go(cr, e);
	if (r < 0) {
		creation_undo(cr);
		return r;
	}
	/* whoever made that has long ended, and is reaped when nobody waits for us any more */
	ns_ahead_done(&cr->ahead);
	return 0;
}

int rt_create(const struct rt_create_options *o, struct err *e)
{
	CLEANUP(creation_done) struct creation cr;

	creation_init(&cr, o, false);
	return creation_make(&cr, e);
}
