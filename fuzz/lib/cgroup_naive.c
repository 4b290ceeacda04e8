/* SPDX-License-Identifier: Apache-2.0 */
#include "cgroup_naive.h"

#include "cleanup.h"

#include <string.h>

void cgroup_naive_plan(const struct cfg_resources *r, bool v2, struct cgroup_writes *ret)
{
	if (r->memory)
		(v2 ? cgroup_v2_memory : cgroup_v1_memory)(r->memory, ret);
	if (r->cpu)
		(v2 ? cgroup_v2_cpu : cgroup_v1_cpu)(r->cpu, ret);
	if (r->pids)
		cgroup_any_pids(r->pids, ret);
	if (r->block_io)
		(v2 ? cgroup_v2_block_io : cgroup_v1_block_io)(r->block_io, ret);
	(v2 ? cgroup_v2_hugetlb : cgroup_v1_hugetlb)(&r->hugepage_limits, ret);
	if (r->network)
		(v2 ? cgroup_v2_network : cgroup_v1_network)(r->network, ret);
	cgroup_any_rdma(&r->rdma, ret);
	if (v2)
		cgroup_v2_unified(&r->unified, ret);
}

/* How many writes or refusals speak of @prop, or of a member of it. */
static size_t said(const struct cgroup_writes *w, const char *prop)
{
	size_t n = 0, len = strlen(prop);

	for (size_t i = 0; i < w->count; i++)
		n += strncmp(w->items[i].prop, prop, len) == 0 &&
		     (!w->items[i].prop[len] || w->items[i].prop[len] == '.');
	return n;
}

struct wish {
	const char *prop;
	size_t count; /* things that are asked for */
};

static const char *first_lost(const struct cgroup_writes *w, const struct wish *wishes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (said(w, wishes[i].prop) < wishes[i].count)
			return wishes[i].prop;
	return NULL;
}

/* 0 is "not set" for a limit; -1 is what v2 has where it has no such file. */
static const char *lost_memory(const struct cfg_memory *m, bool v2, const struct cgroup_writes *w)
{
	bool limit = m->has_limit && m->limit, swap = m->has_swap && m->swap;
	/* without one on memory there is none on swap */
	size_t lifted = v2 && limit && m->limit == -1 && !swap;
	const struct wish wishes[] = {
		{"memory.limit", limit + lifted},
		{"memory.swap", swap},
		{"memory.reservation", m->has_reservation && m->reservation},
		{"memory.kernel", m->has_kernel && m->kernel && (!v2 || m->kernel != -1)},
		{"memory.kernelTCP",
		 m->has_kernel_tcp && m->kernel_tcp && (!v2 || m->kernel_tcp != -1)},
		{"memory.swappiness", m->has_swappiness},
		{"memory.disableOOMKiller",
		 m->has_disable_oom_killer && (!v2 || m->disable_oom_killer)},
		{"memory.useHierarchy", m->has_use_hierarchy && (!v2 || !m->use_hierarchy)},
	};

	return first_lost(w, wishes, sizeof(wishes) / sizeof(*wishes));
}

static const char *lost_cpu(const struct cfg_cpu *c, bool v2, const struct cgroup_writes *w)
{
	bool quota = c->has_quota && c->quota, period = c->has_period && c->period;
	const struct wish wishes[] = {
		{"cpu.shares", c->has_shares && c->shares},
		{"cpu.quota", quota},
		/* one line of v2 says both */
		{"cpu.period", period && !(v2 && quota)},
		{"cpu.burst", c->has_burst},
		{"cpu.idle", c->has_idle},
		{"cpu.realtimePeriod", c->has_realtime_period && c->realtime_period},
		{"cpu.realtimeRuntime", c->has_realtime_runtime && c->realtime_runtime},
		{"cpu.cpus", c->cpus && *c->cpus},
		{"cpu.mems", c->mems && *c->mems},
	};

	return first_lost(w, wishes, sizeof(wishes) / sizeof(*wishes));
}

