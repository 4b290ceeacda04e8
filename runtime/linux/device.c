/* SPDX-License-Identifier: Apache-2.0 */
#include "device.h"

#include "mount_target.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define MAJOR_MAX 4095 /* MINORBITS of the kernel: 12 and 20 bits */
#define MINOR_MAX 1048575
#define LINKS_MAX 40 /* as the kernel, path_resolution(7) */

static bool matches(const struct stat *st, const struct device_node *n)
{
	return (st->st_mode & S_IFMT) == n->type && (n->type == S_IFIFO || st->st_rdev == n->rdev);
}

/* config-linux.md#default-devices */
#define DEFAULTS                                                                                   \
	D("null", 1, 3)                                                                            \
	D("zero", 1, 5) D("full", 1, 7) D("random", 1, 8) D("urandom", 1, 9) D("tty", 5, 0)
static const struct {
	const char *name;
	unsigned int major, minor;
} defaults[] = {
#define D(NAME, MAJOR, MINOR) {NAME, MAJOR, MINOR},
	DEFAULTS
#undef D
};

/* The host's node at @path, checked to be what it should be. */
static int open_host_place(const struct device_node *n, const char *path, int flags)
{
	cleanup_fd int fd = FD_NONE;
	struct stat st;

	fd = open(path, O_PATH | O_CLOEXEC | flags);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	return matches(&st, n) ? take_fd(&fd) : -ENXIO;
}

/* By its numbers: where every host has it, or where udev(7) puts links to what it knows. */
static int open_host_number(const struct device_node *n)
{
	unsigned int ma = major(n->rdev), mi = minor(n->rdev);
	char path[64];

	(void)snprintf(path, sizeof(path), "/dev/%s/%u:%u", n->type == S_IFBLK ? "block" : "char",
		       ma, mi);
	for (size_t i = 0; n->type == S_IFCHR && i < sizeof(defaults) / sizeof(defaults[0]); i++) {
		if (defaults[i].major == ma && defaults[i].minor == mi)
			(void)snprintf(path, sizeof(path), "/dev/%s", defaults[i].name);
	}
	return open_host_place(n, path, 0);
}

/* The container's name for it need not be the host's. */
static int open_host_node(const struct device_node *n)
{
	int fd = open_host_place(n, n->host, O_NOFOLLOW), other;

	if (fd != -ENOENT && fd != -ENOTDIR && fd != -ENXIO)
		return fd;
	other = open_host_number(n);
	return other < 0 ? fd : other;
}

