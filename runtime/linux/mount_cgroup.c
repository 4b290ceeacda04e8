/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Type cgroup: the container's view of its cgroups, in the layout that the host has. v2: one mount.
 * v1: a tmpfs with one directory per hierarchy and links for controllers that share one
 * (cgroups(7)). With a cgroup namespace the file system is mounted anew and shows that namespace's
 * root; without one, only the container's own directory is bound, so that nothing of the host's
 * tree shows. Both are the same directory of the same superblock, and to bind it takes a third less
 * time: where the host's mounts are sure to be in sight, a hierarchy of v1 is bound in any case.
 */
#include "rootfs_priv.h"

#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define HOST_CGROUPS "/sys/fs/cgroup"
#define SHOWN_MAX    32 /* controllers of one hierarchy */

/* All that an fsmount(2) decides. */
#define MOUNT_ATTRS_ALL                                                                            \
	(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC |            \
	 MOUNT_ATTR__ATIME | MOUNT_ATTR_NODIRATIME | MOUNT_ATTR_NOSYMFOLLOW)

static int fail(struct rootfs *r, size_t i, int result, const char *dest, const char *what,
		struct err *e)
{
	return cfg_err(r->doc, &r->config->mounts.items[i].destination, e, -result,
		       "mount cgroups on '%s': %s: %m", dest, what);
}

/* The container's own directory of @h on the host; the caller frees. */
static char *own_path(const struct cgroup_hierarchy *h)
{
	return str_format("%s%s", h->mountpoint, h->path ? h->path : "");
}

