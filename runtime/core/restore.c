/* SPDX-License-Identifier: Apache-2.0 */
/* `restore`: a container from the files of `checkpoint`. It is made as `create` makes it, but for
 * its first process and its file system, which are criu's to make. */
#include "cleanup.h"
#include "criu.h"
#include "fd.h"
#include "foreground.h"
#include "idmap.h"
#include "proc.h"
#include "resctrl.h"
#include "str.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* What criu gets to remove what it has made, once the caller has waited enough. */
#define PATIENCE_MS 2000
/* Dumps that one image may build on. */
#define PARENTS_MAX 64

/* What the steps of criu go to. */
struct restore {
	struct creation *cr;
	bool join_cgroup; /* criu leaves its processes where it is itself */
	bool limited;	  /* no more processes than the configuration allows */
	char *terminal;	  /* 0 of the dumped process, by name; NULL: unknown */
};

/* With a descriptor of its own: criu has none of ours. */
static int join_resctrl(const struct resctrl *r, struct err *e)
{
	cleanup_fd int root = resctrl_open(e);

	return root < 0 ? root : resctrl_join(root, r, getpid(), e);
}

/* In criu: the root has to be a mount, and of that nobody else need know. */
static int enter(void *arg, struct err *e)
{
	const struct restore *r = arg;
	const char *rootfs = r->cr->c.rootfs;
	int result;

	if (r->join_cgroup) {
		cgroup_forget_fds(r->cr->c.cgroup);
		result = cgroup_join(r->cr->c.cgroup, 0, e);
		if (result < 0)
			return result;
	}
	if (r->cr->c.resctrl) {
		/* what a process forks is where it is itself */
		result = join_resctrl(r->cr->c.resctrl, e);
		if (result < 0)
			return result;
	}
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
		return err_set(e, errno, "make a mount namespace: %m");
	if (mount(rootfs, rootfs, NULL, MS_BIND | MS_REC, NULL) < 0)
		return err_set(e, errno, "bind '%s': %m", rootfs);
	return 0;
}

/*
 * The other end of a terminal that the container had: the one of its first process is for who asked
 * for it. Others belonged to callers of `exec`, who are gone; so are, for their processes, the
 * terminals.
 */
static int take_terminal(struct restore *r, int *fd, struct err *e)
{
	char name[32];
	unsigned int number;

	if (ioctl(*fd, TIOCGPTN, &number) < 0)
		return err_set(e, errno, "the restored terminal: %m");
	(void)snprintf(name, sizeof(name), "/dev/pts/%u", number);
	if (!r->cr->process || !r->cr->process->terminal || !r->terminal ||
	    !str_eq(r->terminal, name))
		return 0;
	return creation_take_console(r->cr, fd, e);
}

static const struct cfg_resources *resources_of(const struct creation *cr)
{
	return cr->config->linux ? cr->config->linux->resources : NULL;
}

/* In the container's cgroups criu also starts programs of its own, for network namespaces. */
static int limit_processes(struct restore *r, bool lift, struct err *e)
{
	struct cgroup *cg = r->cr->c.cgroup;

	r->limited = !lift;
	return cg ? cgroup_limit_pids(cg, resources_of(r->cr), lift, e) : 0;
}

static int take_step(void *arg, struct criu_step *step, struct err *e)
{
	struct restore *r = arg;

	/* from here on there is a process that an end of ours would leave */
	if (step->pid > 0)
		r->cr->pid = step->pid;
	if (str_eq(step->name, "orphan-pts-master") && step->fd >= 0)
		return take_terminal(r, &step->fd, e);
	/* all processes are there, and none of them runs yet */
	if (str_eq(step->name, "post-restore"))
		return limit_processes(r, false, e);
	return 0;
}

/* Pipes that the dumped process had are the caller's 0, 1 and 2 again. */
static int add_descriptors(struct criu *c, struct restore *r, struct err *e)
{
	CLEANUP(json_freep) struct json *list = NULL;
	cleanup_free char *text = NULL;
	size_t len;
	int result;

	result = fd_read_file_at(c->images_fd, CRIU_DESCRIPTORS, 1u << 16, &text, &len, e);
	if (result < 0)
		return result;
	result = json_parse(text, len, &list, e);
	if (result < 0) {
		cleanup_free char *path = str_format("%s/" CRIU_DESCRIPTORS, c->o->image_path);

		return err_wrap_place(e, path ? path : CRIU_DESCRIPTORS);
	}
	for (size_t i = 0; list->type == JSON_ARRAY && i < list->count && i < 3; i++) {
		const char *name = json_string(list->items[i]);

		if (name && str_starts(name, "pipe:"))
			criu_inherit_stdio(c, (int)i, name);
		if (name && i == 0)
			r->terminal = strdup(name);
	}
	return 0;
}

static void add_cgroups(struct criu *c, const struct cgroup *cg)
{
	/* number 2 of cgroup_root in criu's rpc.proto */
	const unsigned int path = 2;

	for (size_t i = 0; i < cg->count; i++) {
		const struct cgroup_hierarchy *h = &cg->items[i];

		criu_pair(c, CRIU_CG_ROOT, h->v2 ? NULL : h->controllers, path, h->path);
	}
}

static int give(int fd, gid_t gid, mode_t mode)
{
	return fchown(fd, (uid_t)-1, gid) < 0 || fchmod(fd, mode) < 0 ? -errno : 0;
}

