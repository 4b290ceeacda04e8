/* SPDX-License-Identifier: Apache-2.0 */
/* linux.resources in the files of cgroup v2 (Documentation/admin-guide/cgroup-v2.rst). */
#include "cgroup_internal.h"

#include "cleanup.h"

#include <stdio.h>
#include <string.h>

#define NO_COUNTERPART "has no counterpart in cgroup v2"

static struct cgroup_write *limit(struct cgroup_writes *w, const char *file, const char *prop,
				  bool has, const int64_t *v)
{
	if (!has || *v == 0)
		return NULL;
	if (*v < -1) {
		cgroup_writes_refuse(w, "memory", prop, v, "must be -1 (no limit) or more");
		return NULL;
	}
	if (*v == -1)
		return cgroup_writes_add(w, "memory", file, prop, v, "max");
	return cgroup_writes_add(w, "memory", file, prop, v, "%lld", (long long)*v);
}

/* memory.swap.max counts swap alone, while config.json counts it together with memory. */
static void swap(const struct cfg_memory *m, struct cgroup_writes *w)
{
	struct cgroup_write *one;

	if (!m->has_swap || m->swap == 0) {
		/* no limit on memory is none on memory and swap together, as on v1 */
		one = limit(w, "memory.swap.max", "memory.limit", m->has_limit && m->limit == -1,
			    &m->limit);
		if (one)
			one->flags |= CGW_MISSING_OK;
		return;
	}
	if (m->swap < 0 || (m->has_limit && m->limit == -1)) {
		one = limit(w, "memory.swap.max", "memory.swap", true, &m->swap);
		if (one && m->swap == -1)
			one->flags |= CGW_MISSING_OK;
	} else if (!m->has_limit || m->limit <= 0) {
		cgroup_writes_refuse(w, "memory", "memory.swap", &m->swap,
				     "needs memory.limit: cgroup v2 counts swap alone");
	} else if (m->swap < m->limit) {
		cgroup_writes_refuse(w, "memory", "memory.swap", &m->swap,
				     "memory and swap together cannot be less than memory.limit");
	} else {
		one = cgroup_writes_add(w, "memory", "memory.swap.max", "memory.swap", &m->swap,
					"%lld", (long long)(m->swap - m->limit));
		/* a kernel without swap keeps to "no swap" by itself */
		if (one && m->swap == m->limit)
			one->flags |= CGW_MISSING_OK;
	}
}

void cgroup_v2_memory(const struct cfg_memory *m, struct cgroup_writes *w)
{
	struct cgroup_write *one;

	if (m->has_use_hierarchy && !m->use_hierarchy)
		cgroup_writes_refuse(w, "memory", "memory.useHierarchy", &m->use_hierarchy,
				     "cgroup v2 is always hierarchical");
	if (m->has_kernel && m->kernel != 0 && m->kernel != -1)
		cgroup_writes_refuse(w, "memory", "memory.kernel", &m->kernel, NO_COUNTERPART);
	if (m->has_kernel_tcp && m->kernel_tcp != 0 && m->kernel_tcp != -1)
		cgroup_writes_refuse(w, "memory", "memory.kernelTCP", &m->kernel_tcp,
				     NO_COUNTERPART);
	if (m->has_swappiness)
		cgroup_writes_refuse(w, "memory", "memory.swappiness", &m->swappiness,
				     NO_COUNTERPART);
	if (m->has_disable_oom_killer && m->disable_oom_killer)
		cgroup_writes_refuse(w, "memory", "memory.disableOOMKiller", &m->disable_oom_killer,
				     NO_COUNTERPART);
	swap(m, w);
	one = limit(w, "memory.max", "memory.limit", m->has_limit, &m->limit);
	if (one && m->has_check_before_update && m->check_before_update)
		one->flags |= CGW_CHECK_USAGE;
	(void)limit(w, "memory.low", "memory.reservation", m->has_reservation, &m->reservation);
}

