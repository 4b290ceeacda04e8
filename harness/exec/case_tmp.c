/* SPDX-License-Identifier: Apache-2.0 */
#include "case_tmp.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define LAYERS	  "tmp" /* in the case's directory */
#define DEPTH_MAX 32
#define TOLD_MAX  16
#define OPTIONS	  "mode=0755,size=1g"

/*
 * The work directory may lie in /tmp, if it is kept or /run is read-only: there it has to be seen
 * still. Where it stands on a mount below /tmp it cannot be.
 */
static int show_work(const struct case_ctx *c, int work)
{
	char from[FD_PATH_SIZE];

	if (!str_starts(c->session->work, "/tmp/"))
		return 0;
	return mount(fd_proc_path(work, from), c->session->work, NULL, MS_BIND | MS_REC, NULL) < 0
		       ? -errno
		       : 0;
}

/* What is kept may lie where no upper layer can (overlay, NFS): the layers are on a tmpfs then. */
static int make_layers(const struct case_ctx *c, const char *layers, struct err *e)
{
	cleanup_free char *upper = str_format("%s/upper", layers);
	cleanup_free char *work = str_format("%s/work", layers);

	if (!upper || !work)
		return err_set(e, ENOMEM, "make /tmp private: %m");
	if (mkdir(layers, 0700) < 0 ||
	    (c->session->keep && mount("conform-tmp", layers, "tmpfs", 0, OPTIONS) < 0) ||
	    mkdir(upper, 01777) < 0 || mkdir(work, 0700) < 0)
		return err_set(e, errno, "make the layers of a private /tmp: %m");
	return 0;
}

int hx_case_tmp(struct case_ctx *c, struct err *e)
{
	cleanup_free char *layers = str_format("%s/" LAYERS, c->dir);
	cleanup_free char *options =
		str_format("lowerdir=/tmp,upperdir=%s/" LAYERS "/upper,workdir=%s/" LAYERS "/work",
			   c->dir, c->dir);
	cleanup_fd int lower = open("/tmp", O_PATH | O_DIRECTORY | O_CLOEXEC);
	cleanup_fd int work = open(c->session->work, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int r;

	if (!layers || !options)
		return err_set(e, ENOMEM, "make /tmp private: %m");
	if (lower < 0 || work < 0)
		return err_set(e, errno, "make /tmp private: %m");
	r = make_layers(c, layers, e);
	if (r < 0)
		return r;
	if (mount("conform-tmp", "/tmp", "overlay", 0, options) < 0)
		return 0;
	if (show_work(c, work) < 0)
		return umount2("/tmp", MNT_DETACH) < 0
			       ? err_set(e, errno, "give the host's /tmp back: %m")
			       : 0;
	c->tmp_fd = take_fd(&lower);
	return 0;
}

struct walk {
	int lower; /* the host's /tmp */
	struct json *residue;
	size_t found;
};

static int tell(struct walk *w, const char *path, const char *what)
{
	cleanup_free char *s = NULL;

	if (++w->found > TOLD_MAX)
		return 0;
	s = str_format("'/tmp/%s' %s", path, what);
	return s ? json_append(w->residue, json_new_string(s)) : -ENOMEM;
}

/* A file that was opened to be written, and was not, is a copy. */
static bool is_copy(const struct stat *a, const struct stat *b)
{
	return a->st_mode == b->st_mode && a->st_uid == b->st_uid && a->st_gid == b->st_gid &&
	       (S_ISDIR(a->st_mode) ||
		(a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
		 a->st_mtim.tv_nsec == b->st_mtim.tv_nsec));
}

static int look(struct walk *w, int dir, const char *path, unsigned int depth);

/* An entry of the upper layer, which has what was made, what was written to, and in the place of
 * what was removed a device of its own (Documentation/filesystems/overlayfs.rst). */
static int look_at(struct walk *w, int dir, const char *name, const char *path, unsigned int depth)
{
	struct stat now, was;

	if (fstatat(dir, name, &now, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	if (S_ISCHR(now.st_mode) && now.st_rdev == makedev(0, 0))
		return tell(w, path, "of the host was removed");
	if (fstatat(w->lower, path, &was, AT_SYMLINK_NOFOLLOW) < 0)
		return tell(w, path, "is left");
	if (!is_copy(&was, &now))
		return tell(w, path, "of the host was changed");
	return S_ISDIR(now.st_mode) && depth < DEPTH_MAX
		       ? look(w, openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
			      path, depth + 1)
		       : 0;
}

/* Takes @dir. */
static int look(struct walk *w, int dir, const char *path, unsigned int depth)
{
	cleanup_fd int own = dir;
	cleanup_dir DIR *d = own < 0 ? NULL : fdopendir(dir);
	int r = 0;

	if (!d)
		return -errno;
	(void)take_fd(&own);
	for (const struct dirent *de = readdir(d); r == 0 && de; de = readdir(d)) {
		cleanup_free char *below = str_format("%s%s%s", path, *path ? "/" : "", de->d_name);

		if (str_eq(de->d_name, ".") || str_eq(de->d_name, ".."))
			continue;
		r = below ? look_at(w, dirfd(d), de->d_name, below, depth) : -ENOMEM;
	}
	return r;
}

int hx_case_tmp_residue(const struct case_ctx *c, struct json *residue)
{
	struct walk w = {.lower = c->tmp_fd, .residue = residue};
	cleanup_free char *more = NULL;
	int r;

	if (c->tmp_fd < 0)
		return 0;
	r = look(&w, openat(c->dir_fd, LAYERS "/upper", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "", 0);
	if (r < 0 || w.found <= TOLD_MAX)
		return r;
	more = str_format("%zu more in /tmp", w.found - TOLD_MAX);
	return more ? json_append(residue, json_new_string(more)) : -ENOMEM;
}

void hx_case_tmp_done(struct case_ctx *c)
{
	cleanup_free char *layers = str_format("%s/" LAYERS, c->dir);

	if (c->tmp_fd >= 0)
		(void)umount2("/tmp", MNT_DETACH);
	fd_close(&c->tmp_fd);
	if (!layers || !c->session->keep)
		return;
	(void)umount2(layers, MNT_DETACH);
	(void)rmdir(layers);
}
