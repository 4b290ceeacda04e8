/* SPDX-License-Identifier: Apache-2.0 */
/* linux.resources in the files of cgroup v1 (Documentation/admin-guide/cgroup-v1). */
#include "cgroup_internal.h"

#include "cleanup.h"

#include <string.h>

/* One memory limit: bytes, or -1 for none. 0 is how Go's callers write "not set". */
static struct cgroup_write *limit(struct cgroup_writes *w, const char *file, const char *prop,
				  bool has, const int64_t *v)
{
	if (!has || *v == 0)
		return NULL;
	if (*v < -1) {
		cgroup_writes_refuse(w, "memory", prop, v, "must be -1 (no limit) or more");
		return NULL;
	}
	return cgroup_writes_add(w, "memory", file, prop, v, "%lld", (long long)*v);
}

void cgroup_v1_memory(const struct cfg_memory *m, struct cgroup_writes *w)
{
	bool limited = m->has_limit && m->limit > 0, swaps = m->has_swap && m->swap > 0;
	struct cgroup_write *one;

	if (m->has_use_hierarchy)
		(void)cgroup_writes_add(w, "memory", "memory.use_hierarchy", "memory.useHierarchy",
					&m->use_hierarchy, "%d", m->use_hierarchy);
	if (limited && swaps && m->swap < m->limit)
		cgroup_writes_refuse(w, "memory", "memory.swap", &m->swap,
				     "memory and swap together cannot be less than memory.limit");
	/* the kernel holds limit <= memory+swap at any moment: which goes first depends */
	one = limit(w, "memory.limit_in_bytes", "memory.limit", m->has_limit, &m->limit);
	if (one && m->has_check_before_update && m->check_before_update)
		one->flags |= CGW_CHECK_USAGE;
	if (one)
		one->flags |= CGW_WITH_LATER;
	one = limit(w, "memory.memsw.limit_in_bytes", "memory.swap", m->has_swap, &m->swap);
	if (one && m->swap == -1)
		one->flags |= CGW_MISSING_OK;
	/* no limit on memory is none on memory and swap together */
	if (m->has_limit && m->limit == -1 && (!m->has_swap || m->swap == 0)) {
		one = cgroup_writes_add(w, "memory", "memory.memsw.limit_in_bytes", "memory.limit",
					&m->limit, "-1");
		if (one)
			one->flags |= CGW_MISSING_OK;
	}
	(void)limit(w, "memory.soft_limit_in_bytes", "memory.reservation", m->has_reservation,
		    &m->reservation);
	/* newer kernels take a limit of kernel memory and forget it */
	one = limit(w, "memory.kmem.limit_in_bytes", "memory.kernel", m->has_kernel, &m->kernel);
	if (one)
		one->flags |= m->kernel == -1 ? CGW_MISSING_OK : CGW_READ_BACK;
	one = limit(w, "memory.kmem.tcp.limit_in_bytes", "memory.kernelTCP", m->has_kernel_tcp,
		    &m->kernel_tcp);
	if (one)
		one->flags |= m->kernel_tcp == -1 ? CGW_MISSING_OK : CGW_READ_BACK;
	if (m->has_swappiness && m->swappiness > 100)
		cgroup_writes_refuse(w, "memory", "memory.swappiness", &m->swappiness,
				     "must be from 0 to 100");
	else if (m->has_swappiness)
		(void)cgroup_writes_add(w, "memory", "memory.swappiness", "memory.swappiness",
					&m->swappiness, "%llu", (unsigned long long)m->swappiness);
	if (m->has_disable_oom_killer)
		(void)cgroup_writes_add(w, "memory", "memory.oom_control",
					"memory.disableOOMKiller", &m->disable_oom_killer, "%d",
					m->disable_oom_killer);
}

