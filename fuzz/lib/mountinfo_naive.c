/* SPDX-License-Identifier: Apache-2.0 */
#include "mountinfo_naive.h"

#include "str.h"

#include <limits.h>

bool mountinfo_is_huge(const struct procfs_mount *p)
{
	return (p->major | p->minor) > UINT_MAX;
}

bool mountinfo_is_same(const struct mountinfo *m, const struct procfs_mount *p)
{
	return str_eq(m->point, p->path) && str_eq(m->type, p->type) &&
	       str_eq(m->options, p->super) && m->minor == p->minor && str_eq(m->root, p->root);
}

bool mountinfo_is_of_cgroups(const struct mountinfo *m)
{
	return str_eq(m->type, "cgroup") || str_eq(m->type, "cgroup2");
}

bool mountinfo_is_cgroup(const struct mountinfo *m, const struct cgroup_mount *c)
{
	bool pids = !c->v2 && str_has_word(m->options, "pids", ",");

	return str_eq(c->mountpoint, m->point) &&
	       cgroup_has_controller(c->controllers, "pids") == pids;
}
