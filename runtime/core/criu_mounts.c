/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mounts of a container whose content is the host's: criu is told of them by their place inside
 * (criu(8), --external mnt[...]), and what they are is said again when the container is restored.
 * All others criu dumps and makes itself.
 */
#include "cleanup.h"
#include "criu.h"
#include "fd.h"
#include "mount_target.h"
#include "namespace.h"
#include "str.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_bind(const struct cfg_mount *m)
{
	if (str_eq(m->type, "bind"))
		return true;
	for (size_t i = 0; i < m->options.count; i++)
		if (str_eq(m->options.items[i], "bind") || str_eq(m->options.items[i], "rbind"))
			return true;
	return false;
}

static char *source_of(const struct cfg_mount *m, const char *bundle)
{
	return m->source[0] == '/' ? strdup(m->source) : str_format("%s/%s", bundle, m->source);
}

/* Where @path leads inside of @root, links resolved, as criu sees it: the kernel's own name of it,
 * less that of the root. The caller frees; NULL: it is not there. */
static char *place_of(int root, const char *path)
{
	cleanup_fd int fd = fd_open_in_root(root, path, O_PATH | O_CLOEXEC, 0);
	char name[FD_PATH_SIZE], at[PATH_MAX], base[PATH_MAX];
	ssize_t n, k;

	if (fd < 0)
		return NULL;
	n = readlink(fd_proc_path(fd, name), at, sizeof(at) - 1);
	k = readlink(fd_proc_path(root, name), base, sizeof(base) - 1);
	if (n <= 0 || k <= 0)
		return NULL;
	at[n] = base[k] = '\0';
	if (k == 1)
		return strdup(at);
	return n > k && strncmp(at, base, (size_t)k) == 0 ? strdup(at + k) : NULL;
}

/* Of a dump: @key is what stands there, by whatever way it is reached. */
static int add_dumped(struct criu *c, int root, const char *key, struct err *e)
{
	cleanup_free char *place = place_of(root, key);

	/* a bracket would end the place too early, and there is no way to quote it */
	if (strchr(key, ']') || (place && strchr(place, ']')))
		return err_set(e, ENOTSUP, "criu cannot be told of a mount at '%s'", key);
	if (place)
		criu_text(c, CRIU_EXTERNAL, "mnt[%s]:%s", place, key);
	return 0;
}

static int add_binds(struct criu *c, const struct cfg_config *config, int root, const char *bundle,
		     struct err *e)
{
	for (size_t i = 0; i < config->mounts.count; i++) {
		const struct cfg_mount *m = &config->mounts.items[i];
		cleanup_free char *source = NULL;
		int r = 0;

		if (!is_bind(m) || !m->source)
			continue;
		if (!bundle) {
			r = add_dumped(c, root, m->destination, e);
			if (r < 0)
				return r;
			continue;
		}
		source = source_of(m, bundle);
		if (!source)
			return err_set(e, ENOMEM, "mounts: %m");
		criu_text(c, CRIU_EXTERNAL, "mnt[%s]:%s", m->destination, source);
	}
	return 0;
}

