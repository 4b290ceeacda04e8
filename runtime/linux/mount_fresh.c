/* SPDX-License-Identifier: Apache-2.0 */
/* A new file system: fsopen, fsconfig, fsmount with the attributes already set, then attached by
 * descriptor. Or mount(2), where that is not possible. */
#include "rootfs_priv.h"

#include <fcntl.h>
#include <linux/xattr.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

/* fsconfig(2) has no word for these two flags of mount(2). */
#define MOUNT2_FLAGS (MS_I_VERSION | MS_SILENT)
/* fsconfig(2) takes no longer key or value; mount(2) does, as overlayfs needs for its layers. */
#define WORD_MAX 255
/* How much of the data an error repeats: what is wrong stands behind. */
#define DATA_SAID 200

static const struct {
	unsigned long flag;
	const char *name;
} super_flags[] = {
	{MS_SYNCHRONOUS, "sync"},
	{MS_DIRSYNC, "dirsync"},
	{MS_LAZYTIME, "lazytime"},
	{MS_MANDLOCK, "mand"},
};

/* One instance serves several mounts (per network namespace, per hierarchy ...): a read-only
 * superblock would make the others read-only, too. */
static bool super_is_shared(const char *type)
{
	static const char *const shared[] = {"proc",   "sysfs",	 "cgroup", "cgroup2",
					     "mqueue", "devpts", "tmpfs"};

	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
		if (str_eq(type, shared[i]))
			return true;
	}
	return false;
}

/* SELinux has no say over these, or one for all mounts of them; mqueue: label_root(). */
static const char *context_of(const struct rootfs *r, const char *type)
{
	const char *label = r->config->linux ? r->config->linux->mount_label : NULL;

	if (!label || !*label || str_eq(type, "proc") || str_eq(type, "sysfs") ||
	    str_eq(type, "mqueue") || str_eq(type, "cgroup2"))
		return NULL;
	return label;
}

static int fail(struct rootfs *r, const void *addr, int fs_fd, int result, const char *dest,
		const char *option, struct err *e)
{
	char why[200];

	mount_api_message(fs_fd, why, sizeof(why));
	if (option)
		return cfg_err(r->doc, addr, e, -result, "mount on '%s': option '%s': %m%s%s%s",
			       dest, option, *why ? " (" : "", why, *why ? ")" : "");
	return cfg_err(r->doc, addr, e, -result, "mount on '%s': %m%s%s%s", dest, *why ? " (" : "",
		       why, *why ? ")" : "");
}

static int set_option(int fs_fd, const char *option)
{
	const char *eq = strchr(option, '=');
	cleanup_free char *key = NULL;

	if (!eq)
		return mount_api_config(fs_fd, option, NULL);
	key = strndup(option, (size_t)(eq - option));
	if (!key)
		return -ENOMEM;
	return mount_api_config(fs_fd, key, eq + 1);
}

/* The place in the document where the option string @s stands. */
static const void *option_addr(const struct cfg_mount *m, const char *s)
{
	for (size_t i = 0; i < m->options.count; i++) {
		if (m->options.items[i] == s)
			return &m->options.items[i];
	}
	return &m->options;
}

static int configure(struct rootfs *r, size_t i, int fs, uint64_t attrs, const char *dest,
		     struct err *e)
{
	const struct cfg_mount *m = &r->config->mounts.items[i];
	const struct mount_options *o = &r->sources->mounts[i].o;
	const char *context = context_of(r, m->type);
	int result = 0;