static int bind_host_node(struct rootfs *r, int dir, const char *name, const char *path,
			  const struct device_node *n)
{
	cleanup_fd int host = FD_NONE, target = FD_NONE;
	int result;

	host = open_host_node(n);
	if (host < 0)
		return host;
	if (mknodat(dir, name, S_IFREG | 0666, 0) < 0 && errno != EEXIST)
		return -errno;
	target = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (target < 0)
		return -errno;
	result = mount_peers_leave(r, target, path);
	if (result < 0)
		return result;
	/* read-only: owner and mode are the host's; a device can be written to all the same */
	return mount_bind_fd(r, host, target, path, false,
			     MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
}

/* Is /dev a bind mount, so that what lies in it belongs to the host? */
static bool dev_is_foreign(const struct rootfs *r)
{
	bool foreign = false;

	for (size_t i = 0; i < r->config->mounts.count; i++) {
		cleanup_free char *dest =
			mount_target_clean(r->config->mounts.items[i].destination);

		if (str_eq(dest, "/dev") && !r->sources->mounts[i].o.remount)
			foreign = r->sources->mounts[i].o.bind;
	}
	return foreign;
}

/* May something be made at @fd, or the node that it is be changed? On the root's mount, and where
 * config.mounts has a new file system. What a bind mount shows is somebody else's, also where it
 * shows the file system of the root; so is what was mounted in the root when it was handed over. */
static bool is_own(const struct rootfs *r, int fd)
{
	const struct rootfs_sources *s = r->sources;
	uint64_t id;

	if (mount_target_id(fd, &id) < 0)
		return false;
	for (size_t i = 0; i < s->nmounts; i++) {
		if (s->mounts[i].fresh && s->mounts[i].id == id)
			return true;
	}
	return mount_target_share_mount(fd, r->root_fd) > 0;
}

/* By descriptor: who shares the tree could have put a link in the node's place by now, and that
 * would be followed out of it. */
static int adapt_existing(struct rootfs *r, int fd, const struct stat *st,
			  const struct device_node *n)
{
	bool owner = n->has_owner && (st->st_uid != n->uid || st->st_gid != n->gid);
	bool mode = n->has_mode && (st->st_mode & 07777) != n->mode;
	char proc[FD_PATH_SIZE];

	if (!owner && !mode)
		return 0;
	if (!is_own(r, fd))
		return -EPERM;
	if (owner && fchownat(fd, "", n->uid, n->gid, AT_EMPTY_PATH) < 0)
		return -errno;
	if (mode && chmod(fd_proc_path(fd, proc), n->mode) < 0)
		return -errno;
	return 0;
}

/* Whether this process may make such a node at all: tried where nobody sees it. */
static bool can_make(const struct device_node *n)
{
	cleanup_fd int nowhere = mount_fresh_plain("tmpfs", "tmpfs", 0, NULL);

	return nowhere < 0 || mknodat(nowhere, "node", n->type | n->mode, n->rdev) == 0;
}

/*
 * May the file that stands in the node's place be covered by the host's node? Where nodes cannot be
 * made, an empty one is what a container of the same root has left: bind_host_node() needed it.
 */
static bool is_placeholder(const struct rootfs *r, const struct device_node *n,
			   const struct stat *st)
{
	return S_ISREG(st->st_mode) && st->st_size == 0 && n->type != S_IFIFO &&
	       (r->userns || !can_make(n));
}

int device_make(struct rootfs *r, int dir, const char *name, const char *path,
		const struct device_node *n, bool cover)
{
	cleanup_fd int fd = FD_NONE;
	struct stat st;
	int failed;

	if (!n->there && mknodat(dir, name, n->type | n->mode, n->rdev) == 0) {
		if ((n->uid || n->gid) &&
		    fchownat(dir, name, n->uid, n->gid, AT_SYMLINK_NOFOLLOW) < 0)
			return -errno;
		return 0;
	}
	failed = n->there ? EEXIST : errno;
	if (failed == EEXIST) {
		fd = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0 && errno == ENOENT && n->there)
			return -EXDEV;
		if (fd < 0 || fstat(fd, &st) < 0)
			return -errno;
		if (matches(&st, n))
			return adapt_existing(r, fd, &st, n);
		if (!(cover && S_ISREG(st.st_mode)) && !is_placeholder(r, n, &st))
			return -EEXIST;
	} else if (failed != EPERM || n->type == S_IFIFO || !n->host) {
		return -failed;
	}
	return bind_host_node(r, dir, name, path, n);
}

static int node_of(struct rootfs *r, const struct cfg_device *d, struct device_node *ret,
		   struct err *e)
{
	const char *type = d->type;

	*ret = (struct device_node){.mode = 0666, .host = d->path};
	if (str_eq(type, "c") || str_eq(type, "u"))
		ret->type = S_IFCHR;
	else if (str_eq(type, "b"))
		ret->type = S_IFBLK;
	else if (str_eq(type, "p"))
		ret->type = S_IFIFO;
	else
		return cfg_err(r->doc, &d->type, e, EINVAL,
			       "device type '%s' is none of c, b, u and p", type);
	if (ret->type != S_IFIFO) {
		if (!d->has_major || !d->has_minor)
			return cfg_err(r->doc, &d->path, e, EINVAL,
				       "a device of type '%s' needs major and minor", type);
		if (d->major < 0 || d->major > MAJOR_MAX)
			return cfg_err(r->doc, &d->major, e, ERANGE, "no device number: %m");
		if (d->minor < 0 || d->minor > MINOR_MAX)
			return cfg_err(r->doc, &d->minor, e, ERANGE, "no device number: %m");
		ret->rdev = makedev((unsigned int)d->major, (unsigned int)d->minor);
	}
	/* callers hand the whole st_mode through: the type bits say nothing new */
	if (d->has_file_mode)
		ret->mode = (mode_t)d->file_mode & 07777;
	ret->uid = d->has_uid ? (uid_t)d->uid : 0;
	ret->gid = d->has_gid ? (gid_t)d->gid : 0;
	ret->has_mode = d->has_file_mode;
	ret->has_owner = d->has_uid || d->has_gid;
	return 0;
}

static void cut_last(char *path)
{
	char *slash = strrchr(path, '/');

	*(slash ? slash : path) = '\0';
}

