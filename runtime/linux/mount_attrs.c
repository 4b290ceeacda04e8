/* SPDX-License-Identifier: Apache-2.0 */
/* Attributes and propagation: what mounts of every kind are given, and when. */
#include "rootfs_priv.h"

#include <sys/vfs.h>

bool mount_attrs_any(const struct mount_attrs *a)
{
	return a->set || a->clr || a->atime.wanted || a->atime.unwanted;
}

/* Does the mount of @fd have one of the access time modes in @modes? */
static bool has_atime(int fd, uint64_t modes)
{
	struct statfs st;

	if (fstatfs(fd, &st) < 0)
		return true;
	if (st.f_flags & 0x0400) /* ST_NOATIME */
		return modes & MOUNT_ATTR_NOATIME;
	return !(st.f_flags & 0x1000 /* ST_RELATIME */) && (modes & MOUNT_ATTR_STRICTATIME);
}

int mount_set_attrs(struct rootfs *r, int fd, const struct mount_attrs *a, bool recursive,
		    unsigned long propagation)
{
	struct mount_api_attr attr = {.set = a->set, .clr = a->clr, .propagation = propagation};
	int result = -ENOSYS;

	if (a->atime.wanted) {
		attr.set |= a->atime.mode;
		attr.clr |= MOUNT_ATTR__ATIME;
	} else if (a->atime.unwanted && (recursive || has_atime(fd, a->atime.unwanted))) {
		attr.clr |= MOUNT_ATTR__ATIME;
	}
	if (!attr.set && !attr.clr && !attr.propagation)
		return 0;
	if (!r->mount2_only)
		result = mount_api_setattr(fd, &attr, recursive);
	if (result != -ENOSYS || (recursive && (attr.set || attr.clr)))
		return result;
	if (attr.set || attr.clr) {
		result = mount_legacy_attrs(r, fd, a);
		if (result < 0)
			return result;
	}
	if (!propagation)
		return 0;
	return mount_legacy_propagate(r, fd, propagation | (recursive ? MS_REC : 0));
}

int mount_propagate(struct rootfs *r, const struct mount_options *o, int fd)
{
	static const struct mount_attrs none;

	for (size_t i = 0; i < o->npropagation; i++) {
		unsigned long p = o->propagation[i];
		int result = mount_set_attrs(r, fd, &none, p & MS_REC, p & ~(unsigned long)MS_REC);

		if (result < 0)
			return result;
	}
	return 0;
}

void mount_defer_readonly(struct rootfs_mount *mnt, int *fd)
{
	fd_close(&mnt->readonly_fd);
	mnt->readonly_fd = take_fd(fd);
}

int mount_root_propagation(const struct rootfs *r)
{
	const struct cfg_linux *l = r->config->linux;

	return l && l->has_rootfs_propagation ? l->rootfs_propagation : -1;
}