static const char *lost_block_io(const struct cfg_block_io *b, const struct cgroup_writes *w)
{
	const struct wish wishes[] = {
		{"blockIO.weight", b->has_weight && b->weight},
		{"blockIO.leafWeight", b->has_leaf_weight && b->leaf_weight},
		{"blockIO.weightDevice", b->weight_device.count},
		{"blockIO.throttleReadBpsDevice", b->throttle_read_bps.count},
		{"blockIO.throttleWriteBpsDevice", b->throttle_write_bps.count},
		{"blockIO.throttleReadIOPSDevice", b->throttle_read_iops.count},
		{"blockIO.throttleWriteIOPSDevice", b->throttle_write_iops.count},
	};

	return first_lost(w, wishes, sizeof(wishes) / sizeof(*wishes));
}

const char *cgroup_naive_lost(const struct cfg_resources *r, bool v2, const struct cgroup_writes *w)
{
	const struct wish wishes[] = {
		{"pids.limit", r->pids && r->pids->has_limit},
		{"hugepageLimits", r->hugepage_limits.count},
		{"network.classID", r->network && r->network->has_class_id},
		{"network.priorities", r->network && r->network->priorities.count},
		{"rdma", r->rdma.count},
		{"unified", v2 ? r->unified.count : 0},
	};
	const char *lost = first_lost(w, wishes, sizeof(wishes) / sizeof(*wishes));

	if (!lost && r->memory)
		lost = lost_memory(r->memory, v2, w);
	if (!lost && r->cpu)
		lost = lost_cpu(r->cpu, v2, w);
	return !lost && r->block_io ? lost_block_io(r->block_io, w) : lost;
}

/* "max" or -1: no limit. */
static bool is_limit(const char *text, int64_t want)
{
	int64_t v = -1;

	return (str_eq(text, "max") || str_to_i64(text, -1, INT64_MAX, &v) == 0) && v == want;
}

static bool is_weight(const char *text)
{
	uint64_t v;

	return text && str_to_u64(text, 10000, &v) == 0 && v > 0;
}

/* "QUOTA PERIOD", "QUOTA" or "PERIOD" (the other stays). */
static bool is_bandwidth(const struct cfg_cpu *c, const char *text)
{
	bool quota = c->has_quota && c->quota, period = c->has_period && c->period;
	char want[64], first[24] = "max", second[24];
	struct strbuf b = STRBUF_INIT;
	bool same;

	strbuf_addf(&b, "%lld", (long long)c->quota);
	if (c->quota > 0)
		memcpy(first, b.buf, b.len + 1);
	b.len = 0;
	strbuf_addf(&b, "%llu", (unsigned long long)c->period);
	memcpy(second, b.buf, b.len + 1);
	b.len = 0;
	strbuf_addf(&b, "%s%s%s", quota ? first : "", quota && period ? " " : "",
		    period ? second : "");
	memcpy(want, b.buf, b.len + 1);
	same = str_eq(want, text);
	strbuf_done(&b);
	return same;
}

/* Whether @text is what the format @fmt makes. */
static bool says(const char *text, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static bool says(const char *text, const char *fmt, ...)
{
	cleanup_free char *want = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&want, fmt, ap);
	va_end(ap);
	if (n < 0) {
		want = NULL;
		return false;
	}
	return str_eq(text, want);
}

/* A line of the values that stand under the file's name. */
static bool is_unified(const struct cfg_pairs *u, const struct cgroup_write *one)
{
	size_t n = strlen(one->value);

	for (size_t i = 0; i < u->count; i++) {
		const char *all = u->items[i].value, *p = all;

		if (!str_eq(u->items[i].key, one->file))
			continue;
		/* an empty one is that of a value without any other */
		if (!n && !all[strspn(all, "\n")])
			return true;
		for (; n && *p; p += strcspn(p, "\n"), p += *p == '\n')
			if (strcspn(p, "\n") == n && strncmp(p, one->value, n) == 0)
				return true;
	}
	return false;
}

static bool is_throttle(const struct cfg_throttle_device_list *l, const char *key, const char *text)
{
	for (size_t i = 0; i < l->count; i++) {
		const struct cfg_throttle_device *d = &l->items[i];
		long long a = d->major, b = d->minor;
		unsigned long long rate = d->rate;

		if (key && !rate ? says(text, "%lld:%lld %s=max", a, b, key)
				 : says(text, "%lld:%lld %s%s%llu", a, b, key ? key : "",
					key ? "=" : "", rate))
			return true;
	}
	return false;
}

