/* SPDX-License-Identifier: Apache-2.0 */
/* The step from the host's tree into the container's, and what can be set only after it. */
#include "rootfs_priv.h"

#include "mountinfo.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MOUNTINFO_MAX (4u << 20)

/* Mounts whose "ro" had to wait until everything inside was made. */
static int apply_deferred(struct rootfs *r, struct err *e)
{
	static const struct mount_attrs readonly = {.set = MOUNT_ATTR_RDONLY};
	struct rootfs_sources *s = r->sources;

	for (size_t i = 0; i < s->nmounts; i++) {
		int result;

		if (s->mounts[i].readonly_fd < 0)
			continue;
		result = mount_set_attrs(r, s->mounts[i].readonly_fd, &readonly, false, 0);
		fd_close(&s->mounts[i].readonly_fd);
		if (result < 0)
			return cfg_err(r->doc, &r->config->mounts.items[i].options, e, -result,
				       "make '%s' read-only: %m",
				       r->config->mounts.items[i].destination);
	}
	return 0;
}

/* root.readonly, and process.cwd while it can still be made. */
static int finish_root(struct rootfs *r, struct err *e)
{
	static const struct mount_attrs readonly = {.set = MOUNT_ATTR_RDONLY};
	int result;

	if (r->config->process && r->config->process->cwd) {
		mode_t mask = umask(0);
		/* what cannot be made is reported where it is needed, by process_set_cwd() */
		int fd = mount_target_open(r->root_fd, r->config->process->cwd, MOUNT_TARGET_DIR);

		(void)umask(mask);
		fd_close(&fd);
	}
	result = apply_deferred(r, e);
	if (result < 0 || !r->config->root->readonly)
		return result;
	result = mount_set_attrs(r, r->root_fd, &readonly, false, 0);
	return result < 0 ? cfg_err(r->doc, &r->config->root->readonly, e, -result,
				    "make the root read-only: %m")
			  : 0;
}

/* pivot_root(2) takes no shared mount. Those below a root that is to be "rshared" stay as they are
 * meanwhile. */
static int unshare_root(struct rootfs *r, struct err *e)
{
	static const struct mount_attrs none;
	int result;

	if (mount_root_propagation(r) != CFG_PROPAGATION_RSHARED)
		return 0;
	result = mount_set_attrs(r, r->root_fd, &none, false, MS_PRIVATE);
	return result < 0 ? err_set(e, -result, "propagation of the root: %m") : 0;
}

/* pivot_root(2), "pivot_root(".", ".")": the old root ends up on top of the new one and is then
 * taken off. */
static int pivot(struct err *e)
{
	int result = mount_api_pivot(".", ".");

	if (result < 0)
		return err_set(e, -result, "pivot_root: %m");
	if (umount2(".", MNT_DETACH) < 0)
		return err_set(e, errno, "unmount the old root: %m");
	return 0;
}

/*
 * Without pivot_root(2) the old tree stays beneath the new root. A full procfs or sysfs in it would
 * let the container mount further ones without any mask (mount_namespaces(7)), so those go:
 * unmounted, or covered where the kernel holds on to them.
 */
static int hide_old_kernel_fs(char *text, struct err *e)
{
	cleanup_free char *root = getcwd(NULL, 0);
	struct mountinfo m;

	if (!root)
		return err_set(e, errno, "the path of the root file system: %m");
	while (mountinfo_next(&text, &m)) {
		if ((!str_eq(m.type, "proc") && !str_eq(m.type, "sysfs")) ||
		    mountinfo_is_below(m.point, root))
			continue;
		if (umount2(m.point, MNT_DETACH) == 0 ||
		    mount("none", m.point, "tmpfs", MS_RDONLY, "size=4k") == 0)
			continue;
		if (errno != ENOENT && errno != EACCES)
			return err_set(e, errno, "hide '%s' of the host: %m", m.point);
	}
	return 0;
}

