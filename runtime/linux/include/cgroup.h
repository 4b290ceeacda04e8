/* SPDX-License-Identifier: Apache-2.0 */
/* cgroups of a container: v1, v2 and hybrid layouts, detected by file system type (cgroups(7)). */
#ifndef RUNTIME_CGROUP_H
#define RUNTIME_CGROUP_H

#include "cfg_parse.h"
#include "fd.h"
#include "json.h"

#include <sys/types.h>

/* One mounted hierarchy and the container's place in it. */
struct cgroup_hierarchy {
	char *mountpoint;  /* on the host, such as /sys/fs/cgroup/cpu,cpuacct */
	char *controllers; /* v1: "cpu,cpuacct" or "name=systemd"; v2: "" */
	char *path;	   /* of the container, from the hierarchy's mount, with a leading slash */
	size_t kept; /* leading bytes of path that stood before us; what is behind them is ours */
	bool v2;
	bool created;  /* the last directory of path was made by us and is ours to remove */
	bool fit;      /* since cgroup_create(), here alone: made by us, or found to be nobody's */
	char *enabled; /* v2: controllers that we switched on above: "hugetlb:0 io:8"; or NULL */
	int fd;	       /* of the directory, between cgroup_create() and cgroup_free(); or FD_NONE */
	int start_fd;  /* between cgroup_plan() and cgroup_free(): of path[0..start_len), the */
	size_t start_len; /* last directory of it that was there before; or FD_NONE */
	/* Since we made it nothing of the kind has been given to it, so that nobody need look. */
	bool no_limits, no_program;
};
#define CGROUP_HIERARCHY_INIT ((struct cgroup_hierarchy){.fd = FD_NONE, .start_fd = FD_NONE})

struct cgroup_systemd; /* cgroup_systemd.c */

struct cgroup {
	struct cgroup_hierarchy *items;
	size_t count;
	bool unified;  /* the host has v2 alone */
	bool disabled; /* no place of its own: rootless without delegation, or none is asked for */
	bool rootless; /* device rules are beyond our rights, and left to the file system's */
	struct cgroup_systemd *systemd; /* made by systemd as a scope of its own; or NULL */
};

/*
 * Finds the hierarchies and decides the container's paths: linux.cgroupsPath, absolute = from the
 * hierarchy's mount, relative = below /refrun, absent = /refrun-@id (config-linux.md#cgroups-path).
 * @rootless: both begin not at the mount, but beside the caller's own v2 cgroup where the one above
 * is the caller's too, else in it; hierarchies in which nothing can be made are left out.
 * ".." is refused. Touches nothing, but notes which directories do not exist yet, so that a state
 * file written before cgroup_create() lets cgroup_remove() undo any part of it. The caller frees
 * with cgroup_free().
 */
int cgroup_plan(const struct cfg_doc *doc, const char *id, bool rootless, struct cgroup **ret,
		struct err *e);

/* Whether this build can ask systemd for cgroups. */
bool cgroup_has_systemd(void);

/* For a container that is to have none, as where nothing can be made: what needs one is an error,
 * and devices are not restricted. */
int cgroup_plan_none(bool rootless, struct cgroup **ret, struct err *e);

/* Annotations that say something about a scope: what they begin with. */
#define CGROUP_SYSTEMD_ANNOTATION "org.systemd.property."

/*
 * The same for a cgroup that systemd makes as a transient scope: linux.cgroupsPath is
 * "slice:prefix:name", absent = "system.slice:refrun:@id", of which an empty slice is system.slice
 * (user.slice where @rootless, and then it is the user's own systemd that is asked). What
 * linux.resources says becomes properties of the scope too, so that systemd keeps it when it
 * realizes its settings anew, and annotations "org.systemd.property.NAME" are added to them:
 * parsed as data, and refused where NAME is not one of those that a container may have.
 */
int cgroup_plan_systemd(const struct cfg_doc *doc, const char *id, bool rootless,
			struct cgroup **ret, struct err *e);

/*
 * To be called when the container's first process is inside: a scope ends with its last process, so
 * that until then one of ours has held it. Where @r limits the number of processes, that one no
 * longer counts. Nothing happens where systemd has no part in it.
 */
int cgroup_release(struct cgroup *cg, const struct cfg_resources *r, struct err *e);

/*
 * How many processes may be inside, as @r limits it: nothing where it does not. With @lift for a
 * while any number of them, for who has to start more than there will be.
 */
int cgroup_limit_pids(const struct cgroup *cg, const struct cfg_resources *r, bool lift,
		      struct err *e);

/*
 * Where systemd is to make the cgroup: has it do so, and fails with -EBUSY where somebody is there
 * already. To be called before cgroup_create(), and that it has happened is to be written down in
 * between: a state file of before tells of nothing that is ours. On failure nothing stays behind.
 */
