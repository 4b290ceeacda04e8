/* SPDX-License-Identifier: Apache-2.0 */
/* The cgroups of a plan are made, entered, and removed again. */
#include "cgroup_internal.h"

#include "cleanup.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* config-linux.md#control-groups lets us check whether a cgroup is fit: nobody else's, and awake.
 * Whoever is in it later, or below it, is killed with the container. */
static int check_fit(const struct cgroup_hierarchy *h, struct err *e)
{
	cleanup_fd int dir = cgroup_dir_open(h, e);
	cleanup_free char *v1 = NULL, *v2 = NULL;
	int r;

	if (dir < 0)
		return dir == -ENOENT ? err_set(e, ENOENT, "cgroup '%s' is gone", h->path) : dir;
	r = cgroup_dir_check_empty(dir);
	if (r == -EBUSY)
		return err_set(e, EBUSY, "cgroup '%s%s' is not empty", h->mountpoint, h->path);
	if (r < 0)
		return err_set(e, -r, "processes of cgroup '%s%s': %m", h->mountpoint, h->path);
	if (h->v2)
		(void)cgroup_dir_read(dir, "cgroup.freeze", &v2);
	else if (cgroup_has_controller(h->controllers, "freezer"))
		(void)cgroup_dir_read(dir, "freezer.state", &v1);
	if ((v1 && !str_eq(v1, "THAWED")) || (v2 && str_eq(v2, "1")))
		return err_set(e, EBUSY, "cgroup '%s%s' is frozen", h->mountpoint, h->path);
	return 0;
}

/* From the @i-th on they are not ours. */
static void disown(struct cgroup *cg, size_t i)
{
	for (; i < cg->count; i++) {
		cg->items[i].kept = strlen(cg->items[i].path);
		cg->items[i].created = false;
	}
}

/* systemd makes a scope of a directory that is there, whoever is in it. */
static int check_unused(const struct cgroup *cg, struct err *e)
{
	for (size_t i = 0; i < cg->count; i++) {
		struct err why = {0};
		int r = check_fit(&cg->items[i], &why);

		if (r < 0 && r != -ENOENT)
			return err_set(e, -r, "%s", why.msg);
	}
	return 0;
}

int cgroup_start_unit(struct cgroup *cg, struct err *e)
{
	int r;

	if (!cg->systemd)
		return 0;
	r = check_unused(cg, e);
	if (r >= 0)
		r = cgroup_systemd_start(cg, e);
	if (r < 0) {
		disown(cg, 0);
		(void)cgroup_remove(cg, NULL);
	}
	return r;
}

int cgroup_create(struct cgroup *cg, struct err *e)
{
	size_t i = cg->systemd ? cg->count : 0;
	int r = cg->systemd ? cgroup_systemd_adopt(cg, e) : 0;

	for (; i < cg->count && r >= 0; i++) {
		r = cgroup_dir_make(&cg->items[i], cg->unified, e);
		if (r >= 0 && !cg->items[i].created)
			r = check_fit(&cg->items[i], e);
		cg->items[i].fit = r >= 0;
	}
	if (r < 0)
		goto undo_make;
	return 0;

undo_make:
	disown(cg, i);
	(void)cgroup_remove(cg, NULL);
	return r;
}

/* The directory, borrowed where it is open, else *own. */
static int dir_of(const struct cgroup_hierarchy *h, int *own, struct err *e)
{
	if (h->fd >= 0)
		return h->fd;
	*own = cgroup_dir_open(h, e);
	if (*own == -ENOENT)
		return err_set(e, ENOENT, "cgroup '%s%s' is gone", h->mountpoint, h->path);
	return *own;
}

/* Whether CLONE_INTO_CGROUP has put us there; the mount may show only a part of the path. */
static bool is_inside_v2(const char *path)
{
	cleanup_free char *own = cgroup_own_v2_path();

	return own && str_ends(own, path);
}