static int move_root(struct rootfs *r, struct err *e)
{
	cleanup_free char *mountinfo = NULL;
	size_t len;
	int result;

	result = fd_read_file_at(r->proc_fd, "self/mountinfo", MOUNTINFO_MAX, &mountinfo, &len, e);
	if (result == 0)
		result = hide_old_kernel_fs(mountinfo, e);
	if (result < 0)
		return result;
	if (mount(".", "/", NULL, MS_MOVE, NULL) < 0)
		return err_set(e, errno, "move the root file system to '/': %m");
	if (chroot(".") < 0)
		return err_set(e, errno, "chroot: %m");
	return 0;
}

/* rootfsPropagation, as far as it is not in place since rootfs_prepare(). */
static int propagate_root(struct rootfs *r, struct err *e)
{
	static const struct mount_attrs none;
	static const struct {
		int value;
		unsigned long flag;
	} flags[] = {
		{CFG_PROPAGATION_SHARED, MS_SHARED},
		{CFG_PROPAGATION_RSHARED, MS_SHARED},
		{CFG_PROPAGATION_SLAVE, MS_SLAVE},
		{CFG_PROPAGATION_PRIVATE, MS_PRIVATE},
	};
	int p = mount_root_propagation(r);

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		int result;

		if (flags[i].value != p)
			continue;
		result = mount_set_attrs(r, r->root_fd, &none, false, flags[i].flag);
		if (result < 0)
			return cfg_err(r->doc, &r->config->linux->rootfs_propagation, e, -result,
				       "propagation of the root: %m");
	}
	return 0;
}

/* Last, because nothing can be copied from an unbindable mount. */
static int make_unbindable(struct rootfs *r, struct err *e)
{
	static const struct mount_attrs none;
	int p = mount_root_propagation(r);
	int result;

	if (p != CFG_PROPAGATION_UNBINDABLE && p != CFG_PROPAGATION_RUNBINDABLE)
		return 0;
	result = mount_set_attrs(r, r->root_fd, &none, p == CFG_PROPAGATION_RUNBINDABLE,
				 MS_UNBINDABLE);
	return result < 0 ? cfg_err(r->doc, &r->config->linux->rootfs_propagation, e, -result,
				    "propagation of the root: %m")
			  : 0;
}

static int restrict_paths(struct rootfs *r, struct err *e)
{
	int result = sysctl_apply(r, e);

	if (result == 0)
		result = mask_readonly_paths(r, e);
	if (result == 0)
		result = mask_masked_paths(r, e);
	return result == 0 ? make_unbindable(r, e) : result;
}

/* On a file of the tree that pivot() unmounts as a whole, and that nobody looks at any more. */
static void leave_exe_tree(struct rootfs *r)
{
	if (r->exe_tree <= 2)
		return;
	if (r->new_mountns && !r->no_pivot && !r->mount2_only)
		(void)mount_api_attach_at(r->exe_tree, AT_FDCWD, "/dev/null");
	fd_close(&r->exe_tree);
}

int rootfs_enter(struct rootfs *r, struct err *e)
{
	int result = finish_root(r, e);

	/* mount(2) copies only from what is still in the namespace, and the host's null device
	 * leaves it with the old root */
	if (result == 0)
		result = unshare_root(r, e);
	if (result == 0 && r->mount2_only)
		result = restrict_paths(r, e);
	if (result < 0)
		return result;
	leave_exe_tree(r);
	if (r->new_mountns)
		result = rootfs_leave_chroot(r, e);
	if (result < 0)
		return result;
	if (fchdir(r->root_fd) < 0)
		return err_set(e, errno, "enter the root file system: %m");
	if (!r->new_mountns)
		result = chroot(".") < 0 ? err_set(e, errno, "chroot: %m") : 0;
	else if (r->no_pivot)
		result = move_root(r, e);
	else
		result = pivot(e);
	if (result < 0)
		return result;
	if (chdir("/") < 0)
		return err_set(e, errno, "chdir to the new root: %m");
	return propagate_root(r, e);
}

int rootfs_restrict(struct rootfs *r, struct err *e)
{
	int result = r->mount2_only ? 0 : restrict_paths(r, e);

	/* a container that waits for its start holds nothing of the host's tree */
	rootfs_close_sources(r);
	return result;
}
