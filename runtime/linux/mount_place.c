/* SPDX-License-Identifier: Apache-2.0 */
/* Where an entry of config.mounts may go. */
#include "rootfs_priv.h"

#include "mountinfo.h"

#include <limits.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define PROC_ROOT_INO 1

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

/* Where @fd is, in the words of the kernel. 0 or -errno. */
static int path_of(const struct rootfs *r, int fd, char ret[static PATH_MAX])
{
	char link[FD_PATH_SIZE];
	ssize_t n = readlinkat(r->sources->host_proc_fd, fd_proc_path(fd, link) + strlen("/proc/"),
			       ret, PATH_MAX - 1);

	if (n < 0)
		return -errno;
	ret[n] = '\0';
	return 0;
}

/*
 * Is @target_fd the container's /proc or in it? By the place, since no number tells: what a link of
 * the image leads to may be a mount of its own there, and the host's procfs, which can come along
 * with a bind mount of the host's root, may be the same file system. 1, 0 or -errno.
 */
static int is_in_proc(struct rootfs *r, int target_fd)
{
	cleanup_fd int proc = fd_open_in_root(r->root_fd, "/proc", O_PATH | O_DIRECTORY, 0);
	char target_path[PATH_MAX], proc_path[PATH_MAX];
	int result;

	if (proc == -ENOENT || proc == -ENOTDIR)
		return 0;
	if (proc < 0)
		return proc;
	result = mount_legacy_open_proc(r);
	if (result == 0)
		result = path_of(r, target_fd, target_path);
	if (result == 0)
		result = path_of(r, proc, proc_path);
	return result < 0 ? result : mountinfo_is_below(target_path, proc_path);
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
	if (!str_starts(dest, "/proc/")) {
		int result = fs.f_type == PROC_SUPER_MAGIC ? is_in_proc(r, target_fd) : 0;

		if (result == 0)
			return 0;
		if (result < 0)
			return cfg_err(r->doc, &m->destination, e, -result,
				       "whether '%s' lies on the container's procfs: %m", dest);
	}
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

int mount_place_root(struct rootfs *r, size_t i, const char *dest, struct err *e)
{
	const struct cfg_mount *m = &r->config->mounts.items[i];

	if (str_eq(dest, "/"))
		return cfg_err(r->doc, &m->destination, e, EINVAL,
			       "nothing may be mounted on the container's root");
	return cfg_err(r->doc, &m->destination, e, EINVAL,
		       "'%s' leads to the container's root, on which nothing may be mounted", dest);
}

int mount_place_open(struct rootfs *r, size_t i, const char *dest, enum mount_target_kind kind,
		     int source_fd, int *ret, struct err *e)
{
	const struct cfg_mount *m = &r->config->mounts.items[i];
	cleanup_fd int fd = FD_NONE;
	bool is_root = false;
	int result;

	if (wants_real_dir(m, &r->sources->mounts[i], dest))
		fd = mount_target_real_dir(r->root_fd, dest);
	else
		fd = mount_target_place(r->root_fd, dest, kind, &is_root);
	if (fd == -ELOOP)
		return cfg_err(
			r->doc, &m->destination, e, ELOOP,
			"'%s' must be a directory in the root file system, not a symbolic link",
			dest);
	if (fd < 0)
		return cfg_err(r->doc, &m->destination, e, -fd, "mount point '%s': %m", dest);
	if (is_root)
		return mount_place_root(r, i, dest, e);
	result = check_place(r, i, dest, fd, source_fd, e);
	if (result < 0)
		return result;
	*ret = take_fd(&fd);
	return 0;
}