	if (m->source && *m->source)
		result = mount_api_config(fs, "source", m->source);
	if (result < 0)
		return fail(r, &m->source, fs, result, dest, NULL, e);
	for (size_t k = 0; k < sizeof(super_flags) / sizeof(super_flags[0]); k++) {
		if (!(o->super & super_flags[k].flag))
			continue;
		result = mount_api_config(fs, super_flags[k].name, NULL);
		if (result < 0)
			return fail(r, &m->options, fs, result, dest, super_flags[k].name, e);
	}
	if ((attrs & MOUNT_ATTR_RDONLY) && !super_is_shared(m->type)) {
		result = mount_api_config(fs, "ro", NULL);
		if (result < 0)
			return fail(r, &m->options, fs, result, dest, "ro", e);
	}
	for (size_t k = 0; k < o->ndata; k++) {
		result = set_option(fs, o->data[k]);
		if (result < 0)
			return fail(r, option_addr(m, o->data[k]), fs, result, dest, o->data[k], e);
	}
	if (context) {
		result = mount_api_config(fs, "context", context);
		if (result < 0)
			return fail(r, &r->config->linux->mount_label, fs, result, dest, NULL, e);
	}
	result = mount_api_create(fs);
	if (result < 0)
		return fail(r, &m->destination, fs, result, dest, NULL, e);
	return 0;
}

/* tmpcopyup: what lies at the mount point goes into the new file system before it covers it. */
static int copy_up(struct rootfs *r, size_t i, const char *dest, int target_fd, int mnt_fd,
		   struct err *e)
{
	const struct cfg_mount *m = &r->config->mounts.items[i];
	bool keep = mount_options_has_mode(&r->sources->mounts[i].o);
	struct err why;

	if (mount_copyup(target_fd, mnt_fd, keep, &why) < 0)
		return cfg_err(r->doc, &m->destination, e, why.num, "tmpcopyup of '%s': %s", dest,
			       why.msg);
	return 0;
}

/*
 * The queues of an ipc namespace are one file system, whose first mount the kernel has made: no
 * later one decides about labels, but its directory takes one. Only of a namespace that is the
 * container's own; the host's keeps what it has.
 */
static int label_root(struct rootfs *r, const char *type, const char *dest, int mnt_fd,
		      struct err *e)
{
	const char *label = r->config->linux ? r->config->linux->mount_label : NULL;
	cleanup_fd int dir = FD_NONE;

	if (!label || !*label || !str_eq(type, "mqueue") || !r->ipcns)
		return 0;
	dir = openat(mnt_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 || fsetxattr(dir, XATTR_NAME_SELINUX, label, strlen(label) + 1, 0) < 0)
		return cfg_err(r->doc, &r->config->linux->mount_label, e, errno,
			       "label '%s' with '%s': %m", dest, label);
	return 0;
}

/* What is done to the new mount @*mnt_fd, which is attached by now, and kept of it. */
static int finish(struct rootfs *r, size_t i, const char *dest, bool readonly_later, int *mnt_fd,
		  struct err *e)
{
	const struct cfg_mount *m = &r->config->mounts.items[i];
	struct rootfs_mount *mnt = &r->sources->mounts[i];
	int result = mount_propagate(r, &mnt->o, *mnt_fd);

	if (result < 0)
		return cfg_err(r->doc, &m->options, e, -result, "propagation of '%s': %m", dest);
	if (r->config->linux && r->config->linux->devices.count)
		mnt->fresh = mount_target_id(*mnt_fd, &mnt->id) == 0;
	if (readonly_later)
		mount_defer_readonly(mnt, mnt_fd);
	else if (str_eq(dest, "/proc") && str_eq(m->type, "proc") && r->proc_fd < 0 &&
		 !(mount_options_flat(&mnt->o).set & MOUNT_ATTR_RDONLY) && !mnt->o.ndata)
		r->proc_fd = take_fd(mnt_fd);
	else
		fd_batch_add(&r->sources->spent, mnt_fd);
	return 0;
}

