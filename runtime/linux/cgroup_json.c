/* SPDX-License-Identifier: Apache-2.0 */
/* The cgroup's part of the state file. */
#include "cgroup_internal.h"

#include "cleanup.h"

#include <string.h>

/* More hierarchies than there are controllers come from no host. */
#define MAX_HIERARCHIES 64

static void put_hierarchy(const struct cgroup_hierarchy *h, struct strbuf *out)
{
	json_put_open(out, NULL, '{');
	json_put_string(out, "mountpoint", h->mountpoint);
	json_put_string(out, "controllers", h->controllers);
	json_put_string(out, "path", h->path);
	json_put_uint(out, "kept", h->kept);
	json_put_bool(out, "v2", h->v2);
	json_put_bool(out, "created", h->created);
	if (h->enabled)
		json_put_string(out, "enabled", h->enabled);
	json_put_close(out, '}');
}

static void put_systemd(const struct cgroup_systemd *s, struct strbuf *out)
{
	json_put_open(out, "systemd", '{');
	json_put_string(out, "unit", s->unit);
	json_put_string(out, "slice", s->slice);
	json_put_bool(out, "user", s->user);
	json_put_bool(out, "started", s->started);
	json_put_close(out, '}');
}

void cgroup_put_json(const struct cgroup *cg, const char *name, struct strbuf *out)
{
	json_put_open(out, name, '{');
	json_put_bool(out, "unified", cg->unified);
	json_put_bool(out, "disabled", cg->disabled);
	json_put_bool(out, "rootless", cg->rootless);
	json_put_open(out, "hierarchies", '[');
	for (size_t i = 0; i < cg->count; i++)
		put_hierarchy(&cg->items[i], out);
	json_put_close(out, ']');
	if (cg->systemd)
		put_systemd(cg->systemd, out);
	json_put_close(out, '}');
}

static bool get_bool(const struct json *j, const char *name)
{
	const struct json *m = json_member(j, name);

	return m && m->type == JSON_BOOL && m->boolean;
}

/* A state file leads to rmdir(2) and kill(2): only what cgroup_plan() could have made is believed.
 */
static int check_sane(const char *mountpoint, const char *controllers, const char *path,
		      uint64_t kept)
{
	cleanup_free char *again = NULL;
	int r;

	if (!mountpoint || *mountpoint != '/' || !controllers || !path || *path != '/')
		return -EINVAL;
	r = cgroup_path_decide(path, "", "", &again, NULL);
	if (r < 0)
		return r;
	return str_eq(again, path) && kept <= strlen(path) &&
			       (kept == strlen(path) || path[kept] == '/')
		       ? 0
		       : -EINVAL;
}

/* "hugetlb:0 io:8": names of controllers, and lengths that end a directory of the path. */
static int check_sane_list(const char *list, const char *path)
{
	while (*list) {
		size_t name = strspn(list, "abcdefghijklmnopqrstuvwxyz_");
		size_t digits = list[name] == ':' ? strspn(list + name + 1, "0123456789") : 0;
		cleanup_free char *number = NULL;
		uint64_t level;

		if (!name || !digits)
			return -EINVAL;
		number = strndup(list + name + 1, digits);
		if (!number)
			return -ENOMEM;
		if (str_to_u64(number, strlen(path), &level) < 0 ||
		    (path[level] && path[level] != '/'))
			return -EINVAL;
		list += name + 1 + digits;
		if (*list == ' ' && list[1])
			list++;
		else if (*list)
			return -EINVAL;
	}
	return 0;
}

static int hierarchy_from_json(const struct json *j, struct cgroup_hierarchy *ret)
{
	const char *mountpoint = json_string(json_member(j, "mountpoint"));
	const char *controllers = json_string(json_member(j, "controllers"));
	const char *path = json_string(json_member(j, "path"));
	const char *enabled = json_string(json_member(j, "enabled"));
	const struct json *k = json_member(j, "kept");
	uint64_t kept = 0;
	int r = k && json_uint(k, &kept) == 0 ? check_sane(mountpoint, controllers, path, kept)
					      : -EINVAL;

	if (r == 0 && enabled)
		r = check_sane_list(enabled, path);
	if (r < 0)
		return r;
	ret->mountpoint = strdup(mountpoint);
	ret->controllers = strdup(controllers);
	ret->path = strdup(path);
	if (enabled) {
		ret->enabled = strdup(enabled);
		if (!ret->enabled)
			return -ENOMEM;
	}
	ret->kept = (size_t)kept;
	ret->v2 = get_bool(j, "v2");
	ret->created = get_bool(j, "created");
	return ret->mountpoint && ret->controllers && ret->path ? 0 : -ENOMEM;
}

static int systemd_from_json(const struct json *j, struct cgroup_systemd **ret)
{
	const char *unit = json_string(json_member(j, "unit"));
	const char *slice = json_string(json_member(j, "slice"));
	struct cgroup_systemd *s;

	/* a unit leads to its processes being killed: only a scope is ours */
	if (!unit || !str_ends(unit, ".scope") || strchr(unit, '/') || !slice)
		return -EINVAL;
	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	*ret = s;
	s->sock = FD_NONE;
	s->keeper = PROC_INIT;
	s->unit = strdup(unit);
	s->slice = strdup(slice);
	s->user = get_bool(j, "user");
	s->started = get_bool(j, "started");
	return s->unit && s->slice ? 0 : -ENOMEM;
}

int cgroup_from_json(const struct json *j, struct cgroup **ret, struct err *e)
{
	CLEANUP(cgroup_freep) struct cgroup *cg = calloc(1, sizeof(*cg));
	const struct json *list = json_member(j, "hierarchies");

	if (!cg)
		return err_set(e, ENOMEM, "cgroups of the state: %m");
	if (!list || list->type != JSON_ARRAY || list->count > MAX_HIERARCHIES)
		return err_set(e, EINVAL, "cgroups of the state: no list of hierarchies");
	cg->unified = get_bool(j, "unified");
	cg->disabled = get_bool(j, "disabled");
	cg->rootless = get_bool(j, "rootless");
	if (json_member(j, "systemd")) {
		int r = systemd_from_json(json_member(j, "systemd"), &cg->systemd);

		if (r < 0)
			return err_set(e, -r, "cgroups of the state: unit of systemd: %m");
	}
	cg->items = calloc(list->count ? list->count : 1, sizeof(*cg->items));
	if (!cg->items)
		return err_set(e, ENOMEM, "cgroups of the state: %m");
	for (size_t i = 0; i < list->count; i++) {
		int r;

		cg->items[i] = CGROUP_HIERARCHY_INIT;
		cg->count = i + 1;
		r = hierarchy_from_json(list->items[i], &cg->items[i]);
		if (r < 0)
			return err_set(e, -r, "cgroups of the state: hierarchy %zu: %m", i);
	}
	*ret = take_ptr(&cg);
	return 0;
}
