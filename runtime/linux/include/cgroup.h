/* SPDX-License-Identifier: Apache-2.0 */
/* cgroups of a container: v1, v2 and hybrid layouts, detected by file system type (cgroups(7)). */
#ifndef RUNTIME_CGROUP_H
#define RUNTIME_CGROUP_H

#include "cfg_parse.h"
#include "json.h"

#include <sys/types.h>

/* One mounted hierarchy and the container's place in it. */
struct cgroup_hierarchy {
	char *mountpoint;  /* on the host, such as /sys/fs/cgroup/cpu,cpuacct */
	char *controllers; /* v1: "cpu,cpuacct" or "name=systemd"; v2: "" */
	char *path;	   /* of the container, from the hierarchy's mount, with a leading slash */
	bool v2;
	bool created;	   /* the directory was made by us and is ours to remove */
};

struct cgroup {
	struct cgroup_hierarchy *items;
	size_t count;
	bool unified;  /* the host has v2 alone */
	bool disabled; /* no place of its own: rootless without delegation */
};

/*
 * Finds the hierarchies and decides the container's paths: linux.cgroupsPath, absolute = from the hierarchy's mount, relative = below a place of the runtime's choosing,
 * absent = a place named after @id. ".." is refused. Touches nothing. The caller frees with cgroup_free().
 */
int cgroup_plan(const struct cfg_doc *doc, const char *id, bool rootless, struct cgroup **ret, struct err *e);
/* Makes the directories (owner and limits of ancestors as needed, cpuset copied down) and remembers which ones it made. On failure removes them again. */
int cgroup_create(struct cgroup *cg, struct err *e);
/* Writes linux.resources. An attribute that the host cannot take is an error that names the property. @doc may be NULL (update). */
int cgroup_apply(const struct cgroup *cg, const struct cfg_doc *doc, const struct cfg_resources *r, struct err *e);
/* Moves @pid in, in every hierarchy; 0: the calling process, which costs no global lock of the kernel (v1: "0" to tasks). */
int cgroup_join(const struct cgroup *cg, pid_t pid, struct err *e);
/* A descriptor of the v2 directory for CLONE_INTO_CGROUP, the caller's; FD_NONE where the host has no v2 hierarchy or the kernel no such flag. */
int cgroup_open_v2(const struct cgroup *cg);
int cgroup_freeze(const struct cgroup *cg, bool frozen, struct err *e);
bool cgroup_is_frozen(const struct cgroup *cg);
/* Every pid inside, sub-cgroups included; the caller frees. */
int cgroup_pids(const struct cgroup *cg, pid_t **ret, size_t *ret_count, struct err *e);
/* Signals every process inside, thawing for SIGKILL (cgroup.kill where it exists). */
int cgroup_signal(const struct cgroup *cg, int sig, struct err *e);
/* Removes what cgroup_create() made, sub-cgroups included; waits, bounded, while the kernel still counts dying processes. Repeatable. */
int cgroup_remove(struct cgroup *cg, struct err *e);
void cgroup_free(struct cgroup *cg);
static inline void cgroup_freep(struct cgroup **cg)
{
	cgroup_free(*cg);
}

/* For state.json: a JSON object that cgroup_from_json() reads back. */
struct json *cgroup_to_json(const struct cgroup *cg);
int cgroup_from_json(const struct json *j, struct cgroup **ret, struct err *e);

#endif
