/* SPDX-License-Identifier: Apache-2.0 */
/* The container's directory is made, with what its parents have to give: cpus, controllers. */
#include "cgroup_internal.h"

#include "cleanup.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Two runtimes may make and remove the same parent at the same time. */
#define MAKE_ATTEMPTS 16

/* cpuset(7): a new cpuset has no cpus and takes no process until it is given some. If it has
 * (cgroup.clone_children), then those of its parent. */
static int fill_cpuset(int parent, int child, bool made)
{
	static const char *const files[] = {"cpuset.cpus", "cpuset.mems"};

	for (size_t i = 0; i < 2; i++) {
		cleanup_free char *own = NULL, *above = NULL;
		int r = made ? 0 : cgroup_dir_read(child, files[i], &own);

		if (r >= 0 && own && *own)
			continue;
		if (r >= 0)
			r = cgroup_dir_read(parent, files[i], &above);
		if (r == -ENOENT) /* mounted with noprefix or in v2 mode: inherits by itself */
			continue;
		if (r >= 0 && *above)
			r = cgroup_dir_write(child, files[i], above);
		if (r < 0)
			return r;
	}
	return 0;
}

/*
 * cgroups(7), "no internal processes": where processes are, and not only in cgroups below, the
 * kernel refuses memory and io to those below, but cpu and pids it gives, and then no process may
 * be there unless they are threads of one domain. The root is exempt, and has no cgroup.type.
 */
static bool holds_processes(int dirfd)
{
	cleanup_free char *type = NULL, *procs = NULL;

	return cgroup_dir_read(dirfd, "cgroup.type", &type) >= 0 && str_eq(type, "domain") &&
	       cgroup_dir_read(dirfd, "cgroup.procs", &procs) >= 0 && *procs;
}

static bool is_enabled(int dirfd, const char *controller)
{
	cleanup_free char *enabled = NULL;

	return cgroup_dir_read(dirfd, "cgroup.subtree_control", &enabled) >= 0 &&
	       cgroup_has_controller(enabled, controller);
}

static int switch_on(int dirfd, const char *controller)
{
	char text[64];
	int r = snprintf(text, sizeof(text), "+%s", controller);

	if (r < 0 || (size_t)r >= sizeof(text))
		return -ENOENT;
	return cgroup_dir_write(dirfd, "cgroup.subtree_control", text);
}

/* 1: switched on, 0: it was, -errno. */
static int enable_at(int dirfd, const char *controller)
{
	int r;

	if (is_enabled(dirfd, controller))
		return 0;
	r = holds_processes(dirfd) ? -EBUSY : switch_on(dirfd, controller);
	return r < 0 ? r : 1;
}

/* Adds "controller:length" to what this container has switched on: from the directory at so many
 * bytes of its path on. */
static int note_enabled(struct cgroup_hierarchy *h, const char *controller, size_t level)
{
	char *more = str_format("%s%s%s:%zu", h->enabled ? h->enabled : "", h->enabled ? " " : "",
				controller, level);

	if (!more)
		return -ENOMEM;
	free(h->enabled);
	h->enabled = more;
	return 0;
}

int cgroup_dir_enable(struct cgroup_hierarchy *h, const char *controller)
{
	cleanup_fd int own = FD_NONE;
	bool noted = false;
	size_t start;
	int at = cgroup_dir_begin(h, 0, &own, &start, NULL), r;

	if (at < 0)
		return at;
	for (const char *p = h->path + (h->path[0] == '/'); *p;) {
		char name[NAME_MAX + 1];
		size_t n = strcspn(p, "/");

		if (n > NAME_MAX)
			return -ENAMETOOLONG;
		r = enable_at(at, controller);
		if (r > 0 && !noted) {
			noted = true;
			r = note_enabled(h, controller, (size_t)(p - h->path - 1));
		}
		if (r < 0)
			return r;
		memcpy(name, p, n);
		name[n] = '\0';
		at = cgroup_dir_open_at(at, name);
		fd_close(&own);
		own = at;
		if (at < 0)
			return at;
		p += n;
		p += strspn(p, "/");
	}
	return 0;
}

/* "+cpu +io" of those of @offered that are not in @enabled; the caller frees; NULL: no memory. */
static char *list_missing(char *offered, const char *enabled)
{
	struct strbuf b = STRBUF_INIT;
	char *save = NULL;

	strbuf_adds(&b, "");
	for (char *p = strtok_r(offered, " ", &save); p; p = strtok_r(NULL, " ", &save)) {
		if (cgroup_has_controller(enabled, p))
			continue;
		strbuf_adds(&b, b.len ? " +" : "+");
		strbuf_adds(&b, p);
	}
	return strbuf_take(&b);
}

