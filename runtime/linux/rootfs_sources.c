/* SPDX-License-Identifier: Apache-2.0 */
/* The host's side of a container's file tree: what is looked up there, opened and kept for it. */
#include "rootfs_priv.h"

#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define SELINUX_FS "/sys/fs/selinux"

const char *const *rootfs_mount_options(void)
{
	return mount_options_names();
}

/* A directory that is not the host's own root: devices and mount points would be made in there. */
static int check_root(struct rootfs *r, struct err *e)
{
	const struct cfg_root *root = r->config->root;
	struct stat st, host;
	struct rootfs_sources *s = r->sources;

	s->root_path = root->path[0] == '/' ? strdup(root->path)
					    : str_format("%s/%s", r->bundle, root->path);
	if (!s->root_path)
		return err_set(e, ENOMEM, "%m");
	if (stat(s->root_path, &st) < 0)
		return cfg_err(r->doc, &root->path, e, errno, "root file system '%s': %m",
			       s->root_path);
	if (!S_ISDIR(st.st_mode))
		return cfg_err(r->doc, &root->path, e, ENOTDIR, "root file system '%s': %m",
			       s->root_path);
	if (stat("/", &host) == 0 && st.st_dev == host.st_dev && st.st_ino == host.st_ino)
		return cfg_err(r->doc, &root->path, e, EINVAL,
			       "the host's own root cannot be the root of a container");
	return 0;
}

static int check_label(struct rootfs *r, struct err *e)
{
	const struct cfg_linux *l = r->config->linux;
	struct statfs fs;

	if (!l || !l->mount_label || !*l->mount_label)
		return 0;
	if (statfs(SELINUX_FS, &fs) == 0 && fs.f_type == SELINUX_MAGIC)
		return 0;
	return cfg_err(r->doc, &l->mount_label, e, ENOTSUP,
		       "the label '%s' cannot be applied: SELinux is not enabled here",
		       l->mount_label);
}

static int refuse_order(const struct rootfs *r, const struct cfg_strs *options, struct err *e)
{
	size_t i = 0;

	while (!mount_options_is_order(options->items[i]))
		i++;
	return cfg_err(r->doc, &options->items[i], e, ENOTSUP,
		       "the option '%s' is for mount(8), and would have no effect here",
		       options->items[i]);
}

static int open_entry(struct rootfs *r, size_t i, struct err *e)
{
	const struct cfg_mount *m = &r->config->mounts.items[i];
	struct rootfs_mount *mnt = &r->sources->mounts[i];
	int result;

	result = mount_options_parse(&m->options, &mnt->o);
	if (result == -E2BIG)
		return cfg_err(r->doc, &m->options, e, E2BIG, "more than %d propagation options",
			       MOUNT_PROPAGATIONS);
	if (result == -ENOTSUP)
		return refuse_order(r, &m->options, e);
	if (result < 0)
		return err_set(e, -result, "%m");
	result = mount_idmap_open(r, i, e);
	if (result < 0 || !mnt->o.bind || mnt->o.remount)
		return result;
	return mount_bind_source(r, i, e);
}

static int new_sources(struct rootfs *r)
{
	static const struct mount_api_attr nothing;
	struct rootfs_sources *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	r->sources = s;
	s->root_tree_fd = s->null_fd = s->host_proc_fd = s->mountns_fd = FD_NONE;
	s->mounts = calloc(r->config->mounts.count + 1, sizeof(*s->mounts));
	if (!s->mounts)
		return -ENOMEM;
	s->nmounts = r->config->mounts.count;
	for (size_t i = 0; i < s->nmounts; i++)
		s->mounts[i].tree_fd = s->mounts[i].userns_fd = s->mounts[i].readonly_fd = FD_NONE;
	/* the youngest of the calls: a change of nothing does nothing where it exists */
	if (mount_api_setattr_at(AT_FDCWD, "/", &nothing, false) == -ENOSYS)
		r->mount2_only = true;
	return 0;
}

int rootfs_open_sources(struct rootfs *r, struct err *e)
{
	const struct cfg_linux *l = r->config->linux;
	int result;

	if (new_sources(r) < 0)
		return err_set(e, ENOMEM, "%m");
	if (!r->config->root)
		return cfg_err(r->doc, r->config, e, EINVAL, "a container needs a root");
	if (l && l->has_rootfs_propagation && l->rootfs_propagation == CFG_UNKNOWN)
		return cfg_err(r->doc, &l->rootfs_propagation, e, EINVAL, "unknown propagation");
	result = check_root(r, e);
	if (result == 0)
		result = check_label(r, e);
	if (result < 0)
		return result;
	if (r->userns && r->new_mountns && !r->mount2_only) {
		/* for a root that the container's ids cannot walk to; without the right to copy,
		 * they have to */
		int fd = mount_api_clone(AT_FDCWD, r->sources->root_path, true);

		r->sources->root_tree_fd = fd < 0 ? FD_NONE : fd;
	}
	for (size_t i = 0; i < r->sources->nmounts; i++) {
		result = open_entry(r, i, e);
		if (result < 0)
			return result;
	}
	/* what was copied keeps its group alive */
	return mount_peers_note(r, e);
}

void rootfs_close_sources(struct rootfs *r)
{
	struct rootfs_sources *s = r->sources;

	fd_close(&r->root_fd);
	if (!s)
		return;
	r->sources = NULL;
	fd_batch_close(&s->spent);
	for (size_t i = 0; i < s->nmounts; i++) {
		fd_close(&s->mounts[i].tree_fd);
		fd_close(&s->mounts[i].userns_fd);
		fd_close(&s->mounts[i].readonly_fd);
		mount_options_done(&s->mounts[i].o);
	}
	fd_close(&s->root_tree_fd);
	fd_close(&s->null_fd);
	fd_close(&s->host_proc_fd);
	fd_close(&s->mountns_fd);
	free(s->peers.groups);
	free(s->mounts);
	free(s->root_path);
	free(s);
}

void rootfs_done(struct rootfs *r)
{
	rootfs_close_sources(r);
	fd_close(&r->proc_fd);
}
