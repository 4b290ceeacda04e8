/* SPDX-License-Identifier: Apache-2.0 */
#include "cgroups.h"

#include "cleanup.h"
#include "proc.h"
#include "procfs.h"

#include <assert.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PROC_FILE_MAX	 (4u << 20)
#define DESTROY_MS	 2000
#define DESTROY_FIRST_MS 1 /* doubled up to a limit */
#define DESTROY_LIMIT_MS 50
#define CGROUP_DEPTH	 32

static void free_hierarchy(struct hx_hierarchy *h)
{
	free(h->mount);
	free(h->controllers);
	free(h->own);
	free(h->root);
}

void hx_cgroups_done(struct hx_cgroups *c)
{
	for (size_t i = 0; i < c->count; i++)
		free_hierarchy(&c->items[i]);
	free(c->there);
	*c = (struct hx_cgroups){.count = 0};
}

/* Mount options that are no controllers. */
static bool is_plain_option(const char *o)
{
	static const char *const plain[] = {"rw",
					    "ro",
					    "xattr",
					    "clone_children",
					    "noprefix",
					    "cpuset_v2_mode",
					    "favordynmods",
					    "memory_recursiveprot",
					    "memory_localevents",
					    "nsdelegate",
					    "memory_hugetlb_accounting",
					    "pids_localevents"};

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		if (str_eq(o, plain[i]))
			return true;
	}
	return str_starts(o, "release_agent=");
}

static char *v1_controllers(char *super)
{
	struct strbuf out = STRBUF_INIT;
	char *save = NULL;

	for (char *o = strtok_r(super, ",", &save); o; o = strtok_r(NULL, ",", &save)) {
		if (is_plain_option(o))
			continue;
		strbuf_addf(&out, "%s%s", out.len ? "," : "", o);
	}
	if (!out.buf)
		strbuf_adds(&out, "");
	return strbuf_take(&out);
}

static char *v2_controllers(const char *mount)
{
	cleanup_free char *path = str_format("%s/cgroup.controllers", mount);
	char *text = NULL;
	size_t len;

	if (!path || fd_read_file_at(AT_FDCWD, path, PROC_FILE_MAX, &text, &len, NULL) < 0)
		return strdup("");
	for (char *p = text; *p; p++) {
		if (*p == ' ')
			*p = ',';
		else if (*p == '\n')
			*p = '\0';
	}
	return text;
}

/* A later mount at the same place hides the one before. */
static struct hx_hierarchy *slot_of(struct hx_cgroups *c, const char *path)
{
	for (size_t i = 0; i < c->count; i++) {
		if (str_eq(c->items[i].mount, path)) {
			free_hierarchy(&c->items[i]);
			return &c->items[i];
		}
	}
	return c->count < CGROUPS_MAX ? &c->items[c->count++] : NULL;
}

static int add_mount(struct hx_cgroups *c, const struct procfs_mount *m)
{
	struct hx_hierarchy *h;

	if (!str_eq(m->type, "cgroup") && !str_eq(m->type, "cgroup2"))
		return 0;
	h = slot_of(c, m->path);
	if (!h)
		return -E2BIG;
	*h = (struct hx_hierarchy){.v2 = str_eq(m->type, "cgroup2")};
	h->mount = strdup(m->path);
	h->controllers = h->v2 ? v2_controllers(m->path) : v1_controllers(m->super);
	h->root = strdup(m->root);
	return h->mount && h->controllers && h->root ? 0 : -ENOMEM;
}

static bool list_has(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = list; *p;) {
		size_t len = strcspn(p, ",");

		if (len == n && strncmp(p, word, n) == 0)
			return true;
		p += len + (p[len] == ',');
	}
	return false;
}

/* As it is written there: from the root of the hierarchy, or of the cgroup namespace. */
static char *membership(const struct hx_hierarchy *h, const char *proc_cgroup)
{
	assert(proc_cgroup);
	/* "4:memory:/path", of v2 "0::/path" */
	for (const char *p = proc_cgroup; *p;) {
		size_t len = strcspn(p, "\n");
		const char *a = memchr(p, ':', len);
		const char *b = a ? memchr(a + 1, ':', len - (size_t)(a + 1 - p)) : NULL;

		if (b) {
			cleanup_free char *list = strndup(a + 1, (size_t)(b - a - 1));
			char *comma = list ? strchr(list, ',') : NULL;

			if (comma)
				*comma = '\0';
			if (list && (h->v2 ? !*list : *list && list_has(h->controllers, list)))
				return strndup(b + 1, len - (size_t)(b + 1 - p));
		}
		p += len + (p[len] == '\n');
	}
	return NULL;
}

