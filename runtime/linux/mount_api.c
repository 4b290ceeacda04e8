/* SPDX-License-Identifier: Apache-2.0 */
#include "mount_api.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int result(long r)
{
	return r < 0 ? -errno : (int)r;
}

int mount_api_clone(int dirfd, const char *path, bool recursive)
{
	unsigned int flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC;

	if (!*path)
		flags |= AT_EMPTY_PATH;
	if (recursive)
		flags |= AT_RECURSIVE;
	return result(syscall(SYS_open_tree, dirfd, path, flags));
}

int mount_api_attach_at(int mnt_fd, int dirfd, const char *path)
{
	unsigned int flags = MOVE_MOUNT_F_EMPTY_PATH;

	if (!*path)
		flags |= MOVE_MOUNT_T_EMPTY_PATH;
	return result(syscall(SYS_move_mount, mnt_fd, "", dirfd, path, flags));
}

int mount_api_attach(int mnt_fd, int target_fd)
{
	return mount_api_attach_at(mnt_fd, target_fd, "");
}

int mount_api_setattr_at(int dirfd, const char *path, const struct mount_api_attr *a,
			 bool recursive)
{
	unsigned int flags = recursive ? AT_RECURSIVE : 0;

	if (!*path)
		flags |= AT_EMPTY_PATH;
	return result(syscall(SYS_mount_setattr, dirfd, path, flags, a, sizeof(*a)));
}

int mount_api_setattr(int fd, const struct mount_api_attr *a, bool recursive)
{
	return mount_api_setattr_at(fd, "", a, recursive);
}

int mount_api_fsopen(const char *type)
{
	return result(syscall(SYS_fsopen, type, FSOPEN_CLOEXEC));
}

int mount_api_fspick(int target_fd)
{
	return result(syscall(SYS_fspick, target_fd, "", FSPICK_CLOEXEC | FSPICK_EMPTY_PATH));
}

int mount_api_config(int fs_fd, const char *key, const char *value)
{
	unsigned int cmd = value ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG;

	return result(syscall(SYS_fsconfig, fs_fd, cmd, key, value, 0));
}

int mount_api_create(int fs_fd)
{
	return result(syscall(SYS_fsconfig, fs_fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0));
}

int mount_api_fsmount(int fs_fd, uint64_t attrs)
{
	return result(syscall(SYS_fsmount, fs_fd, FSMOUNT_CLOEXEC, (unsigned int)attrs));
}

void mount_api_message(int fs_fd, char *buf, size_t size)
{
	char text[256];
	ssize_t n;

	buf[0] = '\0';
	/* one message per read(2), ENODATA at the end; the last one stands nearest to the failure
	 */
	while ((n = read(fs_fd, text, sizeof(text) - 1)) > 0) {
		const char *p = text;
		size_t len;

		text[n] = '\0';
		if (n > 2 && text[1] == ' ')
			p += 2;
		len = strcspn(p, "\n");
		if (len >= size)
			len = size - 1;
		memcpy(buf, p, len);
		buf[len] = '\0';
	}
}

unsigned long mount_api_flags_of(uint64_t attrs)
{
	unsigned long flags = 0;

	if (attrs & MOUNT_ATTR_RDONLY)
		flags |= MS_RDONLY;
	if (attrs & MOUNT_ATTR_NOSUID)
		flags |= MS_NOSUID;
	if (attrs & MOUNT_ATTR_NODEV)
		flags |= MS_NODEV;
	if (attrs & MOUNT_ATTR_NOEXEC)
		flags |= MS_NOEXEC;
	if (attrs & MOUNT_ATTR_NODIRATIME)
		flags |= MS_NODIRATIME;
	if (attrs & MOUNT_ATTR_NOSYMFOLLOW)
		flags |= MS_NOSYMFOLLOW;
	if ((attrs & MOUNT_ATTR__ATIME) == MOUNT_ATTR_NOATIME)
		flags |= MS_NOATIME;
	else if ((attrs & MOUNT_ATTR__ATIME) == MOUNT_ATTR_STRICTATIME)
		flags |= MS_STRICTATIME;
	else
		flags |= MS_RELATIME;
	return flags;
}

int mount_api_pivot(const char *new_root, const char *put_old)
{
	return result(syscall(SYS_pivot_root, new_root, put_old));
}
