/* SPDX-License-Identifier: Apache-2.0 */
#include "cgroup2.h"

#include "cleanup.h"
#include "fd.h"
#include "procfs.h"
#include "str.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#define MOUNTINFO_MAX (4u << 20)

void hx_cgroup2_done(struct hx_cgroup2 *m)
{
	free(m->path);
	free(m->options);
	*m = (struct hx_cgroup2){0};
}

int hx_cgroup2_find(const char *mountinfo, struct hx_cgroup2 *ret)
{
	cleanup_free char *text = strdup(mountinfo);
	char *cursor = text;
	struct procfs_mount m;
	int r;

	if (!text)
		return -ENOMEM;
	while ((r = procfs_mount_next(&cursor, &m)) != 0) {
		if (r < 0 || !str_eq(m.type, "cgroup2"))
			continue;
		*ret = (struct hx_cgroup2){strdup(m.path), strdup(m.super)};
		if (ret->path && ret->options)
			return 1;
		hx_cgroup2_done(ret);
		return -ENOMEM;
	}
	return 0;
}

/* Each but "rw" and "ro", which belong to all file systems. */
static int set_options(int fs, char *options, struct err *e)
{
	char *save = NULL;

	for (char *o = strtok_r(options, ",", &save); o; o = strtok_r(NULL, ",", &save)) {
		if (!str_eq(o, "rw") && !str_eq(o, "ro") &&
		    syscall(SYS_fsconfig, fs, FSCONFIG_SET_FLAG, o, NULL, 0) < 0)
			return err_set(e, errno, "option '%s' of the cgroup2 file system: %m", o);
	}
	if (syscall(SYS_fsconfig, fs, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0) < 0)
		return err_set(e, errno, "change the options of the cgroup2 file system: %m");
	return 0;
}

int hx_cgroup2_read(struct hx_cgroup2 *ret, struct err *e)
{
	cleanup_free char *now = NULL;
	size_t len;
	int r = fd_read_file_at(AT_FDCWD, "/proc/self/mountinfo", MOUNTINFO_MAX, &now, &len, e);

	if (r < 0)
		return r;
	r = hx_cgroup2_find(now, ret);
	return r < 0 ? err_set(e, -r, "look for the cgroup2 file system: %m") : r;
}

int hx_cgroup2_put_back(const struct hx_cgroup2 *was, struct err *e)
{
	CLEANUP(hx_cgroup2_done) struct hx_cgroup2 is = {0};
	cleanup_free char *options = NULL;
	cleanup_fd int fs = FD_NONE;
	struct statfs sfs;
	int r = was->options ? hx_cgroup2_read(&is, e) : 0;

	if (r <= 0 || str_eq(was->options, is.options))
		return r < 0 ? r : 0;
	options = strdup(was->options);
	if (!options)
		return err_set(e, ENOMEM, "options of the cgroup2 file system: %m");
	/* another mount may hide it, of which there is nothing to change */
	if (statfs(was->path, &sfs) < 0 || sfs.f_type != CGROUP2_SUPER_MAGIC)
		return err_set(e, ENOENT, "no cgroup2 file system is at '%s' any more", was->path);
	fs = (int)syscall(SYS_fspick, AT_FDCWD, was->path, FSPICK_CLOEXEC);
	if (fs < 0)
		return err_set(e, errno, "take hold of '%s': %m", was->path);
	r = set_options(fs, options, e);
	return r < 0 ? r : 1;
}
