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

int cgroup_devices_apply_v1(int dirfd, const struct cfg_doc *doc, const struct cgroup_devices *d,
			    struct err *e)
{
	CLEANUP(devices_v1_done) struct cgroup_devices_v1 v = {0};
	cleanup_fd int fd = FD_NONE;
	const char *file;
	int r = cgroup_devices_to_v1(doc, d, &v, e);

	if (r < 0)
		return r;
	r = cgroup_dir_write(dirfd, v.default_allow ? "devices.allow" : "devices.deny", "a");
	if (r < 0)
		return err_set(e, -r, "devices: cannot write 'a' to %s: %m",
			       v.default_allow ? "devices.allow" : "devices.deny");
	file = v.default_allow ? "devices.deny" : "devices.allow";
	/* one write is one rule, but one opening is enough for all */
	fd = openat(dirfd, file, O_WRONLY | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return err_set(e, errno, "devices: open %s: %m", file);
	for (size_t i = 0; i < v.count; i++) {
		char text[80];

		if (!v.items[i].access)
			continue;
		print_exception(&v.items[i], text, sizeof(text));
		r = fd_write_all(fd, text, strlen(text));
		if (r < 0)
			return cgroup_err(doc, v.items[i].addr, "devices", e, -r,
					  "cannot write '%s' to %s: %s", text, file, strerror(-r));
	}
	return 0;
}
