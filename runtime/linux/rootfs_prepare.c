/* SPDX-License-Identifier: Apache-2.0 */
/* The container's side, up to the last mount: propagation, root, config.mounts. */
#include "rootfs_priv.h"

#include <sched.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static unsigned long first_propagation(const struct rootfs *r)
{
	int p = mount_root_propagation(r);

	return p == CFG_PROPAGATION_SLAVE || p == CFG_PROPAGATION_RSLAVE ? MS_SLAVE : MS_PRIVATE;
}

int rootfs_leave_chroot(struct rootfs *r, struct err *e)
{
	return setns(r->sources->mountns_fd, CLONE_NEWNS) < 0
		       ? err_set(e, errno, "return to the root of the mount namespace: %m")
		       : 0;
}

/*
 * What the host mounts later may come in only where rootfsPropagation says so, and nothing goes
 * out: a container that shares its root gets a peer group of its own, made from a private mount.
 */
static int isolate(struct rootfs *r, struct err *e)
{
	struct mount_api_attr a = {.propagation = first_propagation(r)};
	int result = -ENOSYS;

	if (!r->mount2_only)
		result = mount_api_setattr_at(AT_FDCWD, "/", &a, true);
	if (result == -ENOSYS)
		result = mount(NULL, "/", NULL, (unsigned long)a.propagation | MS_REC, NULL) < 0
				 ? -errno
				 : 0;
	return result < 0 ? err_set(e, -result, "make the mounts of the host %s: %m",
				    a.propagation == MS_SLAVE ? "slaves" : "private")
			  : 0;
}

/* All of them, also those that are not below the directory where a creator in a chroot(2) is, to
 * which paths of the configuration still refer. */
static int isolate_namespace(struct rootfs *r, struct err *e)
{
	cleanup_fd int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	cleanup_fd int cwd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct rootfs_sources *s = r->sources;
	int result;

	s->mountns_fd = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	if (root < 0 || s->mountns_fd < 0)
		return err_set(e, errno, "open the new mount namespace: %m");
	result = rootfs_leave_chroot(r, e);
	if (result == 0)
		result = isolate(r, e);
	if (result < 0)
		return result;
	if (fchdir(root) < 0 || chroot(".") < 0)
		return err_set(e, errno, "enter '/': %m");
	/* what was removed is nowhere, and nobody misses it */
	(void)fchdir(cwd);
	return 0;
}

static int root_fail(struct rootfs *r, int result, const char *what, struct err *e)
{
	return cfg_err(r->doc, &r->config->root->path, e, -result, "%s '%s': %m", what,
		       r->sources->root_path);
}

static int bind_root_legacy(struct rootfs *r, struct err *e)
{
	const char *path = r->sources->root_path;

	if (mount(path, path, NULL, MS_BIND | MS_REC, NULL) < 0 ||
	    (!r->new_mountns && mount(NULL, path, NULL, first_propagation(r) | MS_REC, NULL) < 0))
		return root_fail(r, -errno, "bind", e);
	r->root_fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return r->root_fd < 0 ? root_fail(r, -errno, "open", e) : 0;
}

/*
 * The root becomes a mount of its own (pivot_root(2) wants one), standing where the root directory
 * is, so that hooks find the container's tree there. Where the container's ids cannot get at that
 * place, the copy that the host's side made goes on top of the old root, which pivot_root(2) soon
 * takes away.
 */
static int bind_root(struct rootfs *r, struct err *e)
{
	struct mount_api_attr a = {.propagation = first_propagation(r)};
	struct rootfs_sources *s = r->sources;
	cleanup_fd int place = FD_NONE, tree = FD_NONE;
	int result;

	if (r->mount2_only)
		return bind_root_legacy(r, e);
	place = open(s->root_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	result = place < 0 ? -errno : 0;
	if (result == 0) {
		tree = mount_api_clone(place, "", true);
		result = tree < 0 ? tree : 0;
	}
	if (result < 0 && s->root_tree_fd >= 0) {
		fd_close(&place);
		place = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
		tree = take_fd(&s->root_tree_fd);
		result = mount_api_setattr(tree, &a, true);
	}
	if (result < 0)
		return root_fail(r, result, "root file system", e);
	result = mount_api_attach(tree, place);
	/* in a namespace that is not the container's the place may be shared, which passes on to
	 * what is mounted there */
	if (result >= 0 && !r->new_mountns)
		result = mount_api_setattr(tree, &a, true);
	if (result < 0)
		return root_fail(r, result, "mount the root file system", e);
	r->root_fd = take_fd(&tree);
	return 0;
}

/* The node that masked files become, from the host's side of the pivot. */
static int open_null(struct rootfs *r, struct err *e)
{
	cleanup_fd int fd = FD_NONE;
	struct stat st;

	if (!r->config->linux || r->config->linux->masked_paths.count == 0)
		return 0;
	if (r->mount2_only)
		fd = open("/dev/null", O_PATH | O_CLOEXEC);
	else
		fd = mount_api_clone(AT_FDCWD, "/dev/null", false);
	if (fd == -1)
		fd = -errno;
	if (fd < 0)
		return err_set(e, -fd, "open '/dev/null': %m");
	if (fstat(fd, &st) < 0 || !S_ISCHR(st.st_mode) || st.st_rdev != makedev(1, 3))
		return err_set(e, ENXIO, "'/dev/null' is not the null device");
	r->sources->null_fd = take_fd(&fd);
	return 0;
}

int rootfs_prepare(struct rootfs *r, struct err *e)
{
	int p = mount_root_propagation(r);
	int result;

	if (r->new_mountns) {
		result = isolate_namespace(r, e);
		if (result < 0)
			return result;
	}
	result = bind_root(r, e);
	if (result < 0)
		return result;
	/* before there are mounts with wishes of their own: what is attached below a shared mount
	 * is shared by itself */
	if (p == CFG_PROPAGATION_RSHARED) {
		static const struct mount_attrs none;

		result = mount_set_attrs(r, r->root_fd, &none, true, MS_SHARED);
		if (result < 0)
			return cfg_err(r->doc, &r->config->linux->rootfs_propagation, e, -result,
				       "share the root: %m");
	}
	return open_null(r, e);
}

/* The mounted /proc serves where the container's is a plain one; else an instance that nobody sees.
 */
static int open_proc(struct rootfs *r, struct err *e)
{
	int fd;

	if (r->proc_fd >= 0)
		return 0;
	fd = r->mount2_only
		     ? -ENOSYS
		     : mount_fresh_plain("proc", NULL,
					 MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC,
					 NULL);
	if (fd < 0) {
		/* no pid namespace of its own (or an old kernel): the host's procfs shows the same
		 */
		int result = mount_legacy_open_proc(r);

		if (result < 0)
			return err_set(e, -result, "open procfs: %m");
		fd = fcntl(r->sources->host_proc_fd, F_DUPFD_CLOEXEC, 3);
		if (fd < 0)
			return err_set(e, errno, "open procfs: %m");
	}
	r->proc_fd = fd;
	return 0;
}

int rootfs_mount_all(struct rootfs *r, struct err *e)
{
	mode_t mask = umask(0);
	int result = 0;

	for (size_t i = 0; result >= 0 && i < r->sources->nmounts; i++)
		result = mount_entry(r, i, e);
	(void)umask(mask);
	fd_batch_close(&r->sources->spent);
	return result < 0 ? result : open_proc(r, e);
}
