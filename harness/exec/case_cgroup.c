/* SPDX-License-Identifier: Apache-2.0 */
#include "case.h"

#include "cleanup.h"
#include "str.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static int write_to(const char *dir, const char *file, const char *text, struct err *e)
{
	cleanup_free char *path = str_format("%s/%s", dir, file);

	return path ? fd_write_file_at(AT_FDCWD, path, text, strlen(text), e)
		    : err_set(e, ENOMEM, "prepare a cgroup: %m");
}

static bool has_controller(const struct hx_cgroups *all, const struct hx_hierarchy *h,
			   const char *name)
{
	return hx_cgroups_find(all, name) == h;
}

static int freeze(const struct hx_cgroups *all, const struct hx_hierarchy *h, const char *dir,
		  struct err *e)
{
	if (h->v2)
		return write_to(dir, "cgroup.freeze", "1", e);
	return has_controller(all, h, "freezer") ? write_to(dir, "freezer.state", "FROZEN", e) : 0;
}

/* A new cgroup of cpuset takes nobody before it has processors, and the others are enough. */
static int occupy(struct case_ctx *c, const struct hx_hierarchy *h, const char *dir, struct err *e)
{
	cleanup_free char *pid = str_format("%d", c->holders[c->nholders - 1].proc.pid);

	if (!pid)
		return err_set(e, ENOMEM, "prepare a cgroup: %m");
	return !h->v2 && has_controller(&c->cgroups, h, "cpuset")
		       ? 0
		       : write_to(dir, "cgroup.procs", pid, e);
}

int hx_case_cgroup_make(struct case_ctx *c, struct err *e)
{
	bool occupied = c->def->host_cgroup && str_eq(c->def->host_cgroup, "occupied");
	int r = 0;

	if (!c->def->host_cgroup)
		return 0;
	if (occupied) {
		if (c->nholders == HOLDERS_MAX)
			return err_set(e, E2BIG, "more than %d held namespaces", HOLDERS_MAX);
		r = hx_holder_start("uts", &c->holders[c->nholders], e);
		if (r < 0)
			return r;
		c->nholders++;
	}
	for (size_t i = 0; r == 0 && i < c->cgroups.count; i++) {
		const struct hx_hierarchy *h = &c->cgroups.items[i];
		cleanup_free char *dir = str_format("%s%s", h->mount, c->cgroup);

		if (!dir || mkdir(dir, 0755) < 0)
			return err_set(e, dir ? errno : ENOMEM, "prepare a cgroup: %m");
		r = occupied ? occupy(c, h, dir, e) : freeze(&c->cgroups, h, dir, e);
	}
	return r;
}

void hx_case_cgroup_remove(struct case_ctx *c)
{
	if (c->def->host_cgroup)
		(void)hx_cgroups_destroy(&c->cgroups, c->id);
}
