/* SPDX-License-Identifier: Apache-2.0 */
/* The list of allowed devices, written to the files of cgroup v1. */
#include "cgroup_internal.h"

#include "cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

/* "c 1:3 rwm", "b *:* m". */
static void print_exception(const struct cgroup_device *d, char *buf, size_t size)
{
	char major[24] = "*", minor[24] = "*";

	if (d->major >= 0)
		(void)snprintf(major, sizeof(major), "%lld", (long long)d->major);
	if (d->minor >= 0)
		(void)snprintf(minor, sizeof(minor), "%lld", (long long)d->minor);
	(void)snprintf(buf, size, "%c %s:%s %s%s%s", d->types == CGROUP_DEV_BLOCK ? 'b' : 'c',
		       major, minor, d->access & CGROUP_DEV_R ? "r" : "",
		       d->access & CGROUP_DEV_W ? "w" : "", d->access & CGROUP_DEV_M ? "m" : "");
}

static void devices_v1_done(struct cgroup_devices_v1 *v)
{
	free(v->items);
}

static const char *file_of(bool allow)
{
	return allow ? "devices.allow" : "devices.deny";
}

/* Each to the file of its verdict, in this order. */
static int write_rules(int dirfd, const struct cfg_doc *doc, const struct cgroup_devices_v1 *v,
		       struct err *e)
{
	cleanup_fd int allow_fd = FD_NONE, deny_fd = FD_NONE;

	for (size_t i = 0; i < v->count; i++) {
		const struct cgroup_device *d = &v->items[i];
		int *fd = d->allow ? &allow_fd : &deny_fd;
		const char *file = file_of(d->allow);
		char text[80];
		int r;

		if (!d->access)
			continue;
		/* one write is one rule, but one opening is enough for all */
		if (*fd < 0)
			*fd = openat(dirfd, file, O_WRONLY | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);
		if (*fd < 0)
			return err_set(e, errno, "devices: open %s: %m", file);
		print_exception(d, text, sizeof(text));
		r = fd_write_all(*fd, text, strlen(text));
		if (r < 0)
			return cgroup_err(doc, d->addr, "devices", e, -r,
					  "cannot write '%s' to %s: %s", text, file, strerror(-r));
	}
	return 0;
}

/* The default, which makes the kernel forget all exceptions, and then these. */
static int write_anew(int dirfd, const struct cfg_doc *doc, const struct cgroup_devices_v1 *v,
		      struct err *e)
{
	const char *file = file_of(v->default_allow);
	int r = cgroup_dir_write(dirfd, file, "a");

	if (r < 0)
		return err_set(e, -r, "devices: cannot write 'a' to %s: %m", file);
	return write_rules(dirfd, doc, v, e);
}

static int read_list(int dirfd, struct cgroup_devices_v1 *ret, struct err *e)
{
	cleanup_free char *text = NULL;
	int r = cgroup_dir_read(dirfd, "devices.list", &text);

	if (r >= 0)
		r = cgroup_devices_v1_parse(text, ret);
	return r < 0 ? err_set(e, -r, "devices: cannot read devices.list: %m") : 0;
}

static bool has_exceptions(const struct cgroup_devices_v1 *v)
{
	for (size_t i = 0; i < v->count; i++)
		if (v->items[i].access)
			return true;
	return false;
}

/*
 * Between the default and its exceptions, all devices are allowed or none is. The kernel has no way
 * around that, as it does not show the exceptions of a list that allows by default: so nobody may
 * be looking meanwhile.
 */
static int write_unseen(const struct cgroup *cg, int dirfd, const struct cfg_doc *doc,
			const struct cgroup_devices_v1 *v, struct err *e)
{
	struct cgroup_hold hold;
	int r, thawed;

	r = cgroup_hold(cg, &hold, e);
	if (r < 0)
		return err_wrap(e, "devices: a list that allows or did allow by default");
	r = write_anew(dirfd, doc, v, e);
	thawed = cgroup_hold_end(cg, &hold, r < 0 ? NULL : e);
	return r < 0 ? r : thawed;
}

/* From one list that denies by default to another. */
static int write_steps(int dirfd, const struct cfg_doc *doc, const struct cgroup_devices_v1 *is,
		       const struct cgroup_devices_v1 *want, struct err *e)
{
	CLEANUP(devices_v1_done) struct cgroup_devices_v1 steps = {0};
	int r = cgroup_devices_v1_steps(is, want, &steps);

	return r < 0 ? err_set(e, -r, "device rules: %m") : write_rules(dirfd, doc, &steps, e);
}

int cgroup_devices_v1_restore(int dirfd, char *was, struct err *e)
{
	CLEANUP(devices_v1_done) struct cgroup_devices_v1 want = {0}, is = {0};
	int r = cgroup_devices_v1_parse(was, &want);

	if (r < 0)
		return err_set(e, -r, "devices: cannot read devices.list: %m");
	if (want.default_allow)
		return 0;
	r = read_list(dirfd, &is, e);
	if (r < 0)
		return r;
	return is.default_allow ? write_anew(dirfd, NULL, &want, e)
				: write_steps(dirfd, NULL, &is, &want, e);
}

int cgroup_devices_check_v1(const struct cfg_doc *doc, const struct cgroup_devices *d,
			    struct err *e)
{
	CLEANUP(devices_v1_done) struct cgroup_devices_v1 v = {0};

	return cgroup_devices_to_v1(doc, d, &v, e);
}

int cgroup_devices_apply_v1(const struct cgroup *cg, int dirfd, const struct cfg_doc *doc,
			    const struct cgroup_devices *d, bool first, struct err *e)
{
	CLEANUP(devices_v1_done) struct cgroup_devices_v1 v = {0}, is = {0};
	int r = cgroup_devices_to_v1(doc, d, &v, e);

	if (r >= 0 && !first)
		r = read_list(dirfd, &is, e);
	if (r < 0)
		return r;
	if (first || (v.default_allow && !has_exceptions(&v)))
		return write_anew(dirfd, doc, &v, e);
	if (v.default_allow || is.default_allow)
		return write_unseen(cg, dirfd, doc, &v, e);
	return write_steps(dirfd, doc, &is, &v, e);
}
