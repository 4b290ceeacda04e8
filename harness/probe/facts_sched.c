/* SPDX-License-Identifier: Apache-2.0 */
/* Facts about scheduling, I/O priority, memory policy and limits. */
#include "probe.h"

#include "names.h"
#include "str.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static void report_rlimit(struct probe *p, const char *name)
{
	struct rlimit limit;
	int resource = names_rlimit(name);

	if (resource < 0) {
		out_error_text(&p->out, "unknown limit");
		return;
	}
	if (getrlimit((__rlimit_resource_t)resource, &limit) < 0) {
		out_error(&p->out, errno);
		return;
	}
	out_open(&p->out, '{');
	out_key(&p->out, "soft");
	out_uint(&p->out, limit.rlim_cur);
	out_key(&p->out, "hard");
	out_uint(&p->out, limit.rlim_max);
	out_close(&p->out, '}');
}

/* struct sched_attr of the kernel, version 1 (sched_setattr(2)); the C library has none. */
struct attributes {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
	uint32_t util_min, util_max;
};

static int get_attributes(struct attributes *a)
{
	memset(a, 0, sizeof(*a));
	return syscall(SYS_sched_getattr, 0, a, sizeof(*a), 0) < 0 ? -errno : 0;
}

static void report_policy(struct probe *p, const char *parameter)
{
	static const char *const policies[] = {"SCHED_OTHER",	 "SCHED_FIFO", "SCHED_RR",
					       "SCHED_BATCH",	 "SCHED_ISO",  "SCHED_IDLE",
					       "SCHED_DEADLINE", "SCHED_EXT"};
	struct attributes a;
	int r = get_attributes(&a);

	(void)parameter;
	if (r < 0)
		out_error(&p->out, r);
	else if (a.policy < sizeof(policies) / sizeof(policies[0]))
		out_string(&p->out, policies[a.policy]);
	else
		out_uint(&p->out, a.policy);
}

static void report_sched(struct probe *p, const char *which)
{
	struct attributes a;
	int r = get_attributes(&a);

	if (r < 0)
		out_error(&p->out, r);
	else if (str_eq(which, "priority"))
		out_uint(&p->out, a.priority);
	else if (str_eq(which, "runtime"))
		out_uint(&p->out, a.runtime);
	else if (str_eq(which, "deadline"))
		out_uint(&p->out, a.deadline);
	else if (str_eq(which, "util_max"))
		out_uint(&p->out, a.util_max);
	else
		out_uint(&p->out, a.period);
}

/* By getpriority(2), whose system call answers 20 - nice: it holds for every policy. */
static void report_nice(struct probe *p, const char *parameter)
{
	long r = syscall(SYS_getpriority, PRIO_PROCESS, 0);

	(void)parameter;
	if (r < 0)
		out_error(&p->out, errno);
	else
		out_int(&p->out, 20 - r);
}

static void report_sched_flags(struct probe *p, const char *parameter)
{
	static const struct {
		uint64_t flag;
		const char *name;
	} flags[] = {
		{0x04, "SCHED_FLAG_DL_OVERRUN"},     {0x10, "SCHED_FLAG_KEEP_PARAMS"},
		{0x08, "SCHED_FLAG_KEEP_POLICY"},    {0x02, "SCHED_FLAG_RECLAIM"},
		{0x01, "SCHED_FLAG_RESET_ON_FORK"},  {0x40, "SCHED_FLAG_UTIL_CLAMP_MAX"},
		{0x20, "SCHED_FLAG_UTIL_CLAMP_MIN"},
	};
	struct attributes a;
	int r = get_attributes(&a);

	(void)parameter;
	if (r < 0) {
		out_error(&p->out, r);
		return;
	}
	out_open(&p->out, '[');
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (a.flags & flags[i].flag)
			out_string(&p->out, flags[i].name);
	}
	out_close(&p->out, ']');
}

/* A bit mask as the kernel writes lists: "0-3,7". */
static void put_list(struct out *o, const unsigned char *mask, size_t bits)
{
	char text[2048] = "";
	size_t len = 0;

	for (size_t bit = 0; bit < bits; bit++) {
		size_t last = bit;

		if (!(mask[bit / 8] & 1u << bit % 8))
			continue;
		while (last + 1 < bits && mask[(last + 1) / 8] & 1u << (last + 1) % 8)
			last++;
		if (len + 32 > sizeof(text))
			break;
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%zu", len ? "," : "",
					bit);
		if (last > bit)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "-%zu", last);
		bit = last;
	}
	out_string(o, text);
}