static void bandwidth(const struct cfg_cpu *c, struct cgroup_writes *w)
{
	struct cgroup_write *one;

	/* period, quota and burst must fit one another, the parent and what was set before */
	if (c->has_period && c->period) {
		one = cgroup_writes_add(w, "cpu", "cpu.cfs_period_us", "cpu.period", &c->period,
					"%llu", (unsigned long long)c->period);
		if (one)
			one->flags |= CGW_WITH_LATER;
	}
	if (c->has_quota && c->quota) {
		one = cgroup_writes_add(w, "cpu", "cpu.cfs_quota_us", "cpu.quota", &c->quota,
					"%lld", (long long)(c->quota < 0 ? -1 : c->quota));
		if (one)
			one->flags |= CGW_WITH_LATER;
	}
	if (c->has_burst) {
		one = cgroup_writes_add(w, "cpu", "cpu.cfs_burst_us", "cpu.burst", &c->burst,
					"%llu", (unsigned long long)c->burst);
		if (one && c->burst == 0)
			one->flags |= CGW_MISSING_OK;
	}
}

/* A group has real-time only where all the groups above it have. */
static void realtime(const struct cfg_cpu *c, struct cgroup_writes *w)
{
	struct cgroup_write *one;

	if (c->has_realtime_period && c->realtime_period) {
		one = cgroup_writes_add(w, "cpu", "cpu.rt_period_us", "cpu.realtimePeriod",
					&c->realtime_period, "%llu",
					(unsigned long long)c->realtime_period);
		if (one)
			one->flags |= CGW_WITH_LATER | CGW_ANCESTORS;
	}
	if (c->has_realtime_runtime && c->realtime_runtime) {
		one = cgroup_writes_add(w, "cpu", "cpu.rt_runtime_us", "cpu.realtimeRuntime",
					&c->realtime_runtime, "%lld",
					(long long)c->realtime_runtime);
		if (one)
			one->flags |= CGW_ANCESTORS;
	}
}

void cgroup_v1_cpu(const struct cfg_cpu *c, struct cgroup_writes *w)
{
	struct cgroup_write *one;

	if (c->has_shares && c->shares) {
		/* the kernel cuts what is out of its range in silence */
		one = cgroup_writes_add(w, "cpu", "cpu.shares", "cpu.shares", &c->shares, "%llu",
					(unsigned long long)c->shares);
		if (one)
			one->flags |= CGW_READ_BACK | CGW_WITH_LATER;
	}
	cgroup_any_idle(c, w);
	bandwidth(c, w);
	realtime(c, w);
	cgroup_any_cpuset(c, w);
}

static void throttle(const struct cfg_throttle_device_list *l, const char *file, const char *prop,
		     struct cgroup_writes *w)
{
	for (size_t i = 0; i < l->count; i++) {
		const struct cfg_throttle_device *d = &l->items[i];

		if (!cgroup_is_device(d->major, d->minor))
			cgroup_writes_refuse(w, "blkio", prop, d, "no such device numbers");
		else
			(void)cgroup_writes_add(w, "blkio", file, prop, d, "%lld:%lld %llu",
						(long long)d->major, (long long)d->minor,
						(unsigned long long)d->rate);
	}
}

static void weight_devices(const struct cfg_weight_device_list *l, struct cgroup_writes *w)
{
	struct cgroup_write *one;

	for (size_t i = 0; i < l->count; i++) {
		const struct cfg_weight_device *d = &l->items[i];

		if (!cgroup_is_device(d->major, d->minor)) {
			cgroup_writes_refuse(w, "blkio", "blockIO.weightDevice", d,
					     "no such device numbers");
			continue;
		}
		if (d->has_weight) {
			one = cgroup_writes_add(w, "blkio", "blkio.weight_device",
						"blockIO.weightDevice.weight", &d->weight,
						"%lld:%lld %llu", (long long)d->major,
						(long long)d->minor, (unsigned long long)d->weight);
			if (one)
				one->alt = "blkio.bfq.weight_device";
		}
		if (d->has_leaf_weight)
			(void)cgroup_writes_add(w, "blkio", "blkio.leaf_weight_device",
						"blockIO.weightDevice.leafWeight", &d->leaf_weight,
						"%lld:%lld %llu", (long long)d->major,
						(long long)d->minor,
						(unsigned long long)d->leaf_weight);
		if (!d->has_weight && !d->has_leaf_weight)
			cgroup_writes_refuse(w, "blkio", "blockIO.weightDevice", d,
					     "needs weight or leafWeight");
	}
}

