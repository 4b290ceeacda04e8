/* SPDX-License-Identifier: Apache-2.0 */
/* The cgroup's part of the state file. */
#include "cgroup_internal.h"

#include "cleanup.h"

#include <string.h>

/* More hierarchies than there are controllers come from no host. */
#define MAX_HIERARCHIES 64

static struct json *hierarchy_to_json(const struct cgroup_hierarchy *h)
{
	struct json *j = json_new(JSON_OBJECT);

	if (!j || json_set_member(j, "mountpoint", json_new_string(h->mountpoint)) < 0 ||
	    json_set_member(j, "controllers", json_new_string(h->controllers)) < 0 ||
	    json_set_member(j, "path", json_new_string(h->path)) < 0 ||
	    json_set_member(j, "kept", json_new_uint(h->kept)) < 0 ||
	    json_set_member(j, "v2", json_new_bool(h->v2)) < 0 ||
	    json_set_member(j, "created", json_new_bool(h->created)) < 0 ||
	    (h->enabled && json_set_member(j, "enabled", json_new_string(h->enabled)) < 0)) {
		json_free(j);
		return NULL;
	}
	return j;
}

static struct json *systemd_to_json(const struct cgroup_systemd *s)
{
	struct json *j = json_new(JSON_OBJECT);

	if (!j || json_set_member(j, "unit", json_new_string(s->unit)) < 0 ||
	    json_set_member(j, "slice", json_new_string(s->slice)) < 0 ||
	    json_set_member(j, "user", json_new_bool(s->user)) < 0) {
		json_free(j);
		return NULL;
	}
	return j;
}

struct json *cgroup_to_json(const struct cgroup *cg)
{
	CLEANUP(json_freep) struct json *j = json_new(JSON_OBJECT);
	CLEANUP(json_freep) struct json *list = json_new(JSON_ARRAY);

	if (!j || !list)
		return NULL;
	for (size_t i = 0; i < cg->count; i++)
		if (json_append(list, hierarchy_to_json(&cg->items[i])) < 0)
			return NULL;
	if (json_set_member(j, "unified", json_new_bool(cg->unified)) < 0 ||
	    json_set_member(j, "disabled", json_new_bool(cg->disabled)) < 0 ||
	    json_set_member(j, "rootless", json_new_bool(cg->rootless)) < 0 ||
	    json_set_member(j, "hierarchies", take_ptr(&list)) < 0)
		return NULL;
	if (cg->systemd && json_set_member(j, "systemd", systemd_to_json(cg->systemd)) < 0)
		return NULL;
	return take_ptr(&j);
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