/*
 * What of @path stands behind the root of the mount, which is seen from the same place; NULL: it is
 * not below. In a cgroup namespace each may begin with ".." (cgroup_namespaces(7)).
 */
static const char *below_root(const struct hx_hierarchy *h, const char *path)
{
	const char *root = h->root && !str_eq(h->root, "/") ? h->root : "";

	if (*path != '/' || !str_starts(path, root))
		return NULL;
	path += strlen(root);
	if (!*path)
		return "/";
	return *path != '/' || str_eq(path, "/..") || str_starts(path, "/../") ? NULL : path;
}

char *hx_cgroup_path_in(const struct hx_hierarchy *h, const char *proc_cgroup)
{
	cleanup_free char *path = membership(h, proc_cgroup);
	const char *below = path ? below_root(h, path) : NULL;

	return below ? strdup(below) : NULL;
}

const char *hx_cgroup_out_of_sight(const struct hx_hierarchy *h, const char *proc_cgroup,
				   char buf[OBSTACLE_MAX])
{
	cleanup_free char *path = membership(h, proc_cgroup);

	if (!path || below_root(h, path))
		return NULL;
	(void)snprintf(buf, OBSTACLE_MAX,
		       "the cgroup '%s' is not in sight: '%s' of its hierarchy is mounted on '%s'",
		       path, h->root ? h->root : "/", h->mount);
	return buf;
}

const struct hx_hierarchy *hx_cgroups_find(const struct hx_cgroups *c, const char *controller)
{
	const struct hx_hierarchy *first = NULL;

	for (size_t i = 0; i < c->count; i++) {
		const struct hx_hierarchy *h = &c->items[i];

		if (*controller ? !list_has(h->controllers, controller) : !h->v2)
			continue;
		if (h->own)
			return h;
		first = first ? first : h;
	}
	return first;
}

const char *hx_cgroups_mode(const struct hx_cgroups *c)
{
	bool v1 = false, v2 = false;

	for (size_t i = 0; i < c->count; i++) {
		v1 = v1 || !c->items[i].v2;
		v2 = v2 || c->items[i].v2;
	}
	return v1 && v2 ? "hybrid" : v1 ? "v1" : v2 ? "v2" : "none";
}

const char *hx_cgroups_obstacle(const struct hx_cgroups *c, char buf[OBSTACLE_MAX])
{
	(void)snprintf(buf, OBSTACLE_MAX, "no cgroup hierarchy is mounted");
	for (size_t i = 0; i < c->count; i++) {
		if (access(c->items[i].mount, W_OK) == 0)
			return NULL;
		(void)snprintf(buf, OBSTACLE_MAX, "no cgroup can be made: '%s': %s",
			       c->items[i].mount, strerror(errno));
	}
	return buf;
}

/* What of @entry stands behind a word of a runtime's own and its dash, as of refrun-ID; the whole
 * where there is none. */
static const char *behind_word(const char *entry, const char *name)
{
	size_t word = strcspn(entry, "-");

	return word && entry[word] && str_starts(entry + word + 1, name) ? entry + word + 1 : entry;
}

/* Whether a runtime that may choose would call the cgroup of @name so. */
static bool is_named(const char *entry, const char *name)
{
	return str_eq(behind_word(entry, name), name);
}

/* The same for a number behind @prefix. What begins with it has been named by us, whatever
 * follows. */
static bool is_prefixed(const char *entry, const char *prefix)
{
	const char *rest = behind_word(entry, prefix);

	if (!str_starts(rest, prefix))
		return false;
	return rest == entry || !rest[strlen(prefix) + strspn(rest + strlen(prefix), "0123456789")];
}

static bool is_any(const char *entry, const char *name)
{
	(void)name;
	return !str_eq(entry, ".") && !str_eq(entry, "..");
}

