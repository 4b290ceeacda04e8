/* SPDX-License-Identifier: Apache-2.0 */
/* linux.resources, written: which hierarchy takes what, and what to say when it does not. */
#include "cgroup_internal.h"

#include "cleanup.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

/* One call of cgroup_apply(). */
struct apply {
	const struct cgroup *cg;
	const struct cfg_doc *doc;
	int *dirs; /* of the hierarchies, opened when first needed, where they are not open */
	char *v2_offered; /* controllers at the v2 mount; NULL until read */
	char *v2_has;	  /* those of the container's own v2 cgroup; NULL until read */
	bool whole;	  /* all or nothing: what was written is noted */
	struct cgroup_undo undo;
	struct cgroup_undo held; /* what our writes have made of the files; from then on one is
				    written again where it says something else */
	bool again; /* systemd has been told: only what it wrote over is to be written */
	const struct cgroup_hierarchy *devices_in; /* NULL: their rules stay as they are */
	struct cgroup_devices devices;
};

static void apply_done(struct apply *a)
{
	cgroup_undo_done(&a->undo);
	cgroup_undo_done(&a->held);
	cgroup_devices_done(&a->devices);
	for (size_t i = 0; a->dirs && i < a->cg->count; i++)
		fd_close(&a->dirs[i]);
	free(a->dirs);
	free(a->v2_offered);
	free(a->v2_has);
}

static int apply_init(struct apply *a, struct err *e)
{
	a->dirs = calloc(a->cg->count ? a->cg->count : 1, sizeof(*a->dirs));
	if (!a->dirs)
		return err_set(e, ENOMEM, "linux.resources: %m");
	for (size_t i = 0; i < a->cg->count; i++)
		a->dirs[i] = FD_NONE;
	return 0;
}

/* The v1 hierarchy with @controller, or NULL. */
static const struct cgroup_hierarchy *find_v1(const struct apply *a, const char *controller)
{
	for (size_t i = 0; i < a->cg->count; i++)
		if (!a->cg->items[i].v2 &&
		    cgroup_has_controller(a->cg->items[i].controllers, controller))
			return &a->cg->items[i];
	return NULL;
}

static const struct cgroup_hierarchy *find_v2(const struct apply *a)
{
	for (size_t i = 0; i < a->cg->count; i++)
		if (a->cg->items[i].v2)
			return &a->cg->items[i];
	return NULL;
}

/* Whether v2 is the one to ask for @controller: always where there is no v1. */
static bool is_v2(struct apply *a, const char *v1_name, const char *v2_name)
{
	const struct cgroup_hierarchy *h = find_v2(a);

	if (!h || find_v1(a, v1_name))
		return false;
	if (a->cg->unified)
		return true;
	if (!a->v2_offered) {
		cleanup_fd int own = FD_NONE;
		size_t len;
		int mount = cgroup_dir_begin(h, 0, &own, &len, NULL);

		if (mount < 0 || cgroup_dir_read(mount, "cgroup.controllers", &a->v2_offered) < 0)
			return false;
	}
	return cgroup_has_controller(a->v2_offered, v2_name);
}

static int dir_of(struct apply *a, const struct cgroup_hierarchy *h, struct err *e)
{
	size_t i = (size_t)(h - a->cg->items);

	if (h->fd >= 0)
		return h->fd;
	if (a->dirs[i] < 0) {
		int fd = cgroup_dir_open(h, e);

		if (fd == -ENOENT)
			return err_set(e, ENOENT, "cgroup '%s%s' is gone", h->mountpoint, h->path);
		if (fd < 0)
			return fd;
		a->dirs[i] = fd;
	}
	return a->dirs[i];
}

/* The directory in which @controller's files are. -ENODEV: no hierarchy has it, *ret_why says so.
 */
