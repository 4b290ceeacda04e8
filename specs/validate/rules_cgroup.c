/* SPDX-License-Identifier: Apache-2.0 */
/* config-linux.md#control-groups; the resources of update are the same object as a document of its
 * own. */
#include "rules.h"

#include "syntax.h"

#include <string.h>

#define RESOURCES (VAL_CONFIG | VAL_RESOURCES)

static void device_rule_type(struct val_ctx *c)
{
	const struct cfg_resources *r = val_resources(c);

	for (size_t i = 0; r && i < r->devices.count; i++) {
		const char *t = r->devices.items[i].type;

		if (t && !str_eq(t, "a") && !str_eq(t, "b") && !str_eq(t, "c"))
			val_add(c, &r->devices.items[i].type,
				"%s is not a type of device rule; they are a, b and c",
				val_quote(c, t));
	}
}

static void device_rule_access(struct val_ctx *c)
{
	const struct cfg_resources *r = val_resources(c);

	for (size_t i = 0; r && i < r->devices.count; i++) {
		const char *a = r->devices.items[i].access;

		if (a && a[strspn(a, "rwm")] != '\0')
			val_add(c, &r->devices.items[i].access,
				"%s is not an access; it is made of the letters r, w and m",
				val_quote(c, a));
	}
}

static const struct cfg_memory *memory(const struct val_ctx *c)
{
	const struct cfg_resources *r = val_resources(c);

	return r ? r->memory : NULL;
}

static void memory_kernel(struct val_ctx *c)
{
	if (memory(c) && memory(c)->has_kernel)
		val_add(c, &memory(c)->kernel, "memory.kernel is not recommended; leave it out");
}

static void memory_kernel_tcp(struct val_ctx *c)
{
	if (memory(c) && memory(c)->has_kernel_tcp)
		val_add(c, &memory(c)->kernel_tcp,
			"memory.kernelTCP is not recommended; leave it out");
}

static void memory_swappiness(struct val_ctx *c)
{
	if (memory(c) && memory(c)->has_swappiness && memory(c)->swappiness > 100)
		val_add(c, &memory(c)->swappiness, "swappiness is %ju; it lies between 0 and 100",
			(uintmax_t)memory(c)->swappiness);
}

/* swap counts memory and swap together; -1 on either side is no limit, and 0 leaves swap alone in
 * practice. */
static void memory_swap(struct val_ctx *c)
{
	const struct cfg_memory *m = memory(c);

	if (m && m->has_swap && m->has_limit && m->swap > 0 && m->limit > m->swap)
		val_add(c, &m->swap,
			"swap is the sum of memory and swap, so %jd is less than the memory limit "
			"of %jd alone",
			(intmax_t)m->swap, (intmax_t)m->limit);
}

/* No limit is -1; what lies below says nothing. */
static void limit_range(struct val_ctx *c)
{
	static const struct cfg_memory no_memory;
	static const struct cfg_pids no_pids;
	const struct cfg_memory *m = memory(c) ? memory(c) : &no_memory;
	const struct cfg_resources *r = val_resources(c);
	const struct cfg_pids *p = r && r->pids ? r->pids : &no_pids;
	const struct {
		const char *name;
		bool has;
		const int64_t *value;
	} limits[] = {{"memory.limit", m->has_limit, &m->limit},
		      {"memory.reservation", m->has_reservation, &m->reservation},
		      {"memory.swap", m->has_swap, &m->swap},
		      {"memory.kernel", m->has_kernel, &m->kernel},
		      {"memory.kernelTCP", m->has_kernel_tcp, &m->kernel_tcp},
		      {"pids.limit", p->has_limit, &p->limit}};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		if (limits[i].has && *limits[i].value < -1)
			val_add(c, limits[i].value, "%s is %jd; it is -1 for no limit, or more",
				limits[i].name, (intmax_t)*limits[i].value);
}

static const struct cfg_cpu *cpu(const struct val_ctx *c)
{
	const struct cfg_resources *r = val_resources(c);

	return r ? r->cpu : NULL;
}

static bool burst_above_quota(const struct cfg_cpu *p)
{
	return p && p->has_quota && p->has_burst && p->quota > 0 && p->burst > (uint64_t)p->quota;
}

static void cpu_quota_burst(struct val_ctx *c)
{
	if (burst_above_quota(cpu(c)))
		val_add(c, &cpu(c)->quota, "a quota of %jd is smaller than the burst of %ju",
			(intmax_t)cpu(c)->quota, (uintmax_t)cpu(c)->burst);
}

static void cpu_burst_quota(struct val_ctx *c)
{
	if (burst_above_quota(cpu(c)))
		val_add(c, &cpu(c)->burst, "a burst of %ju is larger than the quota of %jd",
			(uintmax_t)cpu(c)->burst, (intmax_t)cpu(c)->quota);
}

static void cpu_cpus(struct val_ctx *c)
{
	if (cpu(c) && cpu(c)->cpus && !syntax_number_list(cpu(c)->cpus))
		val_add(c, &cpu(c)->cpus,
			"%s is not a list of processors; write numbers and ranges, as in "
			"\"0-3,7\"",
			val_quote(c, cpu(c)->cpus));
}

