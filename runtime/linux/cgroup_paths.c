/* SPDX-License-Identifier: Apache-2.0 */
#include "cgroup_internal.h"

#include "cleanup.h"
#include "mountinfo.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>

/* Controllers that a v1 hierarchy's mount options can name; the rest of them are other settings. */
static const char *const v1_controllers[] = {
	"cpu",	      "cpuacct",  "cpuset",  "memory", "devices", "freezer", "net_cls", "blkio",
	"perf_event", "net_prio", "hugetlb", "pids",   "rdma",	  "misc",    "debug",
};

bool cgroup_has_controller(const char *controllers, const char *name)
{
	size_t len = strlen(name);

	for (const char *p = controllers; *p;) {
		size_t n = strcspn(p, ", ");

		if (n == len && memcmp(p, name, len) == 0)
			return true;
		p += n;
		p += strspn(p, ", ");
	}
	return false;
}

void cgroup_mounts_done(struct cgroup_mounts *m)
{
	for (size_t i = 0; i < m->count; i++) {
		free(m->items[i].mountpoint);
		free(m->items[i].controllers);
	}
	free(m->items);
	*m = (struct cgroup_mounts){0};
}

static char *controllers_of(const char *options)
{
	struct strbuf b = STRBUF_INIT;

	for (const char *p = options; *p;) {
		size_t n = strcspn(p, ",");
		bool known = n > 5 && strncmp(p, "name=", 5) == 0;

		for (size_t i = 0; !known && i < sizeof(v1_controllers) / sizeof(*v1_controllers);
		     i++)
			known = strlen(v1_controllers[i]) == n &&
				memcmp(p, v1_controllers[i], n) == 0;
		if (known) {
			if (b.len)
				strbuf_addc(&b, ',');
			strbuf_add(&b, p, n);
		}
		p += n + (p[n] == ',');
	}
	strbuf_add(&b, "", 0);
	return strbuf_take(&b);
}

/* 0 or -ENOMEM. */
static int add_mount(struct cgroup_mounts *m, const struct mountinfo *line)
{
	struct cgroup_mount *more = reallocarray(m->items, m->count + 1, sizeof(*more)), *one;

	if (!more)
		return -ENOMEM;
	m->items = more;
	one = &m->items[m->count++];
	*one = (struct cgroup_mount){
		.v2 = str_eq(line->type, "cgroup2"), .major = line->major, .minor = line->minor};
	one->mountpoint = strdup(line->point);
	one->controllers = one->v2 ? strdup("") : controllers_of(line->options);
	return one->mountpoint && one->controllers ? 0 : -ENOMEM;
}

int cgroup_mounts_parse(char *text, struct cgroup_mounts *ret_mounts, struct err *e)
{
	CLEANUP(cgroup_mounts_done) struct cgroup_mounts m = {0};
	struct mountinfo line;

	while (mountinfo_next(&text, &line)) {
		if ((str_eq(line.type, "cgroup") || str_eq(line.type, "cgroup2")) &&
		    add_mount(&m, &line) < 0)
			return err_set(e, ENOMEM, "mountinfo: %m");
	}
	*ret_mounts = m;
	m = (struct cgroup_mounts){0};
	return 0;
}

const char *cgroup_v2_membership(const char *text, size_t *ret_len)
{
	const char *s = str_starts(text, "0::/") ? text : strstr(text, "\n0::/");

	if (!s)
		return NULL;
	s = strchr(s, '/');
	*ret_len = strcspn(s, "\n");
	return s;
}

char *cgroup_mount_root(char *text, const char *point)
{
	const char *root = NULL;
	struct mountinfo line;

	/* the last at a place hides those before it */
	while (mountinfo_next(&text, &line))
		root = str_eq(line.point, point) ? line.root : root;
	return root ? strdup(root) : NULL;
}

const char *cgroup_path_behind(const char *path, const char *root)
{
	if (str_eq(root, "/"))
		return str_eq(path, "/") ? path + 1 : path;
	return mountinfo_is_below(path, root) ? path + strlen(root) : NULL;
}

/* Appends @path's components; ".." is refused, "." and empty ones vanish. */
static int add_components(struct strbuf *b, const char *path, struct err *e)
{
	for (const char *p = path; *p;) {
		size_t n = strcspn(p, "/");

		if (n == 2 && p[0] == '.' && p[1] == '.')
			return err_set(e, EINVAL, "\"..\" is not allowed in a cgroup path");
		if (n > 0 && memchr(p, '\n', n))
			return err_set(e, EINVAL, "a cgroup name cannot hold a line break");
		if (n > 0 && !(n == 1 && p[0] == '.')) {
			strbuf_addc(b, '/');
			strbuf_add(b, p, n);
		}
		p += n;
		p += strspn(p, "/");
	}
	return 0;
}

/* One level, so that there is no parent to make and to remove; two where a name of both would be
 * longer than the kernel takes. */
static char *path_without_words(const char *id, const char *home)
{
	const char *slash = strrchr(home, '/');
	size_t last = strlen(slash ? slash + 1 : home) + 1 + strlen(id);

	return str_format(last > NAME_MAX ? "%s/%s" : "%s-%s", home, id);
}

int cgroup_path_decide(const char *configured, const char *id, const char *home, char **ret,
		       struct err *e)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;
	cleanup_free char *own = NULL;
	const char *path = configured;
	size_t before;
	int r;

	if (!path || !*path) {
		own = path_without_words(id, home);
		if (!own)
			return err_set(e, ENOMEM, "cgroup path: %m");
		path = own;
	} else if (*path != '/') {
		strbuf_adds(&b, home);
	}
	before = b.len;
	r = add_components(&b, path, e);
	if (r < 0)
		return r;
	/* the home itself is shared by all containers, and so is nobody's own */
	if (before && b.len == before)
		return err_set(e, EINVAL, "\"%s\" names no cgroup", path);
	if (!b.len)
		strbuf_addc(&b, '/');
	*ret = strbuf_take(&b);
	return *ret ? 0 : err_set(e, ENOMEM, "cgroup path: %m");
}

int cgroup_path_extend(const char *path, const char *sub, char **ret, struct err *e)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;
	int r;

	strbuf_adds(&b, str_eq(path, "/") ? "" : path);
	r = add_components(&b, sub, e);
	if (r < 0)
		return r;
	if (!b.len)
		strbuf_addc(&b, '/');
	*ret = strbuf_take(&b);
	return *ret ? 0 : err_set(e, ENOMEM, "cgroup path: %m");
}
