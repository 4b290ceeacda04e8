/* SPDX-License-Identifier: Apache-2.0 */
/* One entry of config.mounts: which of the sibling files makes it. */
#include "rootfs_priv.h"

#include <errno.h>
#include <sys/stat.h>

/*
 * A tmpfs that is not told its permissions has those of the directory that it covers: by itself the
 * kernel lets everybody write, tmpfs(5), also where the image let nobody in.
 */
static int keep_permissions(struct rootfs *r, size_t i, const char *dest)
{
	struct mount_options *o = &r->sources->mounts[i].o;
	cleanup_fd int fd = FD_NONE;
	struct stat st;

	if (!str_eq(r->config->mounts.items[i].type, "tmpfs") || o->tmpcopyup ||
	    mount_options_has_mode(o))
		return 0;
	fd = fd_open_in_root(r->root_fd, dest, O_PATH | O_DIRECTORY, 0);
	/* made by us, if by anybody, and open to everybody; what else is wrong is said in a moment
	 */
	if (fd == -EMFILE || fd == -ENFILE || fd == -ENOMEM)
		return fd;
	if (fd < 0)
		return 0;
	return fstat(fd, &st) < 0 ? -errno : mount_options_mode(o, st.st_mode);
}

static int mount_new(struct rootfs *r, size_t i, const char *dest, struct err *e)
{
	const struct cfg_mount *m = &r->config->mounts.items[i];
	cleanup_fd int target = FD_NONE;
	int result;

	if (!m->type || !*m->type)
		return cfg_err(r->doc, &m->destination, e, EINVAL,
			       "a mount needs a type, or one of the options bind and rbind");
	if (str_eq(m->type, "cgroup"))
		return mount_cgroup(r, i, dest, e);
	result = keep_permissions(r, i, dest);
	if (result < 0)
		return cfg_err(r->doc, &m->destination, e, -result, "mount point '%s': %m", dest);
	result = mount_place_open(r, i, dest, MOUNT_TARGET_DIR, FD_NONE, &target, e);
	if (result < 0)
		return result;
	result = mount_fresh(r, i, dest, target, e);
	fd_batch_add(&r->sources->spent, &target);
	return result;
}

int mount_entry(struct rootfs *r, size_t i, struct err *e)
{
	const struct cfg_mount *m = &r->config->mounts.items[i];
	const struct mount_options *o = &r->sources->mounts[i].o;
	cleanup_free char *dest = mount_target_clean(m->destination);

	if (!dest)
		return err_set(e, ENOMEM, "%m");
	if (str_eq(dest, "/"))
		return mount_place_root(r, i, dest, e);
	if (o->remount)
		return mount_remount(r, i, dest, e);
	if (o->bind)
		return mount_bind(r, i, dest, e);
	return mount_new(r, i, dest, e);
}