static int attach_new(struct rootfs *r, size_t i, const char *dest, int target_fd, uint64_t attrs,
		      int *ret, struct err *e)
{
	const struct cfg_mount *m = &r->config->mounts.items[i];
	const struct rootfs_mount *mnt = &r->sources->mounts[i];
	cleanup_fd int fs = FD_NONE, fd = FD_NONE;
	int result;

	fs = mount_api_fsopen(m->type);
	if (fs == -ENOSYS)
		return -ENOSYS;
	if (fs < 0)
		return cfg_err(r->doc, fs == -ENODEV ? (const void *)&m->type : &m->destination, e,
			       -fs, "mount file system '%s' on '%s': %m", m->type, dest);
	result = configure(r, i, fs, attrs, dest, e);
	if (result < 0)
		return result;
	fd = mount_api_fsmount(fs, attrs);
	if (fd < 0)
		return fail(r, &m->destination, fs, fd, dest, NULL, e);
	if (mnt->o.tmpcopyup) {
		result = copy_up(r, i, dest, target_fd, fd, e);
		if (result < 0)
			return result;
	}
	result = mount_idmap_apply(r, i, fd, e);
	if (result < 0)
		return result;
	result = mount_api_attach(fd, target_fd);
	if (result < 0)
		return cfg_err(r->doc, &m->destination, e, -result, "mount %s on '%s': %m", m->type,
			       dest);
	fd_batch_add(&r->sources->spent, &fs);
	*ret = take_fd(&fd);
	return 0;
}

/* The same with mount(2): on kernels without fsopen(2), for flags that it lacks, and for option
 * strings that only a file system can take apart. */
static int attach_legacy(struct rootfs *r, size_t i, const char *dest, int target_fd,
			 uint64_t attrs, int *ret, struct err *e)
{
	const struct cfg_mount *m = &r->config->mounts.items[i];
	const struct rootfs_mount *mnt = &r->sources->mounts[i];
	const char *label = context_of(r, m->type);
	struct mount_attrs later = {.set = 0};
	cleanup_free char *context = NULL;
	cleanup_free char *data = NULL;
	cleanup_fd int fd = FD_NONE;
	int result;

	if (mnt->userns_fd >= 0)
		return cfg_err(
			r->doc, &m->options, e, ENOSYS,
			"with this kernel or these options the ids of a new %s cannot be mapped",
			m->type);
	if (label) {
		context = str_format("context=\"%s\"", label);
		if (!context)
			return err_set(e, ENOMEM, "%m");
	}
	data = mount_legacy_data(&mnt->o, context);
	if (!data)
		return err_set(e, ENOMEM, "%m");
	if (super_is_shared(m->type)) { /* MS_RDONLY would go to the superblock as well */
		later.set = attrs & MOUNT_ATTR_RDONLY;
		attrs &= ~(uint64_t)MOUNT_ATTR_RDONLY;
	}
	result = mount_legacy_new(r, m->type, m->source, target_fd,
				  mount_api_flags_of(attrs) | mnt->o.super, *data ? data : NULL);
	if (result < 0)
		return cfg_err(r->doc, result == -ENODEV ? (const void *)&m->type : &m->destination,
			       e, -result, "mount %s on '%s' with data '%.*s%s': %m", m->type, dest,
			       DATA_SAID, data, strlen(data) > DATA_SAID ? "..." : "");
	/* resolving the place again ends on top of what was just mounted there */
	fd = fd_open_in_root(r->root_fd, dest, O_PATH | O_DIRECTORY, 0);
	if (fd < 0)
		return cfg_err(r->doc, &m->destination, e, -fd, "open '%s': %m", dest);
	if (mnt->o.tmpcopyup) {
		result = copy_up(r, i, dest, target_fd, fd, e);
		if (result < 0)
			return result;
	}
	result = mount_set_attrs(r, fd, &later, false, 0);
	if (result < 0)
		return cfg_err(r->doc, &m->options, e, -result, "make '%s' read-only: %m", dest);
	*ret = take_fd(&fd);
	return 0;
}

static bool is_too_long(const char *word)
{
	return word && strlen(word) > WORD_MAX;
}

