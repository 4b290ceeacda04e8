/* SPDX-License-Identifier: Apache-2.0 */
/* One entry of config.mounts: where it may go, and which of the sibling files makes it. */
#include "rootfs_priv.h"

#include "mount_target.h"

#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define PROC_ROOT_INO 1

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

/*
 * Places on procfs that callers legitimately cover (with the numbers of the container instead of
 * the host's). Anything else there could fake what the kernel says to the runtime and to the
 * container: labels, ids, sysctls.
 */
static bool proc_place_allowed(const char *dest)
{
	static const char *const allowed[] = {
		"/proc/cpuinfo",
		"/proc/diskstats",
		"/proc/loadavg",
		"/proc/meminfo",
		"/proc/net/dev",
		"/proc/slabinfo",
		"/proc/stat",
		"/proc/swaps",
		"/proc/uptime",
		"/proc/sys/crypto/fips_enabled",
		"/proc/sys/kernel/ns_last_pid",
	};

	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
		if (str_eq(dest, allowed[i]))
			return true;
	}
	return false;
}

static bool is_proc_root(int fd)
{
	struct statfs fs;
	struct stat st;

	return fd >= 0 && fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC &&
	       fstat(fd, &st) == 0 && st.st_ino == PROC_ROOT_INO;
}

/* May something be mounted at @dest, which @target_fd is? @source_fd: the source of a bind mount.
 */
static int check_place(struct rootfs *r, size_t i, const char *dest, int target_fd, int source_fd,
		       struct err *e)
{
	const struct cfg_mount *m = &r->config->mounts.items[i];
	const struct rootfs_mount *mnt = &r->sources->mounts[i];
	struct statfs fs;

	if (str_eq(dest, "/proc")) {
		if (mnt->o.bind ? is_proc_root(source_fd) : str_eq(m->type, "proc"))
			return 0;
		return cfg_err(r->doc, &m->destination, e, EPERM,
			       "only procfs may be mounted on /proc");
	}
	if (fstatfs(target_fd, &fs) < 0)
		return cfg_err(r->doc, &m->destination, e, errno, "statfs '%s': %m", dest);
	if (fs.f_type != PROC_SUPER_MAGIC && !str_starts(dest, "/proc/"))
		return 0;
	if (proc_place_allowed(dest))
		return 0;
	return cfg_err(r->doc, &m->destination, e, EPERM,
		       "'%s' lies on procfs, where nothing may be mounted", dest);
}

/* Mount points that must not be reached through a link: what the runtime and the kernel's own
 * security checks take for granted. */
static bool wants_real_dir(const struct cfg_mount *m, const struct rootfs_mount *mnt,
			   const char *dest)
{
	if (str_eq(dest, "/proc") || str_eq(dest, "/sys"))
		return true;
	return !mnt->o.bind && (str_eq(m->type, "proc") || str_eq(m->type, "sysfs"));
}

int mount_place_open(struct rootfs *r, size_t i, const char *dest, enum mount_target_kind kind,
		     int source_fd, int *ret, struct err *e)
{
	const struct cfg_mount *m = &r->config->mounts.items[i];
	cleanup_fd int fd = FD_NONE;
	int result;

	if (wants_real_dir(m, &r->sources->mounts[i], dest))
		fd = mount_target_real_dir(r->root_fd, dest);
	else
		fd = mount_target_open(r->root_fd, dest, kind);
	if (fd == -ELOOP)
		return cfg_err(
			r->doc, &m->destination, e, ELOOP,
			"'%s' must be a directory in the root file system, not a symbolic link",
			dest);
	if (fd < 0)
		return cfg_err(r->doc, &m->destination, e, -fd, "mount point '%s': %m", dest);
	result = check_place(r, i, dest, fd, source_fd, e);
	if (result < 0)
		return result;
	*ret = take_fd(&fd);
	return 0;
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
		return cfg_err(r->doc, &m->destination, e, EINVAL,
			       "nothing may be mounted on the container's root");
	if (o->remount)
		return mount_remount(r, i, dest, e);
	if (o->bind)
		return mount_bind(r, i, dest, e);
	return mount_new(r, i, dest, e);
}
