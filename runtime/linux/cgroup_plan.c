/* SPDX-License-Identifier: Apache-2.0 */
/* Which hierarchies the host has, and where in them the container will be. */
#include "cgroup_internal.h"

#include "cleanup.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#define MOUNTINFO_MAX (64u << 20)
#define UNIFIED	      "/sys/fs/cgroup"

/* Of all hierarchies from the @from-th on. */
static void close_fds(struct cgroup *cg, size_t from)
{
	struct fd_batch b = FD_BATCH_INIT;

	/* in the order in which they were opened */
	for (size_t i = from; i < cg->count; i++)
		fd_batch_add(&b, &cg->items[i].start_fd);
	for (size_t i = from; i < cg->count; i++)
		fd_batch_add(&b, &cg->items[i].fd);
	fd_batch_close(&b);
}

void cgroup_free(struct cgroup *cg)
{
	int saved = errno;

	if (!cg)
		return;
	for (size_t i = 0; i < cg->count; i++) {
		free(cg->items[i].mountpoint);
		free(cg->items[i].controllers);
		free(cg->items[i].path);
		free(cg->items[i].enabled);
	}
	close_fds(cg, 0);
	free(cg->items);
	cgroup_systemd_free(cg->systemd);
	free(cg);
	errno = saved;
}

void cgroup_freep(struct cgroup **cg)
{
	cgroup_free(*cg);
}

