/* SPDX-License-Identifier: Apache-2.0 */
/* Linux documentation, filesystems/resctrl: what a class is allowed, and what its monitors count.
 */
#include "resctrl.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define ATTR_MAX (1u << 20)
#define WHOLE	 "/"

/* One that is not there is no member: the hardware, or the kernel, does not have it. */
static char *read_attr(int dir, const char *file)
{
	char *text = NULL;
	size_t len;

	if (fd_read_file_at(dir, file, ATTR_MAX, &text, &len, NULL) < 0)
		return NULL;
	text[strcspn(text, "\n")] = '\0';
	return text;
}

static int add_text(struct json *o, int dir, const char *file, const char *member)
{
	cleanup_free char *text = read_attr(dir, file);

	return text ? json_set_member(o, member, json_new_string(text)) : 0;
}

/* "Unavailable" and "Error" are no numbers and no counts. */
static int add_number(struct json *o, int dir, const char *file, const char *member)
{
	cleanup_free char *text = read_attr(dir, file);
	uint64_t n;

	if (!text || str_to_u64(text, UINT64_MAX, &n) < 0)
		return 0;
	return json_set_member(o, member, json_new_uint(n));
}

/* What the hardware offers: info/L3, info/MB. */
static int add_info(struct json *o, int root_fd, const char *dir, const char *member,
		    const char *const *numbers)
{
	cleanup_fd int fd = openat(root_fd, dir, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	CLEANUP(json_freep) struct json *info = NULL;
	int r = 0;

	if (fd < 0)
		return 0;
	info = json_new(JSON_OBJECT);
	if (!info)
		return -ENOMEM;
	r = add_text(info, fd, "cbm_mask", "cbm_mask");
	for (size_t i = 0; numbers[i] && r >= 0; i++)
		r = add_number(info, fd, numbers[i], numbers[i]);
	return r < 0 ? r : json_set_member(o, member, take_ptr(&info));
}

/* The line of a resource: "L3:0=7ff;1=7ff". */
static int add_schema(struct json *o, int dir, const char *name, const char *member)
{
	cleanup_free char *file = NULL;
	cleanup_free char *line = NULL;
	const char *domains;
	size_t len;

	if (fd_read_file_at(dir, "schemata", ATTR_MAX, &file, &len, NULL) < 0)
		return 0;
	domains = resctrl_find_schema(file, name, strlen(name));
	if (!domains)
		return 0;
	line = str_format("%s%.*s", name, (int)strcspn(domains, "\n"), domains);
	return line ? json_set_member(o, member, json_new_string(line)) : -ENOMEM;
}

static int is_cache(const struct dirent *de)
{
	return str_starts(de->d_name, "mon_L3_");
}

static int add_counts(struct json *list, int mon_data, const char *domain, const char *const *files)
{
	cleanup_fd int dir =
		openat(mon_data, domain, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	CLEANUP(json_freep) struct json *o = dir < 0 ? NULL : json_new(JSON_OBJECT);
	int r = 0;

	if (!o)
		return dir < 0 ? 0 : -ENOMEM;
	for (size_t i = 0; files[i] && r >= 0; i++)
		r = add_number(o, dir, files[i], files[i]);
	/* a domain keeps its place in the list, as long as the counter is there at all */
	if (r >= 0 && faccessat(dir, files[0], F_OK, 0) == 0)
		r = json_append(list, take_ptr(&o));
	return r;
}

/* One entry for each domain of the cache, in its order. */
static int add_monitor(struct json *o, int mon_data, struct dirent *const *domains, int n,
		       const char *member, const char *const *files)
{
	CLEANUP(json_freep) struct json *list = json_new(JSON_ARRAY);
	int r = list ? 0 : -ENOMEM;

	for (int i = 0; i < n && r >= 0; i++)
		r = add_counts(list, mon_data, domains[i]->d_name, files);
	if (r < 0 || !list->count)
		return r;
	return json_set_member(o, member, take_ptr(&list));
}

static int add_monitors(struct json *o, int dir)
{
	static const char *const bandwidth[] = {"mbm_total_bytes", "mbm_local_bytes", NULL};
	static const char *const occupancy[] = {"llc_occupancy", NULL};
	cleanup_fd int fd =
		openat(dir, "mon_data", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct dirent **domains = NULL;
	int n, r;

	if (fd < 0)
		return 0;
	n = scandirat(fd, ".", &domains, is_cache, alphasort);
	if (n < 0)
		return errno == ENOMEM ? -ENOMEM : 0;
	r = add_monitor(o, fd, domains, n, "mbm_stats", bandwidth);
	if (r >= 0)
		r = add_monitor(o, fd, domains, n, "cmt_stats", occupancy);
	for (int i = 0; i < n; i++)
		free(domains[i]);
	free(domains);
	return r;
}

static int open_monitor(int group_fd, const struct resctrl *r)
{
	cleanup_free char *path =
		r->monitor ? str_format("mon_groups/%s", r->monitor) : strdup(".");
	int fd = path ? openat(group_fd, path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;

	return fd < 0 ? -errno : fd;
}

int resctrl_stats(int root_fd, const struct resctrl *r, struct json **ret, struct err *e)
{
	static const char *const l3[] = {"min_cbm_bits", "num_closids", NULL};
	static const char *const mb[] = {"bandwidth_gran", "delay_linear", "min_bandwidth",
					 "num_closids", NULL};
	CLEANUP(json_freep) struct json *o = json_new(JSON_OBJECT);
	cleanup_fd int group_fd = FD_NONE;
	cleanup_fd int monitor_fd = FD_NONE;
	int k = o ? 0 : -ENOMEM;

	group_fd = openat(root_fd, str_eq(r->group, WHOLE) ? "." : r->group,
			  O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (group_fd < 0)
		return err_set(e, errno, "resctrl class '%s': %m", r->group);
	monitor_fd = open_monitor(group_fd, r);
	if (k >= 0)
		k = add_info(o, root_fd, "info/L3", "l3_cache_info", l3);
	if (k >= 0)
		k = add_schema(o, root_fd, "L3", "l3_cache_schema_root");
	if (k >= 0)
		k = add_schema(o, group_fd, "L3", "l3_cache_schema");
	if (k >= 0)
		k = add_info(o, root_fd, "info/MB", "mem_bw_info", mb);
	if (k >= 0)
		k = add_schema(o, root_fd, "MB", "mem_bw_schema_root");
	if (k >= 0)
		k = add_schema(o, group_fd, "MB", "mem_bw_schema");
	if (k >= 0 && monitor_fd >= 0)
		k = add_monitors(o, monitor_fd);
	if (k < 0)
		return err_set(e, -k, "statistics: %m");
	*ret = take_ptr(&o);
	return 0;
}
