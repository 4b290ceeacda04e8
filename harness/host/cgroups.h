/* SPDX-License-Identifier: Apache-2.0 */
/* The cgroup hierarchies of the host, v1 and v2, and the cgroups of a case in them. Nothing here
 * touches a cgroup whose path or name it was not given. */
#ifndef HOST_CGROUPS_H
#define HOST_CGROUPS_H

#include "err.h"
#include "str.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define CGROUPS_MAX  24
#define OBSTACLE_MAX 256 /* room for what hx_cgroups_obstacle() says */

struct hx_hierarchy {
	char *mount;	   /* "/sys/fs/cgroup/memory" */
	char *controllers; /* "cpu,cpuacct"; of v2: those of its root; "name=systemd" */
	char *own;	   /* path of this process's cgroup below the mount; NULL: not there */
	bool v2;
	char *root; /* the cgroup that is mounted (proc_pid_mountinfo(5)); NULL: "/" */
};

struct hx_cgroups {
	struct hx_hierarchy items[CGROUPS_MAX];
	size_t count;
	char *there; /* cgroups at the root of each that stood there when it was read, one a line */
};

/* Reads /proc/self/mountinfo and /proc/self/cgroup. The caller ends *ret with hx_cgroups_done(). 0
 * or -errno. */
int hx_cgroups_read(struct hx_cgroups *ret, struct err *e);
void hx_cgroups_done(struct hx_cgroups *c);

/* Adds the host path of every cgroup at the root of a hierarchy to @out, one per line. 0 or -errno.
 */
int hx_cgroups_at_roots(const struct hx_cgroups *c, struct strbuf *out);

/* The hierarchy that has @controller ("" : v2 itself), of several mounts the first that shows our
 * own cgroup in it; NULL where none has it. */
const struct hx_hierarchy *hx_cgroups_find(const struct hx_cgroups *c, const char *controller);

/* "v1", "v2", "hybrid" (v1 with a v2 hierarchy beside it) or "none". */
const char *hx_cgroups_mode(const struct hx_cgroups *c);

/* Why no cgroup can be made anywhere, in @buf, which is returned; NULL: one can be. For root. */
const char *hx_cgroups_obstacle(const struct hx_cgroups *c, char buf[OBSTACLE_MAX]);

/* The path of a process below what is mounted of @h, by the text of its /proc/PID/cgroup; the
 * caller frees; NULL: not in there or memory is short. */
char *hx_cgroup_path_in(const struct hx_hierarchy *h, const char *proc_cgroup);

/* Why a process has no such path although it is in the hierarchy, in @buf, which is returned; NULL:
 * it has one, or is in no cgroup there. */
const char *hx_cgroup_out_of_sight(const struct hx_hierarchy *h, const char *proc_cgroup,
				   char buf[OBSTACLE_MAX]);

/* Adds the host path of every cgroup called @name, or so with a word of a runtime's before it
 * (refrun-NAME), below the root of a hierarchy or below our own cgroup in it, to @out, one per
 * line. 0, or -errno where not all could be looked at. */
int hx_cgroups_named(const struct hx_cgroups *c, const char *name, struct strbuf *out);

/* Thaws, kills and removes every such cgroup with all below it. 0, or -errno of the first that
 * resists. */
int hx_cgroups_destroy(const struct hx_cgroups *c, const char *name);

/* The same for every cgroup whose name begins with @prefix, and where a word stands before it, for
 * those that end with a number behind it (refrun-PREFIX7). Also one cgroup further down, as a
 * runtime chooses where a relative path begins (config-linux.md#cgroups-path); the one above goes
 * with it where it is empty then and was not there when @c was read. -EINVAL where @prefix is "".
 */
int hx_cgroups_destroy_prefixed(const struct hx_cgroups *c, const char *prefix);

#endif