/* Takes *fd, which is the mount's. */
static int add_hierarchy(struct cgroup *cg, const char *mountpoint, const char *controllers,
			 const char *path, bool v2, int *fd)
{
	struct cgroup_hierarchy h = CGROUP_HIERARCHY_INIT, *more;

	more = reallocarray(cg->items, cg->count + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	cg->items = more;
	h.mountpoint = strdup(mountpoint);
	h.controllers = strdup(controllers);
	h.path = strdup(path);
	h.kept = strlen(path);
	h.v2 = v2;
	h.start_fd = take_fd(fd);
	cg->items[cg->count++] = h;
	return h.mountpoint && h.controllers && h.path ? 0 : -ENOMEM;
}

/*
 * Opens a mount. One that another one hides, or one of a hierarchy that is listed already, is of no
 * use: -ENOENT. The device is what mountinfo(5) says, and so the file system is.
 */
static int open_usable(const struct cgroup_mounts *m, size_t at)
{
	const struct cgroup_mount *one = &m->items[at];
	cleanup_fd int fd = FD_NONE;
	struct stat st;

	for (size_t i = 0; i < at; i++)
		if (m->items[i].mountpoint[0] && m->items[i].major == one->major &&
		    m->items[i].minor == one->minor)
			return -ENOENT;
	fd = open(one->mountpoint, O_PATH | O_DIRECTORY | O_CLOEXEC);
	/* what we lack is no property of the mount */
	if (fd < 0)
		return errno == EMFILE || errno == ENFILE || errno == ENOMEM ? -errno : -ENOENT;
	if (fstat(fd, &st) < 0 || major(st.st_dev) != one->major || minor(st.st_dev) != one->minor)
		return -ENOENT;
	return take_fd(&fd);
}

/* v2 where all current systems have it, without reading what may be thousands of mounts. Its
 * descriptor, or -ENOENT. */
static int open_unified(void)
{
	cleanup_fd int fd = open(UNIFIED, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct statfs fs;

	if (fd < 0 || fstatfs(fd, &fs) < 0 || (unsigned long)fs.f_type != CGROUP2_SUPER_MAGIC)
		return -ENOENT;
	return take_fd(&fd);
}

int cgroup_find_hierarchies(struct cgroup *cg, const char *path, struct err *e)
{
	CLEANUP(cgroup_mounts_done) struct cgroup_mounts m = {0};
	cleanup_free char *text = NULL;
	cleanup_fd int fd = open_unified();
	size_t len;
	int r;

	if (fd >= 0) {
		r = add_hierarchy(cg, UNIFIED, "", path, true, &fd);
		return r < 0 ? err_set(e, -r, "cgroups: %m") : 0;
	}
	r = fd_read_file_at(AT_FDCWD, "/proc/self/mountinfo", MOUNTINFO_MAX, &text, &len, e);
	if (r < 0)
		return r;
	r = cgroup_mounts_parse(text, &m, e);
	if (r < 0)
		return r;
	for (size_t i = 0; i < m.count; i++) {
		const struct cgroup_mount *one = &m.items[i];

		fd = open_usable(&m, i);
		if (fd == -ENOENT) {
			m.items[i].mountpoint[0] = '\0';
			continue;
		}
		r = fd < 0 ? fd
			   : add_hierarchy(cg, one->mountpoint, one->controllers, path, one->v2,
					   &fd);
		if (r < 0)
			return err_set(e, -r, "cgroups: '%s': %m", one->mountpoint);
	}
	return 0;
}

/* A directory on the way to h->path, as cgroup_dir_open_at() does. The last of them is most often
 * missing, and one look tells so for half of what an attempt to open it takes. */
static int open_known(const struct cgroup_hierarchy *h, const char *path)
{
	struct stat st;

	if (str_eq(path, h->path) && fstatat(h->start_fd, path + 1, &st, AT_SYMLINK_NOFOLLOW) < 0 &&
	    errno == ENOENT)
		return -ENOENT;
	return cgroup_dir_open_at(h->start_fd, path + 1);
}

/* Notes what does not exist yet, and keeps open what does; and, where asked, whether we may begin
 * there. */
static int note_missing(struct cgroup_hierarchy *h, bool *ret_writable, struct err *e)
{
	cleanup_free char *path = strdup(h->path);
	cleanup_fd int fd = FD_NONE;
	size_t len = strlen(h->path);

	if (!path)
		return err_set(e, ENOMEM, "cgroups: %m");
	while (len > 1) {
		fd = open_known(h, path);
		if (fd != -ENOENT)
			break;
		while (len > 1 && path[len - 1] != '/')
			len--;
		if (len > 1)
			len--;
		path[len] = '\0';
	}
	if (len > 1 && fd < 0)
		return err_set(e, -fd, "open '%s%s': %m", h->mountpoint, path);
	h->kept = len > 1 ? len : str_eq(h->path, "/") ? 1 : 0;
	h->created = h->kept < strlen(h->path);
	if (len > 1) {
		fd_close(&h->start_fd);
		h->start_fd = take_fd(&fd);
		h->start_len = len;
	}
	if (ret_writable)
		*ret_writable = faccessat(h->start_fd, "cgroup.procs", W_OK, AT_EACCESS) == 0 &&
				(!h->created || faccessat(h->start_fd, ".", W_OK, AT_EACCESS) == 0);
	return 0;
}

/* "0::/user.slice/..." of /proc/self/cgroup: where a delegated user may make cgroups. */
char *cgroup_own_v2_path(void)
{
	cleanup_free char *text = NULL;
	const char *p;
	size_t len;

	if (fd_read_file_at(AT_FDCWD, "/proc/self/cgroup", 1 << 20, &text, &len, NULL) < 0)
		return NULL;
	p = cgroup_v2_membership(text, &len);
	return p ? strndup(p, len) : NULL;
}

char *cgroup_place_below(const struct cgroup_hierarchy *h, const char *path)
{
	cleanup_free char *text = NULL, *root = NULL;
	const char *below;
	size_t len;

	if (fd_read_file_at(AT_FDCWD, "/proc/self/mountinfo", MOUNTINFO_MAX, &text, &len, NULL) < 0)
		return NULL;
	/* listed by another name, where a link leads to it */
	root = cgroup_mount_root(text, h->mountpoint);
	below = cgroup_path_behind(path, root ? root : "/");
	return below ? strdup(*below ? below : "/") : NULL;
}

/* Without root's rights only hierarchies in which somebody gave us a place are of use. */
static int keep_writable(struct cgroup *cg, struct err *e)
{
	size_t kept = 0;

	for (size_t i = 0; i < cg->count; i++) {
		bool writable = false;
		int r = note_missing(&cg->items[i], &writable, NULL);

		if (r == -ENOMEM)
			return err_set(e, ENOMEM, "cgroups: %m");
		if (r >= 0 && writable) {
			struct cgroup_hierarchy h = cg->items[kept];

			cg->items[kept++] = cg->items[i];
			cg->items[i] = h;
		}
	}
	close_fds(cg, kept);
	for (size_t i = kept; i < cg->count; i++) {
		free(cg->items[i].mountpoint);
		free(cg->items[i].controllers);
		free(cg->items[i].path);
	}
	cg->count = kept;
	return 0;
}

/* Whether we may make cgroups in @path, move processes to them, and give them controllers. */
static bool is_ours(const struct cgroup_hierarchy *h, const char *path)
{
	cleanup_fd int dir = cgroup_dir_open_at(h->start_fd, path[0] ? path + 1 : ".");

	return dir >= 0 && faccessat(dir, ".", W_OK, AT_EACCESS) == 0 &&
	       faccessat(dir, "cgroup.procs", W_OK, AT_EACCESS) == 0 &&
	       faccessat(dir, "cgroup.subtree_control", W_OK, AT_EACCESS) == 0;
}

/*
 * Where an unprivileged caller's containers go. A cgroup with processes in it, as the caller's own
 * is, has no controllers for those below it (cgroups(7), "no internal processes"): beside it is the
 * place, if the cgroup above is the caller's as well. Else in it, where limits may be an error.
 */
static char *unprivileged_base(void)
{
	CLEANUP(cgroup_freep) struct cgroup *all = calloc(1, sizeof(*all));
	cleanup_free char *own = cgroup_own_v2_path(), *above = NULL;

	if (!all || !own || cgroup_find_hierarchies(all, "/", NULL) < 0 || !own[1])
		return strdup("");
	for (size_t i = 0; i < all->count; i++) {
		cleanup_free char *place = NULL;

		if (!all->items[i].v2)
			continue;
		place = cgroup_place_below(&all->items[i], own);
		if (!place || !place[1])
			return strdup("");
		above = strndup(place, (size_t)(strrchr(place, '/') - place));
		return above && is_ours(&all->items[i], above) ? take_ptr(&above)
							       : take_ptr(&place);
	}
	return take_ptr(&own);
}

int cgroup_plan(const struct cfg_doc *doc, const char *id, bool rootless, struct cgroup **ret,
		struct err *e)
{
	CLEANUP(cgroup_freep) struct cgroup *cg = calloc(1, sizeof(*cg));
	const struct cfg_linux *l = doc && doc->kind == CFG_CONFIG ? doc->config->linux : NULL;
	cleanup_free char *path = NULL, *home = NULL, *base = NULL;
	struct err why = {0};
	int r;

	if (!cg)
		return err_set(e, ENOMEM, "cgroups: %m");
	cg->rootless = rootless;
	if (rootless)
		base = unprivileged_base();
	home = str_format("%s%s", base ? base : "", CGROUP_HOME);
	if (!home)
		return err_set(e, ENOMEM, "cgroups: %m");
	r = cgroup_path_decide(l ? l->cgroups_path : NULL, id, home, &path, &why);
	if (r < 0 && l && l->cgroups_path)
		return cgroup_err(doc, &l->cgroups_path, "cgroupsPath", e, -r, "%s", why.msg);
	if (r < 0)
		return err_set(e, -r, "cgroup of '%s': %s", id, why.msg);
	r = cgroup_find_hierarchies(cg, path, e);
	if (r < 0)
		return r;
	cg->unified = cg->count == 1 && cg->items[0].v2;
	if (rootless) {
		r = keep_writable(cg, e);
		if (r < 0)
			return r;
	} else {
		for (size_t i = 0; i < cg->count; i++) {
			r = note_missing(&cg->items[i], NULL, e);
			if (r < 0)
				return r;
		}
	}
	if (!cg->count && !rootless)
		return err_set(e, ENOENT, "no cgroup file system is mounted");
	cg->disabled = !cg->count;
	*ret = take_ptr(&cg);
	return 0;
}

int cgroup_plan_none(bool rootless, struct cgroup **ret, struct err *e)
{
	struct cgroup *cg = calloc(1, sizeof(*cg));

	if (!cg)
		return err_set(e, ENOMEM, "cgroups: %m");
	cg->rootless = rootless;
	cg->disabled = true;
	*ret = cg;
	return 0;
}
