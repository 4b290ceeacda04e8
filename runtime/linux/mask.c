/* SPDX-License-Identifier: Apache-2.0 */
/* linux.maskedPaths and linux.readonlyPaths, inside the container's root. Each path is resolved
 * once, and what was found is what gets covered. */
#include "rootfs_priv.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define COVER (MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC)

/* The place of @path, or FD_NONE in *ret where there is none: a path that does not exist needs no
 * protection. Whether it is the root in *ret_root. */
static int find(struct rootfs *r, char *const *path, int *ret, bool *ret_root, struct err *e)
{
	int fd = mount_target_find(r->root_fd, *path, 0, ret_root);

	if (fd == -ENOENT || fd == -ENOTDIR) {
		*ret = FD_NONE;
		return 0;
	}
	if (fd < 0)
		return cfg_err(r->doc, path, e, -fd, "open '%s': %m", *path);
	*ret = fd;
	return 0;
}

static int make_readonly(struct rootfs *r, char *const *path, struct err *e)
{
	static const struct mount_attrs readonly = {.set = MOUNT_ATTR_RDONLY};
	cleanup_fd int fd = FD_NONE;
	bool is_root;
	int result = find(r, path, &fd, &is_root, e);

	if (result < 0 || fd < 0)
		return result;
	/* where a mount of its own would not be seen: mount_target_find(). Further down as
	 * mount_bind_fd() */
	if (is_root) {
		result = mount_set_attrs(r, r->root_fd, &readonly, !r->mount2_only, 0);
	} else {
		result = mount_peers_leave(r, fd, *path);
		if (result >= 0)
			result = mount_bind_fd(r, fd, fd, *path, true, MOUNT_ATTR_RDONLY);
	}
	fd_batch_add(&r->sources->spent, &fd);
	return result < 0 ? cfg_err(r->doc, path, e, -result, "make '%s' read-only: %m", *path) : 0;
}

int mask_readonly_paths(struct rootfs *r, struct err *e)
{
	const struct cfg_linux *l = r->config->linux;

	for (size_t i = 0; l && i < l->readonly_paths.count; i++) {
		int result = make_readonly(r, &l->readonly_paths.items[i], e);

		if (result < 0)
			return result;
	}
	return 0;
}

/* *dir_fd: an empty, read-only directory: attached to the first, copied for the others. */
static int mask_dir(struct rootfs *r, int *dir_fd, const char *path, int target_fd)
{
	int fd;

	if (*dir_fd >= 0)
		return mount_bind_fd(r, *dir_fd, target_fd, path, false,
				     r->mount2_only ? COVER | MOUNT_ATTR_NODEV : 0);
	fd = mount_fresh_tmpfs(r, "tmpfs", path, target_fd, COVER | MOUNT_ATTR_NODEV,
			       "mode=555,size=4k,nr_inodes=2");
	if (fd < 0)
		return fd;
	*dir_fd = fd;
	return 0;
}

/*
 * The host's null device, checked when it was opened there: what the container calls /dev/null is
 * not asked. Read-only, so that its owner and mode stay the host's business; writing to it goes to
 * the driver and is not concerned.
 */
static int mask_file(struct rootfs *r, const char *path, int target_fd)
{
	static const struct mount_attrs cover = {.set = COVER};
	struct rootfs_sources *s = r->sources;
	int result;

	if (s->null_attached || r->mount2_only)
		return mount_bind_fd(r, s->null_fd, target_fd, path, false, COVER);
	result = mount_set_attrs(r, s->null_fd, &cover, false, MS_PRIVATE);
	if (result >= 0)
		result = mount_api_attach(s->null_fd, target_fd);
	s->null_attached = result >= 0;
	return result;
}

static int mask(struct rootfs *r, int *dir_fd, char *const *path, struct err *e)
{
	cleanup_fd int fd = FD_NONE;
	struct stat st;
	bool is_root;
	int result = find(r, path, &fd, &is_root, e);

	if (result < 0 || fd < 0)
		return result;
	if (is_root)
		return cfg_err(r->doc, path, e, EINVAL, "the root cannot be masked");
	if (fstat(fd, &st) < 0)
		return cfg_err(r->doc, path, e, errno, "stat '%s': %m", *path);
	result = mount_peers_leave(r, fd, *path);
	if (result >= 0)
		result = S_ISDIR(st.st_mode) ? mask_dir(r, dir_fd, *path, fd)
					     : mask_file(r, *path, fd);
	fd_batch_add(&r->sources->spent, &fd);
	return result < 0 ? cfg_err(r->doc, path, e, -result, "mask '%s': %m", *path) : 0;
}

int mask_masked_paths(struct rootfs *r, struct err *e)
{
	const struct cfg_linux *l = r->config->linux;
	cleanup_fd int dir_fd = FD_NONE;
	int result = 0;

	for (size_t i = 0; l && result == 0 && i < l->masked_paths.count; i++)
		result = mask(r, &dir_fd, &l->masked_paths.items[i], e);
	return result;
}