/* It by bind mount. */
static int bind_own(struct rootfs *r, const struct cgroup_hierarchy *h, const char *path,
		    int target_fd, uint64_t attrs)
{
	cleanup_free char *own = own_path(h);
	cleanup_fd int fd = FD_NONE;

	if (!own)
		return -ENOMEM;
	fd = open(own, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	return mount_bind_fd(r, fd, target_fd, path, false, attrs);
}

/* Whether a bind mount of the host's directory is as good as a new mount: in a copy of the
 * creator's mount namespace, and where nothing of it is locked. */
static bool is_in_sight(const struct rootfs *r, const struct cgroup_hierarchy *h)
{
	return !h->v2 && r->new_mountns && !r->userns && !r->mount2_only;
}

/* bind_own() with exactly @attrs, for is_in_sight(). */
static int bind_as_new(struct rootfs *r, const struct cgroup_hierarchy *h, int at, const char *name,
		       uint64_t attrs)
{
	const struct mount_attrs all = {
		.set = attrs,
		.clr = (MOUNT_ATTRS_ALL & ~attrs) | MOUNT_ATTR__ATIME, /* the modes are one value */
	};
	cleanup_free char *own = own_path(h);
	cleanup_fd int tree = FD_NONE;
	int result;

	if (!own)
		return -ENOMEM;
	tree = mount_api_clone(AT_FDCWD, own, false);
	result = tree < 0 ? tree : mount_set_attrs(r, tree, &all, false, MS_PRIVATE);
	if (result >= 0)
		result = mount_api_attach_at(tree, at, name);
	fd_batch_add(&r->sources->spent, &tree);
	return result;
}

/* "cpu,cpuacct" or "name=systemd" as parameters of the file system; the words are cut apart in
 * @text. */
static void split_controllers(char *text, const char *params[SHOWN_MAX + 1])
{
	size_t n = 0;
	char *rest = NULL;

	for (char *s = strtok_r(text, ",", &rest); s && n < SHOWN_MAX;
	     s = strtok_r(NULL, ",", &rest))
		params[n++] = s;
	params[n] = NULL;
}

/* The directory @name in @at, or @at itself where that is "": a descriptor, *own or borrowed. */
static int open_target(int at, const char *name, int *own)
{
	if (!*name)
		return at;
	*own = openat(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return *own < 0 ? -errno : *own;
}

/* @at, @name: as open_target() has them; move_mount(2) follows no link there either. */
static int mount_anew(struct rootfs *r, const struct cgroup_hierarchy *h, int at, const char *name,
		      uint64_t attrs)
{
	cleanup_free char *text = strdup(h->controllers ? h->controllers : "");
	const char *params[SHOWN_MAX + 1];
	cleanup_fd int fd = FD_NONE, own = FD_NONE;

	if (!text)
		return -ENOMEM;
	if (r->mount2_only) {
		int target = open_target(at, name, &own);

		return target < 0
			       ? target
			       : mount_legacy_new(r, h->v2 ? "cgroup2" : "cgroup", "cgroup", target,
						  mount_api_flags_of(attrs), h->v2 ? NULL : text);
	}
	split_controllers(text, params);
	fd = mount_fresh_plain(h->v2 ? "cgroup2" : "cgroup", "cgroup", attrs,
			       h->v2 ? NULL : params);
	return fd < 0 ? fd : mount_api_attach_at(fd, at, name);
}

static int mount_hierarchy(struct rootfs *r, const struct cgroup_hierarchy *h, const char *path,
			   int at, const char *name, uint64_t attrs)
{
	cleanup_fd int own = FD_NONE;
	int result;

	if (r->cgroupns) {
		if (is_in_sight(r, h) && bind_as_new(r, h, at, name, attrs) >= 0)
			return 0;
		result = mount_anew(r, h, at, name, attrs);
		/* a user namespace that does not own the cgroup namespace may still bind what it
		 * sees */
		if (result != -EPERM && result != -EBUSY)
			return result;
	}
	result = open_target(at, name, &own);
	return result < 0 ? result : bind_own(r, h, path, result, attrs);
}

/* cpu -> cpu,cpuacct */
static int link_controllers(int dir, const struct cgroup_hierarchy *h, const char *name)
{
	cleanup_free char *text = strdup(h->controllers ? h->controllers : "");
	const char *params[SHOWN_MAX + 1];

	if (!text)
		return -ENOMEM;
	split_controllers(text, params);
	for (size_t i = 0; params[i]; i++) {
		if (strchr(params[i], '=') || str_eq(params[i], name))
			continue;
		if (symlinkat(name, dir, params[i]) < 0 && errno != EEXIST)
			return -errno;
	}
	return 0;
}

static int mount_v1_hierarchy(struct rootfs *r, const char *dest, int top,
			      const struct cgroup_hierarchy *h, uint64_t attrs)
{
	const char *slash = strrchr(h->mountpoint, '/');
	const char *name = slash ? slash + 1 : h->mountpoint;
	cleanup_free char *path = str_format("%s/%s", dest, name);
	int result;

	if (!path)
		return -ENOMEM;
	if (mkdirat(top, name, 0755) < 0)
		return -errno;
	result = mount_hierarchy(r, h, path, top, name, attrs);
	return result < 0 || h->v2 ? result : link_controllers(top, h, name);
}

static int mount_v1(struct rootfs *r, size_t i, const char *dest, int target_fd, uint64_t attrs,
		    struct err *e)
{
	static const struct mount_attrs readonly = {.set = MOUNT_ATTR_RDONLY};
	cleanup_fd int top = FD_NONE;
	int result;

	top = mount_fresh_tmpfs(r, "cgroup", dest, target_fd, attrs & ~(uint64_t)MOUNT_ATTR_RDONLY,
				"mode=755,size=1m");
	if (top < 0)
		return fail(r, i, top, dest, "tmpfs", e);
	for (size_t k = 0; k < r->cgroup->count; k++) {
		const struct cgroup_hierarchy *h = &r->cgroup->items[k];

		result = mount_v1_hierarchy(r, dest, top, h, attrs);
		if (result < 0)
			return fail(r, i, result, dest, h->mountpoint, e);
	}
	if (attrs & MOUNT_ATTR_RDONLY) {
		result = mount_set_attrs(r, top, &readonly, false, 0);
		if (result < 0)
			return fail(r, i, result, dest, "read-only", e);
	}
	return 0;
}

/* No cgroup of its own to show: the namespace's view where v2 allows it, else the host's tree,
 * read-only whatever the entry says (nothing in it is the container's). */
static int mount_foreign(struct rootfs *r, size_t i, const char *dest, int target_fd,
			 uint64_t attrs, struct err *e)
{
	struct cgroup_hierarchy v2 = CGROUP_HIERARCHY_INIT;
	cleanup_fd int fd = FD_NONE;
	struct statfs fs;
	int result;

	v2.v2 = true;
	fd = open(HOST_CGROUPS, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fstatfs(fd, &fs) < 0)
		return fail(r, i, -errno, dest, HOST_CGROUPS, e);
	if (r->cgroupns && fs.f_type == CGROUP2_SUPER_MAGIC) {
		result = mount_anew(r, &v2, target_fd, "", attrs);
		if (result >= 0)
			return 0;
	}
	result = mount_bind_fd(r, fd, target_fd, dest, true, attrs | MOUNT_ATTR_RDONLY);
	return result < 0 ? fail(r, i, result, dest, HOST_CGROUPS, e) : 0;
}

int mount_cgroup(struct rootfs *r, size_t i, const char *dest, struct err *e)
{
	const struct cfg_mount *m = &r->config->mounts.items[i];
	const struct mount_options *o = &r->sources->mounts[i].o;
	struct mount_attrs flat = mount_options_flat(o);
	uint64_t attrs = flat.set | (flat.atime.wanted ? flat.atime.mode : 0);
	cleanup_fd int target = FD_NONE, on_top = FD_NONE;
	int result;

	if (o->ndata > 0)
		return cfg_err(r->doc, &m->options, e, EINVAL,
			       "option '%s' is not one for a mount of type cgroup", o->data[0]);
	if (o->super || o->tmpcopyup || o->idmap != MOUNT_IDMAP_NONE)
		return cfg_err(r->doc, &m->options, e, EINVAL,
			       "a mount of type cgroup takes attributes and propagation only");
	result = mount_place_open(r, i, dest, MOUNT_TARGET_DIR, FD_NONE, &target, e);
	if (result < 0)
		return result;
	if (!r->cgroup || r->cgroup->disabled || r->cgroup->count == 0)
		result = mount_foreign(r, i, dest, target, attrs, e);
	else if (!r->cgroup->unified)
		result = mount_v1(r, i, dest, target, attrs, e);
	else {
		result = mount_hierarchy(r, &r->cgroup->items[0], dest, target, "", attrs);
		if (result < 0)
			return fail(r, i, result, dest, r->cgroup->items[0].mountpoint, e);
	}
	if (result < 0 || o->npropagation == 0)
		return result;
	on_top = fd_open_in_root(r->root_fd, dest, O_PATH | O_DIRECTORY, 0);
	result = on_top < 0 ? on_top : mount_propagate(r, o, on_top);
	return result < 0 ? fail(r, i, result, dest, "propagation", e) : 0;
}
