/* SPDX-License-Identifier: Apache-2.0 */
#include "shared_mounts.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>

#define MOUNTINFO_MAX (64u << 20)

/* proc_pid_mountinfo(5): blank, tab, newline and backslash stand as three octal digits. In place.
 */
static void unescape(char *s)
{
	char *to = s;

	while (*s) {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' && s[2] <= '7' &&
		    s[3] >= '0' && s[3] <= '7') {
			*to++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0'));
			s += 4;
		} else {
			*to++ = *s++;
		}
	}
	*to = '\0';
}

static bool is_below(const char *path, const char *root)
{
	size_t len = strlen(root);

	return strncmp(path, root, len) == 0 && (path[len] == '\0' || path[len] == '/');
}

/* Fields 1 and 5 of a line, which is cut up. */
static bool split(char *line, char **ret_id, char **ret_point)
{
	char *save = NULL;
	char *field = strtok_r(line, " ", &save);

	*ret_id = field;
	for (int i = 0; i < 4 && field; i++)
		field = strtok_r(NULL, " ", &save);
	if (!field)
		return false;
	unescape(field);
	*ret_point = field;
	return true;
}

int shared_mounts_list(const char *rootfs, struct json **ret, struct err *e)
{
	CLEANUP(json_freep) struct json *list = json_new(JSON_ARRAY);
	cleanup_free char *text = NULL;
	cleanup_free char *real = realpath(rootfs, NULL);
	char *save = NULL;
	size_t len;
	int r;

	if (!list)
		return err_set(e, ENOMEM, "mounts: %m");
	if (!real)
		return err_set(e, errno, "'%s': %m", rootfs);
	r = fd_read_file_at(AT_FDCWD, "/proc/self/mountinfo", MOUNTINFO_MAX, &text, &len, e);
	if (r < 0)
		return r;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		cleanup_free char *entry = NULL;
		char *id, *point;

		if (!split(line, &id, &point) || !is_below(point, real))
			continue;
		entry = str_format("%s %s", id, point);
		if (!entry || json_append(list, json_new_string(entry)) < 0)
			return err_set(e, ENOMEM, "mounts: %m");
	}
	*ret = take_ptr(&list);
	return 0;
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
