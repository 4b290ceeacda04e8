/* SPDX-License-Identifier: Apache-2.0 */
#include "resctrl.h"

#include "cleanup.h"
#include "fd.h"
#include "mountinfo.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifndef RDTGROUP_SUPER_MAGIC
#define RDTGROUP_SUPER_MAGIC 0x7655821
#endif
#define MOUNTS_MAX   (64u << 20)
#define SCHEMATA_MAX (1u << 20)
#define WHOLE	     "/" /* the default class */

void resctrl_free(struct resctrl *r)
{
	if (!r)
		return;
	free(r->group);
	free(r->monitor);
	free(r);
}

const char *resctrl_find(char *text)
{
	struct mountinfo m;

	while (mountinfo_next(&text, &m))
		if (str_eq(m.type, "resctrl"))
			return m.point;
	return NULL;
}

int resctrl_open(struct err *e)
{
	cleanup_free char *mounts = NULL;
	cleanup_fd int fd = FD_NONE;
	struct statfs fs;
	const char *path;
	size_t len;
	int r;

	r = fd_read_file_at(AT_FDCWD, "/proc/self/mountinfo", MOUNTS_MAX, &mounts, &len, e);
	if (r < 0)
		return r;
	path = resctrl_find(mounts);
	if (!path)
		return err_set(e, ENODEV, "no resctrl file system is mounted");
	fd = open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return err_set(e, errno, "open resctrl '%s': %m", path);
	/* something else may be mounted over it */
	if (fstatfs(fd, &fs) < 0)
		return err_set(e, errno, "fstatfs '%s': %m", path);
	if (fs.f_type != RDTGROUP_SUPER_MAGIC)
		return err_set(e, ENODEV, "'%s' is not a resctrl file system", path);
	return take_fd(&fd);
}

static bool has_schema(const struct cfg_intel_rdt *c)
{
	return c->l3_cache_schema || c->mem_bw_schema || c->schemata.count;
}

/* One directory, never a way: the names come from a configuration and from a state file. */
static bool is_name(const char *s)
{
	return s && *s && !str_eq(s, ".") && !str_eq(s, "..") && !strchr(s, '/') &&
	       strlen(s) <= 255;
}

