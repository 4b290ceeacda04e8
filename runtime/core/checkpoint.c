/* SPDX-License-Identifier: Apache-2.0 */
/* `checkpoint`: the processes of a container as files (criu(8)). */
#include "cleanup.h"
#include "criu.h"
#include "fd.h"
#include "idmap.h"
#include "str.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int make_dir(const char *path, struct err *e)
{
	if (path && mkdir(path, 0700) < 0 && errno != EEXIST)
		return err_set(e, errno, "make directory '%s': %m", path);
	return 0;
}

/* A terminal's other end is with someone whom criu cannot ask. */
static int check(const struct cfg_config *config, enum rt_status status, const char *id,
		 struct err *e)
{
	if (status != RT_RUNNING && status != RT_PAUSED)
		return err_set(e, EINVAL, "cannot checkpoint container '%s' in the %s state", id,
			       rt_status_name(status));
	if (config->process && config->process->terminal)
		return err_set(
			e, ENOTSUP,
			"a container with a terminal cannot be checkpointed by this runtime");
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

/* A network namespace that the container was given stays where it is. */
static void add_network(struct criu *c, const struct cfg_linux *l, int pid_dir)
{
	struct stat st;

	for (size_t i = 0; l && i < l->namespaces.count; i++) {
		const struct cfg_namespace *ns = &l->namespaces.items[i];

		if (ns->type != CFG_NS_NETWORK || !ns->path ||
		    fstatat(pid_dir, "ns/net", &st, 0) < 0)
			continue;
		criu_add(c, "--external");
		criu_add(c, "net[%lu]:" CRIU_NETNS, (unsigned long)st.st_ino);
	}
}

static int dump(const struct rt_checkpoint_options *o, const struct container *c,
		const struct cfg_config *config, int pid_dir, struct err *e)
{
	CLEANUP(criu_done) struct criu args = {0};
	cleanup_free char *freezer = c->cgroup ? cgroup_freezer_path(c->cgroup) : NULL;
	cleanup_fd int root = openat(pid_dir, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	const struct proc_fd status = {.fd = o->criu.status_fd, .as = o->criu.status_fd};

	if (root < 0)
		return err_set(e, errno, "the container's root: %m");
	criu_begin(&args, o->pre_dump ? "pre-dump" : "dump", &o->criu);
	criu_add(&args, "--tree");
	criu_add(&args, "%d", (int)c->pid);
	criu_add(&args, "--root");
	criu_add(&args, "%s", c->rootfs);
	if (freezer) {
		criu_add(&args, "--freeze-cgroup");
		criu_add(&args, "%s", freezer);
	}
	if (o->leave_running && !o->pre_dump)
		criu_add(&args, "--leave-running");
	if (o->pre_dump || o->criu.parent_path)
		criu_add(&args, "--track-mem");
	if (o->criu.parent_path) {
		criu_add(&args, "--prev-images-dir");
		criu_add(&args, "%s", o->criu.parent_path);
	}
	criu_add_mounts(&args, config, root, NULL);
	add_network(&args, config->linux, pid_dir);
	return criu_run(&args, &o->criu, "dump.log", &status, o->criu.status_fd >= 0, NULL, NULL,
			e);
}

int rt_checkpoint(const struct rt_checkpoint_options *o, struct err *e)
{
	CLEANUP(container_done) struct container c = CONTAINER_INIT;
	CLEANUP(cfg_doc_freep) struct cfg_doc *doc = NULL;
	cleanup_fd int pid_dir = FD_NONE;
	int r;

	r = container_load(o->root, o->id, &c, e);
	if (r >= 0)
		r = container_lock(&c, true, e);
	if (r >= 0)
		r = container_read_config(&c, &doc, e);
	if (r >= 0)
		r = check(doc->config, container_status(&c), o->id, e);
	if (r >= 0)
		r = make_dir(o->criu.image_path, e);
	if (r >= 0)
		r = make_dir(o->criu.work_path, e);
	if (r >= 0)
		r = pid_dir = idmap_open_pid(c.pid, e);
	if (r >= 0 && !o->pre_dump)
		r = save_descriptors(pid_dir, o->criu.image_path, e);
	if (r >= 0)
		r = dump(o, &c, doc->config, pid_dir, e);
	if (r < 0)
		return err_wrap(e, "checkpoint");
	/* criu has ended its processes; what is left of it is of no use to anybody */
	if (!o->leave_running && !o->pre_dump)
		return destroy_container(&c, &o->log, e);
	return 0;
}