/* The names come first: what is removed while a directory is read may be read twice or never. */
static int list_matching(const char *dir, const char *name,
			 bool (*matches)(const char *entry, const char *name), struct strbuf *out)
{
	cleanup_dir DIR *d = opendir(dir);

	/* our own may be outside of what is mounted */
	if (!d)
		return errno == ENOENT ? 0 : -errno;
	for (const struct dirent *de = readdir(d); de; de = readdir(d)) {
		if (de->d_type == DT_DIR && matches(de->d_name, name))
			strbuf_addf(out, "%s/%s\n", dir, de->d_name);
	}
	return out->oom ? -ENOMEM : 0;
}

static int list_everywhere(const struct hx_cgroups *c, const char *name,
			   bool (*matches)(const char *entry, const char *name), struct strbuf *out)
{
	int first = 0;

	for (size_t i = 0; i < c->count; i++) {
		const struct hx_hierarchy *h = &c->items[i];
		bool below = h->own && !str_eq(h->own, "/");
		cleanup_free char *own = below ? str_format("%s%s", h->mount, h->own) : NULL;
		int r = list_matching(h->mount, name, matches, out);

		if (r == 0 && below)
			r = own ? list_matching(own, name, matches, out) : -ENOMEM;
		if (first == 0)
			first = r;
	}
	return first;
}

int hx_cgroups_at_roots(const struct hx_cgroups *c, struct strbuf *out)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < c->count; i++)
		r = list_matching(c->items[i].mount, "", is_any, out);
	return r;
}

int hx_cgroups_read(struct hx_cgroups *ret, struct err *e)
{
	CLEANUP(hx_cgroups_done) struct hx_cgroups c = {.count = 0};
	CLEANUP(strbuf_done) struct strbuf there = STRBUF_INIT;
	cleanup_free char *mounts = NULL;
	cleanup_free char *own = NULL;
	struct procfs_mount m;
	char *cursor;
	size_t len;
	int r = fd_read_file_at(AT_FDCWD, "/proc/self/mountinfo", PROC_FILE_MAX, &mounts, &len, e);

	if (r == 0)
		r = fd_read_file_at(AT_FDCWD, "/proc/self/cgroup", PROC_FILE_MAX, &own, &len, e);
	if (r < 0)
		return r;
	cursor = mounts;
	while ((r = procfs_mount_next(&cursor, &m)) != 0) {
		/* silence would be a hierarchy that nobody looks at */
		if (r > 0)
			r = add_mount(&c, &m);
		if (r < 0)
			return err_set(e, -r, "read the cgroup hierarchies: %m");
	}
	for (size_t i = 0; i < c.count; i++)
		c.items[i].own = hx_cgroup_path_in(&c.items[i], own);
	/* without that nothing of what is there is taken for a runtime's */
	if (r == 0 && hx_cgroups_at_roots(&c, &there) == 0)
		c.there = strbuf_take(&there);
	*ret = c;
	c = (struct hx_cgroups){.count = 0};
	return 0;
}

int hx_cgroups_named(const struct hx_cgroups *c, const char *name, struct strbuf *out)
{
	return list_everywhere(c, name, is_named, out);
}

/* Whether the number stands in a list of one a line. */
static bool is_listed(const char *list, size_t len, int64_t number)
{
	for (size_t at = 0; at < len;) {
		const char *end = memchr(list + at, '\n', len - at);
		size_t n = end ? (size_t)(end - list) - at : len - at;
		char text[24];
		int64_t one;

		if (n < sizeof(text)) {
			(void)snprintf(text, sizeof(text), "%.*s", (int)n, list + at);
			if (str_to_i64(text, 1, INT32_MAX, &one) == 0 && one == number)
				return true;
		}
		at += n + 1;
	}
	return false;
}

static bool is_member(int cgroup_fd, int64_t pid)
{
	cleanup_free char *text = NULL;
	size_t len;

	return fd_read_file_at(cgroup_fd, "cgroup.procs", PROC_FILE_MAX, &text, &len, NULL) == 0 &&
	       is_listed(text, len, pid);
}

/* Kills everything whose number stands in the file; they are in a cgroup that is ours by its name.
 * A number may have gone to another process since it was read: so it is opened, and then looked for
 * again. */