static int dir_with(struct apply *a, const struct cgroup_write *w,
		    const struct cgroup_hierarchy **ret_h, struct err *why)
{
	const char *controller = w->controller;
	const struct cgroup_hierarchy *h = w->flags & CGW_V2_ONLY ? NULL : find_v1(a, controller);
	int dir, r;

	if (!h)
		h = find_v2(a);
	if (!h)
		return err_set(why, ENODEV, "no cgroup hierarchy with the controller '%s'",
			       controller);
	*ret_h = h;
	dir = dir_of(a, h, why);
	if (dir < 0 || !h->v2 || !*controller)
		return dir;
	if (!a->v2_has)
		(void)cgroup_dir_read(dir, "cgroup.controllers", &a->v2_has);
	if (a->v2_has && cgroup_has_controller(a->v2_has, controller))
		return dir;
	r = cgroup_dir_enable(&a->cg->items[h - a->cg->items], controller);
	free(take_ptr(&a->v2_has));
	/* the kernel says ENOENT for a name that it does not have here, EINVAL for an unknown one
	 */
	if (r == -ENOENT || r == -EINVAL)
		return err_set(why, ENODEV, "no cgroup%s hierarchy with the controller '%s'",
			       w->flags & CGW_V2_ONLY ? " v2" : "", controller);
	if (r == -EBUSY)
		return err_set(why, EBUSY,
			       "no controller '%s' for '%s%s': a cgroup above it holds processes",
			       controller, h->mountpoint, h->path);
	if (r < 0)
		return err_set(why, -r, "cannot switch on the controller '%s' above '%s%s': %m",
			       controller, h->mountpoint, h->path);
	return dir;
}

/* Gives the directories above the container's, from the top, what the write gives its own. */
static void write_ancestors(const struct cgroup_hierarchy *h, const char *file, const char *value)
{
	cleanup_fd int own = FD_NONE;
	cleanup_free char *path = strdup(h->path);
	size_t len;
	int mount = cgroup_dir_begin(h, 0, &own, &len, NULL);

	for (char *slash = path ? strchr(path + 1, '/') : NULL; mount >= 0 && slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		cleanup_fd int dir = cgroup_dir_open_at(mount, path + 1);

		*slash = '/';
		if (dir >= 0)
			(void)cgroup_dir_write(dir, file, value);
	}
}

static int check_usage(int dir, bool v2, const char *value, struct err *why)
{
	cleanup_free char *text = NULL;
	uint64_t limit, used;

	if (str_to_u64(value, UINT64_MAX, &limit) < 0) /* -1, max */
		return 0;
	if (cgroup_dir_read(dir, v2 ? "memory.current" : "memory.usage_in_bytes", &text) < 0 ||
	    str_to_u64(text, UINT64_MAX, &used) < 0 || used <= limit)
		return 0;
	return err_set(why, EBUSY, "%s bytes are less than the %s in use (checkBeforeUpdate)",
		       value, text);
}

/* What the file says now, against what was written: the kernel may have taken it in vain. */
static int check_read_back(int dir, const struct cgroup_write *w, struct err *why)
{
	cleanup_free char *text = NULL;
	uint64_t want, have, slack = str_eq(w->controller, "memory") ? (uint64_t)getpagesize() : 1;

	if (cgroup_dir_read(dir, w->file, &text) < 0 ||
	    str_to_u64(w->value, UINT64_MAX, &want) < 0 || str_to_u64(text, UINT64_MAX, &have) < 0)
		return 0;
	if (have > want || want - have >= slack)
		return err_set(why, EOPNOTSUPP,
			       "the kernel does not apply %s to %s, which reads %s", w->value,
			       w->file, text);
	return 0;
}

static int write_noted(struct apply *a, int dir, const char *file, const char *value)
{
	cleanup_free char *was = NULL;
	int r;

	if (a->whole)
		(void)cgroup_dir_read(dir, file, &was);
	if (was && cgroup_undo_has(&a->held, dir, file, was))
		return 0;
	/* what cannot be read has been done, and systemd does nothing of the kind */
	if (a->again && !was && faccessat(dir, file, F_OK, 0) == 0)
		return 0;
	r = cgroup_dir_write(dir, file, value);
	if (r >= 0 && was)
		cgroup_undo_add(&a->undo, dir, file, take_ptr(&was));
	return r;
}

static int write_file(struct apply *a, int dir, const struct cgroup_write *w)
{
	cleanup_free char *old = NULL, *joined = NULL;
	int r;

	if (w->flags & CGW_KEEP_FIRST) {
		r = cgroup_dir_read(dir, w->file, &old);
		if (r < 0)
			return r;
		old[strcspn(old, " ")] = '\0';
		joined = str_format("%s %s", old, w->value);
		if (!joined)
			return -ENOMEM;
	}
	r = write_noted(a, dir, w->file, joined ? joined : w->value);
	if (r == -ENOENT && w->alt)
		r = write_noted(a, dir, w->alt, w->alt_value ? w->alt_value : w->value);
	return r;
}