static bool is_directory(int root, const char *path)
{
	cleanup_fd int fd = fd_open_in_root(root, path, O_PATH | O_CLOEXEC, 0);
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Those that are directories are covered by file systems of their own, which criu knows how to deal
 * with. To restore, the images say which ones are meant. */
static int add_masked(struct criu *c, const struct cfg_linux *l, int root, struct err *e)
{
	int r = 0;

	for (size_t i = 0; l && i < l->masked_paths.count && r >= 0; i++) {
		const char *path = l->masked_paths.items[i];

		if (root < 0)
			criu_text(c, CRIU_EXTERNAL, "mnt[%s]:/dev/null", path);
		else if (!is_directory(root, path))
			r = add_dumped(c, root, path, e);
	}
	return r;
}

static bool is_mount_point(int root, const char *path)
{
	cleanup_fd int fd = fd_open_in_root(root, path, O_PATH | O_CLOEXEC, 0);
	struct statx st;

	return fd >= 0 && statx(fd, "", AT_EMPTY_PATH, 0, &st) == 0 &&
	       (st.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

/* Something that config.json puts there stands for itself. */
static bool is_mounted_over(const struct cfg_config *config, const char *path)
{
	for (size_t i = 0; i < config->mounts.count; i++)
		if (str_eq(config->mounts.items[i].destination, path))
			return true;
	return false;
}

static int add_device(struct criu *c, const struct cfg_config *config, const char *path, int root,
		      struct err *e)
{
	if (is_mounted_over(config, path))
		return 0;
	if (root >= 0)
		return is_mount_point(root, path) ? add_dumped(c, root, path, e) : 0;
	criu_text(c, CRIU_EXTERNAL, "mnt[%s]:%s", path, path);
	return 0;
}

/* In a user namespace nobody can make a device: the host's stand there. */
static int add_devices(struct criu *c, const struct cfg_config *config, int root, struct err *e)
{
	const struct cfg_linux *l = config->linux;
	int r = 0;

	for (const char *const *p = rootfs_default_devices(); *p && r >= 0; p++)
		r = add_device(c, config, *p, root, e);
	for (size_t i = 0; l && i < l->devices.count && r >= 0; i++)
		r = add_device(c, config, l->devices.items[i].path, root, e);
	return r;
}

static int add_cgroup(struct criu *c, const char *place, const char *host, int root, struct err *e)
{
	if (!place || !host)
		return err_set(e, ENOMEM, "mounts: %m");
	if (root >= 0)
		return add_dumped(c, root, place, e);
	criu_text(c, CRIU_EXTERNAL, "mnt[%s]:%s", place, host);
	return 0;
}

/* As mount_cgroup() has put them there. */
static int add_cgroups_at(struct criu *c, const char *place, const struct cgroup *cg, int root,
			  struct err *e)
{
	int r = 0;

	if (!cg || cg->disabled || cg->count == 0)
		return add_cgroup(c, place, "/sys/fs/cgroup", root, e);
	for (size_t i = 0; i < cg->count && r >= 0; i++) {
		const struct cgroup_hierarchy *h = &cg->items[i];
		const char *slash = strrchr(h->mountpoint, '/');
		cleanup_free char *host = str_format("%s%s", h->mountpoint, h->path ? h->path : "");
		cleanup_free char *below =
			cg->unified ? strdup(place) : str_format("%s%s", place, slash ? slash : "");

		r = add_cgroup(c, below, host, root, e);
	}
	return r;
}

/* With a cgroup namespace the file system is mounted anew, and criu's to deal with. */
static int add_cgroups(struct criu *c, const struct cfg_config *config, const struct cgroup *cg,
		       int root, struct err *e)
{
	int r = 0;

	if (ns_find(config->linux, CFG_NS_CGROUP))
		return 0;
	for (size_t i = 0; i < config->mounts.count && r >= 0; i++) {
		const struct cfg_mount *m = &config->mounts.items[i];

		if (!is_bind(m) && (str_eq(m->type, "cgroup") || str_eq(m->type, "cgroup2")))
			r = add_cgroups_at(c, m->destination, cg, root, e);
	}
	return r;
}

int criu_add_mounts(struct criu *c, const struct cfg_config *config, const struct cgroup *cg,
		    int root, const char *bundle, struct err *e)
{
	int r = add_binds(c, config, root, bundle, e);

	if (r >= 0)
		r = add_cgroups(c, config, cg, root, e);
	if (r >= 0)
		r = add_masked(c, config->linux, root, e);
	return r < 0 ? r : add_devices(c, config, root, e);
}

/* The mount among the first @n whose place @path lies in, the last one of them; NULL: the root. */
static const struct cfg_mount *mount_around(const struct cfg_mount_list *list, size_t n,
					    const char *path, const char **ret_rest)
{
	for (size_t i = n; i-- > 0;) {
		cleanup_free char *outer = mount_target_clean(list->items[i].destination);
		size_t len = outer ? strlen(outer) : 0;

		if (len > 1 && strncmp(path, outer, len) == 0 && path[len] == '/') {
			*ret_rest = path + len;
			return &list->items[i];
		}
	}
	*ret_rest = path;
	return NULL;
}

static enum mount_target_kind kind_of(const struct cfg_mount *m, const char *bundle)
{
	cleanup_free char *source = is_bind(m) && m->source ? source_of(m, bundle) : NULL;
	struct stat st;

	return source && stat(source, &st) == 0 && !S_ISDIR(st.st_mode) ? MOUNT_TARGET_FILE
									: MOUNT_TARGET_DIR;
}

static int make_mount_point(const struct creation *cr, size_t i, struct err *e)
{
	const struct cfg_mount_list *list = &cr->config->mounts;
	const struct cfg_mount *m = &list->items[i], *around;
	cleanup_free char *path = mount_target_clean(m->destination), *below = NULL;
	cleanup_fd int root = FD_NONE, made = FD_NONE;
	const char *rest;

	if (!path)
		return err_set(e, ENOMEM, "mounts: %m");
	around = mount_around(list, i, path, &rest);
	/* of file systems that are not the host's criu has what they hold */
	if (around && (!is_bind(around) || !around->source))
		return 0;
	below = around ? source_of(around, cr->bundle) : strdup(cr->c.rootfs);
	if (!below)
		return err_set(e, ENOMEM, "mounts: %m");
	root = open(below, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return err_set(e, errno, "open '%s': %m", below);
	made = mount_target_open(root, rest, kind_of(m, cr->bundle));
	return made < 0 ? cfg_err(cr->doc, &m->destination, e, -made,
				  "make the place of the mount: %s", strerrordesc_np(-made))
			: 0;
}

int criu_make_mount_points(const struct creation *cr, struct err *e)
{
	int r = 0;

	for (size_t i = 0; i < cr->config->mounts.count && r >= 0; i++)
		r = make_mount_point(cr, i, e);
	return r;
}
