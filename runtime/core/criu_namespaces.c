/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Namespaces that the container was given by path (config-linux.md#namespaces). Those of the
 * network and of process ids stay outside of the images under a name, which at a restore stands for
 * a descriptor; into the others criu puts its processes by itself. It has two conditions: see
 * criu(8), --external, --inherit-fd and --join-ns.
 */
#include "cleanup.h"
#include "criu.h"
#include "fd.h"
#include "str.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* The name of a namespace in the images that is outside of them; NULL: has no need of one. */
static const char *external_name(int type)
{
	switch (type) {
	case CFG_NS_NETWORK:
		return "extRootNetNS";
	case CFG_NS_PID:
		return "extRootPidNS";
	default:
		return NULL;
	}
}

/* Its mounts stand among those of others, and end with it. */
static int check_mount_namespace(const struct cfg_doc *doc, struct err *e)
{
	if (ns_is_new(doc->config->linux, CFG_NS_MOUNT))
		return 0;
	return err_set(e, ENOTSUP,
		       "a container without a mount namespace of its own cannot be restored");
}

/* criu 3.17 knows no cgroup namespace to join, fails to enter a user namespace, and restores into a
 * time namespace that it makes, whatever there was. */
static int refuse(const struct cfg_doc *doc, const struct cfg_namespace *ns, struct err *e)
{
	return cfg_err(doc, &ns->path, e, ENOTSUP,
		       "criu cannot restore a process into a %s namespace that exists",
		       ns_link_name((int)ns->type));
}

int criu_add_namespaces_of_dump(struct criu *c, const struct cfg_doc *doc, int pid_dir,
				struct err *e)
{
	const struct cfg_linux *l = doc->config->linux;
	int r = check_mount_namespace(doc, e);

	if (r < 0)
		return r;
	for (size_t i = 0; l && i < l->namespaces.count; i++) {
		const struct cfg_namespace *ns = &l->namespaces.items[i];
		const char *name = external_name((int)ns->type);
		char link[32];
		struct stat st;

		if (!ns->path)
			continue;
		if (ns->type == CFG_NS_CGROUP || ns->type == CFG_NS_USER || ns->type == CFG_NS_TIME)
			return refuse(doc, ns, e);
		if (!name)
			continue;
		(void)snprintf(link, sizeof(link), "ns/%s", ns_link_name((int)ns->type));
		if (fstatat(pid_dir, link, &st, 0) < 0)
			return err_set(e, errno, "the container's %s: %m", link);
		criu_text(c, CRIU_EXTERNAL, "%s[%lu]:%s", ns_link_name((int)ns->type),
			  (unsigned long)st.st_ino, name);
	}
	return 0;
}

/* Number 2 of join_namespace in criu's rpc.proto. */
#define JOIN_NS_FILE 2

void criu_add_namespaces_of_restore(struct criu *c, const struct ns_plan *ns)
{
	for (int type = 0; type < NS_COUNT; type++) {
		const char *name = external_name(type);
		char path[64];

		if (ns->mode[type] != NS_JOIN)
			continue;
		/* what was looked at, whatever is at the path by now */
		(void)snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)getpid(), ns->fd[type]);
		if (name)
			criu_inherit(c, ns->fd[type], name);
		else
			criu_pair(c, CRIU_JOIN_NS, ns_link_name(type), JOIN_NS_FILE, path);
	}
}
