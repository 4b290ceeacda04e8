/* SPDX-License-Identifier: Apache-2.0 */
#include "shared_mounts.h"

#include "cleanup.h"
#include "fd.h"
#include "mountinfo.h"
#include "str.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>

#define MOUNTINFO_MAX (64u << 20)

int shared_mounts_parse(char *text, const char *root, struct json **ret, struct err *e)
{
	CLEANUP(json_freep) struct json *list = json_new(JSON_ARRAY);
	struct mountinfo m;

	if (!list)
		return err_set(e, ENOMEM, "mounts: %m");
	while (mountinfo_next(&text, &m)) {
		cleanup_free char *entry = NULL;

		if (!mountinfo_is_below(m.point, root))
			continue;
		entry = str_format("%s %s", m.id, m.point);
		if (!entry || json_append(list, json_new_string(entry)) < 0)
			return err_set(e, ENOMEM, "mounts: %m");
	}
	*ret = take_ptr(&list);
	return 0;
}

int shared_mounts_list(const char *rootfs, struct json **ret, struct err *e)
{
	cleanup_free char *text = NULL;
	cleanup_free char *real = realpath(rootfs, NULL);
	size_t len;
	int r;

	if (!real)
		return err_set(e, errno, "'%s': %m", rootfs);
	r = fd_read_file_at(AT_FDCWD, "/proc/self/mountinfo", MOUNTINFO_MAX, &text, &len, e);
	return r < 0 ? r : shared_mounts_parse(text, real, ret, e);
}

static bool contains(const struct json *list, const char *entry)
{
	for (size_t i = 0; list && i < list->count; i++)
		if (str_eq(json_string(list->items[i]), entry))
			return true;
	return false;
}

void shared_mounts_subtract(struct json *list, const struct json *before)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		if (contains(before, json_string(list->items[i])))
			json_free(list->items[i]);
		else
			list->items[kept++] = list->items[i];
	}
	list->count = kept;
}

int shared_mounts_remove(const char *rootfs, const struct json *list, struct err *e)
{
	CLEANUP(json_freep) struct json *now = NULL;
	int r = shared_mounts_list(rootfs, &now, e);

	/* a root that is gone has nothing mounted on it */
	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return r;
	for (size_t i = list->count; i-- > 0;) {
		const char *entry = json_string(list->items[i]);
		const char *point = entry ? strchr(entry, ' ') : NULL;

		/* another mount in its place has another id, and is somebody else's */
		if (!point || !contains(now, entry))
			continue;
		if (umount2(point + 1, MNT_DETACH | UMOUNT_NOFOLLOW) < 0 && errno != EINVAL)
			return err_set(e, errno, "unmount '%s': %m", point + 1);
	}
	return 0;
}
