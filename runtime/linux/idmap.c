/* SPDX-License-Identifier: Apache-2.0 */
#include "idmap.h"

#include "cleanup.h"
#include "fd.h"
#include "proc.h"
#include "str.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

/* user_namespaces(7): the kernel takes so many lines, and no file longer than a page. */
#define IDMAP_MAX_LINES 340

#define MAP_MAX 65536 /* as it is read: each line has three columns */

#define HELPER_MS     10000
#define HELPER_OUTPUT 400

static int open_proc_dir(const char *path, struct err *e)
{
	cleanup_fd int fd = FD_NONE;
	struct statfs fs;

	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return err_set(e, errno, "open '%s': %m", path);
	if (fstatfs(fd, &fs) < 0)
		return err_set(e, errno, "fstatfs '%s': %m", path);
	if (fs.f_type != PROC_SUPER_MAGIC)
		return err_set(e, EXDEV, "/proc is not a proc file system");
	return take_fd(&fd);
}

int idmap_open_pid(pid_t pid, struct err *e)
{
	char path[32];

	(void)snprintf(path, sizeof(path), "/proc/%d", (int)pid);
	return open_proc_dir(path, e);
}

int idmap_open_proc(struct err *e)
{
	return open_proc_dir("/proc", e);
}

char *idmap_format(const struct cfg_id_mapping_list *list)
{
	struct strbuf b = STRBUF_INIT;

	strbuf_adds(&b, "");
	for (size_t i = 0; i < list->count; i++) {
		const struct cfg_id_mapping *m = &list->items[i];

		strbuf_addf(&b, "%llu %llu %llu\n", (unsigned long long)m->container_id,
			    (unsigned long long)m->host_id, (unsigned long long)m->size);
	}
	return strbuf_take(&b);
}

int64_t idmap_to_host(const struct cfg_id_mapping_list *list, uint32_t id)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct cfg_id_mapping *m = &list->items[i];

		if (id >= m->container_id && id - m->container_id < m->size)
			return (int64_t)(m->host_id + (id - m->container_id));
	}
	return -1;
}

uint32_t idmap_first_id(const struct cfg_id_mapping_list *list)
{
	if (!list->count || idmap_to_host(list, 0) >= 0)
		return 0;
	return (uint32_t)list->items[0].container_id;
}

bool idmap_is_own(const struct cfg_id_mapping_list *list, uint32_t own)
{
	return list->count == 1 && list->items[0].size == 1 && list->items[0].host_id == own;
}

/* "newuidmap PID container host size ...". */
static char **helper_argv(const char *program, pid_t pid, const struct cfg_id_mapping_list *list)
{
	size_t n = 0;
	char **argv = calloc(3 + 3 * list->count, sizeof(*argv));

	if (!argv)
		return NULL;
	argv[n++] = strdup(program);
	argv[n++] = str_format("%d", pid);
	for (size_t i = 0; i < list->count; i++) {
		const struct cfg_id_mapping *m = &list->items[i];

		argv[n++] = str_format("%llu", (unsigned long long)m->container_id);
		argv[n++] = str_format("%llu", (unsigned long long)m->host_id);
		argv[n++] = str_format("%llu", (unsigned long long)m->size);
	}
	return argv;
}

static void argv_free(char **argv, size_t n)
{
	for (size_t i = 0; argv && i < n; i++)
		free(argv[i]);
	free(argv);
}

/*
 * Who may not map ids asks a set-user-ID program that knows which ones the administrator has given
 * him (newuidmap(1), subuid(5)).
 */
static int run_helper(int pid_fd, const char *program, const struct cfg_doc *doc,
		      const struct cfg_id_mapping_list *list, struct err *e)
{
	struct proc_spawn s = PROC_SPAWN_INIT;
	cleanup_free char *said = NULL;
	struct err why = {0};
	size_t n = 2 + 3 * list->count;
	char **argv;
	/* the helpers want its number */
	pid_t pid = proc_number_in(pid_fd);
	int r;

	if (pid < 0)
		return err_set(e, -pid, "%s: %m", program);
	argv = helper_argv(program, pid, list);
	for (size_t i = 0; i < n; i++) {
		if (argv && argv[i])
			continue;
		argv_free(argv, n);
		return err_set(e, ENOMEM, "%s: %m", program);
	}
	s.path = program;
	s.argv = argv;
	r = proc_run(&s, HELPER_MS, HELPER_OUTPUT, NULL, &said, &why);
	argv_free(argv, n);
	if (r == -ENOENT)
		return cfg_err(doc, list, e, ENOENT,
			       "without root's rights only one's own id can be mapped, or what %s "
			       "allows, which is not installed",
			       program);
	if (r < 0)
		return cfg_err(doc, list, e, -r, "%s: %s", program, why.msg);
	if (r > 0)
		return cfg_err(doc, list, e, EPERM, "%.*s", said ? (int)strcspn(said, "\n") : 0,
			       said ? said : "");
	return 0;
}