/* cpu.max is "quota period"; what config.json leaves out keeps its value. */
static void bandwidth(const struct cfg_cpu *c, struct cgroup_writes *w)
{
	bool quota = c->has_quota && c->quota, period = c->has_period && c->period;
	struct cgroup_write *one;
	char first[24] = "max", second[24] = "";

	if (!quota && !period)
		return;
	if (quota && c->quota > 0)
		(void)snprintf(first, sizeof(first), "%lld", (long long)c->quota);
	if (period)
		(void)snprintf(second, sizeof(second), "%llu", (unsigned long long)c->period);
	if (quota)
		one = cgroup_writes_add(w, "cpu", "cpu.max", "cpu.quota", &c->quota, "%s%s%s",
					first, period ? " " : "", second);
	else
		one = cgroup_writes_add(w, "cpu", "cpu.max", "cpu.period", &c->period, "%s",
					second);
	if (one)
		one->flags |= CGW_WITH_LATER | (quota ? 0 : CGW_KEEP_FIRST);
}

void cgroup_v2_cpu(const struct cfg_cpu *c, struct cgroup_writes *w)
{
	struct cgroup_write *one;

	if (c->has_shares && c->shares) {
		one = cgroup_writes_add(w, "cpu", "cpu.weight", "cpu.shares", &c->shares, "%llu",
					(unsigned long long)cgroup_convert_shares(c->shares));
		if (one)
			one->flags |= CGW_WITH_LATER;
	}
	cgroup_any_idle(c, w);
	bandwidth(c, w);
	if (c->has_burst) {
		one = cgroup_writes_add(w, "cpu", "cpu.max.burst", "cpu.burst", &c->burst, "%llu",
					(unsigned long long)c->burst);
		if (one && c->burst == 0)
			one->flags |= CGW_MISSING_OK;
	}
	if (c->has_realtime_period && c->realtime_period)
		cgroup_writes_refuse(w, "cpu", "cpu.realtimePeriod", &c->realtime_period,
				     NO_COUNTERPART);
	if (c->has_realtime_runtime && c->realtime_runtime)
		cgroup_writes_refuse(w, "cpu", "cpu.realtimeRuntime", &c->realtime_runtime,
				     NO_COUNTERPART);
	cgroup_any_cpuset(c, w);
}

static void throttle(const struct cfg_throttle_device_list *l, const char *key, const char *prop,
		     struct cgroup_writes *w)
{
	for (size_t i = 0; i < l->count; i++) {
		const struct cfg_throttle_device *d = &l->items[i];

		if (!cgroup_is_device(d->major, d->minor))
			cgroup_writes_refuse(w, "io", prop, d, "no such device numbers");
		else if (d->rate)
			(void)cgroup_writes_add(w, "io", "io.max", prop, d, "%lld:%lld %s=%llu",
						(long long)d->major, (long long)d->minor, key,
						(unsigned long long)d->rate);
		else /* what v1 means by 0 */
			(void)cgroup_writes_add(w, "io", "io.max", prop, d, "%lld:%lld %s=max",
						(long long)d->major, (long long)d->minor, key);
	}
}

/* Of the two BFQ alone takes a weight of v1. In both, that of a device goes back to the default. */
static void device_weight(const struct cfg_weight_device *d, struct cgroup_writes *w)
{
	struct cgroup_write *one =
		cgroup_writes_add(w, "io", "io.bfq.weight", "blockIO.weightDevice.weight",
				  &d->weight, "%lld:%lld %llu", (long long)d->major,
				  (long long)d->minor, (unsigned long long)d->weight);

	if (!one)
		return;
	one->alt = "io.weight";
	one->alt_value =
		d->weight
			? str_format("%lld:%lld %llu", (long long)d->major, (long long)d->minor,
				     (unsigned long long)cgroup_convert_blkio_weight(d->weight))
			: str_format("%lld:%lld default", (long long)d->major, (long long)d->minor);
	w->oom = w->oom || !one->alt_value;
}

