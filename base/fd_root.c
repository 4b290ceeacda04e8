/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openat2(RESOLVE_IN_ROOT), and the same by hand. There the directories entered so far are kept
 * open on a stack, so ".." is a step back on the stack and never asks the file system: a directory
 * that somebody renames out of the root meanwhile cannot lead us out with it.
 */
#include "fd.h"

#include "cleanup.h"
#include "str.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#define OPENAT2_TRIES 64 /* openat2(2): EAGAIN where a rename raced with ".." */
#define LINKS_MAX     40 /* MAXSYMLINKS of the kernel, path_resolution(7) */

struct walk {
	int rootfd; /* borrowed */
	int *dirs;  /* the directories below the root, innermost last */
	size_t ndirs;
	char *rest; /* owned: what is still to be resolved stands from @at on */
	const char *at;
	int links;
};

static int walk_dir(const struct walk *w)
{
	return w->ndirs ? w->dirs[w->ndirs - 1] : w->rootfd;
}

static void walk_up(struct walk *w)
{
	if (w->ndirs > 0)
		fd_close(&w->dirs[--w->ndirs]);
}

static void walk_done(struct walk *w)
{
	while (w->ndirs > 0)
		walk_up(w);
	cleanup_freep(&w->dirs);
	cleanup_freep(&w->rest);
}

