/* SPDX-License-Identifier: Apache-2.0 */
#include "cgroup_internal.h"

#include "cleanup.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

/* Attributes are short; the longest are lists of processes. */
#define ATTR_MAX (4u << 20)

/* Two runtimes may make and remove the same parent at the same time. */
#define MAKE_ATTEMPTS 16

/* Dying processes are counted until the kernel has put them away: milliseconds, unless it is busy.
 */
#define REMOVE_WAIT_MS 2000

static int check_magic(int fd, bool v2)
{
	struct statfs st;

	if (fstatfs(fd, &st) < 0)
		return -errno;
	if ((unsigned long)st.f_type != (v2 ? CGROUP2_SUPER_MAGIC : CGROUP_SUPER_MAGIC))
		return -ENOTTY;
	return 0;
}

int cgroup_dir_open_mount(const struct cgroup_hierarchy *h, struct err *e)
{
	cleanup_fd int fd = open(h->mountpoint, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int r;

	if (fd < 0)
		return err_set(e, errno, "open '%s': %m", h->mountpoint);
	r = check_magic(fd, h->v2);
	if (r == -ENOTTY)
		return err_set(e, ENOTTY, "'%s' is not a cgroup %s file system", h->mountpoint,
			       h->v2 ? "v2" : "v1");
	if (r < 0)
		return err_set(e, -r, "statfs '%s': %m", h->mountpoint);
	return take_fd(&fd);
}

/* For kernels without openat2(2): the same, one component at a time. */
static int open_walk(int dirfd, const char *rel, bool v2)
{
	cleanup_fd int at = openat(dirfd, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);

	for (const char *p = rel; at >= 0 && *p;) {
		char name[NAME_MAX + 1];
		size_t n = strcspn(p, "/");
		int next;

		if (n > NAME_MAX)
			return -ENAMETOOLONG;
		memcpy(name, p, n);
		name[n] = '\0';
		if (str_eq(name, ".."))
			return -EXDEV;
		next = openat(at, n ? name : ".", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (next < 0)
			return -errno;
		fd_close(&at);
		at = next;
		p += n;
		p += strspn(p, "/");
	}
	if (at < 0)
		return -errno;
	if (check_magic(at, v2) < 0)
		return -EXDEV;
	int fd = openat(at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int cgroup_dir_open_at(int dirfd, const char *rel)
{
	struct open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS,
	};
	struct statfs st;
	long fd;

	do
		fd = syscall(SYS_openat2, dirfd, rel, &how, sizeof(how));
	while (fd < 0 && (errno == EINTR || errno == EAGAIN));
	if (fd >= 0)
		return (int)fd;
	if (errno != ENOSYS)
		return -errno;
	if (fstatfs(dirfd, &st) < 0)
		return -errno;
	return open_walk(dirfd, rel, (unsigned long)st.f_type == CGROUP2_SUPER_MAGIC);
}

/* The path as openat2(2) below the mount wants it. */
static const char *relative(const char *path)
{
	return path[1] ? path + 1 : ".";
}

int cgroup_dir_open(const struct cgroup_hierarchy *h, struct err *e)
{
	cleanup_fd int mount = FD_NONE;
	int fd;

	if (h->fd >= 0) {
		fd = fcntl(h->fd, F_DUPFD_CLOEXEC, 3);
		return fd < 0 ? err_set(e, errno, "cgroup '%s': %m", h->path) : fd;
	}
	mount = cgroup_dir_open_mount(h, e);
	if (mount < 0)
		return mount;
	fd = cgroup_dir_open_at(mount, relative(h->path));
	if (fd < 0 && fd != -ENOENT)
		return err_set(e, -fd, "open '%s%s': %m", h->mountpoint, h->path);
	return fd;
}

int cgroup_dir_read(int dirfd, const char *file, char **ret)
{
	size_t len;
	int r = fd_read_file_at(dirfd, file, ATTR_MAX, ret, &len, NULL);

	if (r >= 0 && len && (*ret)[len - 1] == '\n')
		(*ret)[len - 1] = '\0';
	return r < 0 ? r : 0;
}

int cgroup_dir_write(int dirfd, const char *file, const char *value)
{
	/* an empty write(2) never reaches the kernel's handler, so that "" is one line break */
	const char *text = *value ? value : "\n";

	return fd_write_file_at(dirfd, file, text, strlen(text), NULL);
}

/* cpuset(7): a new cpuset has no cpus and takes no process until it is given some. */
static int fill_cpuset(int parent, int child)
{
	static const char *const files[] = {"cpuset.cpus", "cpuset.mems"};

	for (size_t i = 0; i < 2; i++) {
		cleanup_free char *own = NULL, *above = NULL;
		int r = cgroup_dir_read(child, files[i], &own);

		if (r == -ENOENT) /* mounted with noprefix or in v2 mode: inherits by itself */
			continue;
		if (r < 0)
			return r;
		if (*own)
			continue;
		r = cgroup_dir_read(parent, files[i], &above);
		if (r >= 0 && *above)
			r = cgroup_dir_write(child, files[i], above);
		if (r < 0)
			return r;
	}
	return 0;
}

/*
 * cgroups(7), "no internal processes": where processes are, and not only in cgroups below, the
 * kernel refuses memory and io to those below, but cpu and pids it gives, and then no process may
 * be there unless they are threads of one domain. The root is exempt, and has no cgroup.type.
 */
static bool holds_processes(int dirfd)
{
	cleanup_free char *type = NULL, *procs = NULL;

	return cgroup_dir_read(dirfd, "cgroup.type", &type) >= 0 && str_eq(type, "domain") &&
	       cgroup_dir_read(dirfd, "cgroup.procs", &procs) >= 0 && *procs;
}

static bool is_enabled(int dirfd, const char *controller)
{
	cleanup_free char *enabled = NULL;

	return cgroup_dir_read(dirfd, "cgroup.subtree_control", &enabled) >= 0 &&
	       cgroup_has_controller(enabled, controller);
}

static int switch_on(int dirfd, const char *controller)
{
	char text[64];
	int r = snprintf(text, sizeof(text), "+%s", controller);

	if (r < 0 || (size_t)r >= sizeof(text))
		return -ENOENT;
	return cgroup_dir_write(dirfd, "cgroup.subtree_control", text);
}

/* 1: switched on, 0: it was, -errno. */
static int enable_at(int dirfd, const char *controller)
{
	int r;

	if (is_enabled(dirfd, controller))
		return 0;
	r = switch_on(dirfd, controller);
	return r < 0 ? r : 1;
}

/* Adds "controller:length" to what this container has switched on: from the directory at so many
 * bytes of its path on. */
static int note_enabled(struct cgroup_hierarchy *h, const char *controller, size_t level)
{
	char *more = str_format("%s%s%s:%zu", h->enabled ? h->enabled : "", h->enabled ? " " : "",
				controller, level);

	if (!more)
		return -ENOMEM;
	free(h->enabled);
	h->enabled = more;
	return 0;
}

int cgroup_dir_enable(struct cgroup_hierarchy *h, const char *controller)
{
	cleanup_fd int at = cgroup_dir_open_mount(h, NULL);
	bool noted = false;
	int r;

	if (at < 0)
		return at;
	for (const char *p = relative(h->path); *p && !str_eq(p, ".");) {
		char name[NAME_MAX + 1];
		size_t n = strcspn(p, "/");

		if (n > NAME_MAX)
			return -ENAMETOOLONG;
		r = is_enabled(at, controller) || !holds_processes(at) ? enable_at(at, controller)
								       : -EBUSY;
		if (r > 0 && !noted) {
			noted = true;
			r = note_enabled(h, controller, (size_t)(p - h->path - 1));
		}
		if (r < 0)
			return r;
		memcpy(name, p, n);
		name[n] = '\0';
		int next = cgroup_dir_open_at(at, name);

		if (next < 0)
			return next;
		fd_close(&at);
		at = next;
		p += n;
		p += strspn(p, "/");
	}
	return 0;
}

/*
 * Pure v2: all that the parent offers, as the container's own accounting needs it. One that cannot
 * be had (a parent with processes of its own) is missed only by a config that sets its limits, and
 * cgroup_apply() says so then.
 */
static void enable_everything(int dirfd)
{
	cleanup_free char *offered = NULL, *enabled = NULL;

	if (holds_processes(dirfd) || cgroup_dir_read(dirfd, "cgroup.controllers", &offered) < 0 ||
	    !*offered || cgroup_dir_read(dirfd, "cgroup.subtree_control", &enabled) < 0)
		return;
	for (char *p = offered; *p;) {
		size_t n = strcspn(p, " ");
		bool last = p[n] == '\0';

		p[n] = '\0';
		if (!cgroup_has_controller(enabled, p))
			(void)switch_on(dirfd, p);
		p += n + (last ? 0 : 1);
	}
}

/* One component: 1 made, 0 was there, -errno, and then nothing was made. *ret_fd is the directory,
 * opened. */
static int make_one(int parent, const char *name, int *ret_fd)
{
	bool made = mkdirat(parent, name, 0755) == 0;
	int fd;

	if (!made && errno != EEXIST)
		return -errno;
	fd = cgroup_dir_open_at(parent, name);
	if (fd < 0) {
		if (made)
			(void)unlinkat(parent, name, AT_REMOVEDIR);
		return fd;
	}
	*ret_fd = fd;
	return made;
}

/* Where to begin: what the plan found is opened at once, unless the way there needs care. */
static int open_start(const struct cgroup_hierarchy *h, bool from_top, int mount, size_t *ret_at)
{
	cleanup_free char *path = NULL;
	int fd;

	*ret_at = 0;
	if (from_top || h->kept <= 1) {
		fd = fcntl(mount, F_DUPFD_CLOEXEC, 3);
		return fd < 0 ? -errno : fd;
	}
	path = strndup(h->path, h->kept);
	if (!path)
		return -ENOMEM;
	*ret_at = h->kept;
	return cgroup_dir_open_at(mount, path + 1);
}

/* One attempt at the whole path. Directories made before a failure are noted in h->kept. */
static int make_path(struct cgroup_hierarchy *h, bool enable_all, bool from_top, int mount)
{
	bool cpuset = !h->v2 && cgroup_has_controller(h->controllers, "cpuset");
	size_t len = strlen(h->path), start;
	cleanup_fd int at = open_start(h, from_top || cpuset || enable_all, mount, &start);

	h->kept = len;
	h->created = false;
	if (at < 0)
		return at;
	for (const char *p = h->path + start; p[0] == '/' && p[1];) {
		char name[NAME_MAX + 1];
		size_t n = strcspn(p + 1, "/");
		int next = FD_NONE, r;

		if (n > NAME_MAX)
			return -ENAMETOOLONG;
		memcpy(name, p + 1, n);
		name[n] = '\0';
		if (enable_all)
			enable_everything(at);
		r = make_one(at, name, &next);
		if (r < 0)
			return r;
		if (r > 0 && h->kept == len)
			h->kept = (size_t)(p - h->path);
		if (r > 0 && p[n + 1] == '\0')
			h->created = true;
		r = cpuset ? fill_cpuset(at, next) : 0;
		fd_close(&at);
		at = next;
		if (r < 0)
			return r;
		p += n + 1;
	}
	fd_close(&h->fd);
	h->fd = take_fd(&at);
	return 0;
}

int cgroup_dir_make(struct cgroup_hierarchy *h, bool enable_all, struct err *e)
{
	cleanup_fd int mount = cgroup_dir_open_mount(h, e);
	int r = -ENOENT;

	if (mount < 0)
		return mount;
	/* a parent that another runtime has just removed makes the rest of the path vanish */
	for (int i = 0; i < MAKE_ATTEMPTS && (r == -ENOENT || r == -ENODEV); i++) {
		if (i)
			(void)cgroup_dir_remove(h, NULL);
		r = make_path(h, enable_all, i > 0, mount);
	}
	if (r < 0)
		return err_set(e, -r, "make cgroup '%s%s': %m", h->mountpoint, h->path);
	return 0;
}

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
		cleanup_dir DIR *d = NULL;
		int dup = openat(at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), next = FD_NONE;
		struct dirent *de;
		bool any = false;

		if (dup < 0)
			return -errno;
		d = fdopendir(dup);
		if (!d) {
			fd_close(&dup);
			return -ENOMEM;
		}
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

/* The directory that holds @path[0..len), or -ENOENT. *ret_name is its last component. */
static int open_parent(int mount, const char *path, size_t len, char **ret_name)
{
	cleanup_free char *copy = strndup(path, len);
	char *slash;
	int fd;

	if (!copy)
		return -ENOMEM;
	slash = strrchr(copy, '/');
	if (!slash || !slash[1])
		return -EINVAL;
	*ret_name = strdup(slash + 1);
	if (!*ret_name)
		return -ENOMEM;
	*slash = '\0';
	fd = slash == copy ? fcntl(mount, F_DUPFD_CLOEXEC, 3) : cgroup_dir_open_at(mount, copy + 1);
	if (fd < 0 && slash == copy)
		return -errno;
	return fd;
}

/* rmdir(2) of @path[0..len). */
static int remove_one(int mount, const char *path, size_t len)
{
	cleanup_free char *name = NULL;
	cleanup_fd int parent = open_parent(mount, path, len, &name);

	if (parent < 0)
		return parent;
	return unlinkat(parent, name, AT_REMOVEDIR) < 0 ? -errno : 0;
}

static int remove_leaf(int mount, const char *path)
{
	struct timespec pause = {.tv_nsec = 50000};
	int64_t waited_us = 0;

	for (;;) {
		int r = remove_one(mount, path, strlen(path)), below;

		if (r == -ENOENT || r == -ENODEV)
			return 0;
		if (r != -EBUSY && r != -ENOTEMPTY)
			return r;
		below = cgroup_dir_open_at(mount, path + 1);
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
	cleanup_dir DIR *d = NULL;
	int dup = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent *de;

	d = dup < 0 ? NULL : fdopendir(dup);
	if (!d) {
		fd_close(&dup);
		return true;
	}
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
	size_t len = strlen(h->path), stop = h->kept;
	bool at_home = str_starts(h->path, CGROUP_HOME "/");
	int r;

	fd_close(&h->fd);
	if (h->kept >= len)
		return 0;
	cleanup_fd int mount = cgroup_dir_open_mount(h, NULL);

	/* a hierarchy that is mounted no longer holds nothing of ours */
	if (mount == -ENOENT || mount == -ENOTTY)
		return 0;
	if (mount < 0)
		return err_set(e, -mount, "open '%s': %m", h->mountpoint);
	if (h->created) {
		r = remove_leaf(mount, h->path);
		if (r < 0)
			return err_set(e, -r, "remove cgroup '%s%s': %m", h->mountpoint, h->path);
	}
	/* the home is whoever's comes last */
	if (at_home)
		stop = 0;
	for (len = strlen(h->path); len > stop;) {
		while (len > 0 && h->path[len - 1] != '/')
			len--;
		if (len <= 1 || --len <= stop)
			break;
		r = remove_one(mount, h->path, len);
		if (r < 0 && r != -ENOENT && r != -ENODEV)
			break; /* others live there */
	}
	if (h->enabled)
		restore_controllers(h, mount, len > stop ? len : stop);
	h->kept = strlen(h->path);
	h->created = false;
	return 0;
}