/*
 * Pure v2: all that the parent offers, as the container's own accounting needs it. One that cannot
 * be had (a parent with processes of its own) is missed only by a config that sets its limits, and
 * cgroup_apply() says so then.
 */
static void enable_everything(int dirfd)
{
	cleanup_free char *offered = NULL, *enabled = NULL, *missing = NULL;
	char *save = NULL;

	if (cgroup_dir_read(dirfd, "cgroup.controllers", &offered) < 0 || !*offered ||
	    cgroup_dir_read(dirfd, "cgroup.subtree_control", &enabled) < 0)
		return;
	missing = list_missing(offered, enabled);
	if (!missing || !*missing || holds_processes(dirfd) ||
	    cgroup_dir_write(dirfd, "cgroup.subtree_control", missing) >= 0)
		return;
	/* the kernel takes all or none */
	for (char *p = strtok_r(missing, " ", &save); p; p = strtok_r(NULL, " ", &save))
		(void)cgroup_dir_write(dirfd, "cgroup.subtree_control", p);
}

/* One component: 1 made, 0 was there, -errno, and then nothing was made. *ret_fd is the directory,
 * opened, unless @ret_fd is NULL. */
static int make_one(int parent, const char *name, int *ret_fd)
{
	bool made = mkdirat(parent, name, 0755) == 0;
	int fd;

	if (!made && errno != EEXIST)
		return -errno;
	if (!ret_fd)
		return made;
	fd = cgroup_dir_open_at(parent, name);
	if (fd < 0) {
		if (made)
			(void)unlinkat(parent, name, AT_REMOVEDIR);
		return fd;
	}
	*ret_fd = fd;
	return made;
}

/* One attempt at the whole path. Directories made before a failure are noted in h->kept. */
static int make_path(struct cgroup_hierarchy *h, bool enable_all, bool from_top)
{
	bool cpuset = !h->v2 && cgroup_has_controller(h->controllers, "cpuset");
	size_t len = strlen(h->path), start;
	cleanup_fd int own = FD_NONE;
	/* what the plan found is there, unless the way to it needs care; but not the whole path,
	 * which may be a directory that is gone */
	int at = cgroup_dir_begin(h, from_top || cpuset || enable_all ? 0 : len - 1, &own, &start,
				  NULL);

	h->kept = len;
	h->created = h->no_limits = h->no_program = false;
	if (at < 0)
		return at;
	/* what the plan found may not be what this way leads to */
	if (start < h->start_len) {
		fd_close(&h->start_fd);
		h->start_len = 0;
	}
	for (const char *p = h->path + start; p[0] == '/' && p[1];) {
		char name[NAME_MAX + 1];
		size_t n = strcspn(p + 1, "/");
		/* one of v1 is opened by whoever has something to write there */
		bool closed = !h->v2 && !cpuset && p[n + 1] == '\0';
		int next = FD_NONE, r;

		if (n > NAME_MAX)
			return -ENAMETOOLONG;
		memcpy(name, p + 1, n);
		name[n] = '\0';
		if (enable_all)
			enable_everything(at);
		r = make_one(at, name, closed ? NULL : &next);
		if (r < 0)
			return r;
		if (r > 0 && h->kept == len)
			h->kept = (size_t)(p - h->path);
		if (r > 0 && p[n + 1] == '\0')
			h->created = h->no_limits = h->no_program = true;
		if (closed) {
			fd_close(&h->fd);
			return 0;
		}
		r = cpuset ? fill_cpuset(at, next, r > 0) : 0;
		fd_close(&own);
		own = at = next;
		if (r < 0)
			return r;
		p += n + 1;
	}
	if (own < 0)
		own = fcntl(at, F_DUPFD_CLOEXEC, 3);
	if (own < 0)
		return -errno;
	fd_close(&h->fd);
	h->fd = take_fd(&own);
	return 0;
}

int cgroup_dir_make(struct cgroup_hierarchy *h, bool enable_all, struct err *e)
{
	int r = -ENOENT;

	/* a parent that another runtime has just removed makes the rest of the path vanish */
	for (int i = 0; i < MAKE_ATTEMPTS && (r == -ENOENT || r == -ENODEV); i++) {
		if (i)
			(void)cgroup_dir_remove(h, NULL);
		r = make_path(h, enable_all, i > 0);
	}
	if (r < 0)
		return err_set(e, -r, "make cgroup '%s%s': %m", h->mountpoint, h->path);
	return 0;
}