/* Enters the directory *fd, which is taken. */
static int walk_down(struct walk *w, int *fd)
{
	if ((w->ndirs & (w->ndirs - 1)) == 0) { /* grows at every power of two */
		size_t cap = w->ndirs ? w->ndirs * 2 : 1;
		int *grown = realloc(w->dirs, cap * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		w->dirs = grown;
	}
	w->dirs[w->ndirs++] = take_fd(fd);
	return 0;
}

/*
 * The links of procfs that jump (proc_pid_fd(5), proc_pid_cwd(5), namespaces(7)) show an absolute
 * path, "(unreachable)..." or "kind:[inode]"; its plain ones
 * ("self", "self/mounts") never do. What looks like the former is refused, as RESOLVE_NO_MAGICLINKS
 * does.
 */
static bool is_magic(int dir, const char *target)
{
	struct statfs fs;

	if (fstatfs(dir, &fs) < 0 || fs.f_type != PROC_SUPER_MAGIC)
		return false;
	return *target == '/' || *target == '(' || strchr(target, ':');
}

/* Puts the target of the link @name in the place of its name. -EINVAL: not a link. */
static int walk_link(struct walk *w, const char *name)
{
	char target[PATH_MAX];
	char *rest;
	ssize_t n = readlinkat(walk_dir(w), name, target, sizeof(target) - 1);

	if (n < 0)
		return -errno;
	if (w->links++ >= LINKS_MAX)
		return -ELOOP;
	target[n] = '\0';
	if (is_magic(walk_dir(w), target))
		return -ELOOP;
	if (n == 0)
		return -ENOENT;
	/* @at stands on the slash behind the name or on the end, so nothing needs to go between */
	rest = str_format("%s%s", target, w->at);
	if (!rest)
		return -ENOMEM;
	free(w->rest);
	w->rest = rest;
	w->at = rest;
	if (*rest == '/') {
		while (w->ndirs > 0)
			walk_up(w);
	}
	return 0;
}

/* A name with more behind it: a directory to enter, or a link. */
static int walk_middle(struct walk *w, const char *name)
{
	cleanup_fd int fd = openat(walk_dir(w), name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (S_ISLNK(st.st_mode))
		return walk_link(w, name);
	if (!S_ISDIR(st.st_mode))
		return -ENOTDIR;
	return walk_down(w, &fd);
}

/*
 * The last name. Opens it, or puts the target of a link in its place and sets *ret_again. A slash
 * behind it asks for a directory and follows a link even against O_NOFOLLOW; with O_CREAT it is
 * refused, as the kernel does.
 */
static int walk_last(struct walk *w, const char *name, int flags, mode_t mode, bool *ret_again)
{
	bool slash = *w->at == '/';
	cleanup_fd int fd = FD_NONE;
	bool follow;
	struct stat st;
	int first, r;

	if (slash && (flags & O_CREAT))
		return -EISDIR;
	follow = slash || !(flags & O_NOFOLLOW);
	if ((flags & O_CREAT) && (flags & O_EXCL))
		follow = false;
	if (slash)
		flags |= O_DIRECTORY;

	fd = openat(walk_dir(w), name, flags | O_NOFOLLOW | O_CLOEXEC, mode);
	if (!follow)
		return fd < 0 ? -errno : take_fd(&fd);
	if (fd >= 0) {
		/* only O_PATH opens a link itself */
		if (!(flags & O_PATH))
			return take_fd(&fd);
		if (fstat(fd, &st) < 0)
			return -errno;
		if (!S_ISLNK(st.st_mode))
			return take_fd(&fd);
	} else if (errno != ELOOP && errno != ENOTDIR) {
		return -errno;
	}
	/* where it is no link after all, the first answer stands; a link that vanished meanwhile
	 * may be tried again */
	first = fd < 0 ? -errno : -EAGAIN;
	r = walk_link(w, name);
	if (r == -ELOOP || r == -ENOMEM)
		return r;
	*ret_again = r == 0;
	return first;
}

/* Copies the next name out and leaves @at behind it. Returns its length, 0 at the end, or
 * -ENAMETOOLONG. */
static int walk_name(struct walk *w, char name[NAME_MAX + 1])
{
	size_t n;

	w->at += strspn(w->at, "/");
	n = strcspn(w->at, "/");
	if (n > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(name, w->at, n);
	name[n] = '\0';
	w->at += n;
	return (int)n;
}

int fd_open_in_root_walk(int rootfd, const char *path, int flags, mode_t mode)
{
	CLEANUP(walk_done) struct walk w = {.rootfd = rootfd};

	if (*path == '\0')
		return -ENOENT;
	if (strlen(path) >= PATH_MAX)
		return -ENAMETOOLONG;
	w.rest = str_format("%s", path);
	if (!w.rest)
		return -ENOMEM;
	w.at = w.rest;

	for (;;) {
		char name[NAME_MAX + 1];
		int r = walk_name(&w, name);

		if (r < 0)
			return r;
		if (r == 0) {
			int fd = openat(walk_dir(&w), ".", flags | O_CLOEXEC, mode);

			return fd < 0 ? -errno : fd;
		}
		if (str_eq(name, "."))
			continue;
		if (str_eq(name, "..")) {
			walk_up(&w);
			continue;
		}
		if (w.at[strspn(w.at, "/")] == '\0') {
			bool again = false;

			r = walk_last(&w, name, flags, mode, &again);
			if (!again)
				return r;
		} else {
			r = walk_middle(&w, name);
			if (r < 0)
				return r;
		}
	}
}

static int by_kernel(int rootfd, const char *path, int flags, mode_t mode, uint64_t resolve)
{
	bool makes = (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE;
	struct open_how how = {
		.flags = (uint64_t)(unsigned int)flags | O_CLOEXEC,
		.mode = makes ? mode & 07777 : 0, /* else openat2 answers EINVAL */
		.resolve = RESOLVE_IN_ROOT | resolve,
	};
	long fd = -1;

	for (int tries = 0; tries < OPENAT2_TRIES; tries++) {
		fd = syscall(SYS_openat2, rootfd, path, &how, sizeof(how));
		if (fd >= 0)
			return (int)fd;
		if (errno != EAGAIN && errno != EINTR)
			break;
	}
	return -errno;
}

int fd_open_in_root(int rootfd, const char *path, int flags, mode_t mode)
{
	int fd = by_kernel(rootfd, path, flags, mode, RESOLVE_NO_MAGICLINKS);

	/* seccomp profiles older than the call answer EPERM; where EPERM is the file's, the walk
	 * finds it again */
	if (fd == -ENOSYS || fd == -EPERM)
		return fd_open_in_root_walk(rootfd, path, flags, mode);
	return fd;
}

int fd_open_in_root_plain(int rootfd, const char *path, int flags)
{
	int fd = by_kernel(rootfd, path, flags, 0, RESOLVE_NO_SYMLINKS);

	return fd == -ENOSYS || fd == -EPERM ? -ELOOP : fd;
}
