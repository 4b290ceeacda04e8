/* SPDX-License-Identifier: Apache-2.0 */
/* `restore`: a container from the files of `checkpoint`. It is made as `create` makes it, but for
 * its first process and its file system, which are criu's to make. */
#include "cleanup.h"
#include "criu.h"
#include "fd.h"
#include "foreground.h"
#include "proc.h"
#include "str.h"

#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

/* In the working directory. */
#define PID_FILE "restore.pid"

/* In criu: the root has to be a mount, and of that nobody else need know. */
static int bind_root(void *arg, struct err *e)
{
	const char *rootfs = arg;

	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
		return err_set(e, errno, "make a mount namespace: %m");
	if (mount(rootfs, rootfs, NULL, MS_BIND | MS_REC, NULL) < 0)
		return err_set(e, errno, "bind '%s': %m", rootfs);
	return 0;
}

/* Pipes that the dumped process had are the caller's 0, 1 and 2 again. */
static int add_descriptors(struct criu *c, const char *image_path, struct err *e)
{
	cleanup_fd int images = open(image_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	CLEANUP(json_freep) struct json *list = NULL;
	cleanup_free char *text = NULL;
	size_t len;
	int r;

	if (images < 0)
		return err_set(e, errno, "open '%s': %m", image_path);
	r = fd_read_file_at(images, CRIU_DESCRIPTORS, 1u << 16, &text, &len, e);
	if (r < 0)
		return r;
	r = json_parse(text, len, &list, e);
	if (r < 0)
		return err_wrap(e, "%s/" CRIU_DESCRIPTORS, image_path);
	for (size_t i = 0; list->type == JSON_ARRAY && i < list->count && i < 3; i++) {
		const char *name = json_string(list->items[i]);

		if (!name || !str_starts(name, "pipe:"))
			continue;
		criu_add(c, "--inherit-fd");
		criu_add(c, "fd[%zu]:%s", i, name);
	}
	return 0;
}

static void add_cgroups(struct criu *c, const struct cgroup *cg)
{
	for (size_t i = 0; i < cg->count; i++) {
		const struct cgroup_hierarchy *h = &cg->items[i];

		criu_add(c, "--cgroup-root");
		criu_add(c, "%s%s%s", h->v2 ? "" : h->controllers, h->v2 ? "" : ":", h->path);
	}
}

static int run_criu(struct creation *cr, const struct rt_criu_options *o, struct err *e)
{
	CLEANUP(criu_done) struct criu c = {0};
	struct proc_fd fds[2];
	size_t nfds = 0;
	int r;

	criu_begin(&c, "restore", o);
	criu_add(&c, "--restore-detached");
	criu_add(&c, "--restore-sibling");
	criu_add(&c, "--pidfile");
	criu_add(&c, PID_FILE);
	criu_add(&c, "--root");
	criu_add(&c, "%s", cr->c.rootfs);
	criu_add_mounts(&c, cr->config, FD_NONE, cr->bundle);
	if (cr->c.cgroup)
		add_cgroups(&c, cr->c.cgroup);
	r = add_descriptors(&c, o->image_path, e);
	if (r < 0)
		return r;
	if (o->status_fd >= 0)
		fds[nfds++] = (struct proc_fd){.fd = o->status_fd, .as = o->status_fd};
	if (cr->ns.mode[CFG_NS_NETWORK] == NS_JOIN) {
		/* any number that is not taken */
		int as = o->status_fd == 3 ? 4 : 3;

		fds[nfds++] = (struct proc_fd){.fd = cr->ns.fd[CFG_NS_NETWORK], .as = as};
		criu_add(&c, "--inherit-fd");
		criu_add(&c, "fd[%d]:" CRIU_NETNS, as);
	}
	return criu_run(&c, o, "restore.log", fds, nfds, bind_root, cr->c.rootfs, e);
}

/* criu's new child of ours. */
static int take_pid(struct creation *cr, const struct rt_criu_options *o, struct err *e)
{
	cleanup_fd int work = open(o->work_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	cleanup_free char *text = NULL;
	uint64_t pid;
	size_t len;
	int r;

	if (work < 0)
		return err_set(e, errno, "open '%s': %m", o->work_path);
	r = fd_read_file_at(work, PID_FILE, 64, &text, &len, e);
	(void)unlinkat(work, PID_FILE, 0);
	if (r < 0)
		return r;
	text[strcspn(text, "\n")] = '\0';
	if (str_to_u64(text, INT32_MAX, &pid) < 0 || !pid)
		return err_set(e, EPROTO, "criu says that the process is '%s'", text);
	cr->pid = (pid_t)pid;
	cr->pidfd = proc_pidfd_open(cr->pid);
	return cr->pidfd < 0 ? err_set(e, -cr->pidfd, "pidfd_open: %m") : 0;
}

static int make(struct creation *cr, const struct rt_criu_options *o, struct err *e)
{
	int r = creation_make_cgroup(cr, e);

	if (r >= 0)
		r = run_criu(cr, o, e);
	if (r >= 0)
		r = take_pid(cr, o, e);
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
	r = creation_reserve(&cr, e);
	if (r < 0)
		return r;
	if (cr.process && cr.process->terminal)
		r = err_set(e, ENOTSUP,
			    "a container with a terminal cannot be restored by this runtime");
	if (r < 0)
		creation_undo(&cr);
	else
		r = make(&cr, criu, e);
	if (r < 0 || o->detach)
		return r < 0 ? err_wrap(e, "restore") : 0;
	fd_close(&cr.c.lock_fd);
	return creation_stay(&cr, sigfd, e);
}
