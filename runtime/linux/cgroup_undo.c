/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of a cgroup said before they were written: an update whose later write fails takes
 * back the earlier ones. */
#include "cgroup_internal.h"

#include "cleanup.h"

#include <string.h>

/* In these, where each line has a key, what a key takes that is to have no line. */
static const struct {
	const char *file, *nothing;
} keyed[] = {
	{"io.max", "rbps=max wbps=max riops=max wiops=max"},
	{"io.weight", "default"},
	{"io.bfq.weight", "default"},
	{"rdma.max", "hca_handle=max hca_object=max"},
	{"blkio.weight_device", "0"},
	{"blkio.bfq.weight_device", "0"},
	{"blkio.throttle.read_bps_device", "0"},
	{"blkio.throttle.write_bps_device", "0"},
	{"blkio.throttle.read_iops_device", "0"},
	{"blkio.throttle.write_iops_device", "0"},
};
/* The one number of this file that can be written has a key to read. */
#define OOM_CONTROL_KEY "oom_kill_disable "

void cgroup_undo_done(struct cgroup_undo *u)
{
	for (size_t i = 0; i < u->count; i++)
		free(u->items[i].was);
	free(u->items);
	*u = (struct cgroup_undo){0};
}

void cgroup_undo_add(struct cgroup_undo *u, int dirfd, const char *file, char *was)
{
	struct cgroup_was *more = reallocarray(u->items, u->count + 1, sizeof(*more));

	if (!more) {
		free(was);
		return;
	}
	u->items = more;
	u->items[u->count++] = (struct cgroup_was){.dirfd = dirfd, .file = file, .was = was};
}

bool cgroup_undo_has(const struct cgroup_undo *u, int dirfd, const char *file, const char *text)
{
	for (size_t i = 0; i < u->count; i++)
		if (u->items[i].dirfd == dirfd && str_eq(u->items[i].file, file))
			return str_eq(u->items[i].was, text);
	return false;
}

/* Whether a line of @text begins with the key of @line. */
static bool has_key(const char *text, const char *line)
{
	size_t n = strcspn(line, " \n");

	for (const char *p = text; p; p = strchr(p, '\n'), p += p != NULL)
		if (strncmp(p, line, n) == 0 && p[n] == ' ')
			return true;
	return false;
}

/* Takes away the lines for which there was none. */
static void clear_new(const struct cgroup_was *old, const char *nothing)
{
	cleanup_free char *now = NULL;

	if (cgroup_dir_read(old->dirfd, old->file, &now) < 0)
		return;
	for (char *line = now, *rest; line; line = rest) {
		rest = strchr(line, '\n');
		if (rest)
			*rest++ = '\0';
		if (!*line || has_key(old->was, line))
			continue;
		cleanup_free char *value =
			str_format("%.*s %s", (int)strcspn(line, " "), line, nothing);

		if (value)
			(void)cgroup_dir_write(old->dirfd, old->file, value);
	}
}

/* One line at a time, which is how the kernel takes those that have several. */
static void put_back(const struct cgroup_was *old)
{
	for (char *line = old->was, *rest; line; line = rest) {
		rest = strchr(line, '\n');
		if (rest)
			*rest++ = '\0';
		if (str_starts(line, OOM_CONTROL_KEY))
			line += strlen(OOM_CONTROL_KEY);
		(void)cgroup_dir_write(old->dirfd, old->file, line);
	}
}

void cgroup_undo(const struct cgroup_undo *u)
{
	for (size_t i = u->count; i-- > 0;) {
		const struct cgroup_was *old = &u->items[i];

		for (size_t k = 0; k < sizeof(keyed) / sizeof(keyed[0]); k++)
			if (str_eq(old->file, keyed[k].file))
				clear_new(old, keyed[k].nothing);
		put_back(old);
	}
}
