/* SPDX-License-Identifier: Apache-2.0 */
/* What systemd is to be asked for: the scope's names, where its cgroup will be, its properties. */
#include "cgroup_internal.h"

#include "cleanup.h"
#include "idmap.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

#define UNIT_NAME_MAX 255

bool cgroup_has_systemd(void)
{
#ifdef CGROUP_SYSTEMD_LIBEXEC
	return true;
#else
	return false;
#endif
}

/* ---- names ---- */

/* systemd.unit(5): what a name of a unit may hold. */
static bool is_unit_name(const char *s)
{
	return *s && strlen(s) <= UNIT_NAME_MAX &&
	       strspn(s, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ:-_.\\") ==
		       strlen(s);
}

/* systemd.slice(5): each dash is a level of the tree, so none may be empty. */
static bool is_slice_name(const char *s)
{
	size_t n = strlen(s);

	if (str_eq(s, "-.slice"))
		return true;
	return is_unit_name(s) && str_ends(s, ".slice") && n > strlen(".slice") && *s != '-' &&
	       !strstr(s, "--") && !str_ends(s, "-.slice");
}

/* A container's id may hold '+', a unit's name may not (systemd-escape(1)). */
static char *escape_id(const char *id)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;

	for (; *id; id++) {
		if (*id == '+')
			strbuf_adds(&b, "\\x2b");
		else
			strbuf_addc(&b, *id);
	}
	return strbuf_take(&b);
}

int cgroup_systemd_names(const char *configured, const char *id, bool user, char **ret_slice,
			 char **ret_unit, struct err *e)
{
	cleanup_free char *copy = NULL, *slice = NULL, *unit = NULL;
	const char *part[3] = {"", "refrun", NULL};
	char *colon;

	if (configured && *configured) {
		copy = strdup(configured);
		if (!copy)
			return err_set(e, ENOMEM, "%m");
		part[0] = copy;
		for (int i = 1; i < 3; i++) {
			colon = strchr(part[i - 1], ':');
			if (!colon)
				return err_set(e, EINVAL,
					       "\"%s\" is not slice:prefix:name, which "
					       "--systemd-cgroup asks for",
					       configured);
			*colon = '\0';
			part[i] = colon + 1;
		}
		if (!*part[2] || strchr(part[2], ':'))
			return err_set(e, EINVAL, "\"%s\" is not slice:prefix:name", configured);
	} else {
		copy = escape_id(id);
		part[2] = copy;
	}
	slice = strdup(*part[0] ? part[0] : user ? "user.slice" : "system.slice");
	unit = str_format("%s%s%s.scope", part[1], *part[1] ? "-" : "", part[2] ? part[2] : "");
	if (!slice || !unit || !part[2])
		return err_set(e, ENOMEM, "%m");
	if (!is_slice_name(slice))
		return err_set(e, EINVAL, "\"%s\" is not the name of a slice", slice);
	if (!is_unit_name(unit))
		return err_set(e, EINVAL, "\"%s\" is not the name of a unit", unit);
	*ret_slice = take_ptr(&slice);
	*ret_unit = take_ptr(&unit);
	return 0;
}

char *cgroup_systemd_slice_path(const char *slice)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;
	size_t stem = strlen(slice) - strlen(".slice");

	strbuf_adds(&b, "");
	for (size_t i = 1; !str_eq(slice, "-.slice") && i <= stem; i++) {
		if (i < stem && slice[i] != '-')
			continue;
		strbuf_addc(&b, '/');
		strbuf_add(&b, slice, i);
		strbuf_adds(&b, ".slice");
	}
	return strbuf_take(&b);
}

int cgroup_systemd_user_root(const char *own, uid_t uid, char **ret, struct err *e)
{
	cleanup_free char *name = str_format("/user@%u.service", (unsigned int)uid);
	const char *at = own && name ? strstr(own, name) : NULL;

	if (!name)
		return err_set(e, ENOMEM, "%m");
	if (!at || (at[strlen(name)] && at[strlen(name)] != '/'))
		return err_set(e, EOPNOTSUPP,
			       "--systemd-cgroup without root's rights needs a process of the "
			       "user's systemd, and cgroup '%s' is not below '%s'",
			       own ? own : "/", name + 1);
	*ret = strndup(own, (size_t)(at - own) + strlen(name));
	return *ret ? 0 : err_set(e, ENOMEM, "%m");
}

/* ---- plan ---- */

/* systemd makes no more of the path than its last directory for us alone, and that only where it is
 * not there yet. */
static int plan_directories(struct cgroup *cg, struct err *e)
{
	for (size_t i = 0; i < cg->count; i++) {
		struct cgroup_hierarchy *h = &cg->items[i];
		cleanup_fd int fd = cgroup_dir_open_at(h->start_fd, h->path + 1);

		if (fd < 0 && fd != -ENOENT)
			return err_set(e, -fd, "open '%s%s': %m", h->mountpoint, h->path);
		h->created = fd < 0;
		if (h->created)
			h->kept = (size_t)(strrchr(h->path, '/') - h->path);
	}
	return 0;
}