static int open_group(int root_fd, const char *group)
{
	int fd = openat(root_fd, str_eq(group, WHOLE) ? "." : group,
			O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int compare(int group_fd, const struct cfg_doc *doc, const struct cfg_intel_rdt *c,
		   struct err *e)
{
	cleanup_free char *file = NULL;
	size_t len;
	int r;

	if (!c->l3_cache_schema && !c->mem_bw_schema)
		return 0;
	r = fd_read_file_at(group_fd, "schemata", SCHEMATA_MAX, &file, &len, e);
	if (r < 0)
		return r;
	if (c->l3_cache_schema && !resctrl_schema_holds(c->l3_cache_schema, file))
		return cfg_err(doc, &c->l3_cache_schema, e, EEXIST,
			       "the class '%s' exists with other values than '%s'", c->clos_id,
			       c->l3_cache_schema);
	if (c->mem_bw_schema && !resctrl_schema_holds(c->mem_bw_schema, file))
		return cfg_err(doc, &c->mem_bw_schema, e, EEXIST,
			       "the class '%s' exists with other values than '%s'", c->clos_id,
			       c->mem_bw_schema);
	return 0;
}

/* What is there already is not the container's, and must not go with it. */
static int check_monitor(int group_fd, const struct cfg_doc *doc, const struct cfg_intel_rdt *c,
			 const struct resctrl *r, struct err *e)
{
	cleanup_free char *path = str_format("mon_groups/%s", r->monitor);

	if (!path)
		return err_set(e, ENOMEM, "resctrl: %m");
	if (faccessat(group_fd, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return cfg_err(doc, &c->enable_monitoring, e, EEXIST,
			       "the class '%s' has a monitoring group '%s' already", r->group,
			       r->monitor);
	return 0;
}

static int plan_group(int root_fd, const struct cfg_doc *doc, const struct cfg_intel_rdt *c,
		      struct resctrl *r, struct err *e)
{
	int group_fd = open_group(root_fd, r->group);
	int result = 0;

	if (group_fd < 0 && group_fd != -ENOENT)
		return err_set(e, -group_fd, "resctrl class '%s': %m", r->group);
	if (!c->clos_id)
		r->own_group = group_fd < 0;
	else if (group_fd < 0 && !has_schema(c))
		result = cfg_err(doc, &c->clos_id, e, ENOENT,
				 "the class '%s' does not exist, and nothing says how to make it",
				 c->clos_id);
	else if (group_fd >= 0)
		result = compare(group_fd, doc, c, e);
	if (result >= 0 && group_fd >= 0 && r->monitor)
		result = check_monitor(group_fd, doc, c, r, e);
	fd_close(&group_fd);
	return result;
}

int resctrl_plan(int root_fd, const struct cfg_doc *doc, const struct cfg_intel_rdt *c,
		 const char *id, struct resctrl **ret, struct err *e)
{
	struct resctrl *r = calloc(1, sizeof(*r));
	int result = 0;

	if (r)
		r->group = strdup(c->clos_id ? c->clos_id : id);
	if (r && c->enable_monitoring)
		r->monitor = strdup(id);
	if (!r || !r->group || (c->enable_monitoring && !r->monitor))
		result = err_set(e, ENOMEM, "resctrl: %m");
	else if (!str_eq(r->group, WHOLE) && !is_name(r->group))
		result = cfg_err(doc, &c->clos_id, e, EINVAL, "'%s' cannot name a class", r->group);
	else
		result = plan_group(root_fd, doc, c, r, e);
	if (result < 0) {
		resctrl_free(r);
		return result;
	}
	*ret = r;
	return 0;
}

int resctrl_create(int root_fd, const struct cfg_doc *doc, const struct cfg_intel_rdt *c,
		   const struct resctrl *r, struct err *e)
{
	cleanup_fd int group_fd = FD_NONE;
	cleanup_fd int groups_fd = FD_NONE;

	if (!str_eq(r->group, WHOLE) && mkdirat(root_fd, r->group, 0755) < 0 &&
	    (errno != EEXIST || r->own_group))
		return cfg_err(doc, c, e, errno, "make the class '%s': %m%s", r->group,
			       errno == ENOSPC ? " (the hardware has no more classes)" : "");
	group_fd = open_group(root_fd, r->group);
	if (group_fd < 0)
		return err_set(e, -group_fd, "resctrl class '%s': %m", r->group);
	if (!r->monitor)
		return 0;
	groups_fd = openat(group_fd, "mon_groups", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (groups_fd < 0 || mkdirat(groups_fd, r->monitor, 0755) < 0)
		return cfg_err(doc, &c->enable_monitoring, e, errno,
			       "make the monitoring group '%s' of the class '%s': %m%s", r->monitor,
			       r->group,
			       errno == ENOSPC ? " (the hardware has no more groups)" : "");
	return 0;
}

/* The kernel says what it did not like, and only here. */
static int refused(int root_fd, const struct cfg_doc *doc, const void *at, const char *what,
		   int num, struct err *e)
{
	cleanup_free char *status = NULL;
	size_t len;

	if (fd_read_file_at(root_fd, "info/last_cmd_status", SCHEMATA_MAX, &status, &len, NULL) < 0)
		len = 0;
	if (len)
		status[strcspn(status, "\n")] = '\0';
	return cfg_err(doc, at, e, num, "write '%s' to schemata: %s%s%s%s", what, strerror(num),
		       len ? " (" : "", len ? status : "", len ? ")" : "");
}

/* Lines that belong together go in one write(2). */
static int write_lines(int root_fd, int group_fd, const struct cfg_doc *doc, const void *at,
		       struct strbuf *lines, struct err *e)
{
	int r;

	if (lines->oom)
		return err_set(e, ENOMEM, "schemata: %m");
	r = lines->len ? fd_write_file_at(group_fd, "schemata", lines->buf, lines->len, NULL) : 0;
	if (r >= 0)
		return 0;
	lines->buf[strcspn(lines->buf, "\n")] = '\0';
	return refused(root_fd, doc, at, lines->buf, -r, e);
}

int resctrl_configure(int root_fd, const struct cfg_doc *doc, const struct cfg_intel_rdt *c,
		      const struct resctrl *r, struct err *e)
{
	CLEANUP(strbuf_done) struct strbuf first = STRBUF_INIT;
	CLEANUP(strbuf_done) struct strbuf last = STRBUF_INIT;
	cleanup_fd int group_fd = FD_NONE;
	int result;

	if (!has_schema(c))
		return 0;
	group_fd = open_group(root_fd, r->group);
	if (group_fd < 0)
		return err_set(e, -group_fd, "resctrl class '%s': %m", r->group);
	if (c->l3_cache_schema)
		strbuf_addf(&first, "%s\n", c->l3_cache_schema);
	if (c->mem_bw_schema)
		strbuf_addf(&first, "%s\n", c->mem_bw_schema);
	for (size_t i = 0; i < c->schemata.count; i++)
		strbuf_addf(&last, "%s\n", c->schemata.items[i]);
	result = write_lines(root_fd, group_fd, doc,
			     c->l3_cache_schema ? &c->l3_cache_schema : &c->mem_bw_schema, &first,
			     e);
	/* a write of its own: in one, the kernel refuses a domain that stands there twice */
	return result < 0 ? result : write_lines(root_fd, group_fd, doc, &c->schemata, &last, e);
}

char *resctrl_read(int root_fd, const struct resctrl *r)
{
	cleanup_fd int group_fd = open_group(root_fd, r->group);
	cleanup_free char *text = NULL;
	size_t len;

	if (group_fd < 0 ||
	    fd_read_file_at(group_fd, "schemata", SCHEMATA_MAX, &text, &len, NULL) < 0)
		return NULL;
	return take_ptr(&text);
}

void resctrl_restore(int root_fd, const struct resctrl *r, const char *was)
{
	cleanup_fd int group_fd = open_group(root_fd, r->group);

	if (group_fd >= 0)
		(void)fd_write_file_at(group_fd, "schemata", was, strlen(was), NULL);
}

int resctrl_join(int root_fd, const struct resctrl *r, pid_t pid, struct err *e)
{
	cleanup_fd int group_fd = open_group(root_fd, r->group);
	char text[16];
	int len = snprintf(text, sizeof(text), "%d", (int)pid);
	int result;

	if (group_fd < 0)
		return err_set(e, -group_fd, "resctrl class '%s': %m", r->group);
	result = fd_write_file_at(group_fd, "tasks", text, (size_t)len, e);
	if (result >= 0 && r->monitor) {
		cleanup_free char *path = str_format("mon_groups/%s/tasks", r->monitor);

		if (!path)
			return err_set(e, ENOMEM, "resctrl: %m");
		result = fd_write_file_at(group_fd, path, text, (size_t)len, e);
	}
	return result < 0 ? err_wrap(e, "resctrl class '%s'", r->group) : 0;
}

int resctrl_remove(int root_fd, const struct resctrl *r, struct err *e)
{
	cleanup_fd int group_fd = open_group(root_fd, r->group);

	if (group_fd == -ENOENT)
		return 0;
	if (group_fd < 0)
		return err_set(e, -group_fd, "resctrl class '%s': %m", r->group);
	if (r->monitor) {
		cleanup_free char *path = str_format("mon_groups/%s", r->monitor);

		if (!path || (unlinkat(group_fd, path, AT_REMOVEDIR) < 0 && errno != ENOENT))
			return err_set(e, path ? errno : ENOMEM,
				       "remove the monitoring group '%s': %m", r->monitor);
	}
	if (r->own_group && unlinkat(root_fd, r->group, AT_REMOVEDIR) < 0 && errno != ENOENT)
		return err_set(e, errno, "remove the resctrl class '%s': %m", r->group);
	return 0;
}

struct json *resctrl_to_json(const struct resctrl *r)
{
	CLEANUP(json_freep) struct json *j = json_new(JSON_OBJECT);

	if (!j || json_set_member(j, "group", json_new_string(r->group)) < 0 ||
	    json_set_member(j, "own", json_new_bool(r->own_group)) < 0 ||
	    (r->monitor && json_set_member(j, "monitor", json_new_string(r->monitor)) < 0))
		return NULL;
	return take_ptr(&j);
}

int resctrl_from_json(const struct json *j, struct resctrl **ret, struct err *e)
{
	const char *group = json_string(json_member(j, "group"));
	const char *monitor = json_string(json_member(j, "monitor"));
	const struct json *own = json_member(j, "own");
	struct resctrl *r;

	/* it leads to rmdir(2) */
	if (!group || !own || own->type != JSON_BOOL || (monitor && !is_name(monitor)) ||
	    (!is_name(group) && (own->boolean || !str_eq(group, WHOLE))))
		return err_set(e, EPROTO, "the state names no resctrl class");
	r = calloc(1, sizeof(*r));
	if (r) {
		r->group = strdup(group);
		r->own_group = own->boolean;
		r->monitor = monitor ? strdup(monitor) : NULL;
	}
	if (!r || !r->group || (monitor && !r->monitor)) {
		resctrl_free(r);
		return err_set(e, ENOMEM, "state: %m");
	}
	*ret = r;
	return 0;
}
