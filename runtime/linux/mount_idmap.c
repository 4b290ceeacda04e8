/* SPDX-License-Identifier: Apache-2.0 */
/* idmap and ridmap: the mapping of a mount is that of a user namespace (mount_setattr(2),
 * MOUNT_ATTR_IDMAP), which a short-lived child holds until it is opened. */
#include "rootfs_priv.h"

#include "namespace.h"
#include "proc.h"

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static char *map_text(const struct cfg_id_mapping_list *list)
{
	struct strbuf b = STRBUF_INIT;

	strbuf_adds(&b, "");
	for (size_t i = 0; i < list->count; i++)
		strbuf_addf(&b, "%" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
			    list->items[i].container_id, list->items[i].host_id,
			    list->items[i].size);
	return strbuf_take(&b);
}

static int write_map(int proc_pid, const char *file, const struct cfg_id_mapping_list *list,
		     struct err *e)
{
	cleanup_free char *text = map_text(list);

	if (!text)
		return err_set(e, ENOMEM, "%m");
	return fd_write_file_at(proc_pid, file, text, strlen(text), e);
}

static int open_proc_pid(pid_t pid, struct err *e)
{
	char path[64];
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d", (int)pid);
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? err_set(e, errno, "open '%s': %m", path) : fd;
}

static int fill_userns(pid_t pid, const struct cfg_id_mapping_list *uids,
		       const struct cfg_id_mapping_list *gids, struct err *e)
{
	cleanup_fd int dir = open_proc_pid(pid, e);
	int fd;

	if (dir < 0)
		return dir;
	if (write_map(dir, "uid_map", uids, e) < 0 || write_map(dir, "gid_map", gids, e) < 0)
		return err_wrap(e, "user namespace for the id mapping");
	fd = openat(dir, "ns/user", O_RDONLY | O_CLOEXEC);
	return fd < 0 ? err_set(e, errno, "open the user namespace: %m") : fd;
}

int mount_idmap_userns(const struct cfg_id_mapping_list *uids,
		       const struct cfg_id_mapping_list *gids, struct err *e)
{
	int ends[2];
	pid_t pid;
	int fd;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_set(e, errno, "pipe: %m");
	pid = proc_clone(CLONE_NEWUSER, FD_NONE, NULL);
	if (pid == 0) {
		char c;

		/* lives until the parent closes its end, or is gone */
		(void)close(ends[1]);
		while (read(ends[0], &c, 1) < 0 && errno == EINTR)
			;
		_exit(0);
	}
	(void)close(ends[0]);
	fd = pid < 0 ? err_set(e, -pid, "user namespace for an id mapping: %m")
		     : fill_userns(pid, uids, gids, e);
	(void)close(ends[1]);
	if (pid > 0) {
		while (waitpid(pid, NULL, __WALL) < 0 && errno == EINTR)
			;
	}
	return fd;
}

/* The container's own user namespace, which does not exist yet, or exists at a path. */
static int container_userns(struct rootfs *r, const struct cfg_mount *m, struct err *e)
{
	const struct cfg_linux *l = r->config->linux;
	const struct cfg_namespace *ns = ns_find(l, CFG_NS_USER);
	int fd;

	if (!ns)
		return cfg_err(r->doc, &m->options, e, EINVAL,
			       "an id-mapped mount needs uidMappings and gidMappings, or a "
			       "container with a user namespace");
	if (!ns->path)
		return mount_idmap_userns(&l->uid_mappings, &l->gid_mappings, e);
	fd = open(ns->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	return fd < 0 ? cfg_err(r->doc, &ns->path, e, errno, "open '%s': %m", ns->path) : fd;
}

int mount_idmap_open(struct rootfs *r, size_t i, struct err *e)
{
	const struct cfg_mount *m = &r->config->mounts.items[i];
	struct rootfs_mount *mnt = &r->sources->mounts[i];
	bool uids = m->uid_mappings.count > 0, gids = m->gid_mappings.count > 0;
	struct err why;
	int fd;

	if (mnt->o.idmap == MOUNT_IDMAP_NONE && !uids && !gids)
		return 0;
	if (uids != gids)
		return cfg_err(r->doc, uids ? &m->uid_mappings : &m->gid_mappings, e, EINVAL,
			       "uidMappings and gidMappings belong together");
	if (mnt->o.remount)
		return cfg_err(r->doc, &m->options, e, EINVAL,
			       "a remount cannot change the id mapping of a mount");
	if (mnt->o.idmap == MOUNT_IDMAP_NONE)
		mnt->o.idmap = MOUNT_IDMAP_TOP;
	if (uids) {
		fd = mount_idmap_userns(&m->uid_mappings, &m->gid_mappings, &why);
		if (fd < 0)
			return cfg_err(r->doc, &m->uid_mappings, e, why.num, "%s", why.msg);
	} else {
		fd = container_userns(r, m, e);
		if (fd < 0)
			return fd;
	}
	mnt->userns_fd = fd;
	return 0;
}

int mount_idmap_apply(struct rootfs *r, size_t i, int fd, struct err *e)
{
	const struct cfg_mount *m = &r->config->mounts.items[i];
	const struct rootfs_mount *mnt = &r->sources->mounts[i];
	struct mount_api_attr a = {.set = MOUNT_ATTR_IDMAP};
	int result;

	if (mnt->userns_fd < 0)
		return 0;
	a.userns_fd = (uint64_t)mnt->userns_fd;
	result = mount_api_setattr(fd, &a, mnt->o.idmap == MOUNT_IDMAP_TREE);
	if (result == -EINVAL)
		return cfg_err(r->doc,
			       m->uid_mappings.count ? (const void *)&m->uid_mappings : &m->options,
			       e, EINVAL,
			       "id mapping for '%s': %m (its file system may not support id-mapped "
			       "mounts)",
			       m->destination);
	if (result < 0)
		return cfg_err(r->doc, &m->options, e, -result, "id mapping for '%s': %m",
			       m->destination);
	return 0;
}
