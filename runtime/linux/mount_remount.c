/* SPDX-License-Identifier: Apache-2.0 */
/* Option remount: the mount that stands at the destination gets the flags of the entry, as mount(2)
 * MS_REMOUNT has it. */
#include "rootfs_priv.h"

#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

/* An earlier entry's postponed "ro" is overruled by this one. */
static void forget_deferred(struct rootfs *r, size_t before, const char *dest)
{
	for (size_t i = 0; i < before; i++) {
		struct rootfs_mount *mnt = &r->sources->mounts[i];
		cleanup_free char *other = NULL;

		if (mnt->readonly_fd < 0)
			continue;
		other = mount_target_clean(r->config->mounts.items[i].destination);
		if (str_eq(other, dest))
			fd_close(&mnt->readonly_fd);
	}
}

static bool is_tmpfs(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == TMPFS_MAGIC;
}

/* Flags of mount(2). Without a word about access times the mode stays, so MS_RELATIME must not
 * appear by itself. */
static unsigned long remount_flags(const struct mount_attrs *a)
{
	unsigned long flags = mount_api_flags_of(a->set | (a->atime.wanted ? a->atime.mode : 0));

	if (!a->atime.wanted && !a->atime.unwanted)
		flags &= ~(unsigned long)MS_RELATIME;
	return flags;
}

int mount_remount(struct rootfs *r, size_t i, const char *dest, struct err *e)
{
	const struct cfg_mount *m = &r->config->mounts.items[i];
	struct rootfs_mount *mnt = &r->sources->mounts[i];
	const struct mount_options *o = &mnt->o;
	struct mount_attrs flat = mount_options_flat(o);
	bool whole_fs = !o->bind && (o->ndata > 0 || o->super || o->super_off);
	cleanup_free char *data = NULL;
	cleanup_fd int fd = FD_NONE;
	bool later, is_root;
	int result;

	fd = mount_target_find(r->root_fd, dest, 0, &is_root);
	if (fd < 0)
		return cfg_err(r->doc, &m->destination, e, -fd, "remount '%s': %m", dest);
	if (is_root)
		return mount_place_root(r, i, dest, e);
	forget_deferred(r, i, dest);
	later = (flat.set & MOUNT_ATTR_RDONLY) && (is_tmpfs(fd) || str_eq(dest, "/dev"));
	if (later)
		flat.set &= ~(uint64_t)MOUNT_ATTR_RDONLY;
	data = mount_legacy_data(o, NULL);
	if (!data)
		return err_set(e, ENOMEM, "%m");
	/* the superblock may be in use elsewhere, on the host even: it is left alone unless the
	 * entry speaks of it */
	result = mount_legacy_remount(r, fd, remount_flags(&flat) | (whole_fs ? o->super : MS_BIND),
				      whole_fs && *data ? data : NULL);
	/* attributes that are locked have to be repeated, in a user namespace, the creator's too */
	if (result == -EPERM && !whole_fs)
		result = mount_legacy_attrs(r, fd, &flat);
	if (result == -EINVAL)
		return cfg_err(r->doc, &m->destination, e, EINVAL,
			       "remount '%s': %m (is something mounted there?)", dest);
	if (result < 0)
		return cfg_err(r->doc, &m->destination, e, -result, "remount '%s': %m", dest);
	if (mount_attrs_any(&o->tree)) {
		result = mount_set_attrs(r, fd, &o->tree, true, 0);
		if (result < 0)
			return cfg_err(r->doc, &m->options, e, -result, "remount '%s': %m", dest);
	}
	result = mount_propagate(r, o, fd);
	if (result < 0)
		return cfg_err(r->doc, &m->options, e, -result, "propagation of '%s': %m", dest);
	if (later)
		mount_defer_readonly(mnt, &fd);
	return 0;
}
