/* SPDX-License-Identifier: Apache-2.0 */
/* Operations on the processes of a container as a whole: its cgroups know them. */
#include "cgroup.h"
#include "cleanup.h"
#include "fd.h"
#include "idmap.h"
#include "lifecycle.h"
#include "pidns.h"

#include <errno.h>

/* Loaded and locked: no transition may see half of this one. */
static int load(const char *root, const char *id, struct container *c, struct err *e)
{
	int r = container_load(root, id, c, e);

	return r < 0 ? r : container_lock_changes(c, e);
}

int rt_pause(const char *root, const char *id, struct err *e)
{
	CLEANUP(container_done) struct container c = CONTAINER_INIT;
	enum rt_status status;
	int r = load(root, id, &c, e);

	if (r < 0)
		return r;
	status = container_status(&c);
	if (status != RT_CREATED && status != RT_RUNNING)
		return err_set(e, EINVAL, "container not running: it is %s",
			       rt_status_name(status));
	if (!c.cgroup || c.cgroup->disabled)
		return err_set(e, EOPNOTSUPP,
			       "cannot pause container '%s': it has no cgroup of its own", id);
	return cgroup_freeze(c.cgroup, true, e);
}

int rt_resume(const char *root, const char *id, struct err *e)
{
	CLEANUP(container_done) struct container c = CONTAINER_INIT;
	enum rt_status status;
	int r = load(root, id, &c, e);

	if (r < 0)
		return r;
	status = container_status(&c);
	if (status != RT_PAUSED)
		return err_set(e, EINVAL, "container not paused: it is %s", rt_status_name(status));
	return cgroup_freeze(c.cgroup, false, e);
}

/* What its pid namespace knows, where no cgroup does. */
static int ps_without_cgroup(const struct container *c, pid_t **ret, size_t *ret_count,
			     struct err *e)
{
	cleanup_fd int pidfd = container_pidfd(c);
	cleanup_fd int dir = FD_NONE;
	int r;

	if (pidfd < 0) {
		*ret = NULL;
		*ret_count = 0;
		return pidfd == -ESRCH ? 0 : err_set(e, -pidfd, "container '%s': %m", c->id);
	}
	r = dir = idmap_open_pid(c->pid, e);
	if (r >= 0)
		r = pidns_processes(dir, ret, ret_count, e);
	return r < 0 ? err_wrap(e, "cannot list the processes of container '%s'", c->id) : 0;
}

int rt_ps(const char *root, const char *id, pid_t **ret, size_t *ret_count, struct err *e)
{
	CLEANUP(container_done) struct container c = CONTAINER_INIT;
	int r = container_load(root, id, &c, e);

	if (r < 0)
		return r;
	if (!c.cgroup || c.cgroup->disabled)
		return ps_without_cgroup(&c, ret, ret_count, e);
	return cgroup_pids(c.cgroup, ret, ret_count, e);
}
