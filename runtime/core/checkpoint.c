/* SPDX-License-Identifier: Apache-2.0 */
/* `checkpoint`: the processes of a container as files (criu(8)). */
#include "cleanup.h"
#include "container_dir.h"
#include "criu.h"
#include "fd.h"
#include "foreground.h"
#include "idmap.h"
#include "str.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

static int check(const struct container *c, enum rt_status status, struct err *e)
{
	if (status != RT_RUNNING && status != RT_PAUSED)
		return err_set(e, EINVAL, "cannot checkpoint container '%s' in the %s state", c->id,
			       rt_status_name(status));
	return 0;
}

static int save_descriptors(int pid_dir, const char *image_path, struct err *e)
{
	CLEANUP(json_freep) struct json *list = json_new(JSON_ARRAY);
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;
	cleanup_fd int images = open(image_path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (images < 0)
		return err_set(e, errno, "open '%s': %m", image_path);
	for (int i = 0; list && i < 3; i++) {
		char name[8], link[PATH_MAX];
		ssize_t n;

		(void)snprintf(name, sizeof(name), "fd/%d", i);
		n = readlinkat(pid_dir, name, link, sizeof(link) - 1);
		link[n < 0 ? 0 : n] = '\0';
		if (json_append(list, json_new_string(link)) < 0)
			return err_set(e, ENOMEM, "%m");
	}
	if (list)
		json_print(list, 0, &b);
	if (!list || b.oom)
		return err_set(e, ENOMEM, "%m");
	return fd_replace_file_at(images, CRIU_DESCRIPTORS, 0600, b.buf, b.len, 0, e);
}

static int describe(struct criu *args, const struct rt_checkpoint_options *o,
		    const struct container *c, const struct cfg_doc *doc, int pid_dir,
		    struct err *e)
{
	cleanup_free char *freezer = c->cgroup ? cgroup_freezer_path(c->cgroup) : NULL;
	cleanup_fd int root = openat(pid_dir, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int r;

	if (root < 0)
		return err_set(e, errno, "the container's root: %m");
	criu_set(args, CRIU_PID, c->pid);
	criu_text(args, CRIU_ROOT, "%s", c->rootfs);
	if (freezer)
		criu_text(args, CRIU_FREEZE_CGROUP, "%s", freezer);
	if (o->leave_running || o->pre_dump)
		criu_set(args, CRIU_LEAVE_RUNNING, 1);
	if (o->pre_dump || o->criu.parent_path)
		criu_set(args, CRIU_TRACK_MEM, 1);
	if (o->criu.parent_path)
		criu_text(args, CRIU_PARENT_IMG, "%s", o->criu.parent_path);
	criu_add_config_file(args, doc->config);
	r = criu_add_mounts(args, doc->config, c->cgroup, root, NULL, e);
	return r < 0 ? r : criu_add_namespaces_of_dump(args, doc, pid_dir, e);
}

static int dump(const struct rt_checkpoint_options *o, const struct container *c,
		const struct cfg_doc *doc, int pid_dir, int interrupt, struct err *e)
{
	CLEANUP(criu_done) struct criu args;
	const struct criu_run run = {.log = "dump.log", .interrupt = interrupt, .patience_ms = -1};
	int r;

	r = criu_begin(&args, o->pre_dump ? CRIU_PRE_DUMP : CRIU_DUMP, &o->criu, e);
	if (r >= 0)
		r = describe(&args, o, c, doc, pid_dir, e);
	if (r >= 0 && !o->pre_dump)
		r = save_descriptors(pid_dir, o->criu.image_path, e);
	return r < 0 ? r : criu_run(&args, &run, e);
}

int rt_checkpoint(const struct rt_checkpoint_options *o, struct err *e)
{
	CLEANUP(container_done) struct container c = CONTAINER_INIT;
	CLEANUP(cfg_doc_freep) struct cfg_doc *doc = NULL;
	cleanup_fd int pid_dir = FD_NONE, interrupt = FD_NONE;
	int r;

	r = container_load(o->root, o->id, &c, e);
	if (r >= 0)
		r = container_lock_made(&c, -1, check, e);
	if (r >= 0)
		r = container_read_config(&c, &doc, e);
	if (r >= 0)
		r = container_dir_make_path(o->criu.image_path, e);
	if (r >= 0)
		r = pid_dir = idmap_open_pid(c.pid, e);
	if (r >= 0)
		r = interrupt = foreground_interruptible(e);
	if (r >= 0)
		r = dump(o, &c, doc, pid_dir, interrupt, e);
	if (r < 0)
		return err_wrap(e, "checkpoint");
	/* criu has ended its processes; what is left of it is of no use to anybody */
	if (!o->leave_running && !o->pre_dump)
		return destroy_container(&c, &o->log, e);
	return 0;
}
