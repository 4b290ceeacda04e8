/* SPDX-License-Identifier: Apache-2.0 */
/* A user namespace that is joined: who is who in it, the kernel tells of a process there. */
#include "cleanup.h"
#include "creation.h"
#include "idmap.h"

/* Engines that had to name some mapping beside the path name this one (podman up to 3). */
static bool is_placeholder(const struct cfg_id_mapping_list *l)
{
	return l->count == 1 && l->items[0].container_id == 0 && l->items[0].host_id == 0 &&
	       l->items[0].size == 1;
}

static int check(const struct creation *cr, const struct cfg_id_mapping_list *list,
		 const char *property, const char *text, struct err *e)
{
	if (!list->count || idmap_is_same(list, text))
		return 0;
	return cfg_err(cr->doc, list, e, EINVAL,
		       "%s: the user namespace that is joined has other mappings", property);
}

int creation_settle_joined_user(struct creation *cr, struct err *e)
{
	const struct cfg_linux *l = cr->config->linux;
	cleanup_free char *uids = NULL, *gids = NULL;
	cleanup_fd int pid_fd = FD_NONE;
	int r = 0;

	if (cr->ns.mode[CFG_NS_USER] != NS_JOIN)
		return 0;
	pid_fd = idmap_open_pid(cr->pid, e);
	/* it has ended: why is what is heard next */
	if (pid_fd < 0)
		return pid_fd == -ENOENT ? 0 : pid_fd;
	uids = idmap_read(pid_fd, "uid_map");
	gids = idmap_read(pid_fd, "gid_map");
	if (!uids || !gids)
		return 0;
	if (!is_placeholder(&l->uid_mappings) || !is_placeholder(&l->gid_mappings)) {
		r = check(cr, &l->uid_mappings, "linux.uidMappings", uids, e);
		if (r >= 0)
			r = check(cr, &l->gid_mappings, "linux.gidMappings", gids, e);
	}
	if (r < 0 || !cr->c.cgroup)
		return r;
	return cgroup_give_to_mapped_user(cr->c.cgroup, cr->doc, uids, e);
}