/* Returns 0 or -errno with words, without the place in the document. */
static int run_one(struct apply *a, const struct cgroup_write *w, struct err *why)
{
	const struct cgroup_hierarchy *h = NULL;
	int dir, r;

	if (w->why_not)
		return err_set(why, EOPNOTSUPP, "%s", w->why_not);
	dir = dir_with(a, w, &h, why);
	if (dir == -ENODEV && (w->flags & CGW_MISSING_OK))
		return 0;
	if (dir < 0)
		return dir;
	assert(h);
	a->cg->items[h - a->cg->items].no_limits = false;
	r = write_file(a, dir, w);
	/* another container that ended may have taken back what it had switched on above us both */
	if (r == -ENOENT && h->v2 && *w->controller) {
		free(take_ptr(&a->v2_has));
		dir = dir_with(a, w, &h, why);
		r = dir < 0 ? dir : write_file(a, dir, w);
	}
	if (r < 0 && r != -ENOENT && (w->flags & CGW_ANCESTORS)) {
		write_ancestors(h, w->file, w->value);
		r = write_file(a, dir, w);
	}
	if (r == -ENOENT && (w->flags & CGW_MISSING_OK))
		return 0;
	if (r == -ENOENT)
		return err_set(why, EOPNOTSUPP, "this host has no %s%s%s", w->file,
			       w->alt ? " nor " : "", w->alt ? w->alt : "");
	if (r < 0)
		return err_set(why, -r, "cannot write '%s' to %s: %m", w->value, w->file);
	return w->flags & CGW_READ_BACK ? check_read_back(dir, w, why) : 0;
}

/*
 * Writes items[0..n), which the kernel checks against each other, in whatever order works: those
 * refused wait until another one has gone through.
 */
static int run_chain(struct apply *a, const struct cgroup_write *items, size_t n, struct err *e)
{
	uint64_t done = 0, all = (1ull << n) - 1;

	while (done != all) {
		uint64_t before = done;
		struct err first = {0};
		size_t at = 0;

		for (size_t i = 0; i < n; i++) {
			struct err why = {0};
			int r = 0;

			if (!(done & (1ull << i)))
				r = run_one(a, &items[i], &why);
			if (r >= 0) {
				done |= 1ull << i;
			} else if (!first.num) {
				first = why;
				at = i;
			}
			if (r < 0 && r != -EINVAL)
				return cgroup_err(a->doc, items[i].addr, items[i].prop, e, -r, "%s",
						  why.msg);
		}
		if (done == before)
			return cgroup_err(a->doc, items[at].addr, items[at].prop, e, first.num,
					  "%s", first.msg);
	}
	return 0;
}

static int check_one(struct apply *a, const struct cgroup_write *w, struct err *why)
{
	const struct cgroup_hierarchy *h = NULL;
	int dir;

	if (w->why_not)
		return err_set(why, EOPNOTSUPP, "%s", w->why_not);
	if (!(w->flags & CGW_CHECK_USAGE))
		return 0;
	dir = dir_with(a, w, &h, why);
	if (dir < 0)
		return dir;
	assert(h);
	return check_usage(dir, h->v2, w->value, why);
}

/* What cannot be is refused before anything changes. */
static int check_all(struct apply *a, const struct cgroup_writes *w, struct err *e)
{
	if (w->oom)
		return err_set(e, ENOMEM, "linux.resources: %m");
	for (size_t i = 0; i < w->count; i++) {
		const struct cgroup_write *one = &w->items[i];
		struct err why = {0};
		int r = check_one(a, one, &why);

		if (r < 0)
			return cgroup_err(a->doc, one->addr, one->prop, e, -r, "%s", why.msg);
	}
	return 0;
}

static int run_all(struct apply *a, const struct cgroup_writes *w, struct err *e)
{
	for (size_t i = 0, n; i < w->count; i += n) {
		int r;

		for (n = 1; i + n < w->count && n < 16; n++)
			if (!(w->items[i + n - 1].flags & CGW_WITH_LATER))
				break;
		r = run_chain(a, &w->items[i], n, e);
		if (r < 0)
			return r;
	}
	return 0;
}

static void hold_files(struct apply *a)
{
	for (size_t i = 0; i < a->undo.count; i++) {
		const struct cgroup_was *one = &a->undo.items[i];
		char *text = NULL;

		if (cgroup_dir_read(one->dirfd, one->file, &text) >= 0)
			cgroup_undo_add(&a->held, one->dirfd, one->file, text);
	}
}

