/* SPDX-License-Identifier: Apache-2.0 */
/* config-linux.md#cgroup-ownership: when the container may manage the cgroup that it is in. */
#include "cgroup_internal.h"

#include "cleanup.h"
#include "idmap.h"
#include "namespace.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define DELEGATE_FILE "/sys/kernel/cgroup/delegate"
#define DELEGATE_MAX  4096

/* A cgroup namespace of its own, in which the file system is mounted for writing. */
static bool is_managed(const struct cfg_config *c)
{
	if (!ns_is_new(c->linux, CFG_NS_CGROUP))
		return false;
	for (size_t i = 0; i < c->mounts.count; i++) {
		const struct cfg_mount *m = &c->mounts.items[i];
		bool ro = false;

		if (!str_eq(m->source, "cgroup") || !str_eq(m->destination, "/sys/fs/cgroup"))
			continue;
		for (size_t k = 0; k < m->options.count; k++)
			ro = ro || str_eq(m->options.items[k], "ro");
		if (!ro)
			return true;
	}
	return false;
}

/* process.user.uid as the host has it; false where only the kernel knows, and nobody has asked it
 * (@uid_map). */
static bool host_uid(const struct cfg_config *c, const char *uid_map, uint64_t *ret)
{
	uint32_t uid = c->process->user->uid;
	int64_t id;
	const struct cfg_namespace *userns = ns_find(c->linux, CFG_NS_USER);

	if (userns && userns->path)
		id = uid_map ? idmap_outside(uid_map, uid) : -1;
	else
		id = userns ? idmap_to_host(&c->linux->uid_mappings, uid) : uid;
	*ret = (uint64_t)id;
	/* that one stands for whom our own user namespace does not know */
	return id >= 0 && id != UINT32_MAX;
}

static int give_files(int dir, uid_t uid)
{
	cleanup_free char *text = NULL;
	size_t len;

	/* kernels before 4.15 do not say which */
	if (fd_read_file_at(AT_FDCWD, DELEGATE_FILE, DELEGATE_MAX, &text, &len, NULL) < 0)
		text = strdup("cgroup.procs\ncgroup.subtree_control\ncgroup.threads\n");
	if (!text)
		return -ENOMEM;
	for (char *p = text; *p;) {
		size_t n = strcspn(p, "\n");
		bool last = p[n] == '\0';

		p[n] = '\0';
		/* not every cgroup has every one of them */
		if (n && !strchr(p, '/') &&
		    fchownat(dir, p, uid, (gid_t)-1, AT_SYMLINK_NOFOLLOW) < 0 && errno != ENOENT)
			return -errno;
		p += n + (last ? 0 : 1);
	}
	return 0;
}

int cgroup_give_to_mapped_user(const struct cgroup *cg, const struct cfg_doc *doc,
			       const char *uid_map, struct err *e)
{
	const struct cfg_config *c = doc->config;
	uint64_t uid;

	/* v1 is not safe to hand out, and what others have made is not ours to give */
	if (!cg->unified || !cg->count || !cg->items[0].created || !c->linux || !c->process ||
	    !c->process->user || !is_managed(c) || !host_uid(c, uid_map, &uid) || uid == 0)
		return 0;
	cleanup_fd int dir = cgroup_dir_open(&cg->items[0], e);
	int r;

	if (dir < 0)
		return dir;
	r = fchown(dir, (uid_t)uid, (gid_t)-1) < 0 ? -errno : give_files(dir, (uid_t)uid);
	/* who lacks root's rights can give it to nobody but himself; the text asks for no more */
	if (r == -EPERM && cg->rootless)
		return 0;
	return r < 0 ? err_set(e, -r, "give cgroup '%s' to user %u: %m", cg->items[0].path,
			       (unsigned int)uid)
		     : 0;
}

int cgroup_give_to_user(const struct cgroup *cg, const struct cfg_doc *doc, struct err *e)
{
	return cgroup_give_to_mapped_user(cg, doc, NULL, e);
}