static bool needs_mount2(const struct rootfs *r, const struct cfg_mount *m,
			 const struct mount_options *o)
{
	if (r->mount2_only || (o->super & MOUNT2_FLAGS) || is_too_long(m->source) ||
	    is_too_long(context_of(r, m->type)))
		return true;
	for (size_t i = 0; i < o->ndata; i++) {
		const char *eq = strchr(o->data[i], '=');

		if (strpbrk(o->data[i], ",\\\"") || is_too_long(eq ? eq + 1 : o->data[i]))
			return true;
	}
	return false;
}

int mount_fresh(struct rootfs *r, size_t i, const char *dest, int target_fd, struct err *e)
{
	const struct cfg_mount *m = &r->config->mounts.items[i];
	const struct mount_options *o = &r->sources->mounts[i].o;
	struct mount_attrs a = mount_options_flat(o);
	uint64_t attrs = a.set | (a.atime.wanted ? a.atime.mode : 0);
	cleanup_fd int fd = FD_NONE;
	bool later = false;
	int result = -ENOSYS;

	if (o->tmpcopyup && !str_eq(m->type, "tmpfs"))
		return cfg_err(r->doc, &m->options, e, EINVAL, "tmpcopyup is for tmpfs, not for %s",
			       m->type);
	/* later mounts, devices and links may still have to be made inside */
	if ((attrs & MOUNT_ATTR_RDONLY) && (str_eq(m->type, "tmpfs") || str_eq(dest, "/dev"))) {
		attrs &= ~(uint64_t)MOUNT_ATTR_RDONLY;
		later = true;
	}
	if (!needs_mount2(r, m, o))
		result = attach_new(r, i, dest, target_fd, attrs, &fd, e);
	if (result == -ENOSYS)
		result = attach_legacy(r, i, dest, target_fd, attrs, &fd, e);
	if (result >= 0)
		result = label_root(r, m->type, dest, fd, e);
	return result < 0 ? result : finish(r, i, dest, later, &fd, e);
}

int mount_fresh_plain(const char *type, const char *source, uint64_t attrs,
		      const char *const *params)
{
	cleanup_fd int fs = mount_api_fsopen(type);
	int result = fs;

	if (fs < 0)
		return fs;
	if (source)
		result = mount_api_config(fs, "source", source);
	for (; result >= 0 && params && *params; params++)
		result = set_option(fs, *params);
	if (result >= 0)
		result = mount_api_create(fs);
	return result < 0 ? result : mount_api_fsmount(fs, attrs);
}

/* A detached tmpfs; the words of @data are cut apart. */
static int detached_tmpfs(const char *source, uint64_t attrs, char *data, const char *label)
{
	cleanup_fd int fs = mount_api_fsopen("tmpfs");
	char *rest = NULL;
	int result;

	if (fs < 0)
		return fs;
	result = mount_api_config(fs, "source", source);
	for (char *s = strtok_r(data, ",", &rest); result >= 0 && s; s = strtok_r(NULL, ",", &rest))
		result = set_option(fs, s);
	if (result >= 0 && label)
		result = mount_api_config(fs, "context", label);
	if (result >= 0)
		result = mount_api_create(fs);
	return result < 0 ? result : mount_api_fsmount(fs, attrs);
}

int mount_fresh_tmpfs(struct rootfs *r, const char *source, const char *path, int target_fd,
		      uint64_t attrs, const char *data)
{
	const char *label = context_of(r, "tmpfs");
	bool mount2 = r->mount2_only || is_too_long(label);
	cleanup_free char *text =
		mount2 && label ? str_format("%s,context=\"%s\"", data, label) : strdup(data);
	cleanup_fd int fd = FD_NONE;
	int result;

	if (!text)
		return -ENOMEM;
	if (mount2) {
		result = mount_legacy_new(r, "tmpfs", source, target_fd, mount_api_flags_of(attrs),
					  text);
		return result < 0 ? result
				  : fd_open_in_root(r->root_fd, path, O_PATH | O_DIRECTORY, 0);
	}
	fd = detached_tmpfs(source, attrs, text, label);
	if (fd < 0)
		return fd;
	result = mount_api_attach(fd, target_fd);
	return result < 0 ? result : take_fd(&fd);
}