void cgroup_v2_block_io(const struct cfg_block_io *b, struct cgroup_writes *w)
{
	struct cgroup_write *one;

	if (b->has_weight && b->weight) {
		/* BFQ keeps v1's range; io.weight has one of its own */
		one = cgroup_writes_add(w, "io", "io.bfq.weight", "blockIO.weight", &b->weight,
					"%llu", (unsigned long long)b->weight);
		if (one) {
			one->alt = "io.weight";
			one->alt_value = str_format(
				"default %llu",
				(unsigned long long)cgroup_convert_blkio_weight(b->weight));
			w->oom = w->oom || !one->alt_value;
		}
	}
	if (b->has_leaf_weight && b->leaf_weight)
		cgroup_writes_refuse(w, "io", "blockIO.leafWeight", &b->leaf_weight,
				     NO_COUNTERPART);
	for (size_t i = 0; i < b->weight_device.count; i++) {
		const struct cfg_weight_device *d = &b->weight_device.items[i];

		if (!cgroup_is_device(d->major, d->minor)) {
			cgroup_writes_refuse(w, "io", "blockIO.weightDevice", d,
					     "no such device numbers");
			continue;
		}
		if (d->has_leaf_weight)
			cgroup_writes_refuse(w, "io", "blockIO.weightDevice.leafWeight",
					     &d->leaf_weight, NO_COUNTERPART);
		if (d->has_weight)
			device_weight(d, w);
		if (!d->has_leaf_weight && !d->has_weight)
			cgroup_writes_refuse(w, "io", "blockIO.weightDevice", d,
					     "needs weight or leafWeight");
	}
	throttle(&b->throttle_read_bps, "rbps", "blockIO.throttleReadBpsDevice", w);
	throttle(&b->throttle_write_bps, "wbps", "blockIO.throttleWriteBpsDevice", w);
	throttle(&b->throttle_read_iops, "riops", "blockIO.throttleReadIOPSDevice", w);
	throttle(&b->throttle_write_iops, "wiops", "blockIO.throttleWriteIOPSDevice", w);
}

void cgroup_v2_network(const struct cfg_network *n, struct cgroup_writes *w)
{
	if (n->has_class_id)
		cgroup_writes_refuse(w, "net_cls", "network.classID", &n->class_id, NO_COUNTERPART);
	if (n->priorities.count)
		cgroup_writes_refuse(w, "net_prio", "network.priorities", &n->priorities,
				     NO_COUNTERPART);
}

/* Controllers by the first word of their files' names; others (cgroup.*) belong to every cgroup. */
static const char *controller_of(const char *file)
{
	static const char *const names[] = {"cpuset", "cpu",  "io",   "memory", "hugetlb",
					    "pids",   "rdma", "misc", "dmem",	"perf_event"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		size_t n = strlen(names[i]);

		if (strncmp(file, names[i], n) == 0 && file[n] == '.')
			return names[i];
	}
	return "";
}

/* Each line goes by itself, as the kernel takes one setting per write(2); a value of line breaks
 * alone is an empty one. */
static void lines(const struct cfg_pair *u, struct cgroup_writes *w)
{
	const char *controller = controller_of(u->key);
	const char *p = u->value + strspn(u->value, "\n");
	bool empty = !*p;

	do {
		size_t n = strcspn(p, "\n");

		if (n > 0 || empty) {
			struct cgroup_write *one = cgroup_writes_add(
				w, controller, u->key, "unified", u, "%.*s", (int)n, p);

			if (one)
				one->flags |= CGW_V2_ONLY;
		}
		p += n;
		p += *p == '\n';
	} while (*p);
}

void cgroup_v2_unified(const struct cfg_pairs *u, struct cgroup_writes *w)
{
	for (size_t i = 0; i < u->count; i++) {
		const char *key = u->items[i].key;

		if (!*key || strchr(key, '/') || str_eq(key, ".") || str_eq(key, ".."))
			cgroup_writes_refuse(w, "", "unified", &u->items[i],
					     "the key is not the name of a file");
		else
			lines(&u->items[i], w);
	}
}