static void kill_listed(int fd)
{
	cleanup_free char *text = NULL;
	char *save = NULL;
	size_t len;

	if (fd_read_file_at(fd, "cgroup.procs", PROC_FILE_MAX, &text, &len, NULL) < 0)
		return;
	for (char *p = strtok_r(text, "\n", &save); p; p = strtok_r(NULL, "\n", &save)) {
		cleanup_fd int pidfd = FD_NONE;
		int64_t pid;

		if (str_to_i64(p, 2, INT32_MAX, &pid) < 0 || pid == getpid())
			continue;
		pidfd = proc_pidfd_open((pid_t)pid);
		if (pidfd >= 0 && is_member(fd, pid))
			(void)proc_pidfd_signal(pidfd, SIGKILL);
	}
}

static int destroy_tree(int dirfd, const char *name, int depth)
{
	cleanup_fd int fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	cleanup_dir DIR *d = NULL;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	if (depth > CGROUP_DEPTH)
		return -ELOOP;
	/* a frozen process does not die */
	(void)fd_write_file_at(fd, "freezer.state", "THAWED", strlen("THAWED"), NULL);
	(void)fd_write_file_at(fd, "cgroup.freeze", "0", 1, NULL);
	(void)fd_write_file_at(fd, "cgroup.kill", "1", 1, NULL);
	kill_listed(fd);
	d = fd_open_dir(fd);
	if (!d)
		return -errno;
	for (const struct dirent *de = readdir(d); de; de = readdir(d)) {
		if (de->d_type == DT_DIR && !str_eq(de->d_name, ".") && !str_eq(de->d_name, ".."))
			(void)destroy_tree(fd, de->d_name, depth + 1);
	}
	return unlinkat(dirfd, name, AT_REMOVEDIR) < 0 && errno != ENOENT ? -errno : 0;
}

/* The killed leave the cgroup a moment later; nothing tells us when, so ask again with growing
 * patience. */
static int destroy_path(const char *path)
{
	int64_t deadline = proc_now_ms() + DESTROY_MS;
	int pause_ms = DESTROY_FIRST_MS;
	int r = destroy_tree(AT_FDCWD, path, 0);

	while (r == -EBUSY && proc_now_ms() < deadline) {
		(void)poll(NULL, 0, pause_ms);
		pause_ms = pause_ms * 2 > DESTROY_LIMIT_MS ? DESTROY_LIMIT_MS : pause_ms * 2;
		r = destroy_tree(AT_FDCWD, path, 0);
	}
	return r;
}

/* Those that stand in @found, one a line; it is done with. @first, or the first error of all. */
static int destroy_found(struct strbuf *found, int first)
{
	char *save = NULL;

	for (char *path = found->buf ? strtok_r(found->buf, "\n", &save) : NULL; path;
	     path = strtok_r(NULL, "\n", &save)) {
		int r = destroy_path(path);

		if (first == 0)
			first = r;
	}
	strbuf_done(found);
	return first;
}

int hx_cgroups_destroy(const struct hx_cgroups *c, const char *name)
{
	struct strbuf found = STRBUF_INIT;
	int r = list_everywhere(c, name, is_named, &found);

	return destroy_found(&found, r);
}

/* Destroys what bears the name in the cgroup @home; that itself goes where a runtime of ours has
 * made it. */
static int destroy_in(const struct hx_cgroups *c, const char *home, const char *prefix)
{
	struct strbuf found = STRBUF_INIT;
	int r = list_matching(home, prefix, is_prefixed, &found);
	bool any = found.len > 0;

	r = destroy_found(&found, r);
	if (any && c->there && !str_has_line(c->there, home, strlen(home)))
		(void)rmdir(home);
	return r;
}

int hx_cgroups_destroy_prefixed(const struct hx_cgroups *c, const char *prefix)
{
	struct strbuf found = STRBUF_INIT, homes = STRBUF_INIT;
	char *save = NULL;
	int r;

	/* with nothing begins every name */
	if (!*prefix)
		return -EINVAL;
	r = destroy_found(&found, list_everywhere(c, prefix, is_prefixed, &found));
	if (r == 0)
		r = hx_cgroups_at_roots(c, &homes);
	for (char *home = homes.buf ? strtok_r(homes.buf, "\n", &save) : NULL; home;
	     home = strtok_r(NULL, "\n", &save)) {
		int in = destroy_in(c, home, prefix);

		if (r == 0)
			r = in;
	}
	strbuf_done(&homes);
	return r;
}
