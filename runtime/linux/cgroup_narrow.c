/* SPDX-License-Identifier: Apache-2.0 */
/* Where below a container's cgroup a further process belongs. */
#include "cgroup_internal.h"

#include "cleanup.h"

#include <string.h>

/* To @path, which begins with where it is. Takes *path. */
static void move_to(struct cgroup_hierarchy *h, char **path)
{
	if (str_eq(*path, h->path))
		return;
	free(h->path);
	h->path = take_ptr(path);
	/* nothing of it is ours to remove */
	h->kept = strlen(h->path);
	h->created = false;
	fd_close(&h->fd);
}

/* Whether @list, "cpu,memory", names one of the controllers of @h; v2 is named by "". */
static bool is_meant(const struct cgroup_hierarchy *h, const char *list, size_t len)
{
	for (size_t at = 0; at < len;) {
		size_t n = strcspn(list + at, ",:");
		cleanup_free char *one = strndup(list + at, n);

		if (one && cgroup_has_controller(h->controllers, one))
			return true;
		at += n + 1;
	}
	return h->v2 && !len;
}

int cgroup_narrow(struct cgroup *cg, const char *spec, struct err *e)
{
	const char *colon = strchr(spec, ':');
	bool any = false;

	for (size_t i = 0; i < cg->count; i++) {
		struct cgroup_hierarchy *h = &cg->items[i];
		cleanup_free char *path = NULL;
		cleanup_fd int dir = FD_NONE;
		int r;

		if (colon && !is_meant(h, spec, (size_t)(colon - spec)))
			continue;
		/* without controllers: all v1 hierarchies may have it, one of them has to */
		r = cgroup_path_extend(h->path, colon ? colon + 1 : spec, &path, e);
		if (r < 0)
			return err_wrap(e, "cgroup '%s' below the container's", spec);
		move_to(h, &path);
		any = true;
		dir = cgroup_dir_open(h, e);
		if (dir == -ENOENT)
			return err_set(e, ENOENT, "cgroup '%s%s' does not exist", h->mountpoint,
				       h->path);
		if (dir < 0)
			return dir;
	}
	return any ? 0 : err_set(e, EINVAL, "cgroup '%s': no such controller", spec);
}

int cgroup_follow(struct cgroup *cg, const char *membership, struct err *e)
{
	for (size_t i = 0; i < cg->count; i++) {
		struct cgroup_hierarchy *h = &cg->items[i];
		cleanup_free char *enabled = NULL, *whole = NULL, *place = NULL, *path = NULL;
		cleanup_fd int dir = FD_NONE;
		const char *line, *sub;
		size_t len;
		int r;

		if (!h->v2)
			continue;
		dir = cgroup_dir_open(h, NULL);
		if (dir < 0 || cgroup_dir_read(dir, "cgroup.subtree_control", &enabled) < 0 ||
		    !*enabled)
			continue;
		line = cgroup_v2_membership(membership, &len);
		whole = line ? strndup(line, len) : NULL;
		place = whole ? cgroup_place_below(h, whole) : NULL;
		sub = place && !str_eq(h->path, "/") ? cgroup_path_behind(place, h->path) : NULL;
		if (!sub || !*sub)
			continue;
		r = cgroup_path_extend(h->path, sub, &path, e);
		if (r < 0)
			return r;
		move_to(h, &path);
	}
	return 0;
}
