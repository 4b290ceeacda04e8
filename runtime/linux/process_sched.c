/* SPDX-License-Identifier: Apache-2.0 */
/* When and where the process runs: scheduler, I/O priority, NUMA policy, personality. */
#include "process.h"

#include "bit_list.h"
#include "cleanup.h"

#include <linux/ioprio.h>
#include <linux/mempolicy.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel's, which no libc header of our oldest system has in full (sched_setattr(2)). */
struct kernel_sched_attr {
	uint32_t size;
	uint32_t policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
	uint32_t util_min, util_max;
};
#define UTIL_MAX 1024

/* Newer than the headers of older systems (set_mempolicy(2)). */
enum { MODE_PREFERRED_MANY = 5, MODE_WEIGHTED_INTERLEAVE = 6 };
enum { FLAG_NUMA_BALANCING = 1 << 13, FLAG_RELATIVE_NODES = 1 << 14, FLAG_STATIC_NODES = 1 << 15 };

/* MAX_NUMNODES and NR_CPUS of the largest kernels. */
#define MAX_NODES 1024
#define MAX_CPUS  8192

struct mapping {
	int from;
	unsigned int to;
};

static const struct mapping policies[] = {
	{CFG_SCHED_OTHER, 0}, {CFG_SCHED_FIFO, 1}, {CFG_SCHED_RR, 2},	    {CFG_SCHED_BATCH, 3},
	{CFG_SCHED_ISO, 4},   {CFG_SCHED_IDLE, 5}, {CFG_SCHED_DEADLINE, 6},
};
static const struct mapping sched_flags[] = {
	{CFG_SCHED_FLAG_RESET_ON_FORK, 0x01},  {CFG_SCHED_FLAG_RECLAIM, 0x02},
	{CFG_SCHED_FLAG_DL_OVERRUN, 0x04},     {CFG_SCHED_FLAG_KEEP_POLICY, 0x08},
	{CFG_SCHED_FLAG_KEEP_PARAMS, 0x10},    {CFG_SCHED_FLAG_UTIL_CLAMP_MIN, 0x20},
	{CFG_SCHED_FLAG_UTIL_CLAMP_MAX, 0x40},
};
static const struct mapping modes[] = {
	{CFG_MPOL_DEFAULT, MPOL_DEFAULT},
	{CFG_MPOL_BIND, MPOL_BIND},
	{CFG_MPOL_INTERLEAVE, MPOL_INTERLEAVE},
	{CFG_MPOL_WEIGHTED_INTERLEAVE, MODE_WEIGHTED_INTERLEAVE},
	{CFG_MPOL_PREFERRED, MPOL_PREFERRED},
	{CFG_MPOL_PREFERRED_MANY, MODE_PREFERRED_MANY},
	{CFG_MPOL_LOCAL, MPOL_LOCAL},
};
static const struct mapping mode_flags[] = {
	{CFG_MPOL_F_NUMA_BALANCING, FLAG_NUMA_BALANCING},
	{CFG_MPOL_F_RELATIVE_NODES, FLAG_RELATIVE_NODES},
	{CFG_MPOL_F_STATIC_NODES, FLAG_STATIC_NODES},
};

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static int map(const struct mapping *table, size_t n, int from, unsigned int *ret)
{
	for (size_t i = 0; i < n; i++) {
		if (table[i].from == from) {
			*ret = table[i].to;
			return 0;
		}
	}
	return -EINVAL;
}

static int map_all(const struct cfg_doc *doc, const struct cfg_ints *list,
		   const struct mapping *table, size_t n, const char *what, unsigned int *ret,
		   struct err *e)
{
	unsigned int all = 0;

	for (size_t i = 0; i < list->count; i++) {
		unsigned int bit;

		if (map(table, n, list->items[i], &bit) < 0)
			return cfg_err(doc, &list->items[i], e, EINVAL, "unknown %s", what);
		all |= bit;
	}
	*ret = all;
	return 0;
}

int process_set_scheduler(const struct cfg_doc *doc, const struct cfg_process *p, struct err *e)
{
	const struct cfg_scheduler *s = p->scheduler;
	struct kernel_sched_attr a = {.size = sizeof(a), .util_max = UTIL_MAX};
	unsigned int flags = 0, policy;
	bool fair;
	int r;

	if (!s)
		return 0;
	if (!s->has_policy || map(policies, COUNT(policies), s->policy, &policy) < 0)
		return cfg_err(doc, &s->policy, e, EINVAL, "unknown scheduling policy");
	r = map_all(doc, &s->flags, sched_flags, COUNT(sched_flags), "scheduling flag", &flags, e);
	if (r < 0)
		return r;
	/* the kernel would cut it to its range in silence */
	if (s->has_nice && (s->nice < -20 || s->nice > 19))
		return cfg_err(doc, &s->nice, e, EINVAL, "nice must be from -20 to 19");
	if (s->has_priority && s->priority < 0)
		return cfg_err(doc, &s->priority, e, EINVAL, "priority must not be negative");
	a.policy = policy;
	a.flags = flags;
	a.nice = s->has_nice ? (int32_t)s->nice : 0;
	a.priority = s->has_priority ? (uint32_t)s->priority : 0;
	a.runtime = s->runtime;
	a.deadline = s->deadline;
	a.period = s->period;
	if (syscall(SYS_sched_setattr, 0, &a, 0) < 0)
		return cfg_err(doc, s, e, errno, "scheduler: cannot set %s: %s",
			       cfg_enum_name_sched_policy(s->policy), strerror(errno));
	/* the other policies take no nice value here, but keep one for the day they are left */
	fair = s->policy == CFG_SCHED_OTHER || s->policy == CFG_SCHED_BATCH;
	if (!fair && setpriority(PRIO_PROCESS, 0, a.nice) < 0)
		return cfg_err(doc, &s->nice, e, errno, "scheduler.nice: %s", strerror(errno));
	return 0;
}