static bool is_weight_device(const struct cfg_weight_device_list *l, bool leaf, const char *text)
{
	for (size_t i = 0; i < l->count; i++) {
		const struct cfg_weight_device *d = &l->items[i];

		if ((leaf ? d->has_leaf_weight : d->has_weight) &&
		    says(text, "%lld:%lld %llu", (long long)d->major, (long long)d->minor,
			 (unsigned long long)(leaf ? d->leaf_weight : d->weight)))
			return true;
	}
	return false;
}

/* The alternative to a weight of BFQ, for the same device. */
static bool is_converted(const struct cgroup_write *one)
{
	size_t n = strcspn(one->value, " ") + 1;

	if (!one->alt || !one->alt_value || !str_eq(one->alt, "io.weight") ||
	    strncmp(one->alt_value, one->value, n) != 0)
		return false;
	return str_eq(one->value + n, "0") ? str_eq(one->alt_value + n, "default")
					   : is_weight(one->alt_value + n);
}

static bool is_block_io(const struct cfg_block_io *b, const struct cgroup_write *one)
{
	const struct {
		const char *prop, *v1, *key;
		const struct cfg_throttle_device_list *list;
	} rates[] = {{"blockIO.throttleReadBpsDevice", "blkio.throttle.read_bps_device", "rbps",
		      &b->throttle_read_bps},
		     {"blockIO.throttleWriteBpsDevice", "blkio.throttle.write_bps_device", "wbps",
		      &b->throttle_write_bps},
		     {"blockIO.throttleReadIOPSDevice", "blkio.throttle.read_iops_device", "riops",
		      &b->throttle_read_iops},
		     {"blockIO.throttleWriteIOPSDevice", "blkio.throttle.write_iops_device",
		      "wiops", &b->throttle_write_iops}};
	const char *file = one->file, *value = one->value;

	for (size_t i = 0; i < sizeof(rates) / sizeof(*rates); i++)
		if (str_eq(one->prop, rates[i].prop))
			return (str_eq(file, "io.max") &&
				is_throttle(rates[i].list, rates[i].key, value)) ||
			       (str_eq(file, rates[i].v1) &&
				is_throttle(rates[i].list, NULL, value));
	if (str_eq(one->prop, "blockIO.weightDevice.leafWeight"))
		return str_eq(file, "blkio.leaf_weight_device") &&
		       is_weight_device(&b->weight_device, true, value);
	if (str_eq(one->prop, "blockIO.weightDevice.weight"))
		return (str_eq(file, "blkio.weight_device") ||
			(str_eq(file, "io.bfq.weight") && is_converted(one))) &&
		       is_weight_device(&b->weight_device, false, value);
	if (str_eq(file, "io.bfq.weight") &&
	    !(one->alt && str_starts(one->alt_value, "default ") && is_weight(one->alt_value + 8)))
		return false;
	if (str_eq(file, "blkio.leaf_weight"))
		return says(value, "%llu", (unsigned long long)b->leaf_weight);
	return (str_eq(file, "io.bfq.weight") || str_eq(file, "blkio.weight")) &&
	       says(value, "%llu", (unsigned long long)b->weight);
}

static bool is_hugetlb(const struct cfg_hugepage_limit_list *l, const struct cgroup_write *one)
{
	static const char *const tails[] = {"max", "rsvd.max", "limit_in_bytes",
					    "rsvd.limit_in_bytes"};

	for (size_t i = 0; i < l->count; i++) {
		if (!says(one->value, "%llu", (unsigned long long)l->items[i].limit))
			continue;
		for (size_t k = 0; k < sizeof(tails) / sizeof(*tails); k++)
			if (says(one->file, "hugetlb.%s.%s", l->items[i].page_size, tails[k]))
				return true;
	}
	return false;
}

static bool is_rdma(const struct cfg_rdma_list *l, const char *text)
{
	for (size_t i = 0; i < l->count; i++) {
		const struct cfg_rdma *d = &l->items[i];
		unsigned long long h = d->hca_handles, o = d->hca_objects;

		if (d->has_hca_handles && d->has_hca_objects
			    ? says(text, "%s hca_handle=%llu hca_object=%llu", d->key, h, o)
		    : d->has_hca_handles ? says(text, "%s hca_handle=%llu", d->key, h)
					 : says(text, "%s hca_object=%llu", d->key, o))
			return true;
	}
	return false;
}