/* Where the link at @path, which leads to nothing, leads to. The caller frees; NULL: it is none. */
static char *behind_link(const struct rootfs *r, char *path)
{
	cleanup_fd int fd = fd_open_in_root(r->root_fd, path, O_PATH | O_NOFOLLOW, 0);
	char link[PATH_MAX];
	ssize_t n = fd < 0 ? -1 : readlinkat(fd, "", link, sizeof(link) - 1);

	if (n < 0)
		return NULL;
	link[n] = '\0';
	cut_last(path);
	return link[0] == '/' ? strdup(link) : str_format("%s/%s", path, link);
}

/* Would the directory of @path, if it were made, stand in one of somebody else's? What is missing
 * on the way counts to what is there. */
static bool is_foreign(const struct rootfs *r, const char *path)
{
	cleanup_free char *above = strdup(path);
	cleanup_fd int fd = -ENOENT;

	if (above)
		cut_last(above);
	for (int links = 0; above && links < LINKS_MAX && fd == -ENOENT;) {
		char *next;

		fd = fd_open_in_root(r->root_fd, *above ? above : "/", O_PATH, 0);
		if (fd != -ENOENT)
			break;
		next = behind_link(r, above);
		if (next) {
			links++;
			free(above);
			above = next;
		} else {
			cut_last(above);
		}
	}
	return fd < 0 || !is_own(r, fd);
}

/* The directory of the node, made where it is missing and may be made. */
static int open_dir(const struct rootfs *r, const char *path, char name[static 256])
{
	int dir = mount_target_find_parent(r->root_fd, path, name);

	if (dir != -ENOENT)
		return dir;
	return is_foreign(r, path) ? -EXDEV : mount_target_parent(r->root_fd, path, name);
}

static int make_configured(struct rootfs *r, const struct cfg_device *d, struct err *e)
{
	cleanup_fd int dir = FD_NONE;
	struct device_node n;
	char name[256];
	int result;

	result = node_of(r, d, &n, e);
	if (result < 0)
		return result;
	dir = open_dir(r, d->path, name);
	if (dir < 0 && dir != -EXDEV)
		return cfg_err(r->doc, &d->path, e, -dir, "directory of the device '%s': %m",
			       d->path);
	n.there = dir >= 0 && !is_own(r, dir);
	result = dir < 0 ? dir : device_make(r, dir, name, d->path, &n, false);
	/* a node for the container is not for the host, where it would outlive it */
	if (result == -EXDEV && (dir < 0 || n.there))
		return cfg_err(r->doc, &d->path, e, EPERM,
			       "device '%s' is missing in a directory that is mounted there from "
			       "elsewhere, in which nothing is made",
			       d->path);
	if (result == -EEXIST)
		return cfg_err(r->doc, &d->path, e, EEXIST,
			       "'%s' exists and is not the device that is asked for", d->path);
	if (result < 0)
		return cfg_err(r->doc, &d->path, e, -result, "device '%s': %m", d->path);
	return 0;
}

const char *const *rootfs_default_devices(void)
{
	static const char *const paths[] = {
#define D(NAME, MAJOR, MINOR) "/dev/" NAME,
		DEFAULTS
#undef D
			NULL};

	return paths;
}

static bool is_configured(const struct rootfs *r, const char *path)
{
	const struct cfg_linux *l = r->config->linux;

	for (size_t i = 0; l && i < l->devices.count; i++) {
		if (str_eq(l->devices.items[i].path, path))
			return true;
	}
	return false;
}

static int make_defaults(struct rootfs *r, int dev, struct err *e)
{
	for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++) {
		struct device_node n = {.type = S_IFCHR,
					.rdev = makedev(defaults[i].major, defaults[i].minor),
					.mode = 0666};
		char path[32];
		int result;

		(void)snprintf(path, sizeof(path), "/dev/%s", defaults[i].name);
		if (is_configured(r, path))
			continue;
		n.host = path; /* the host has them at the same place */
		result = device_make(r, dev, defaults[i].name, path, &n, true);
		if (result == -EEXIST)
			return err_set(e, EEXIST,
				       "default device '%s': the root file system has something "
				       "else there",
				       path);
		if (result < 0)
			return err_set(e, -result, "default device '%s': %m", path);
	}
	return 0;
}

/* Is @name below @dir a link to @target already? -EEXIST: it is something else; 0: nothing is
 * there. */