static int write_map(int pid_fd, const char *file, const char *property, const struct cfg_doc *doc,
		     const struct cfg_id_mapping_list *list, struct err *e)
{
	cleanup_free char *text = NULL;
	int r;

	if (list->count > IDMAP_MAX_LINES)
		return cfg_err(doc, list, e, E2BIG,
			       "%s: the kernel takes no more than %d mappings, here are %zu",
			       property, IDMAP_MAX_LINES, list->count);
	text = idmap_format(list);
	if (!text)
		return err_set(e, ENOMEM, "%s: %m", property);
	r = fd_write_file_at(pid_fd, file, text, strlen(text), e);
	/* user_namespaces(7): less than a page, whatever the number of lines */
	if (r == -EINVAL && strlen(text) >= (size_t)sysconf(_SC_PAGESIZE))
		return cfg_err(
			doc, list, e, E2BIG,
			"%s: the kernel takes less than a page (%ld bytes) of lines, here are "
			"%zu bytes in %zu mappings",
			property, sysconf(_SC_PAGESIZE), strlen(text), list->count);
	if (r < 0) {
		struct err cause = e ? *e : (struct err){.num = -r};

		return cfg_err(doc, list, e, -r, "%s", cause.msg);
	}
	return 0;
}

int idmap_write(int pid_fd, const struct cfg_doc *doc, const struct cfg_linux *linux,
		bool deny_setgroups, struct err *e)
{
	int r;

	bool ask_gid = geteuid() != 0 && !idmap_is_own(&linux->gid_mappings, getegid());
	bool ask_uid = geteuid() != 0 && !idmap_is_own(&linux->uid_mappings, geteuid());

	if (deny_setgroups && !ask_gid) {
		r = fd_write_file_at(pid_fd, "setgroups", "deny", 4, e);
		if (r < 0)
			return r;
	}
	r = ask_gid ? run_helper(pid_fd, "newgidmap", doc, &linux->gid_mappings, e)
		    : write_map(pid_fd, "gid_map", "linux.gidMappings", doc, &linux->gid_mappings,
				e);
	if (r < 0)
		return r;
	return ask_uid ? run_helper(pid_fd, "newuidmap", doc, &linux->uid_mappings, e)
		       : write_map(pid_fd, "uid_map", "linux.uidMappings", doc,
				   &linux->uid_mappings, e);
}

bool idmap_setgroups_denied(int pid_fd)
{
	cleanup_free char *text = NULL;
	size_t len;

	return fd_read_file_at(pid_fd, "setgroups", 64, &text, &len, NULL) == 0 &&
	       str_starts(text, "deny");
}

bool idmap_own_setgroups_denied(void)
{
	cleanup_fd int self = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);

	return self >= 0 && idmap_setgroups_denied(self);
}

struct line {
	unsigned long long inside, outside, size;
};

/* The line at *@at, which moves on to the next; false where there is none. */
static bool next_line(const char **at, struct line *ret)
{
	if (!*at || sscanf(*at, "%llu %llu %llu", &ret->inside, &ret->outside, &ret->size) != 3)
		return false;
	*at = strchr(*at, '\n');
	*at += *at != NULL;
	return true;
}

static bool find_line(const char *text, uint64_t id, struct line *ret)
{
	while (next_line(&text, ret))
		if (id >= ret->inside && id - ret->inside < ret->size)
			return true;
	return false;
}

int64_t idmap_outside(const char *text, uint32_t id)
{
	struct line l;

	return find_line(text, id, &l) ? (int64_t)(l.outside + (id - l.inside)) : -1;
}

char *idmap_read(int pid_fd, const char *file)
{
	char *text = NULL;
	size_t len;

	if (fd_read_file_at(pid_fd, file, MAP_MAX, &text, &len, NULL) < 0 || *text)
		return text;
	free(text);
	return NULL;
}

static bool maps(const char *text, const struct cfg_id_mapping *m)
{
	struct line l;

	for (uint64_t done = 0; done < m->size; done = l.inside + l.size - m->container_id)
		if (!find_line(text, m->container_id + done, &l) ||
		    l.outside + (m->container_id + done - l.inside) != m->host_id + done)
			return false;
	return true;
}

bool idmap_is_same(const struct cfg_id_mapping_list *list, const char *text)
{
	uint64_t sum = 0;
	struct line l;

	for (size_t i = 0; i < list->count; i++) {
		if (!maps(text, &list->items[i]))
			return false;
		sum += list->items[i].size;
	}
	while (next_line(&text, &l))
		sum -= l.size;
	return sum == 0;
}

static uint32_t first_id(int pid_fd, const char *file)
{
	cleanup_free char *text = idmap_read(pid_fd, file);
	const char *at = text;
	struct line l;

	if (!text || idmap_outside(text, 0) >= 0 || !next_line(&at, &l))
		return 0;
	return (uint32_t)l.inside;
}

void idmap_first_ids(int pid_fd, uint32_t *ret_uid, uint32_t *ret_gid)
{
	*ret_uid = first_id(pid_fd, "uid_map");
	*ret_gid = first_id(pid_fd, "gid_map");
}

uid_t idmap_own_uid_outside(void)
{
	cleanup_free char *text = NULL;
	int64_t uid = -1;
	size_t len;

	if (fd_read_file_at(AT_FDCWD, "/proc/self/uid_map", MAP_MAX, &text, &len, NULL) == 0)
		uid = idmap_outside(text, geteuid());
	return uid < 0 ? geteuid() : (uid_t)uid;
}
