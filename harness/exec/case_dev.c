/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A /dev of its own for each case. A runtime binds the caller's device nodes into containers that
 * cannot make any, and a released one then gives them to the container's user: the node that it
 * gives away must not be the machine's.
 */
#include "case_dev.h"

#include "cleanup.h"
#include "str.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define STAGE	    "dev-stage"
#define DEV_OPTIONS "mode=0755,size=4m"
#define PTS_OPTIONS "newinstance,ptmxmode=0666,mode=0620"
#define DEV_DEPTH   2

/* Virtual consoles and serial lines, by the dozen: nobody binds them. */
static bool is_console(const char *name)
{
	return str_starts(name, "tty") && name[3] != '\0';
}

static int copy_link(int from, int to, const char *name)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(from, name, target, sizeof(target) - 1);

	if (n < 0)
		return -errno;
	target[n] = '\0';
	return symlinkat(target, to, name) < 0 ? -errno : 0;
}

static int copy_dir(int from, int to, int depth);

static int copy_sub(int from, int to, const char *name, mode_t mode, int depth)
{
	cleanup_fd int a = openat(from, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	cleanup_fd int b = FD_NONE;

	if (a < 0 || mkdirat(to, name, mode & 07777) < 0)
		return -errno;
	b = openat(to, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (b < 0)
		return -errno;
	/* what is mounted there has a world of its own */
	return depth < DEV_DEPTH && !str_eq(name, "pts") && !str_eq(name, "shm") &&
			       !str_eq(name, "mqueue")
		       ? copy_dir(a, b, depth + 1)
		       : 0;
}

static int copy_node(int from, int to, const char *name, int depth)
{
	struct stat st;
	int r = 0;

	if (fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (S_ISLNK(st.st_mode))
		return copy_link(from, to, name);
	if (S_ISDIR(st.st_mode))
		return copy_sub(from, to, name, st.st_mode, depth);
	if (!S_ISCHR(st.st_mode) && !S_ISBLK(st.st_mode))
		return 0;
	if (mknodat(to, name, st.st_mode, st.st_rdev) < 0)
		r = -errno;
	if (r == 0 && (st.st_uid || st.st_gid) &&
	    fchownat(to, name, st.st_uid, st.st_gid, AT_SYMLINK_NOFOLLOW) < 0)
		r = -errno;
	return r;
}

static int copy_dir(int from, int to, int depth)
{
	cleanup_dir DIR *d = fd_open_dir(from);
	int r = 0;

	if (!d)
		return -errno;
	for (const struct dirent *de = readdir(d); de && r == 0; de = readdir(d)) {
		if (!str_eq(de->d_name, ".") && !str_eq(de->d_name, "..") &&
		    !is_console(de->d_name))
			r = copy_node(from, to, de->d_name, depth);
	}
	return r;
}

static int fill(const char *stage, struct err *e)
{
	cleanup_fd int from = open("/dev", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_fd int to = open(stage, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_free char *pts = str_format("%s/pts", stage);
	int r = from < 0 || to < 0 ? -errno : !pts ? -ENOMEM : copy_dir(from, to, 0);

	if (r < 0)
		return err_set(e, -r, "copy /dev: %m");
	/* its own terminals, too; the node that makes them is in there */
	(void)mkdirat(to, "pts", 0755);
	(void)unlinkat(to, "ptmx", 0);
	if (mount("devpts", pts, "devpts", MS_NOSUID | MS_NOEXEC, PTS_OPTIONS) < 0 ||
	    symlinkat("pts/ptmx", to, "ptmx") < 0)
		return err_set(e, errno, "make terminals for the case: %m");
	return 0;
}

int hx_case_dev(const struct case_ctx *c, struct err *e)
{
	cleanup_free char *stage = str_format("%s/" STAGE, c->dir);
	int r;

	if (!stage || mkdir(stage, 0755) < 0)
		return err_set(e, stage ? errno : ENOMEM, "make a /dev for the case: %m");
	if (mount("dev", stage, "tmpfs", MS_NOSUID | MS_STRICTATIME, DEV_OPTIONS) < 0)
		return err_set(e, errno, "mount a /dev for the case: %m");
	r = fill(stage, e);
	if (r < 0)
		return r;
	if (mount(stage, "/dev", NULL, MS_MOVE, NULL) < 0)
		return err_set(e, errno, "move the case's /dev into place: %m");
	(void)rmdir(stage);
	return 0;
}