static void cpu_mems(struct val_ctx *c)
{
	if (cpu(c) && cpu(c)->mems && !syntax_number_list(cpu(c)->mems))
		val_add(c, &cpu(c)->mems,
			"%s is not a list of memory nodes; write numbers and ranges, as in "
			"\"0-3,7\"",
			val_quote(c, cpu(c)->mems));
}

static void cpu_idle(struct val_ctx *c)
{
	if (cpu(c) && cpu(c)->has_idle && cpu(c)->idle != 0 && cpu(c)->idle != 1)
		val_add(c, &cpu(c)->idle, "idle is %jd; it is 0 or 1", (intmax_t)cpu(c)->idle);
}

/* Optional since 1.3, required before. */
static void pids_limit_required(struct val_ctx *c)
{
	const struct cfg_resources *r = val_resources(c);

	if (r && r->pids && !r->pids->has_limit)
		val_add_absent(c, &r->pids->limit, "before version 1.3, pids needs a limit");
}

static void weight_device_one_of(struct val_ctx *c)
{
	const struct cfg_resources *r = val_resources(c);

	for (size_t i = 0; r && r->block_io && i < r->block_io->weight_device.count; i++) {
		const struct cfg_weight_device *w = &r->block_io->weight_device.items[i];

		if (!w->has_weight && !w->has_leaf_weight && !val_unusable(c, &w->leaf_weight))
			val_add_absent(
				c, &w->weight,
				"the entry has neither weight nor leafWeight; give it one of them");
	}
}

static void hugepage_size_format(struct val_ctx *c)
{
	const struct cfg_resources *r = val_resources(c);

	for (size_t i = 0; r && i < r->hugepage_limits.count; i++) {
		const struct cfg_hugepage_limit *h = &r->hugepage_limits.items[i];

		if (h->page_size && !syntax_page_size(h->page_size))
			val_add(c, &h->page_size,
				"%s is not a page size; write a number and KB, MB or GB, as in "
				"\"2MB\"",
				val_quote(c, h->page_size));
	}
}

static void rdma_one_of(struct val_ctx *c)
{
	const struct cfg_resources *r = val_resources(c);

	for (size_t i = 0; r && i < r->rdma.count; i++) {
		const struct cfg_rdma *d = &r->rdma.items[i];

		if (!d->has_hca_handles && !d->has_hca_objects && !val_unusable(c, &d->hca_objects))
			val_add_absent(c, &d->hca_handles,
				       "the entry has neither hcaHandles nor hcaObjects; give it "
				       "one of them");
	}
}

VAL_RULES(val_rules_cgroup, {REQ_CONFIG_INVALID_VALUE_ERROR, RESOURCES, device_rule_type, 0, 0, 0},
	  {REQ_CONFIG_INVALID_VALUE_ERROR, RESOURCES, limit_range, 0, 0, 0},
	  {REQ_CGROUP_DEVICES_ACCESS_INVALID, RESOURCES, device_rule_access, 0, 0, 0},
	  {REQ_CGROUP_MEMORY_KERNEL_NOT_RECOMMENDED, RESOURCES, memory_kernel, 0, 0, 0},
	  {REQ_CGROUP_MEMORY_KERNELTCP_NOT_RECOMMENDED, RESOURCES, memory_kernel_tcp, 0, 0, 0},
	  {REQ_CGROUP_MEMORY_SWAPPINESS_RANGE, RESOURCES, memory_swappiness, 0, 0, 0},
	  {REQ_CGROUP_MEMORY_SWAP_BELOW_LIMIT_ERROR, RESOURCES, memory_swap, 0, 0, 0},
	  {REQ_CGROUP_CPU_QUOTA_NOT_BELOW_BURST, RESOURCES, cpu_quota_burst, 0, 0, 0},
	  {REQ_CGROUP_CPU_BURST_NOT_ABOVE_QUOTA, RESOURCES, cpu_burst_quota, 0, 0, 0},
	  {REQ_CGROUP_CPU_CPUS_FORMAT, RESOURCES, cpu_cpus, 0, 0, 0},
	  {REQ_CGROUP_CPU_MEMS_FORMAT, RESOURCES, cpu_mems, 0, 0, 0},
	  {REQ_CGROUP_CPU_IDLE_VALUES, RESOURCES, cpu_idle, 0, 0, 0},
	  {REQ_CGROUP_PIDS_LIMIT_FIELD, RESOURCES, pids_limit_required, 0, 100, 103},
	  {REQ_CGROUP_BLOCKIO_WEIGHTDEVICE_ONE_OF, RESOURCES, weight_device_one_of, 0, 0, 0},
	  {REQ_CGROUP_HUGEPAGE_PAGESIZE_FORMAT, RESOURCES, hugepage_size_format, 0, 0, 0},
	  {REQ_CGROUP_RDMA_ONE_OF, RESOURCES, rdma_one_of, 0, 0, 0}, );
