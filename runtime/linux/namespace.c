/* SPDX-License-Identifier: Apache-2.0 */
#include "namespace.h"

#include "cleanup.h"
#include "fd.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

static const struct {
	uint64_t flag;
	const char *link; /* below /proc/<pid>/ns */
} kinds[NS_COUNT] = {
	[CFG_NS_PID] = {CLONE_NEWPID, "pid"},	       [CFG_NS_NETWORK] = {CLONE_NEWNET, "net"},
	[CFG_NS_MOUNT] = {CLONE_NEWNS, "mnt"},	       [CFG_NS_IPC] = {CLONE_NEWIPC, "ipc"},
	[CFG_NS_UTS] = {CLONE_NEWUTS, "uts"},	       [CFG_NS_USER] = {CLONE_NEWUSER, "user"},
	[CFG_NS_CGROUP] = {CLONE_NEWCGROUP, "cgroup"}, [CFG_NS_TIME] = {CLONE_NEWTIME, "time"},
};

uint64_t ns_clone_flag(int type)
{
	return kinds[type].flag;
}

const char *ns_link_name(int type)
{
	return kinds[type].link;
}

const struct cfg_namespace *ns_find(const struct cfg_linux *linux, int type)
{
	for (size_t i = 0; linux && i < linux->namespaces.count; i++)
		if (linux->namespaces.items[i].type == type)
			return &linux->namespaces.items[i];
	return NULL;
}

bool ns_is_new(const struct cfg_linux *linux, int type)
{
	const struct cfg_namespace *ns = ns_find(linux, type);

	return ns && !ns->path;
}

/* Opens twice, since what a path names may be a FIFO that hangs or a device that acts: only once it
 * is known to live on nsfs, for reading. */
