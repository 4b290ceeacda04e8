/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kernels before 5.2 have no fsopen(2) and open_tree(2), those before 5.12 no mount_setattr(2).
 * Here mount(2) does the work. It takes paths only, so it gets "self/fd/<n>" below a procfs that
 * was opened on the host's side: still no path that the container could bend. A bind mount is
 * read-write here for the moment between its two system calls; nothing of the container runs at
 * that time.
 */
#include "rootfs_priv.h"

#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifndef ST_NOSYMFOLLOW
#define ST_NOSYMFOLLOW 0x2000
#endif
#define PROC_ROOT_INO 1

int mount_legacy_open_proc(struct rootfs *r)
{
	cleanup_fd int fd = FD_NONE;
	struct statfs fs;
	struct stat st;

	if (r->sources->host_proc_fd >= 0)
		return 0;
	fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fstatfs(fd, &fs) < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (fs.f_type != PROC_SUPER_MAGIC || st.st_ino != PROC_ROOT_INO)
		return -EXDEV;
	r->sources->host_proc_fd = take_fd(&fd);
	return 0;
}

/* mount(2) with descriptors as its two places; the working directory is put back. */
static int mount_at(struct rootfs *r, int source_fd, const char *source, int target_fd,
		    const char *type, unsigned long flags, const char *data)
{
	cleanup_fd int cwd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	char from[FD_PATH_SIZE], to[FD_PATH_SIZE];
	int result;

	/* the kernel reads one page and forgets the rest in silence, mount(2) */
	if (data && strlen(data) >= (size_t)sysconf(_SC_PAGESIZE))
		return -E2BIG;
	result = mount_legacy_open_proc(r);
	if (result < 0)
		return result;
	if (fchdir(r->sources->host_proc_fd) < 0)
		return -errno;
	if (source_fd >= 0)
		source = fd_proc_path(source_fd, from) + strlen("/proc/");
	result = mount(source, fd_proc_path(target_fd, to) + strlen("/proc/"), type, flags, data);
	result = result < 0 ? -errno : 0;
	if (cwd < 0 || fchdir(cwd) < 0)
		(void)chdir("/");
	return result;
}

int mount_legacy_bind(struct rootfs *r, int source_fd, int target_fd, bool recursive)
{
	return mount_at(r, source_fd, NULL, target_fd, NULL, MS_BIND | (recursive ? MS_REC : 0),
			NULL);
}

int mount_legacy_new(struct rootfs *r, const char *type, const char *source, int target_fd,
		     unsigned long flags, const char *data)
{
	return mount_at(r, FD_NONE, source ? source : "none", target_fd, type, flags, data);
}

int mount_legacy_propagate(struct rootfs *r, int fd, unsigned long flags)
{
	return mount_at(r, FD_NONE, NULL, fd, NULL, flags, NULL);
}

int mount_legacy_remount(struct rootfs *r, int fd, unsigned long flags, const char *data)
{
	return mount_at(r, FD_NONE, NULL, fd, NULL, MS_REMOUNT | flags, data);
}

/* The attributes that the mount has: a remount names them all again, and in a user namespace those
 * that came with it must not be missing. */
static int attrs_of(int fd, uint64_t *ret)
{
	struct statvfs st;
	uint64_t attrs = 0;

	if (fstatvfs(fd, &st) < 0)
		return -errno;
	if (st.f_flag & ST_RDONLY)
		attrs |= MOUNT_ATTR_RDONLY;
	if (st.f_flag & ST_NOSUID)
		attrs |= MOUNT_ATTR_NOSUID;
	if (st.f_flag & ST_NODEV)
		attrs |= MOUNT_ATTR_NODEV;
	if (st.f_flag & ST_NOEXEC)
		attrs |= MOUNT_ATTR_NOEXEC;
	if (st.f_flag & ST_NODIRATIME)
		attrs |= MOUNT_ATTR_NODIRATIME;
	if (st.f_flag & ST_NOSYMFOLLOW)
		attrs |= MOUNT_ATTR_NOSYMFOLLOW;
	if (st.f_flag & ST_NOATIME)
		attrs |= MOUNT_ATTR_NOATIME;
	else if (!(st.f_flag & ST_RELATIME))
		attrs |= MOUNT_ATTR_STRICTATIME;
	*ret = attrs;
	return 0;
}

int mount_legacy_attrs(struct rootfs *r, int fd, const struct mount_attrs *a)
{
	uint64_t attrs = 0;
	int result = attrs_of(fd, &attrs);

	if (result < 0)
		return result;
	attrs = (attrs & ~a->clr) | a->set;
	if (a->atime.wanted)
		attrs = (attrs & ~(uint64_t)MOUNT_ATTR__ATIME) | a->atime.mode;
	else if (attrs & a->atime.unwanted & MOUNT_ATTR__ATIME)
		attrs &= ~(uint64_t)MOUNT_ATTR__ATIME;
	return mount_legacy_remount(r, fd, MS_BIND | mount_api_flags_of(attrs), NULL);
}

char *mount_legacy_data(const struct mount_options *o, const char *extra)
{
	struct strbuf b = STRBUF_INIT;

	strbuf_adds(&b, "");
	for (size_t i = 0; i < o->ndata; i++) {
		if (b.len > 0)
			strbuf_addc(&b, ',');
		strbuf_adds(&b, o->data[i]);
	}
	if (extra) {
		if (b.len > 0)
			strbuf_addc(&b, ',');
		strbuf_adds(&b, extra);
	}
	return strbuf_take(&b);
}