void cgroup_v1_block_io(const struct cfg_block_io *b, struct cgroup_writes *w)
{
	struct cgroup_write *one;

	if (b->has_weight && b->weight) {
		one = cgroup_writes_add(w, "blkio", "blkio.weight", "blockIO.weight", &b->weight,
					"%llu", (unsigned long long)b->weight);
		if (one)
			one->alt = "blkio.bfq.weight";
	}
	if (b->has_leaf_weight && b->leaf_weight)
		(void)cgroup_writes_add(w, "blkio", "blkio.leaf_weight", "blockIO.leafWeight",
					&b->leaf_weight, "%llu",
					(unsigned long long)b->leaf_weight);
	weight_devices(&b->weight_device, w);
	throttle(&b->throttle_read_bps, "blkio.throttle.read_bps_device",
		 "blockIO.throttleReadBpsDevice", w);
	throttle(&b->throttle_write_bps, "blkio.throttle.write_bps_device",
		 "blockIO.throttleWriteBpsDevice", w);
	throttle(&b->throttle_read_iops, "blkio.throttle.read_iops_device",
		 "blockIO.throttleReadIOPSDevice", w);
	throttle(&b->throttle_write_iops, "blkio.throttle.write_iops_device",
		 "blockIO.throttleWriteIOPSDevice", w);
}

/* The same limit on reservations, where the kernel has them, and on use. */
static void huge_pages(const struct cfg_hugepage_limit *h, const char *file,
		       struct cgroup_writes *w)
{
	for (int rsvd = 1; rsvd >= 0; rsvd--) {
		struct cgroup_write *one =
			cgroup_writes_add(w, "hugetlb", NULL, "hugepageLimits", h, "%llu",
					  (unsigned long long)h->limit);

		if (!one)
			return;
		one->own_file =
			str_format("hugetlb.%s.%s%s", h->page_size, rsvd ? "rsvd." : "", file);
		one->file = one->own_file;
		if (!one->own_file)
			w->oom = true;
		if (rsvd)
			one->flags |= CGW_MISSING_OK;
	}
}

static void hugetlb(const struct cfg_hugepage_limit_list *l, const char *file,
		    struct cgroup_writes *w)
{
	for (size_t i = 0; i < l->count; i++) {
		const struct cfg_hugepage_limit *h = &l->items[i];

		/* the name of a file is made of it */
		if (cgroup_page_size_is_valid(h->page_size))
			huge_pages(h, file, w);
		else
			cgroup_writes_refuse(
				w, "hugetlb", "hugepageLimits.pageSize", &h->page_size,
				"must be a number without leading zero, then KB, MB or GB");
	}
}

void cgroup_v1_hugetlb(const struct cfg_hugepage_limit_list *l, struct cgroup_writes *w)
{
	hugetlb(l, "limit_in_bytes", w);
}

void cgroup_v2_hugetlb(const struct cfg_hugepage_limit_list *l, struct cgroup_writes *w)
{
	hugetlb(l, "max", w);
}

void cgroup_v1_network(const struct cfg_network *n, struct cgroup_writes *w)
{
	if (n->has_class_id)
		(void)cgroup_writes_add(w, "net_cls", "net_cls.classid", "network.classID",
					&n->class_id, "%llu", (unsigned long long)n->class_id);
	for (size_t i = 0; i < n->priorities.count; i++) {
		const struct cfg_interface_priority *p = &n->priorities.items[i];

		if (!p->name || !*p->name || strpbrk(p->name, " \n"))
			cgroup_writes_refuse(w, "net_prio", "network.priorities", p,
					     "not the name of an interface");
		else
			(void)cgroup_writes_add(w, "net_prio", "net_prio.ifpriomap",
						"network.priorities", p, "%s %llu", p->name,
						(unsigned long long)p->priority);
	}
}