static int link_state(int dir, const char *name, const char *target, struct stat *st)
{
	char found[64];
	ssize_t n;

	if (fstatat(dir, name, st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISLNK(st->st_mode))
		return -EEXIST;
	n = readlinkat(dir, name, found, sizeof(found) - 1);
	if (n < 0)
		return -errno;
	found[n] = '\0';
	return str_eq(found, target) ? 1 : -EEXIST;
}

/*
 * A link of another target, and the node that a device manager would have made at /dev/ptmx, give
 * way; but nothing is taken from a directory of the host
 * (@foreign), which keeps what it has.
 */
static int make_link(int dir, const char *name, const char *target, bool foreign, struct err *e)
{
	struct stat st;
	int result;

	if (symlinkat(target, dir, name) == 0)
		return 0;
	if (errno != EEXIST)
		return err_set(e, errno, "link '/dev/%s': %m", name);
	result = link_state(dir, name, target, &st);
	if (result == 1)
		return 0;
	if (result != -EEXIST)
		return err_set(e, -result, "link '/dev/%s': %m", name);
	if (S_ISLNK(st.st_mode) || S_ISCHR(st.st_mode)) {
		if (foreign)
			return 0;
		if (unlinkat(dir, name, 0) == 0 && symlinkat(target, dir, name) == 0)
			return 0;
		return err_set(e, errno, "replace '/dev/%s' by a link: %m", name);
	}
	return err_set(e, EEXIST, "'/dev/%s' should be a link to %s and is a file", name, target);
}

/* runtime-linux.md#dev-symbolic-links: only where the source exists. */
static int make_links(struct rootfs *r, int dev, bool foreign, struct err *e)
{
	static const struct {
		const char *name, *target;
	} links[] = {
		{"fd", "/proc/self/fd"},
		{"stdin", "/proc/self/fd/0"},
		{"stdout", "/proc/self/fd/1"},
		{"stderr", "/proc/self/fd/2"},
	};
	cleanup_fd int source = fd_open_in_root(r->root_fd, "/proc/self/fd", O_PATH, 0);
	int result = make_link(dev, "ptmx", "pts/ptmx", foreign, e);

	for (size_t i = 0; result == 0 && source >= 0 && i < sizeof(links) / sizeof(links[0]); i++)
		result = make_link(dev, links[i].name, links[i].target, foreign, e);
	return result;
}

static int make_all(struct rootfs *r, struct err *e)
{
	const struct cfg_linux *l = r->config->linux;
	cleanup_fd int dev = FD_NONE;
	int result;

	dev = mount_target_real_dir(r->root_fd, "/dev");
	if (dev == -ELOOP)
		return err_set(
			e, ELOOP,
			"/dev must be a directory in the root file system, not a symbolic link");
	if (dev < 0)
		return err_set(e, -dev, "open '/dev' of the container: %m");
	for (size_t i = 0; l && i < l->devices.count; i++) {
		result = make_configured(r, &l->devices.items[i], e);
		if (result < 0)
			return result;
	}
	result = make_defaults(r, dev, e);
	if (result < 0)
		return result;
	return make_links(r, dev, dev_is_foreign(r), e);
}

int rootfs_make_devices(struct rootfs *r, struct err *e)
{
	mode_t mask = umask(0); /* modes are meant as they stand in the configuration */
	int result = make_all(r, e);

	(void)umask(mask);
	return result;
}

int rootfs_bind_console(struct rootfs *r, int slave_fd, struct err *e)
{
	cleanup_fd int dev = FD_NONE, target = FD_NONE;
	struct stat st;
	int result;

	dev = mount_target_real_dir(r->root_fd, "/dev");
	if (dev < 0)
		return err_set(e, -dev, "open '/dev' of the container: %m");
	if (fstat(slave_fd, &st) < 0 || !S_ISCHR(st.st_mode) || major(st.st_rdev) < 136 ||
	    major(st.st_rdev) > 143)
		return err_set(e, ENOTTY, "the terminal is not a pseudoterminal");
	if (mknodat(dev, "console", S_IFREG | 0600, 0) < 0 && errno != EEXIST)
		return err_set(e, errno, "make '/dev/console': %m");
	target = openat(dev, "console", O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (target < 0 || fstat(target, &st) < 0)
		return err_set(e, errno, "open '/dev/console': %m");
	if (S_ISLNK(st.st_mode) || S_ISDIR(st.st_mode))
		return err_set(
			e, EEXIST,
			"/dev/console of the root file system is a %s, and a terminal cannot be "
			"bound there",
			S_ISLNK(st.st_mode) ? "symbolic link" : "directory");
	result = mount_peers_leave(r, target, "/dev/console");
	if (result >= 0)
		result = mount_bind_fd(r, slave_fd, target, "/dev/console", false, 0);
	return result < 0 ? err_set(e, -result, "bind the terminal on '/dev/console': %m") : 0;
}
