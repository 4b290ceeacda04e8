/* SPDX-License-Identifier: Apache-2.0 */
#include "cgroup_stats.h"

#include "cgroup_internal.h"
#include "cgroup_stats_read.h"
#include "cleanup.h"

/* What readers expect to be there in any case. */
static const char frame[] =
	"{\"cpu\":{\"usage\":{\"total\":0,\"kernel\":0,\"user\":0},\"throttling\":{}},"
	"\"cpuset\":{\"cpu_exclusive\":0,\"mem_hardwall\":0,\"mem_exclusive\":0,"
	"\"memory_migrate\":0,\"memory_spread_page\":0,\"memory_spread_slab\":0,"
	"\"memory_pressure\":0,\"sched_load_balance\":0,\"sched_relax_domain_level\":0},"
	"\"memory\":{\"usage\":{\"limit\":0,\"failcnt\":0},\"swap\":{\"limit\":0,\"failcnt\":0},"
	"\"kernel\":{\"limit\":0,\"failcnt\":0},\"kernelTCP\":{\"limit\":0,\"failcnt\":0}},"
	"\"pids\":{},\"blkio\":{},\"hugetlb\":{},\"intel_rdt\":{},\"network_interfaces\":null}";

/* The hierarchy that counts for @controller: on a hybrid host v2 has none of v1's. */
static const struct cgroup_hierarchy *hierarchy_of(const struct cgroup *cg, const char *controller)
{
	const struct cgroup_hierarchy *v2 = NULL;

	for (size_t i = 0; i < cg->count; i++) {
		if (cg->items[i].v2)
			v2 = &cg->items[i];
		else if (cgroup_has_controller(cg->items[i].controllers, controller))
			return &cg->items[i];
	}
	return v2;
}

int cgroup_stats(const struct cgroup *cg, struct json **ret, struct err *e)
{
	static const char *const controllers[] = {"cpuacct", "cpu",   "cpuset", "memory",
						  "pids",    "blkio", "hugetlb"};
	struct stats s = {0};
	int r = json_parse(frame, sizeof(frame) - 1, &s.data, e);

	if (r < 0)
		return r;
	for (size_t i = 0; i < sizeof(controllers) / sizeof(controllers[0]); i++) {
		const struct cgroup_hierarchy *h = hierarchy_of(cg, controllers[i]);
		cleanup_fd int dir = h ? cgroup_dir_open(h, NULL) : FD_NONE;

		if (dir < 0)
			continue;
		if (h->v2)
			stats_v2(&s, controllers[i], dir);
		else
			stats_v1(&s, controllers[i], dir);
	}
	if (s.oom) {
		json_free(s.data);
		return err_set(e, ENOMEM, "statistics: %m");
	}
	*ret = s.data;
	return 0;
}