static int base_properties(struct cgroup_systemd *s, const char *id)
{
	static const char *const yes[] = {"Delegate", "CPUAccounting", "MemoryAccounting",
					  "IOAccounting", "TasksAccounting"};
	struct json *l = s->properties;
	cleanup_free char *words = str_format("container %s", id);
	int r = words ? cgroup_systemd_add(l, "Description", "s", json_new_string(words)) : -ENOMEM;

	if (r >= 0)
		r = cgroup_systemd_add(l, "Slice", "s", json_new_string(s->slice));
	/* it ends with the container, not before the machine's last services do */
	if (r >= 0)
		r = cgroup_systemd_add(l, "DefaultDependencies", "b", json_new_bool(false));
	for (size_t i = 0; r >= 0 && i < sizeof(yes) / sizeof(*yes); i++)
		r = cgroup_systemd_add(l, yes[i], "b", json_new_bool(true));
	return r;
}

/* What annotations ask for, and then the limits, which go over it. */
static int more_properties(struct cgroup *cg, const struct cfg_doc *doc,
			   const struct cfg_resources *r, struct err *e)
{
	CLEANUP(json_freep) struct json *limits = json_new(JSON_ARRAY);
	struct json *all = cg->systemd->properties;
	int ret;

	if (!limits)
		return err_set(e, ENOMEM, "cgroups: %m");
	ret = cgroup_systemd_resources(doc, r, cg->unified, !cg->rootless, limits, e);
	if (ret >= 0)
		ret = cgroup_systemd_annotations(doc, limits, all, e);
	for (size_t i = 0; i < limits->count && ret >= 0; i++)
		if (json_append(all, json_copy(limits->items[i])) < 0)
			ret = err_set(e, ENOMEM, "cgroups: %m");
	return ret;
}

static int plan_names(struct cgroup *cg, const struct cfg_doc *doc, const struct cfg_linux *l,
		      const char *id, char **ret_path, struct err *e)
{
	struct cgroup_systemd *s = cg->systemd;
	cleanup_free char *root = NULL, *slice = NULL, *own = NULL;
	struct err why = {0};
	int r = cgroup_systemd_names(l ? l->cgroups_path : NULL, id, s->user, &s->slice, &s->unit,
				     &why);

	if (r < 0 && l && l->cgroups_path)
		return cgroup_err(doc, &l->cgroups_path, "cgroupsPath", e, -r, "%s", why.msg);
	if (r < 0)
		return err_set(e, -r, "cgroup of '%s': %s", id, why.msg);
	if (s->user) {
		own = cgroup_own_v2_path();
		/* whoever is root of a user namespace has no systemd there */
		r = cgroup_systemd_user_root(own, idmap_own_uid_outside(), &root, e);
		if (r < 0)
			return r;
	}
	assert(s->slice);
	slice = cgroup_systemd_slice_path(s->slice);
	*ret_path = slice ? str_format("%s%s/%s", root ? root : "", slice, s->unit) : NULL;
	return *ret_path ? 0 : err_set(e, ENOMEM, "%m");
}

int cgroup_plan_systemd(const struct cfg_doc *doc, const char *id, bool rootless,
			struct cgroup **ret, struct err *e)
{
	CLEANUP(cgroup_freep) struct cgroup *cg = calloc(1, sizeof(*cg));
	struct cgroup_systemd *s = calloc(1, sizeof(*s));
	const struct cfg_linux *l = doc && doc->kind == CFG_CONFIG ? doc->config->linux : NULL;
	cleanup_free char *path = NULL;
	int r;

	if (s) {
		s->sock = FD_NONE;
		s->keeper = PROC_INIT;
		s->user = rootless;
		s->properties = json_new(JSON_ARRAY);
	}
	if (cg)
		cg->systemd = s;
	if (!cg || !s || !s->properties) {
		if (!cg)
			cgroup_systemd_free(s);
		return err_set(e, ENOMEM, "cgroups: %m");
	}
	cg->rootless = rootless;
	if (!cgroup_has_systemd())
		return err_set(e, EOPNOTSUPP,
			       "--systemd-cgroup: this build has no systemd cgroup driver, because "
			       "libsystemd's development files were missing");
	r = plan_names(cg, doc, l, id, &path, e);
	if (r >= 0)
		r = cgroup_find_hierarchies(cg, path, e);
	if (r < 0)
		return r;
	cg->unified = cg->count == 1 && cg->items[0].v2;
	r = plan_directories(cg, e);
	if (r < 0)
		return r;
	if (base_properties(s, id) < 0)
		return err_set(e, ENOMEM, "cgroups: %m");
	r = more_properties(cg, doc, l ? l->resources : NULL, e);
	if (r < 0)
		return r;
	*ret = take_ptr(&cg);
	return 0;
}
