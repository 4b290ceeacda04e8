/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bind mounts: a detached copy of the source gets its attributes first and is attached afterwards,
 * so that a read-only one is never writable in between. The copy is made on the host's side, where
 * the source's path means what the configuration says and can be walked to. With a user namespace a
 * copy made inside is preferred: it keeps locked what the host's administrator set on the source
 * (mount_namespaces(7)).
 */
#include "rootfs_priv.h"

#include <string.h>
#include <unistd.h>

static int source_fail(struct rootfs *r, const struct cfg_mount *m, int result, struct err *e)
{
	return cfg_err(r->doc, &m->source, e, -result, "bind source '%s': %m", m->source);
}

/* The source as a path that does not depend on the working directory; the caller frees. */
static char *source_path(const struct rootfs *r, const struct cfg_mount *m)
{
	if (m->source[0] == '/')
		return strdup(m->source);
	return str_format("%s/%s", r->bundle, m->source);
}

/* What only a superblock has, a copy of a mount cannot get; nor does it take options of a file
 * system. */
static int check_options(struct rootfs *r, const struct cfg_mount *m, const struct mount_options *o,
			 struct err *e)
{
	if (o->ndata > 0)
		return cfg_err(r->doc, &m->options, e, EINVAL,
			       "option '%s' is not one for a bind mount", o->data[0]);
	if (o->super & ~(unsigned long)MS_SILENT)
		return cfg_err(
			r->doc, &m->options, e, EINVAL,
			"sync, dirsync, lazytime, mand and iversion are properties of a file "
			"system and cannot be set on a bind mount of it");
	if (o->tmpcopyup)
		return cfg_err(r->doc, &m->options, e, EINVAL, "tmpcopyup is for tmpfs");
	return 0;
}

/*
 * Propagation that the copy starts with. One made on the host's side may be in the peer group of
 * its source; it stays there only where both the entry and rootfsPropagation ask for sharing.
 * Otherwise it receives (slave), and without any wish of the entry it is private.
 */
static unsigned long first_propagation(const struct rootfs *r, const struct mount_options *o)
{
	int root = mount_root_propagation(r);

	if (o->npropagation == 0)
		return MS_PRIVATE;
	if (root == CFG_PROPAGATION_SHARED || root == CFG_PROPAGATION_RSHARED)
		return 0;
	return MS_SLAVE;
}

/* @tree_fd is the detached copy, or, with mount(2), already attached. */
static int set_attrs(struct rootfs *r, size_t i, int tree_fd, struct err *e)
{
	const struct cfg_mount *m = &r->config->mounts.items[i];
	const struct mount_options *o = &r->sources->mounts[i].o;
	unsigned long propagation = first_propagation(r, o);
	int result;

	if (!o->rbind) {
		struct mount_attrs flat = mount_options_flat(o);

		result = mount_set_attrs(r, tree_fd, &flat, false, propagation);
	} else {
		result = mount_set_attrs(r, tree_fd, &o->tree, true, propagation);
		if (result >= 0)
			result = mount_set_attrs(r, tree_fd, &o->top, false, 0);
	}
	if (result == -EPERM && r->userns)
		return cfg_err(r->doc, &m->options, e, EPERM,
			       "'%s' has attributes that a user namespace may not change: %m",
			       m->source);
	if (result < 0)
		return cfg_err(r->doc, &m->options, e, -result, "set the options of '%s': %m",
			       m->source);
	return 0;
}

int mount_bind_source(struct rootfs *r, size_t i, struct err *e)
{
	const struct cfg_mount *m = &r->config->mounts.items[i];
	struct rootfs_mount *mnt = &r->sources->mounts[i];
	cleanup_free char *path = NULL;
	int result;

	result = check_options(r, m, &mnt->o, e);
	if (result < 0)
		return result;
	if (!m->source || !*m->source)
		return cfg_err(r->doc, &m->destination, e, EINVAL, "a bind mount needs a source");
	path = source_path(r, m);
	if (!path)
		return err_set(e, ENOMEM, "%m");
	if (!r->mount2_only)
		mnt->tree_fd = mount_api_clone(AT_FDCWD, path, mnt->o.rbind);
	else
		mnt->tree_fd = -ENOSYS;
	if (mnt->tree_fd == -ENOSYS)
		r->mount2_only = true;
	if (mnt->tree_fd >= 0)
		return mount_idmap_apply(r, i, mnt->tree_fd, e);
	result = mnt->tree_fd;
	mnt->tree_fd = FD_NONE;
	/* without the right to copy here, or without the call, the container's side does it */
	if ((result == -EPERM || result == -ENOSYS) && mnt->userns_fd < 0)
		return access(path, F_OK) < 0 && errno == ENOENT ? source_fail(r, m, -ENOENT, e)
								 : 0;
	return source_fail(r, m, result, e);
}