/* Of one directory of images. */
static int give_directory(int dir, gid_t gid, struct err *e)
{
	cleanup_dir DIR *d = fd_open_dir(dir);
	const struct dirent *entry;
	int r;

	if (!d)
		return err_set(e, errno, "read the images: %m");
	r = give(dirfd(d), gid, 0750);
	while (r >= 0 && (entry = readdir(d))) {
		cleanup_fd int image = FD_NONE;
		struct stat st;

		if (!str_ends(entry->d_name, ".img"))
			continue;
		image = openat(dir, entry->d_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (image >= 0 && fstat(image, &st) == 0 && S_ISREG(st.st_mode))
			r = give(image, gid, 0640);
	}
	return r < 0 ? err_set(e, -r, "give the images to group %u: %m", (unsigned int)gid) : 0;
}

/*
 * In a user namespace of the container's own criu reads the images first as the caller, and then
 * with the ids of root there, who is somebody else here. So they become readable for his group, and
 * with them those of the dumps before (--parent-path). It is his memory that they hold.
 */
static int give_images(const struct criu *c, const struct creation *cr, struct err *e)
{
	cleanup_fd int dir = fcntl(c->images_fd, F_DUPFD_CLOEXEC, 3);
	int64_t gid = -1;
	int r = 0;

	if (cr->ns.mode[CFG_NS_USER] == NS_NEW)
		gid = idmap_to_host(&cr->config->linux->gid_mappings, 0);
	for (int n = 0; gid > 0 && dir >= 0 && n < PARENTS_MAX && r >= 0; n++) {
		int parent = openat(dir, "parent", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		r = give_directory(dir, (gid_t)gid, e);
		fd_close(&dir);
		dir = parent;
	}
	return r;
}

/* In a user namespace criu changes the root as root there, by a directory that it makes in it. */
static int check_root(const struct creation *cr, struct err *e)
{
	int64_t uid = 0;
	struct stat st;

	if (cr->ns.mode[CFG_NS_USER] == NS_NEW)
		uid = idmap_to_host(&cr->config->linux->uid_mappings, 0);
	if (uid <= 0 || stat(cr->c.rootfs, &st) < 0 || st.st_uid == (uid_t)uid ||
	    (st.st_mode & S_IWOTH))
		return 0;
	return err_set(e, ENOTSUP,
		       "criu can restore a container with a user namespace only where root there "
		       "(user %u) owns the root file system '%s'",
		       (unsigned int)uid, cr->c.rootfs);
}

static int describe(struct criu *c, struct restore *r, struct err *e)
{
	const struct creation *cr = r->cr;
	int result;

	criu_set(c, CRIU_RST_SIBLING, 1);
	criu_set(c, CRIU_EVASIVE_DEVICES, 1);
	criu_text(c, CRIU_ROOT, "%s", cr->c.rootfs);
	if (cr->c.cgroup)
		add_cgroups(c, cr->c.cgroup);
	criu_add_config_file(c, cr->config);
	criu_add_namespaces_of_restore(c, &cr->ns);
	result = check_root(cr, e);
	if (result >= 0)
		result = criu_add_mounts(c, cr->config, cr->c.cgroup, FD_NONE, cr->bundle, e);
	if (result >= 0)
		result = add_descriptors(c, r, e);
	if (result >= 0)
		result = give_images(c, cr, e);
	return result < 0 ? result : criu_make_mount_points(cr, e);
}

static int run_criu(struct creation *cr, const struct rt_criu_options *o, struct err *e)
{
	CLEANUP(criu_done) struct criu c;
	struct restore restore = {
		.cr = cr,
		.join_cgroup =
			cr->c.cgroup && o->manage_cgroups && str_eq(o->manage_cgroups, "ignore"),
	};
	const struct criu_run run = {
		.log = "restore.log",
		.setup = enter,
		.step = take_step,
		.arg = &restore,
		.interrupt = cr->interrupt,
		.patience_ms = PATIENCE_MS,
	};
	int r;

	r = criu_begin(&c, CRIU_RESTORE, o, e);
	if (r >= 0)
		r = describe(&c, &restore, e);
	if (r >= 0)
		r = limit_processes(&restore, true, e);
	if (r >= 0)
		r = criu_run(&c, &run, e);
	/* one that does not tell of that step */
	if (r >= 0 && !restore.limited)
		r = limit_processes(&restore, false, e);
	free(restore.terminal);
	if (r < 0)
		return r;
	return creation_hold(cr, e);
}

static int make(struct creation *cr, const struct rt_criu_options *o, struct err *e)
{
	int r = creation_make_cgroup(cr, e);

	if (r >= 0)
		r = creation_make_resctrl(cr, e);
	if (r >= 0)
		r = run_criu(cr, o, e);
	if (r >= 0 && cr->c.cgroup)
		r = cgroup_release(cr->c.cgroup, resources_of(cr), e);
	if (r >= 0)
		r = creation_record(cr, e);
	if (r < 0)
		creation_undo(cr);
	return r;
}

int rt_restore(const struct rt_create_options *o, const struct rt_criu_options *criu, struct err *e)
{
	CLEANUP(creation_done) struct creation cr;
	cleanup_fd int sigfd = FD_NONE;
	int r;

	creation_init(&cr, o, true);
	if (!o->detach) {
		sigfd = foreground_signals(e);
		if (sigfd < 0)
			return sigfd;
	}
	r = cr.interrupt = foreground_interruptible(e);
	if (r >= 0)
		r = creation_reserve(&cr, e);
	if (r >= 0)
		r = make(&cr, criu, e);
	if (r < 0 || o->detach)
		return r < 0 ? err_wrap(e, "restore") : 0;
	fd_close(&cr.c.lock_fd);
	return creation_stay(&cr, sigfd, e);
}
