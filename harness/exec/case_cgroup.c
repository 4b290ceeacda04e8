/* SPDX-License-Identifier: Apache-2.0 */
#include "case_cgroup.h"

#include "cleanup.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX 4096

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

/* A new cgroup of cpuset has neither processors nor memory, and nobody below it could. */
static int share_cpuset(const char *root, const char *dir, struct err *e)
{
	static const char *const files[] = {"cpuset.cpus", "cpuset.mems"};
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(files) / sizeof(files[0]); i++) {
		cleanup_free char *path = str_format("%s/%s", root, files[i]), *text = NULL;
		size_t len;

		r = path ? fd_read_file_at(AT_FDCWD, path, FILE_MAX, &text, &len, e)
			 : err_set(e, ENOMEM, "prepare a cgroup: %m");
		if (r == 0 && text)
			r = write_to(dir, files[i], text, e);
	}
	return r;
}

/* What is done to the new directory @dir. */
static int prepare(struct case_ctx *c, const struct hx_hierarchy *h, const char *dir, struct err *e)
{
	if (str_eq(c->def->host_cgroup, "occupied"))
		return occupy(c, h, dir, e);
	if (str_eq(c->def->host_cgroup, "frozen"))
		return freeze(&c->cgroups, h, dir, e);
	return !h->v2 && has_controller(&c->cgroups, h, "cpuset") ? share_cpuset(h->mount, dir, e)
								  : 0;
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
		r = prepare(c, h, dir, e);
	}
	return r;
}

/* Whoever was in a cgroup that the runtime has refused is there as before: after an error the
 * environment is as if nothing had been tried (runtime.md#errors). */
static void look_after_occupant(struct case_ctx *c)
{
	struct pollfd p = {.fd = c->holders[c->nholders - 1].proc.pidfd, .events = POLLIN};

	if (!c->refused || proc_pidfd_poll(&p, 1, 0) == 0)
		return;
	result_add(&c->results, "the process that was in the cgroup", "is alive", NULL, NULL, false,
		   "the runtime refused the cgroup, and killed who was in it "
		   "[error-leaves-environment-unchanged]");
	result_bind(&c->results);
}

void hx_case_cgroup_remove(struct case_ctx *c)
{
	bool gone = false;

	if (!c->def->host_cgroup)
		return;
	if (str_eq(c->def->host_cgroup, "occupied") && c->nholders)
		look_after_occupant(c);
	if (!str_eq(c->def->host_cgroup, "above")) {
		(void)hx_cgroups_destroy(&c->cgroups, c->id);
		return;
	}
	/* what the runtime leaves below stays, and is found; so is that this one is gone */
	for (size_t i = 0; i < c->cgroups.count; i++) {
		cleanup_free char *dir = str_format("%s%s", c->cgroups.items[i].mount, c->cgroup);

		if (dir && rmdir(dir) < 0 && errno == ENOENT)
			gone = true;
	}
	if (!gone)
		return;
	result_add(&c->results, "the cgroup above the container's", "is there after delete", NULL,
		   NULL, false, "it was there before create [delete-keeps-foreign-resources]");
	/* like residue, no matter of advice */
	result_bind(&c->results);
}