/* The detached copy for entry @i in *ret; -ENOSYS: mount(2) is to do it. */
static int detached_source(struct rootfs *r, size_t i, int *ret)
{
	const struct cfg_mount *m = &r->config->mounts.items[i];
	struct rootfs_mount *mnt = &r->sources->mounts[i];
	bool ready = mnt->tree_fd >= 0 && (!r->userns || mnt->userns_fd >= 0);
	int fd = -ENOSYS;

	if (!ready && !r->mount2_only) {
		cleanup_free char *path = source_path(r, m);

		if (!path)
			return -ENOMEM;
		fd = mount_api_clone(AT_FDCWD, path, mnt->o.rbind);
	}
	if (fd < 0 && mnt->tree_fd >= 0)
		fd = take_fd(&mnt->tree_fd);
	if (fd < 0)
		return fd;
	*ret = fd;
	return 0;
}

static int bind_legacy(struct rootfs *r, size_t i, const char *dest, struct err *e)
{
	const struct cfg_mount *m = &r->config->mounts.items[i];
	const struct mount_options *o = &r->sources->mounts[i].o;
	cleanup_free char *path = source_path(r, m);
	cleanup_fd int source = FD_NONE, target = FD_NONE, fd = FD_NONE;
	struct stat st;
	int result;

	if (!path)
		return err_set(e, ENOMEM, "%m");
	source = open(path, O_PATH | O_CLOEXEC);
	if (source < 0 || fstat(source, &st) < 0)
		return source_fail(r, m, -errno, e);
	result = mount_place_open(r, i, dest,
				  S_ISDIR(st.st_mode) ? MOUNT_TARGET_DIR : MOUNT_TARGET_FILE,
				  source, &target, e);
	if (result < 0)
		return result;
	result = mount_legacy_bind(r, source, target, o->rbind);
	if (result < 0)
		return cfg_err(r->doc, &m->destination, e, -result, "bind '%s' on '%s': %m",
			       m->source, dest);
	fd = fd_open_in_root(r->root_fd, dest, O_PATH, 0);
	if (fd < 0)
		return cfg_err(r->doc, &m->destination, e, -fd, "open '%s': %m", dest);
	result = set_attrs(r, i, fd, e);
	if (result < 0)
		return result;
	result = mount_propagate(r, o, fd);
	if (result < 0)
		return cfg_err(r->doc, &m->options, e, -result, "propagation of '%s': %m", dest);
	return 0;
}

int mount_bind(struct rootfs *r, size_t i, const char *dest, struct err *e)
{
	const struct cfg_mount *m = &r->config->mounts.items[i];
	struct rootfs_mount *mnt = &r->sources->mounts[i];
	cleanup_fd int tree = FD_NONE, target = FD_NONE;
	struct stat st;
	int result;

	result = detached_source(r, i, &tree);
	if (result == -ENOSYS)
		return bind_legacy(r, i, dest, e);
	if (result < 0 || fstat(tree, &st) < 0)
		return source_fail(r, m, result < 0 ? result : -errno, e);
	result = mount_place_open(r, i, dest,
				  S_ISDIR(st.st_mode) ? MOUNT_TARGET_DIR : MOUNT_TARGET_FILE, tree,
				  &target, e);
	if (result < 0)
		return result;
	result = set_attrs(r, i, tree, e);
	if (result == -EPERM && mnt->tree_fd >= 0) {
		/* what is locked in here was not on the host's side, and the configuration asks for
		 * the change */
		fd_close(&tree);
		tree = take_fd(&mnt->tree_fd);
		result = set_attrs(r, i, tree, e);
	}
	if (result < 0)
		return result;
	result = mount_api_attach(tree, target);
	if (result == -EINVAL && fstat(target, &st) == 0 && S_ISDIR(st.st_mode))
		return cfg_err(r->doc, &m->destination, e, EISDIR,
			       "'%s' is a directory and '%s' is none", dest, m->source);
	if (result < 0)
		return cfg_err(r->doc, &m->destination, e, -result, "bind '%s' on '%s': %m",
			       m->source, dest);
	result = mount_propagate(r, &mnt->o, tree);
	if (result < 0)
		return cfg_err(r->doc, &m->options, e, -result, "propagation of '%s': %m", dest);
	return 0;
}

int mount_bind_fd(struct rootfs *r, int fd, int target_fd, const char *path, bool recursive,
		  uint64_t attrs)
{
	const uint64_t mode = attrs & MOUNT_ATTR__ATIME;
	const struct mount_attrs a = {.set = attrs & ~mode,
				      .atime = {.wanted = mode, .mode = mode}};
	cleanup_fd int tree = FD_NONE;
	int result;

	if (r->mount2_only) {
		cleanup_fd int on_top = FD_NONE;

		result = mount_legacy_bind(r, fd, target_fd, recursive);
		if (result < 0 || !attrs)
			return result;
		/* @target_fd lies below the new mount by now; the attributes of those further down
		 * stay: it takes mount_setattr(2) to reach them */
		on_top = fd_open_in_root(r->root_fd, path, O_PATH, 0);
		return on_top < 0 ? on_top : mount_legacy_attrs(r, on_top, &a);
	}
	tree = mount_api_clone(fd, "", recursive);
	if (tree < 0)
		return tree;
	result = mount_set_attrs(r, tree, &a, recursive, 0);
	if (result >= 0)
		result = mount_api_attach(tree, target_fd);
	fd_batch_add(&r->sources->spent, &tree);
	return result;
}
