/* SPDX-License-Identifier: Apache-2.0 */
/* Where below a container's cgroup a further process belongs. */
#include "cgroup_internal.h"

#include "cleanup.h"

#include <string.h>

/* Relative, and nowhere up. */
static bool is_below(const char *path)
{
	for (const char *s = path; *s;) {
		size_t n = strcspn(s, "/");

		if (n == 2 && s[0] == '.' && s[1] == '.')
			return false;
		s += n;
		s += *s == '/';
	}
	return true;
}

static int append(struct cgroup_hierarchy *h, const char *sub, struct err *e)
{
	char *path;

	while (*sub == '/')
		sub++;
	if (!*sub || str_eq(sub, "."))
		return 0;
	path = str_format("%s/%s", str_eq(h->path, "/") ? "" : h->path, sub);
	if (!path)
		return err_set(e, ENOMEM, "cgroups: %m");
	free(h->path);
	h->path = path;
	/* nothing of it is ours to remove */
	h->kept = strlen(path);
	h->created = false;
	fd_close(&h->fd);
	return 0;
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
	const char *path = colon ? colon + 1 : spec;
	bool any = false;

	if (!is_below(path))
		return err_set(e, EINVAL, "cgroup '%s' is not below the container's", spec);
	for (size_t i = 0; i < cg->count; i++) {
		struct cgroup_hierarchy *h = &cg->items[i];
		cleanup_fd int dir = FD_NONE;
		int r;

		if (colon && !is_meant(h, spec, (size_t)(colon - spec)))
			continue;
		/* without controllers: all v1 hierarchies may have it, one of them has to */
		r = append(h, path, e);
		if (r < 0)
			return r;
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

/* "0::/path" of a text like /proc/PID/cgroup; the length of what stands behind "0::". */
static const char *v2_line(const char *text, size_t *ret_len)
{
	const char *s = str_starts(text, "0::") ? text : strstr(text, "\n0::");

	if (!s)
		return NULL;
	s = strchr(s, '/');
	*ret_len = s ? strcspn(s, "\n") : 0;
	return s;
}

int cgroup_follow(struct cgroup *cg, const char *membership, struct err *e)
{
	for (size_t i = 0; i < cg->count; i++) {
		struct cgroup_hierarchy *h = &cg->items[i];
		cleanup_free char *enabled = NULL, *sub = NULL;
		cleanup_fd int dir = FD_NONE;
		const char *line;
		size_t len, own = strlen(h->path);

		if (!h->v2)
			continue;
		dir = cgroup_dir_open(h, NULL);
		if (dir < 0 || cgroup_dir_read(dir, "cgroup.subtree_control", &enabled) < 0 ||
		    !*enabled)
			continue;
		line = v2_line(membership, &len);
		if (!line || len <= own || strncmp(line, h->path, own) != 0 || line[own] != '/')
			continue;
		sub = strndup(line + own, len - own);
		if (!sub)
			return err_set(e, ENOMEM, "cgroups: %m");
		if (is_below(sub)) {
			int r = append(h, sub, e);

			if (r < 0)
				return r;
		}
	}
	return 0;
}