/*
 * systemd does at once what it is told, again whenever it likes, and in its own measure. So it is
 * told of what the kernel has taken, and where its writes have gone over ours, ours go over them.
 */
static int run_with_systemd(struct apply *a, const struct cgroup_writes *w,
			    const struct json *properties, struct err *e)
{
	int ret = run_all(a, w, e);

	if (ret < 0 || !properties->count)
		return ret;
	hold_files(a);
	ret = cgroup_systemd_update(a->cg, properties, e);
	a->again = true;
	return ret < 0 ? ret : run_all(a, w, e);
}

static void collect_writes(struct apply *a, const struct cfg_resources *r, struct cgroup_writes *w)
{
	if (r->cpu) {
		if (is_v2(a, "cpu", "cpu"))
			cgroup_v2_cpu(r->cpu, w);
		else
			cgroup_v1_cpu(r->cpu, w);
	}
	if (r->memory) {
		if (is_v2(a, "memory", "memory"))
			cgroup_v2_memory(r->memory, w);
		else
			cgroup_v1_memory(r->memory, w);
	}
	if (r->pids)
		cgroup_any_pids(r->pids, w);
	if (r->block_io) {
		if (is_v2(a, "blkio", "io"))
			cgroup_v2_block_io(r->block_io, w);
		else
			cgroup_v1_block_io(r->block_io, w);
	}
	if (is_v2(a, "hugetlb", "hugetlb"))
		cgroup_v2_hugetlb(&r->hugepage_limits, w);
	else
		cgroup_v1_hugetlb(&r->hugepage_limits, w);
	if (r->network) {
		if (a->cg->unified)
			cgroup_v2_network(r->network, w);
		else
			cgroup_v1_network(r->network, w);
	}
	cgroup_any_rdma(&r->rdma, w);
	if (find_v2(a))
		cgroup_v2_unified(&r->unified, w);
	else if (r->unified.count)
		cgroup_writes_refuse(w, "", "unified", &r->unified.items[0],
				     "this host has no cgroup v2");
}

/* For the process that holds systemd's scope; cgroup_release() takes it back. */
static void leave_room(struct cgroup_writes *w)
{
	for (size_t i = 0; i < w->count; i++) {
		struct cgroup_write *one = &w->items[i];
		uint64_t limit;

		if (one->why_not || !str_eq(one->file, "pids.max") ||
		    str_to_u64(one->value, UINT32_MAX, &limit) < 0)
			continue;
		free(one->value);
		one->value = str_format("%llu", (unsigned long long)limit + 1);
		w->oom = w->oom || !one->value;
	}
}

/* One that we made without systemd's help begins without a program. */
static int apply_program(struct apply *a, const struct cgroup_hierarchy *h,
			 const struct cgroup_devices *list, struct err *e)
{
	bool *none = &a->cg->items[h - a->cg->items].no_program;
	int dir = dir_of(a, h, e);
	int r = dir < 0 ? dir : cgroup_devices_apply_bpf(dir, list, *none && !a->cg->systemd, e);

	*none = false;
	return r;
}

static int allow_all_v1(struct apply *a, const struct cgroup_hierarchy *h, struct err *e)
{
	int dir = dir_of(a, h, e);
	int r = dir < 0 ? dir : cgroup_dir_write(dir, "devices.allow", "a");

	return r < 0 && dir >= 0 ? err_set(e, -r, "devices: cannot write 'a' to devices.allow: %m")
				 : r;
}

/* What stood for an earlier list goes when the list of v1 is there: nothing is open in between. */
static int drop_program(struct apply *a, const struct cgroup_hierarchy *h, struct err *e)
{
	int dir;

	if (!h || (h->no_program && !a->cg->systemd))
		return 0;
	dir = dir_of(a, h, e);
	return dir < 0 ? dir : cgroup_devices_drop_bpf(dir, e);
}

/* v1 has files for it, v2 takes a program (config-linux.md#allowed-device-list). What v1 has no
 * form for is refused here, unless there is a v2 side. */
static int plan_devices(struct apply *a, const struct cfg_resources *r, struct err *e)
{
	const struct cgroup_hierarchy *h = find_v1(a, "devices");
	bool create = a->doc && a->doc->kind == CFG_CONFIG, listed = r && r->devices.present;
	int ret;

	/* without privilege nobody can set these rules, nor make the nodes that they are about */
	if (a->cg->rootless || a->cg->disabled)
		return 0;
	if (!h)
		h = find_v2(a);
	if (!h)
		return listed ? cgroup_err(a->doc, &r->devices, "devices", e, EOPNOTSUPP,
					   "no cgroup hierarchy can restrict devices")
			      : 0;
	if (!listed && !(create && h->created))
		return 0;
	ret = cgroup_devices_collect(a->doc, r, &a->devices, e);
	if (ret >= 0 && !find_v2(a))
		ret = cgroup_devices_check_v1(a->doc, &a->devices, e);
	if (ret >= 0)
		a->devices_in = h;
	return ret;
}