int process_leave_deadline(const struct cfg_process *p, struct err *e)
{
	const struct kernel_sched_attr other = {.size = sizeof(other)};

	if (!p->scheduler || p->scheduler->policy != CFG_SCHED_DEADLINE)
		return 0;
	return syscall(SYS_sched_setattr, 0, &other, 0) < 0
		       ? err_set(e, errno, "scheduler: leave SCHED_DEADLINE: %m")
		       : 0;
}

int process_set_io_priority(const struct cfg_doc *doc, const struct cfg_process *p, struct err *e)
{
	static const struct mapping classes[] = {
		{CFG_IOPRIO_CLASS_RT, 1}, {CFG_IOPRIO_CLASS_BE, 2}, {CFG_IOPRIO_CLASS_IDLE, 3}};
	const struct cfg_io_priority *i = p->io_priority;
	unsigned int class;

	if (!i)
		return 0;
	if (!i->has_class || map(classes, COUNT(classes), i->class, &class) < 0)
		return cfg_err(doc, &i->class, e, EINVAL, "unknown I/O scheduling class");
	if (i->priority < 0 || i->priority > 7)
		return cfg_err(doc, &i->priority, e, EINVAL, "I/O priority must be from 0 to 7");
	/* children inherit it, and so the whole container has it (ioprio_set(2)) */
	if (syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, class << 13 | (int)i->priority) < 0)
		return cfg_err(doc, i, e, errno, "ioPriority: cannot set %s %d: %s",
			       cfg_enum_name_ioprio_class(i->class), (int)i->priority,
			       strerror(errno));
	return 0;
}

int process_set_personality(const struct cfg_doc *doc, const struct cfg_personality *p,
			    struct err *e)
{
	static const struct mapping domains[] = {{CFG_PERSONALITY_LINUX, PER_LINUX},
						 {CFG_PERSONALITY_LINUX32, PER_LINUX32}};
	unsigned int domain;

	if (!p)
		return 0;
	if (!p->has_domain || map(domains, COUNT(domains), p->domain, &domain) < 0)
		return cfg_err(doc, &p->domain, e, EINVAL, "unknown execution domain");
	if (p->flags.count)
		return cfg_err(doc, &p->flags.items[0], e, EOPNOTSUPP,
			       "no personality flag is defined, so '%s' cannot be applied",
			       p->flags.items[0]);
	if (personality(domain) < 0)
		return cfg_err(doc, &p->domain, e, errno, "personality: %s", strerror(errno));
	return 0;
}

int process_set_memory_policy(const struct cfg_doc *doc, const struct cfg_memory_policy *p,
			      struct err *e)
{
	unsigned long mask[MAX_NODES / BIT_LIST_WORD_BITS] = {0};
	unsigned int mode, flags = 0;
	bool any;
	int r;

	if (!p)
		return 0;
	if (!p->has_mode || map(modes, COUNT(modes), p->mode, &mode) < 0)
		return cfg_err(doc, &p->mode, e, EINVAL, "unknown memory policy");
	r = map_all(doc, &p->flags, mode_flags, COUNT(mode_flags), "memory policy flag", &flags, e);
	if (r < 0)
		return r;
	r = p->nodes ? bit_list_parse(p->nodes, MAX_NODES, mask) : 0;
	if (r < 0)
		return cfg_err(doc, &p->nodes, e, -r,
			       "memoryPolicy.nodes: '%s' is not a list of nodes", p->nodes);
	any = r > 0;
	if ((mode == MPOL_DEFAULT || mode == MPOL_LOCAL) && any)
		return cfg_err(doc, &p->nodes, e, EINVAL, "%s takes no nodes",
			       cfg_enum_name_mpol_mode(p->mode));
	if (mode != MPOL_DEFAULT && mode != MPOL_LOCAL && mode != MPOL_PREFERRED && !any)
		return cfg_err(doc, p->nodes ? (const void *)&p->nodes : (const void *)p, e, EINVAL,
			       "%s needs at least one node", cfg_enum_name_mpol_mode(p->mode));
	/* the kernel counts one bit more than it reads */
	if (syscall(SYS_set_mempolicy, mode | flags, any ? mask : NULL, any ? MAX_NODES + 1 : 0) <
	    0)
		return cfg_err(doc, p, e, errno, "memoryPolicy: cannot set %s: %s",
			       cfg_enum_name_mpol_mode(p->mode), strerror(errno));
	return 0;
}

int process_set_affinity(const struct cfg_doc *doc, char *const *list, struct err *e)
{
	unsigned long mask[MAX_CPUS / BIT_LIST_WORD_BITS] = {0};

	if (!*list || !**list)
		return 0;
	if (bit_list_parse(*list, MAX_CPUS, mask) <= 0)
		return cfg_err(doc, list, e, EINVAL, "'%s' is not a list of CPUs", *list);
	if (syscall(SYS_sched_setaffinity, 0, sizeof(mask), mask) < 0)
		return cfg_err(doc, list, e, errno, "cannot run on the CPUs %s: %s", *list,
			       strerror(errno));
	return 0;
}

void process_reset_affinity(void)
{
	unsigned long all[MAX_CPUS / BIT_LIST_WORD_BITS];

	memset(all, 0xff, sizeof(all));
	(void)syscall(SYS_sched_setaffinity, 0, sizeof(all), all);
}