static bool is_network(const struct cfg_network *n, const struct cgroup_write *one)
{
	if (str_eq(one->file, "net_cls.classid"))
		return says(one->value, "%llu", (unsigned long long)n->class_id);
	for (size_t i = 0; i < n->priorities.count; i++)
		if (says(one->value, "%s %llu", n->priorities.items[i].name,
			 (unsigned long long)n->priorities.items[i].priority))
			return str_eq(one->file, "net_prio.ifpriomap");
	return false;
}

static bool is_cpu(const struct cfg_cpu *c, const char *file, const char *value)
{
	const struct {
		const char *file;
		uint64_t value;
	} plain[] = {{"cpu.shares", c->shares},
		     {"cpu.cfs_period_us", c->period},
		     {"cpu.cfs_burst_us", c->burst},
		     {"cpu.max.burst", c->burst},
		     {"cpu.rt_period_us", c->realtime_period}};

	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		if (str_eq(file, plain[i].file))
			return says(value, "%llu", (unsigned long long)plain[i].value);
	if (str_eq(file, "cpu.weight"))
		return is_weight(value) && (c->shares != 1024 || str_eq(value, "100"));
	if (str_eq(file, "cpu.max"))
		return is_bandwidth(c, value);
	if (str_eq(file, "cpu.cfs_quota_us"))
		return says(value, "%lld", (long long)(c->quota < 0 ? -1 : c->quota));
	if (str_eq(file, "cpu.rt_runtime_us"))
		return says(value, "%lld", (long long)c->realtime_runtime);
	return str_eq(file, "cpu.idle") && says(value, "%lld", (long long)c->idle);
}

static bool is_memory(const struct cfg_memory *m, const char *file, const char *value)
{
	if (str_eq(file, "memory.max") || str_eq(file, "memory.limit_in_bytes"))
		return is_limit(value, m->limit);
	if (str_eq(file, "memory.low") || str_eq(file, "memory.soft_limit_in_bytes"))
		return is_limit(value, m->reservation);
	if (str_eq(file, "memory.swap.max") && !(m->has_swap && m->swap))
		return is_limit(value, -1) && m->has_limit && m->limit == -1;
	if (str_eq(file, "memory.swap.max"))
		return is_limit(value, m->swap < 0 || m->limit < 0 ? m->swap : m->swap - m->limit);
	if (str_eq(file, "memory.memsw.limit_in_bytes"))
		return is_limit(value, m->has_swap && m->swap ? m->swap : -1);
	if (str_eq(file, "memory.kmem.limit_in_bytes"))
		return is_limit(value, m->kernel);
	if (str_eq(file, "memory.kmem.tcp.limit_in_bytes"))
		return is_limit(value, m->kernel_tcp);
	if (str_eq(file, "memory.swappiness"))
		return says(value, "%llu", (unsigned long long)m->swappiness);
	if (str_eq(file, "memory.use_hierarchy"))
		return says(value, "%d", m->use_hierarchy);
	return str_eq(file, "memory.oom_control") && says(value, "%d", m->disable_oom_killer);
}

bool cgroup_naive_accepts(const struct cfg_resources *r, const struct cgroup_write *one)
{
	const char *file = one->file, *value = one->value, *prop = one->prop;

	/* a list of CPUs goes to the kernel as it stands */
	if (value && (str_eq(prop, "cpu.cpus") || str_eq(prop, "cpu.mems")))
		return str_eq(file, prop[4] == 'c' ? "cpuset.cpus" : "cpuset.mems") &&
		       str_eq(value, prop[4] == 'c' ? r->cpu->cpus : r->cpu->mems);
	if (!value || strchr(value, '\n') || !file || !*file || strchr(file, '/') ||
	    str_eq(file, "..") || str_eq(file, "."))
		return false;
	if (str_eq(prop, "unified"))
		return is_unified(&r->unified, one);
	if (str_starts(prop, "blockIO."))
		return is_block_io(r->block_io, one);
	if (str_starts(prop, "hugepageLimits"))
		return is_hugetlb(&r->hugepage_limits, one);
	if (str_starts(prop, "network."))
		return is_network(r->network, one);
	if (str_eq(prop, "rdma"))
		return str_eq(file, "rdma.max") && is_rdma(&r->rdma, value);
	if (str_starts(prop, "cpu."))
		return is_cpu(r->cpu, file, value);
	if (str_eq(prop, "pids.limit"))
		return str_eq(file, "pids.max") && is_limit(value, r->pids->limit);
	return str_starts(prop, "memory.") && is_memory(r->memory, file, value);
}