static void report_affinity(struct probe *p, const char *parameter)
{
	unsigned char mask[1024] __attribute__((aligned(8))) = {0};
	long n = syscall(SYS_sched_getaffinity, 0, sizeof(mask), mask);

	(void)parameter;
	if (n < 0)
		out_error(&p->out, errno);
	else
		put_list(&p->out, mask, (size_t)n * 8);
}

/* ioprio_get(2): the class stands above bit 13. */
static void report_ioprio(struct probe *p, const char *which)
{
	static const char *const classes[] = {"IOPRIO_CLASS_NONE", "IOPRIO_CLASS_RT",
					      "IOPRIO_CLASS_BE", "IOPRIO_CLASS_IDLE"};
	long r = syscall(SYS_ioprio_get, 1, 0);
	unsigned long class = (unsigned long)r >> 13;

	if (r < 0)
		out_error(&p->out, errno);
	else if (str_eq(which, "level"))
		out_int(&p->out, r & 0x1fff);
	else if (class < sizeof(classes) / sizeof(classes[0]))
		out_string(&p->out, classes[class]);
	else
		out_uint(&p->out, class);
}

static void report_mempolicy(struct probe *p, const char *which)
{
	static const char *const modes[] = {"MPOL_DEFAULT",
					    "MPOL_PREFERRED",
					    "MPOL_BIND",
					    "MPOL_INTERLEAVE",
					    "MPOL_LOCAL",
					    "MPOL_PREFERRED_MANY",
					    "MPOL_WEIGHTED_INTERLEAVE"};
	static const struct {
		unsigned int flag;
		const char *name;
	} flags[] = {{1u << 13, "MPOL_F_NUMA_BALANCING"},
		     {1u << 14, "MPOL_F_RELATIVE_NODES"},
		     {1u << 15, "MPOL_F_STATIC_NODES"}};
	unsigned char nodes[512] __attribute__((aligned(8))) = {0};
	unsigned int mode = 0, plain;

	/* the kernel takes the number of bits less one */
	if (syscall(SYS_get_mempolicy, &mode, nodes, sizeof(nodes) * 8, 0, 0) < 0) {
		out_error(&p->out, errno);
		return;
	}
	plain = mode & 0x1fff;
	if (str_eq(which, "nodes")) {
		put_list(&p->out, nodes, sizeof(nodes) * 8);
	} else if (str_eq(which, "flags")) {
		out_open(&p->out, '[');
		for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
			if (mode & flags[i].flag)
				out_string(&p->out, flags[i].name);
		}
		out_close(&p->out, ']');
	} else if (plain < sizeof(modes) / sizeof(modes[0])) {
		out_string(&p->out, modes[plain]);
	} else {
		out_uint(&p->out, plain);
	}
}

const struct fact facts_sched[] = {
	{"rlimit", FACT_PARAM, report_rlimit, NULL},
	{"sched.policy", FACT_PLAIN, report_policy, NULL},
	{"sched.nice", FACT_PLAIN, report_nice, NULL},
	{"sched.priority", FACT_PLAIN, report_sched, "priority"},
	{"sched.runtime", FACT_PLAIN, report_sched, "runtime"},
	{"sched.deadline", FACT_PLAIN, report_sched, "deadline"},
	{"sched.period", FACT_PLAIN, report_sched, "period"},
	{"sched.util_max", FACT_PLAIN, report_sched, "util_max"},
	{"sched.flags", FACT_PLAIN, report_sched_flags, NULL},
	{"sched.affinity", FACT_PLAIN, report_affinity, NULL},
	{"ioprio.class", FACT_PLAIN, report_ioprio, "class"},
	{"ioprio.level", FACT_PLAIN, report_ioprio, "level"},
	{"mempolicy.mode", FACT_PLAIN, report_mempolicy, "mode"},
	{"mempolicy.flags", FACT_PLAIN, report_mempolicy, "flags"},
	{"mempolicy.nodes", FACT_PLAIN, report_mempolicy, "nodes"},
	{NULL, FACT_PLAIN, NULL, NULL},
};
