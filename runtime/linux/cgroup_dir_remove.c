/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a cgroup: its directories, and what was switched on above them. */
#include "cgroup_internal.h"

#include "cleanup.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Dying processes are counted until the kernel has put them away: milliseconds, unless it is busy.
 */
#define REMOVE_WAIT_MS 2000

/*
 * Removes all directories below *fd (taken), however deep they are, with a constant number of
 * descriptors: into a directory that will not go, back up once it is empty. 0, -EBUSY where a
 * process lives, -errno.
 */
static int remove_below(int *taken)
{
	cleanup_fd int at = take_fd(taken);
	size_t depth = 0;

	for (;;) {
		cleanup_dir DIR *d = fd_open_dir(at);
		int next = FD_NONE;
		struct dirent *de;
		bool any = false;

		if (!d)
			return -errno;
		while (next < 0 && (de = readdir(d))) {
			if (de->d_type != DT_DIR || str_eq(de->d_name, ".") ||
			    str_eq(de->d_name, ".."))
				continue;
			any = true;
			if (unlinkat(at, de->d_name, AT_REMOVEDIR) == 0 || errno == ENOENT)
				continue;
			if (errno != EBUSY && errno != ENOTEMPTY)
				return -errno;
			next = cgroup_dir_open_at(at, de->d_name);
			if (next < 0 && next != -ENOENT)
				return next;
		}
		if (next < 0) {
			if (!any && depth) /* busy without children: processes */
				return -EBUSY;
			if (!depth)
				return 0;
			next = openat(at, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
			if (next < 0)
				return -errno;
			depth--;
		} else {
			depth++;
		}
		fd_close(&at);
		at = next;
	}
}

/* rmdir(2) of path[0..len) below @base, which is path[0..base_len). */
static int remove_one(int base, size_t base_len, const char *path, size_t len)
{
	cleanup_free char *rel = strndup(path + base_len + 1, len - base_len - 1);
	cleanup_fd int own = FD_NONE;
	int parent = base;
	char *name = rel, *slash;

	if (!rel)
		return -ENOMEM;
	slash = strrchr(rel, '/');
	if (slash) {
		*slash = '\0';
		name = slash + 1;
		own = cgroup_dir_open_at(base, rel);
		parent = own;
	}
	if (parent < 0)
		return parent;
	return unlinkat(parent, name, AT_REMOVEDIR) < 0 ? -errno : 0;
}

static int remove_leaf(int base, size_t base_len, const char *path)
{
	struct timespec pause = {.tv_nsec = 50000};
	int64_t waited_us = 0;

	for (;;) {
		int r = remove_one(base, base_len, path, strlen(path)), below;

		if (r == -ENOENT || r == -ENODEV)
			return 0;
		if (r != -EBUSY && r != -ENOTEMPTY)
			return r;
		below = cgroup_dir_open_at(base, path + base_len + 1);
		if (below == -ENOENT)
			return 0;
		if (below >= 0)
			(void)remove_below(&below);
		if (waited_us >= REMOVE_WAIT_MS * 1000)
			return r;
		/* v1 tells nobody when its last process is gone, so ask again, ever more rarely */
		(void)nanosleep(&pause, NULL);
		waited_us += pause.tv_nsec / 1000;
		if (pause.tv_nsec < 20000000)
			pause.tv_nsec *= 2;
	}
}

static bool has_children(int dirfd)
{
	cleanup_dir DIR *d = fd_open_dir(dirfd);
	struct dirent *de;

	if (!d)
		return true;
	while ((de = readdir(d)))
		if (de->d_type == DT_DIR && !str_eq(de->d_name, ".") && !str_eq(de->d_name, ".."))
			return true;
	return false;
}

/* Switches off at @path[0..len), unless somebody is below who may have come to rely on it. */
static bool disable_at(int mount, const char *path, size_t len, const char *controller)
{
	cleanup_free char *copy = strndup(path, len), *off = str_format("-%s", controller);
	cleanup_fd int dir =
		copy && off ? cgroup_dir_open_at(mount, len > 1 ? copy + 1 : ".") : -ENOMEM;

	if (dir < 0 || has_children(dir) ||
	    cgroup_dir_write(dir, "cgroup.subtree_control", off) < 0)
		return false;
	if (!has_children(dir))
		return true;
	/* who came between the two looks finds it as it was */
	*off = '+';
	(void)cgroup_dir_write(dir, "cgroup.subtree_control", off);
	return false;
}

/*
 * What this container has switched on in directories that are not its own goes back as it was once
 * nobody lives there: a controller that v2 holds on to cannot be mounted as one of v1.
 */
static void restore_controllers(struct cgroup_hierarchy *h, int mount, size_t left)
{
	char *save = NULL;

	for (char *one = h->enabled ? strtok_r(h->enabled, " ", &save) : NULL; one;
	     one = strtok_r(NULL, " ", &save)) {
		char *colon = strchr(one, ':');
		uint64_t level;
		size_t at = left;

		if (!colon || str_to_u64(colon + 1, left, &level) < 0)
			continue;
		*colon = '\0';
		while (disable_at(mount, h->path, at, one) && at > level) {
			while (at > 0 && h->path[at - 1] != '/')
				at--;
			at -= at > 0;
		}
	}
	free(take_ptr(&h->enabled));
}

int cgroup_dir_remove(struct cgroup_hierarchy *h, struct err *e)
{
	size_t len = strlen(h->path), base_len;
	/* the home is whoever's comes last */
	size_t stop = str_starts(h->path, CGROUP_HOME "/") ? 0 : h->kept;
	cleanup_fd int own = FD_NONE;
	int base, r;

	if (h->kept >= len)
		return 0;
	base = cgroup_dir_begin(h, h->enabled ? 0 : stop, &own, &base_len, NULL);
	/* a hierarchy that is mounted no longer holds nothing of ours */
	if (base == -ENOENT || base == -ENOTTY)
		return 0;
	if (base < 0)
		return err_set(e, -base, "open '%s': %m", h->mountpoint);
	if (h->created) {
		r = remove_leaf(base, base_len, h->path);
		if (r < 0)
			return err_set(e, -r, "remove cgroup '%s%s': %m", h->mountpoint, h->path);
	}
	while (len > stop) {
		while (len > 0 && h->path[len - 1] != '/')
			len--;
		if (len <= 1 || --len <= stop)
			break;
		r = remove_one(base, base_len, h->path, len);
		if (r < 0 && r != -ENOENT && r != -ENODEV)
			break; /* others live there */
	}
	if (h->enabled)
		restore_controllers(h, base, len > stop ? len : stop);
	h->kept = strlen(h->path);
	h->created = false;
	return 0;
}