static int apply_devices(struct apply *a, struct err *e)
{
	bool create = a->doc && a->doc->kind == CFG_CONFIG;
	const struct cgroup_hierarchy *h = a->devices_in;
	int ret, dir;

	if (!h)
		return 0;
	if (h->v2)
		return apply_program(a, h, &a->devices, e);
	dir = dir_of(a, h, e);
	if (dir < 0)
		return dir;
	ret = cgroup_devices_apply_v1(a->cg, dir, a->doc, &a->devices, create, e);
	if (ret >= 0)
		return drop_program(a, find_v2(a), e);
	if (ret != -EOPNOTSUPP || !find_v2(a))
		return ret;
	/* what v1 has no form for, a program on the v2 side of a hybrid host has: v1 steps aside */
	ret = apply_program(a, find_v2(a), &a->devices, e);
	return ret < 0 ? ret : allow_all_v1(a, h, e);
}

/* The limit as it was asked for, by the field or in the words of v2. */
int cgroup_limit_pids(const struct cgroup *cg, const struct cfg_resources *r, bool lift,
		      struct err *e)
{
	CLEANUP(cgroup_writes_done) struct cgroup_writes w = {0};
	CLEANUP(apply_done) struct apply all = {.cg = cg};
	struct apply *a = &all;
	int ret;

	if (!r || cg->disabled)
		return 0;
	ret = apply_init(a, e);
	if (ret < 0)
		return ret;

	if (r->pids)
		cgroup_any_pids(r->pids, &w);
	for (size_t i = 0; find_v2(a) && i < r->unified.count; i++) {
		const struct cfg_pair *u = &r->unified.items[i];

		if (str_eq(u->key, "pids.max"))
			(void)cgroup_writes_add(&w, "pids", u->key, "unified", u, "%s", u->value);
	}
	for (size_t i = 0; lift && i < w.count; i++) {
		free(w.items[i].value);
		w.items[i].value = strdup("max");
		w.oom = w.oom || !w.items[i].value;
	}
	ret = check_all(a, &w, e);
	return ret < 0 ? ret : run_all(a, &w, e);
}

int cgroup_release(struct cgroup *cg, const struct cfg_resources *r, struct err *e)
{
	if (!cg->systemd || cg->systemd->sock < 0)
		return 0;
	cgroup_systemd_let_go(cg->systemd);
	return cgroup_limit_pids(cg, r, false, e);
}

int cgroup_apply(const struct cgroup *cg, const struct cfg_doc *doc, const struct cfg_resources *r,
		 struct err *e)
{
	bool update = !doc || doc->kind != CFG_CONFIG;
	CLEANUP(cgroup_writes_done) struct cgroup_writes w = {0};
	CLEANUP(apply_done) struct apply a = {.cg = cg, .doc = doc, .whole = update};
	CLEANUP(json_freep) struct json *properties = NULL;
	int ret;

	ret = apply_init(&a, e);
	if (ret < 0)
		return ret;
	if (r) {
		collect_writes(&a, r, &w);
		if (cg->systemd && cg->systemd->sock >= 0)
			leave_room(&w);
		if (cg->disabled && w.count)
			return cgroup_err(doc, w.items[0].addr, w.items[0].prop, e, EPERM,
					  "the container has no cgroup: %s",
					  cg->rootless ? "no rights to make one"
						       : "none was to be made");
		ret = check_all(&a, &w, e);
	}
	if (ret >= 0)
		ret = plan_devices(&a, r, e);
	if (ret >= 0 && r && cg->systemd && update)
		ret = cgroup_systemd_plan_update(cg, doc, r, &properties, e);
	if (ret >= 0)
		ret = properties ? run_with_systemd(&a, &w, properties, e) : run_all(&a, &w, e);
	if (ret >= 0)
		ret = apply_devices(&a, e);
	if (ret < 0)
		cgroup_undo(&a.undo);
	return ret < 0 || update ? ret : cgroup_give_to_user(cg, doc, e);
}