int cgroup_join(const struct cgroup *cg, pid_t pid, struct err *e)
{
	char text[16];
	int n = snprintf(text, sizeof(text), "%d", pid);

	if (n < 0)
		return err_set(e, EINVAL, "pid %d", pid);
	for (size_t i = 0; i < cg->count; i++) {
		const struct cgroup_hierarchy *h = &cg->items[i];
		cleanup_fd int own = FD_NONE;
		int dir = dir_of(h, &own, e), r;

		if (dir < 0)
			return dir;
		r = fd_write_file_at(dir, "cgroup.procs", text, (size_t)n, NULL);
		if (r < 0)
			return err_set(e, -r, "put process %d into cgroup '%s%s': %m", pid,
				       h->mountpoint, h->path);
	}
	return 0;
}

/* "0", which is the caller, to a file that is opened for it and then waits in @b. */
static int write_self(const struct cgroup_hierarchy *h, const char *file, struct fd_batch *b,
		      struct err *e)
{
	int fd = cgroup_dir_open_file(h, file, e), r;

	if (fd < 0)
		return fd;
	r = fd_write_all(fd, "0", 1);
	fd_batch_add(b, &fd);
	return r < 0 ? err_set(e, -r, "%m") : 0;
}

/*
 * In the file for whole processes v1 and v2 wait for all CPUs; a process of one thread that moves
 * itself does not need to. v2 lets a thread by itself only go to where its process already is,
 * which is where CLONE_INTO_CGROUP has put it. Inside a user namespace even that may be denied,
 * when the cgroup has been given to the container's user.
 */
static int enter(const struct cgroup_hierarchy *h, struct fd_batch *b, struct err *e)
{
	struct err why = {0};
	int r = write_self(h, h->v2 ? "cgroup.threads" : "tasks", b, &why);

	if (r < 0 && h->v2)
		r = write_self(h, "cgroup.procs", b, &why);
	if (r >= 0 || (r == -EACCES && h->v2 && is_inside_v2(h->path)))
		return 0;
	return err_set(e, -r, "enter cgroup '%s%s': %s", h->mountpoint, h->path, why.msg);
}

int cgroup_enter(const struct cgroup *cg, bool cloned, struct err *e)
{
	struct fd_batch b = FD_BATCH_INIT;
	int r = 0;

	for (size_t i = 0; i < cg->count && r >= 0; i++) {
		const struct cgroup_hierarchy *h = &cg->items[i];

		if (!h->v2 || !cloned)
			r = enter(h, &b, e);
	}
	fd_batch_close(&b);
	return r;
}

void cgroup_forget_fds(struct cgroup *cg)
{
	for (size_t i = 0; i < cg->count; i++)
		cg->items[i].fd = cg->items[i].start_fd = FD_NONE;
}

int cgroup_v2_fd(struct cgroup *cg)
{
	for (size_t i = 0; i < cg->count; i++) {
		struct cgroup_hierarchy *h = &cg->items[i];
		cleanup_free char *max = NULL;

		if (!h->v2)
			continue;
		/* clone(2) into the cgroup counts against its limit, a move does not; and so does
		 * the process that holds a scope */
		if (cg->systemd && cg->systemd->sock >= 0)
			return FD_NONE;
		if (h->fd < 0)
			h->fd = cgroup_dir_open(h, NULL);
		if (h->fd >= 0 && !h->no_limits && cgroup_dir_read(h->fd, "pids.max", &max) >= 0 &&
		    str_eq(max, "0"))
			return FD_NONE;
		return h->fd < 0 ? FD_NONE : h->fd;
	}
	return FD_NONE;
}

bool cgroup_is_begun(const struct cgroup *cg)
{
	return !cg->systemd || cg->systemd->started;
}

int cgroup_remove(struct cgroup *cg, struct err *e)
{
	int ret = cg->systemd ? cgroup_systemd_stop(cg->systemd, e) : 0;
	struct fd_batch b = FD_BATCH_INIT;

	/* all of them, even where one fails: the more is gone, the better */
	for (size_t i = cg->count; i-- > 0;) {
		int r = cgroup_is_begun(cg) ? cgroup_dir_remove(&cg->items[i], ret < 0 ? NULL : e)
					    : 0;

		fd_batch_add(&b, &cg->items[i].fd);
		if (r < 0 && ret >= 0)
			ret = r;
	}
	fd_batch_close(&b);
	return ret;
}
