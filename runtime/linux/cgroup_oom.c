/* SPDX-License-Identifier: Apache-2.0 */
/* v1 tells by an eventfd (admin-guide/cgroup-v1/memory, "OOM Control"), v2 by a change of
 * memory.events. */
#include "cgroup_stats.h"

#include "cgroup_internal.h"
#include "cgroup_stats_read.h"
#include "cleanup.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

static int watch_v1(int dir)
{
	cleanup_fd int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	cleanup_fd int control = openat(dir, "memory.oom_control", O_RDONLY | O_CLOEXEC);
	char text[32];
	int r;

	if (event < 0 || control < 0)
		return -errno;
	(void)snprintf(text, sizeof(text), "%d %d", event, control);
	r = cgroup_dir_write(dir, "cgroup.event_control", text);
	return r < 0 ? r : take_fd(&event);
}

static int watch_v2(int dir)
{
	cleanup_fd int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	cleanup_fd int events = openat(dir, "memory.events", O_PATH | O_CLOEXEC | O_NOFOLLOW);
	char path[FD_PATH_SIZE];

	if (fd < 0 || events < 0)
		return -errno;
	if (inotify_add_watch(fd, fd_proc_path(events, path), IN_MODIFY) < 0)
		return -errno;
	return take_fd(&fd);
}

int cgroup_oom_open(const struct cgroup *cg, struct cgroup_oom *ret, struct err *e)
{
	const struct cgroup_hierarchy *h = NULL;
	struct cgroup_oom o = CGROUP_OOM_INIT;

	for (size_t i = 0; i < cg->count; i++) {
		if (cg->items[i].v2 && !h)
			h = &cg->items[i];
		if (!cg->items[i].v2 && cgroup_has_controller(cg->items[i].controllers, "memory"))
			h = &cg->items[i];
	}
	if (!h)
		return err_set(e, ENOENT, "the container has no memory cgroup");
	o.dir = cgroup_dir_open(h, e);
	if (o.dir < 0)
		return o.dir;
	o.v2 = h->v2;
	o.fd = o.v2 ? watch_v2(o.dir) : watch_v1(o.dir);
	if (o.fd < 0) {
		int num = -o.fd;

		cgroup_oom_done(&o);
		return err_set(e, num, "watch the memory of cgroup '%s%s': %m", h->mountpoint,
			       h->path);
	}
	o.seen = o.v2 ? stats_keyed(o.dir, "memory.events", "oom_kill") : 0;
	*ret = o;
	return 0;
}

uint64_t cgroup_oom_read(struct cgroup_oom *o)
{
	char buf[4096];
	uint64_t now, before = o->seen;

	if (!o->v2) {
		if (read(o->fd, &now, sizeof(now)) != (ssize_t)sizeof(now))
			return 0;
		/* the removal of the cgroup counts as one more */
		return faccessat(o->dir, "cgroup.event_control", F_OK, 0) == 0 ? now : 0;
	}
	while (read(o->fd, buf, sizeof(buf)) > 0)
		;
	now = stats_keyed(o->dir, "memory.events", "oom_kill");
	if (now > before)
		o->seen = now;
	return now > before ? now - before : 0;
}

void cgroup_oom_done(struct cgroup_oom *o)
{
	fd_close(&o->fd);
	fd_close(&o->dir);
}