int cgroup_start_unit(struct cgroup *cg, struct err *e);

/*
 * Makes the directories (cpuset copied down, v2 controllers switched on where the host has v2
 * alone), readable by all where the umask is 022 as main() sets it, and remembers which ones it
 * made. A cgroup that exists and holds processes, those of directories below it included, or is
 * frozen is refused with -EBUSY. On failure nothing made stays behind.
 */
int cgroup_create(struct cgroup *cg, struct err *e);

/*
 * Writes linux.resources (@r may be NULL). An attribute that the host cannot take is an error that
 * names the property; a limit of 0 is taken as "not set", as callers written in Go mean it, but for
 * pids.limit. With @doc of kind CFG_CONFIG a cgroup that we made gets a device list in any case:
 * all denied, then the rules in order, then the default devices and what linux.devices needs. With
 * another @doc or NULL (update) devices change only if @r lists them, and what was written goes
 * back to what it was when a later write fails, or systemd refuses the properties: it is asked when
 * all but the rules of devices is written. What fails behind that leaves systemd with the new
 * properties. On v2 a container that mounts its cgroups for
 * writing becomes their owner (config-linux.md#cgroup-ownership), but in a user namespace that is
 * joined.
 */
int cgroup_apply(const struct cgroup *cg, const struct cfg_doc *doc, const struct cfg_resources *r,
		 struct err *e);

/* The last of it where the user namespace is joined, once a process is there: @uid_map is what
 * idmap_read() has of it. */
int cgroup_give_to_mapped_user(const struct cgroup *cg, const struct cfg_doc *doc,
			       const char *uid_map, struct err *e);

/* Moves @pid in, in every hierarchy. */
int cgroup_join(const struct cgroup *cg, pid_t pid, struct err *e);

/* Likewise the caller itself, which has one thread. @cloned: it began in the directory of
 * cgroup_v2_fd(), where it need not go then. */
int cgroup_enter(const struct cgroup *cg, bool cloned, struct err *e);

/*
 * Before cgroup_enter() of a further process, in a copy of the container's cgroup that is for
 * nothing else: it goes below, to a path that exists. @spec is "path" or, where the controllers
 * have hierarchies of their own, "cpu,memory:path".
 */
int cgroup_narrow(struct cgroup *cg, const char *spec, struct err *e);
/* Likewise, to where the container's first process is (@membership: its /proc/PID/cgroup), where
 * the container has made its v2 cgroup one that holds no processes by itself (cgroups(7)). */
int cgroup_follow(struct cgroup *cg, const char *membership, struct err *e);

/* In a child that has closed what it inherited: the descriptors that @cg remembers are gone. */
void cgroup_forget_fds(struct cgroup *cg);

/*
 * A descriptor of the v2 directory for CLONE_INTO_CGROUP, borrowed until cgroup_free(); FD_NONE
 * where the host has no v2 hierarchy, or where pids.max there is too small for a clone(2) but not
 * for cgroup_enter().
 */
int cgroup_v2_fd(struct cgroup *cg);

/* Freezes or thaws; waits, bounded, until the kernel says that it is done. */
int cgroup_freeze(const struct cgroup *cg, bool frozen, struct err *e);
/* Lets SIGKILL through to every process inside, sub-cgroups included: thaws them on v1, where who
 * is frozen does not die. Does not wait. How many sub-cgroups that were; 0 on v2. */
int cgroup_thaw_tree(const struct cgroup *cg);
/* The directory by which it is frozen, as a path of the host; the caller frees; NULL: none. */
char *cgroup_freezer_path(const struct cgroup *cg);
bool cgroup_is_frozen(const struct cgroup *cg);

/* Every pid inside, sub-cgroups included; the caller frees. */
int cgroup_pids(const struct cgroup *cg, pid_t **ret, size_t *ret_count, struct err *e);

/* Signals every process inside but the caller; for SIGKILL it thaws, sub-cgroups included
 * (cgroup.kill where it exists). */
int cgroup_signal(const struct cgroup *cg, int sig, struct err *e);
/* Likewise, of a container that is being created, or whose creator has died: only where nobody else
 * can be, in directories that cgroup_create() was to make or has found fit. */
int cgroup_signal_own(const struct cgroup *cg, int sig, struct err *e);

/*
 * Removes what cgroup_create() made, sub-cgroups included; waits, bounded, while the kernel still
 * counts dying processes. Parents that we made go when they are empty. Repeatable.
 */
int cgroup_remove(struct cgroup *cg, struct err *e);
void cgroup_free(struct cgroup *cg);
void cgroup_freep(struct cgroup **cg);

/* For state.json: an object, as json_put_open() adds it, that cgroup_from_json() reads back. */
void cgroup_put_json(const struct cgroup *cg, const char *name, struct strbuf *out);
int cgroup_from_json(const struct json *j, struct cgroup **ret, struct err *e);

#endif
