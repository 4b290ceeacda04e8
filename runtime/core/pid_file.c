/* SPDX-License-Identifier: Apache-2.0 */
/* --pid-file: where a caller finds the number of the process. */
#include "cleanup.h"
#include "creation.h"
#include "fd.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_node(mode_t mode)
{
	return S_ISCHR(mode) || S_ISBLK(mode) || S_ISFIFO(mode) || S_ISSOCK(mode);
}

/* Of a link: to a node, or to a descriptor, whatever that is of (/dev/stdout). */
static bool leads_to_node(const char *path)
{
	char target[sizeof("/proc/") - 1];
	struct stat st;

	return (stat(path, &st) == 0 && is_node(st.st_mode)) ||
	       (readlink(path, target, sizeof(target)) == (ssize_t)sizeof(target) &&
		memcmp(target, "/proc/", sizeof(target)) == 0);
}

/*
 * Whoever names /dev/null where a file is wanted does not want it replaced by one. 1: it is to be
 * written to; 0: a file takes its place; -EINVAL: neither is what anybody can want.
 */
static int look_at_pid_file(const char *path, struct err *e)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return 0;
	if (S_ISCHR(st.st_mode) || S_ISFIFO(st.st_mode))
		return 1;
	if (S_ISDIR(st.st_mode))
		return err_set(e, EISDIR, "--pid-file '%s' is a directory", path);
	if (!is_node(st.st_mode) && (!S_ISLNK(st.st_mode) || !leads_to_node(path)))
		return 0;
	return err_set(e, EINVAL,
		       "--pid-file '%s' would take the place of a device, a pipe or a socket",
		       path);
}

int creation_check_pid_file(const struct creation *cr, struct err *e)
{
	return cr->o->pid_file ? look_at_pid_file(cr->o->pid_file, e) : 0;
}

static int write_in_place(const char *path, const char *text, struct err *e)
{
	cleanup_fd int fd = open(path, O_WRONLY | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	int r = fd < 0 ? -errno : fd_write_all(fd, text, strlen(text));

	return r < 0 ? err_set(e, -r, "write '%s': %m", path) : 0;
}

int creation_write_pid_file(struct creation *cr, struct err *e)
{
	char text[16];
	int r;

	if (!cr->o->pid_file)
		return 0;
	(void)snprintf(text, sizeof(text), "%d", (int)cr->pid);
	r = look_at_pid_file(cr->o->pid_file, e);
	if (r != 0)
		return r < 0 ? r : write_in_place(cr->o->pid_file, text, e);
	r = fd_replace_file_at(AT_FDCWD, cr->o->pid_file, 0644, text, strlen(text), 0, e);
	cr->pid_file_written = r >= 0;
	return r;
}