static int open_namespace(const struct ns_plan *p, const struct cfg_namespace *ns, struct err *e)
{
	cleanup_fd int pathfd = open(ns->path, O_PATH | O_CLOEXEC);
	cleanup_fd int fd = FD_NONE;
	char buf[FD_PATH_SIZE];
	struct statfs fs;
	int type;

	if (pathfd < 0)
		return cfg_err(p->doc, &ns->path, e, errno, "open namespace '%s': %m", ns->path);
	if (fstatfs(pathfd, &fs) < 0)
		return cfg_err(p->doc, &ns->path, e, errno, "fstatfs '%s': %m", ns->path);
	if (fs.f_type != NSFS_MAGIC)
		return cfg_err(p->doc, &ns->path, e, EINVAL, "'%s' is not a namespace", ns->path);
	fd = open(fd_proc_path(pathfd, buf), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return cfg_err(p->doc, &ns->path, e, errno, "open namespace '%s': %m", ns->path);
	type = ioctl(fd, NS_GET_NSTYPE);
	if (type < 0)
		return cfg_err(p->doc, &ns->path, e, errno, "type of namespace '%s': %m", ns->path);
	if ((uint64_t)type != kinds[ns->type].flag)
		return cfg_err(p->doc, &ns->path, e, EINVAL, "'%s' is not a namespace of type %s",
			       ns->path, cfg_enum_name_ns_type(ns->type));
	return take_fd(&fd);
}

/*
 * Whether it is what the container would have without any entry: then it is no namespace of its
 * own, and nothing may be set in it (sysctls, the hostname). The caller's own user namespace could
 * not be joined anyway (setns(2): EINVAL).
 */
static bool is_own(int fd, int type)
{
	bool for_children = type == CFG_NS_PID || type == CFG_NS_TIME;
	char path[64];
	struct stat a, b;

	(void)snprintf(path, sizeof(path), "/proc/self/ns/%s%s", kinds[type].link,
		       for_children ? "_for_children" : "");
	return stat(path, &a) == 0 && fstat(fd, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

static bool has_offsets(const struct ns_plan *p)
{
	return p->linux && p->linux->time_offsets.count && p->mode[CFG_NS_TIME] == NS_NEW;
}

/* What belongs to a namespace must have one. */
int ns_plan_check(const struct ns_plan *p, struct err *e)
{
	const struct cfg_linux *l = p->linux;

	if (!l)
		return 0;
	if (p->mode[CFG_NS_USER] == NS_NEW && !l->uid_mappings.count)
		return cfg_err(p->doc, &l->namespaces, e, EINVAL,
			       "a new user namespace needs linux.uidMappings");
	if (p->mode[CFG_NS_USER] == NS_NEW && !l->gid_mappings.count)
		return cfg_err(p->doc, &l->namespaces, e, EINVAL,
			       "a new user namespace needs linux.gidMappings");
	if (p->mode[CFG_NS_USER] == NS_INHERIT && l->uid_mappings.count)
		return cfg_err(p->doc, &l->uid_mappings, e, EINVAL,
			       "linux.uidMappings without a user namespace");
	if (p->mode[CFG_NS_USER] == NS_INHERIT && l->gid_mappings.count)
		return cfg_err(p->doc, &l->gid_mappings, e, EINVAL,
			       "linux.gidMappings without a user namespace");
	if (l->time_offsets.count && p->mode[CFG_NS_TIME] != NS_NEW)
		return cfg_err(p->doc, &l->time_offsets, e, EINVAL,
			       "linux.timeOffsets without a new time namespace");
	for (size_t i = 0; i < l->time_offsets.count; i++) {
		const struct cfg_time_offset *o = &l->time_offsets.items[i];

		if (strcmp(o->key, "monotonic") != 0 && strcmp(o->key, "boottime") != 0)
			return cfg_err(p->doc, o, e, EINVAL,
				       "linux.timeOffsets: the kernel offsets monotonic and "
				       "boottime, not '%s'",
				       o->key);
		if (o->nanosecs > 999999999)
			return cfg_err(p->doc, o, e, ERANGE,
				       "linux.timeOffsets: nanosecs is not below one second");
	}
	return 0;
}

int ns_plan_read(const struct cfg_doc *doc, const struct cfg_linux *linux, struct ns_plan *ret,
		 struct err *e)
{
	memset(ret, 0, sizeof(*ret));
	ret->doc = doc;
	ret->linux = linux;
	ret->offsets_fd = FD_NONE;
	for (int t = 0; t < NS_COUNT; t++)
		ret->fd[t] = FD_NONE;
	for (size_t i = 0; linux && i < linux->namespaces.count; i++) {
		const struct cfg_namespace *ns = &linux->namespaces.items[i];

		if (ns->type < 0 || ns->type >= NS_COUNT)
			return cfg_err(doc, &ns->type, e, EINVAL, "linux.namespaces: unknown type");
		if (ret->mode[ns->type] != NS_INHERIT)
			return cfg_err(doc, ns, e, EINVAL,
				       "linux.namespaces: type %s stands here twice",
				       cfg_enum_name_ns_type(ns->type));
		ret->mode[ns->type] = ns->path ? NS_JOIN : NS_NEW;
		if (ns->path && ns->path[0] != '/')
			return cfg_err(doc, &ns->path, e, EINVAL,
				       "namespace path '%s' is not absolute", ns->path);
	}
	return 0;
}

int ns_plan_make(const struct cfg_doc *doc, const struct cfg_linux *linux, struct ns_plan *ret,
		 struct err *e)
{
	int r = ns_plan_read(doc, linux, ret, e);

	if (r < 0)
		return r;
	for (size_t i = 0; linux && i < linux->namespaces.count; i++) {
		const struct cfg_namespace *ns = &linux->namespaces.items[i];

		if (!ns->path)
			continue;
		ret->fd[ns->type] = open_namespace(ret, ns, e);
		if (ret->fd[ns->type] < 0)
			return ret->fd[ns->type];
		if (is_own(ret->fd[ns->type], ns->type)) {
			fd_close(&ret->fd[ns->type]);
			ret->mode[ns->type] = NS_INHERIT;
		}
	}
	return ns_plan_check(ret, e);
}

void ns_plan_done(struct ns_plan *p)
{
	for (int t = 0; t < NS_COUNT; t++)
		fd_close(&p->fd[t]);
	fd_close(&p->offsets_fd);
}

bool ns_plan_staged(const struct ns_plan *p)
{
	bool joins = false;

	for (int t = 0; t < NS_COUNT; t++)
		if (p->mode[t] == NS_JOIN)
			joins = true;
	return p->mode[CFG_NS_PID] == NS_JOIN || p->mode[CFG_NS_USER] == NS_JOIN ||
	       has_offsets(p) || (p->mode[CFG_NS_USER] == NS_NEW && joins);
}

/*
 * A network namespace takes the kernel longer than everything else that a clone does, and the one
 * who clones waits for it. So the first process makes it, and what else it can, by itself. But one
 * in a new user namespace, which shall own the others, is mapped and waits for that first.
 */
/* The file system of its message queues belongs to who makes it (mq_overview(7)): in a user
 * namespace of its own to nobody, until the first process has become root there. */
static bool ipc_comes_later(const struct ns_plan *p)
{
	return p->mode[CFG_NS_IPC] == NS_NEW && ns_plan_own(p, CFG_NS_USER);
}

bool ns_plan_made_inside(const struct ns_plan *p, int type)
{
	if (type == CFG_NS_IPC && ipc_comes_later(p))
		return false;
	if (p->mode[type] != NS_NEW || p->mode[CFG_NS_USER] == NS_NEW)
		return false;
	return type == CFG_NS_NETWORK || type == CFG_NS_MOUNT || type == CFG_NS_IPC ||
	       type == CFG_NS_UTS;
}

uint64_t ns_plan_clone_flags(const struct ns_plan *p)
{
	uint64_t flags = 0;

	for (int t = 0; t < NS_COUNT; t++) {
		if (p->mode[t] != NS_NEW || t == CFG_NS_CGROUP || ns_plan_made_inside(p, t))
			continue;
		if (t == CFG_NS_IPC && ipc_comes_later(p))
			continue;
		/* the stage has done these two already */
		if (t == CFG_NS_USER && ns_plan_staged(p))
			continue;
		if (t == CFG_NS_TIME && has_offsets(p))
			continue;
		flags |= kinds[t].flag;
	}
	return flags;
}

static int join_one(const struct ns_plan *p, int type, struct err *e)
{
	if (setns(p->fd[type], (int)kinds[type].flag) < 0)
		return err_set(e, errno, "join the %s namespace: %m", cfg_enum_name_ns_type(type));
	return 0;
}

/* Whether joins that the user namespace forbids are left to a second round (@later). The mount
 * namespace comes last: paths mean something else in it. */
static int join_all(const struct ns_plan *p, bool done[NS_COUNT], bool later, struct err *e)
{
	static const int order[] = {CFG_NS_NETWORK, CFG_NS_IPC, CFG_NS_UTS,  CFG_NS_CGROUP,
				    CFG_NS_TIME,    CFG_NS_PID, CFG_NS_MOUNT};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		int t = order[i];
		int r;

		if (p->mode[t] != NS_JOIN || done[t])
			continue;
		r = join_one(p, t, e);
		if (r == -EPERM && later)
			continue;
		if (r < 0)
			return r;
		done[t] = true;
	}
	return 0;
}

int ns_join_paths(const struct ns_plan *p, struct err *e)
{
	bool done[NS_COUNT] = {false};

	return join_all(p, done, false, e);
}

static int write_offsets(struct ns_plan *p, struct err *e)
{
	char text[256];
	int len = 0;

	for (size_t i = 0; i < p->linux->time_offsets.count; i++) {
		const struct cfg_time_offset *o = &p->linux->time_offsets.items[i];

		len += snprintf(text + len, sizeof(text) - (size_t)len, "%s %lld %llu\n", o->key,
				(long long)o->secs, (unsigned long long)o->nanosecs);
	}
	/* one write: the kernel takes both clocks together (time_namespaces(7)) */
	if (write(p->offsets_fd, text, (size_t)len) != len)
		return cfg_err(p->doc, &p->linux->time_offsets, e, errno ? errno : EIO,
			       "linux.timeOffsets: %m");
	fd_close(&p->offsets_fd);
	return 0;
}

int ns_stage_enter(struct ns_plan *p, int (*map)(void *arg, struct err *e), void *arg,
		   struct err *e)
{
	bool done[NS_COUNT] = {false};
	int r;

	/* Opened while the caller is still the host's root: the kernel asks for the rights of who
	 * opened it. */
	if (has_offsets(p)) {
		p->offsets_fd = open("/proc/self/timens_offsets", O_WRONLY | O_CLOEXEC);
		if (p->offsets_fd < 0)
			return err_set(e, errno, "open '/proc/self/timens_offsets': %m");
	}
	/* Those who are there already may not look at who comes (CVE-2016-9962). One in a new user
	 * namespace has to be mapped first, by somebody who may write to its files, and nobody else
	 * is in there. */
	if (p->mode[CFG_NS_USER] != NS_NEW)
		(void)prctl(PR_SET_DUMPABLE, 0);
	/* What the host's user namespace owns can be joined now only, what the joined one owns
	 * afterwards only. */
	r = join_all(p, done, p->mode[CFG_NS_USER] == NS_JOIN, e);
	if (r < 0)
		return r;
	if (p->mode[CFG_NS_USER] == NS_JOIN) {
		r = join_one(p, CFG_NS_USER, e);
		if (r < 0)
			return r;
		r = join_all(p, done, false, e);
		if (r < 0)
			return r;
	}
	if (p->mode[CFG_NS_USER] == NS_NEW) {
		if (unshare(CLONE_NEWUSER) < 0)
			return err_set(e, errno, "make a user namespace: %m");
		r = map(arg, e);
		if (r < 0)
			return r;
	}
	if (has_offsets(p)) {
		if (unshare(CLONE_NEWTIME) < 0)
			return err_set(e, errno, "make a time namespace: %m");
		return write_offsets(p, e);
	}
	return 0;
}

int ns_unshare(const struct ns_plan *p, const struct ns_ahead *ahead, struct err *e)
{
	uint64_t flags = 0;

	for (int t = 0; t < NS_COUNT; t++)
		if (ns_plan_made_inside(p, t) && !(t == CFG_NS_NETWORK && ahead->pid))
			flags |= kinds[t].flag;
	if (flags && unshare((int)flags) < 0)
		return err_set(e, errno, "make the container's namespaces: %m");
	return 0;
}

int ns_take_ahead(struct ns_ahead *ahead, struct err *e)
{
	if (!ahead->pid)
		return 0;
	if (ns_ahead_join(ahead))
		return 1;
	if (unshare(CLONE_NEWNET) < 0)
		return err_set(e, errno, "make a network namespace: %m");
	return 0;
}

int ns_unshare_ipc(const struct ns_plan *p, struct err *e)
{
	if (ipc_comes_later(p) && unshare(CLONE_NEWIPC) < 0)
		return err_set(e, errno, "make an ipc namespace: %m");
	return 0;
}

int ns_unshare_cgroup(const struct ns_plan *p, struct err *e)
{
	if (p->mode[CFG_NS_CGROUP] != NS_NEW)
		return 0;
	if (unshare(CLONE_NEWCGROUP) < 0)
		return err_set(e, errno, "make a cgroup namespace: %m");
	return 0;
}

int ns_loopback_up(struct err *e)
{
	cleanup_fd int sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq ifr = {.ifr_name = "lo"};

	if (sock < 0)
		return err_set(e, errno, "socket: %m");
	/* A new namespace's lo has no other flags that a program could have set: nothing is read
	 * first. */
	ifr.ifr_flags = IFF_UP;
	if (ioctl(sock, SIOCSIFFLAGS, &ifr) < 0)
		return err_set(e, errno, "bring up the loopback interface: %m");
	return 0;
}
