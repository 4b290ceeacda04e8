/* SPDX-License-Identifier: Apache-2.0 */
#include "cgroup2.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#define MOUNTINFO_MAX (4u << 20)
#define OF_CGROUP2    " - cgroup2 "

/* The @n-th word of a line, from 0 on, which ends at a blank or with the line. */
static const char *word(const char *line, unsigned int n, size_t *len)
{
	while (n > 0 && *line && *line != '\n') {
		if (*line == ' ')
			n--;
		line++;
	}
	*len = strcspn(line, " \n");
	return line;
}

bool hx_cgroup2_find(const char *mountinfo, struct hx_cgroup2 *ret)
{
	const char *dash = strstr(mountinfo, OF_CGROUP2), *line = dash;
	struct hx_cgroup2 found;

	if (!dash)
		return false;
	while (line > mountinfo && line[-1] != '\n')
		line--;
	found.path = word(line, 4, &found.path_len);
	/* behind the type: the source, then the options of the file system */
	found.options = word(dash + strlen(OF_CGROUP2), 1, &found.options_len);
	*ret = found;
	return true;
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

int hx_cgroup2_put_back(const char *before, struct err *e)
{
	struct hx_cgroup2 was, is;
	cleanup_free char *now = NULL, *path = NULL, *options = NULL;
	cleanup_fd int fs = FD_NONE;
	struct statfs sfs;
	size_t len;
	int r = fd_read_file_at(AT_FDCWD, "/proc/self/mountinfo", MOUNTINFO_MAX, &now, &len, e);

	if (r < 0)
		return r;
	if (!hx_cgroup2_find(before, &was) || !hx_cgroup2_find(now, &is) ||
	    (was.options_len == is.options_len &&
	     memcmp(was.options, is.options, was.options_len) == 0))
		return 0;
	path = strndup(was.path, was.path_len);
	options = strndup(was.options, was.options_len);
	if (!path || !options)
		return err_set(e, ENOMEM, "put back what is mounted: %m");
	/* another mount may hide it, of which there is nothing to change */
	if (statfs(path, &sfs) < 0 || sfs.f_type != CGROUP2_SUPER_MAGIC)
		return err_set(e, ENOENT, "no cgroup2 file system is at '%s' any more", path);
	fs = (int)syscall(SYS_fspick, AT_FDCWD, path, FSPICK_CLOEXEC);
	if (fs < 0)
		return err_set(e, errno, "take hold of '%s': %m", path);
	r = set_options(fs, options, e);
	return r < 0 ? r : 1;
}
