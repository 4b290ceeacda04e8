/* SPDX-License-Identifier: Apache-2.0 */
#include "cgroup_naive.h"

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

bool cgroup_naive_accepts(const struct cfg_resources *r, const struct cgroup_write *one)
{
	const char *file = one->file, *value = one->value;
	const struct cfg_memory *m = r->memory;

	/* a list of CPUs goes to the kernel as it stands */
	if (value && (str_eq(file, "cpuset.cpus") || str_eq(file, "cpuset.mems")))
		return str_eq(value, file[7] == 'c' ? r->cpu->cpus : r->cpu->mems);
	if (!value || strchr(value, '\n') || !file || !*file || strchr(file, '/') ||
	    str_eq(file, "..") || str_eq(file, "."))
		return false;
	if (str_eq(one->prop, "unified"))
		return true;
	if (str_eq(file, "cpu.weight"))
		return is_weight(value) && (r->cpu->shares != 1024 || str_eq(value, "100"));
	if (str_eq(file, "io.bfq.weight") && one->alt)
		return str_starts(one->alt_value, "default ") && is_weight(one->alt_value + 8);
	if (str_eq(file, "cpu.max"))
		return is_bandwidth(r->cpu, value);
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
	if (str_eq(file, "pids.max"))
		return is_limit(value, r->pids->limit);
	return *value;
}
