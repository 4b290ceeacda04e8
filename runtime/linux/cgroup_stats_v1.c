/* SPDX-License-Identifier: Apache-2.0 */
/* Linux documentation, admin-guide/cgroup-v1. */
#include "cgroup_stats_read.h"

#include "cgroup_internal.h"
#include "cleanup.h"

#include <stdio.h>
#include <string.h>

/* A member of the document, and what the attribute is called behind its prefix. */
struct part {
	const char *member, *file;
};

/* What the @n @parts say goes below @pointer. */
static void numbers(struct stats *s, int dir, const char *pointer, const char *prefix,
		    const struct part *parts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char at[128], file[128];

		(void)snprintf(at, sizeof(at), "%s/%s", pointer, parts[i].member);
		(void)snprintf(file, sizeof(file), "%s.%s", prefix, parts[i].file);
		stats_set(s, at, stats_number(dir, file));
	}
}

/* One of memory, swap, kernel and TCP buffers, which have the same files. */
static void memory_part(struct stats *s, int dir, const char *pointer, const char *prefix)
{
	static const struct part parts[] = {{"limit", "limit_in_bytes"},
					    {"usage", "usage_in_bytes"},
					    {"max", "max_usage_in_bytes"},
					    {"failcnt", "failcnt"}};

	numbers(s, dir, pointer, prefix, parts, sizeof(parts) / sizeof(parts[0]));
}

static void memory(struct stats *s, int dir)
{
	memory_part(s, dir, "/memory/usage", "memory");
	memory_part(s, dir, "/memory/swap", "memory.memsw");
	memory_part(s, dir, "/memory/kernel", "memory.kmem");
	memory_part(s, dir, "/memory/kernelTCP", "memory.kmem.tcp");
	stats_set(s, "/memory/cache", stats_keyed(dir, "memory.stat", "cache"));
	stats_put(s, "/memory/raw", stats_keyed_all(dir, "memory.stat"));
}

static void cpuacct(struct stats *s, int dir)
{
	stats_set(s, "/cpu/usage/total", stats_number(dir, "cpuacct.usage"));
	stats_set(s, "/cpu/usage/kernel", stats_number(dir, "cpuacct.usage_sys"));
	stats_set(s, "/cpu/usage/user", stats_number(dir, "cpuacct.usage_user"));
	stats_put(s, "/cpu/usage/percpu", stats_list(dir, "cpuacct.usage_percpu"));
	stats_put(s, "/cpu/usage/percpu_kernel", stats_list(dir, "cpuacct.usage_percpu_sys"));
	stats_put(s, "/cpu/usage/percpu_user", stats_list(dir, "cpuacct.usage_percpu_user"));
}

static void cpuset(struct stats *s, int dir)
{
	static const struct part parts[] = {
		{"cpu_exclusive", "cpu_exclusive"},
		{"mem_hardwall", "mem_hardwall"},
		{"mem_exclusive", "mem_exclusive"},
		{"memory_migrate", "memory_migrate"},
		{"memory_spread_page", "memory_spread_page"},
		{"memory_spread_slab", "memory_spread_slab"},
		{"memory_pressure", "memory_pressure"},
		{"sched_load_balance", "sched_load_balance"},
	};

	stats_put(s, "/cpuset/cpus", stats_list(dir, "cpuset.cpus"));
	stats_put(s, "/cpuset/mems", stats_list(dir, "cpuset.mems"));
	numbers(s, dir, "/cpuset", "cpuset", parts, sizeof(parts) / sizeof(parts[0]));
}

/* Lines "8:0 Read 4096", or "8:0 4096" where there is nothing to tell apart; the last one may be
 * the sum of all. */
static void io_file(struct stats *s, int dir, const char *file, const char *pointer)
{
	cleanup_free char *text = NULL;
	char *rest, *line;

	if (cgroup_dir_read(dir, file, &text) < 0)
		return;
	rest = text;
	while ((line = stats_next_line(&rest))) {
		const char *device = stats_next_word(&line), *op = stats_next_word(&line);
		const char *last = stats_next_word(&line);
		uint64_t major, minor, value;

		if (stats_device(device, &major, &minor) &&
		    str_to_u64(last ? last : op, UINT64_MAX, &value) == 0)
			stats_add_io(s, pointer, major, minor, last ? op : "", value);
	}
}

/* The scheduler that counts has the better numbers: BFQ, or CFQ of kernels before 5.0; the
 * throttling layer below them counts always. */
static void blkio(struct stats *s, int dir)
{
	static const struct {
		const char *member, *files[3];
	} parts[] = {
		{"ioServiceBytesRecursive",
		 {"blkio.bfq.io_service_bytes_recursive", "blkio.io_service_bytes_recursive",
		  "blkio.throttle.io_service_bytes_recursive"}},
		{"ioServicedRecursive",
		 {"blkio.bfq.io_serviced_recursive", "blkio.io_serviced_recursive",
		  "blkio.throttle.io_serviced_recursive"}},
		{"ioQueueRecursive",
		 {"blkio.bfq.io_queued_recursive", "blkio.io_queued_recursive", NULL}},
		{"ioServiceTimeRecursive",
		 {"blkio.bfq.io_service_time_recursive", "blkio.io_service_time_recursive", NULL}},
		{"ioWaitTimeRecursive",
		 {"blkio.bfq.io_wait_time_recursive", "blkio.io_wait_time_recursive", NULL}},
		{"ioMergedRecursive",
		 {"blkio.bfq.io_merged_recursive", "blkio.io_merged_recursive", NULL}},
		{"ioTimeRecursive", {"blkio.bfq.time_recursive", "blkio.time_recursive", NULL}},
		{"sectorsRecursive",
		 {"blkio.bfq.sectors_recursive", "blkio.sectors_recursive", NULL}},
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		char at[64];

		(void)snprintf(at, sizeof(at), "/blkio/%s", parts[i].member);
		for (size_t k = 0; k < 3 && parts[i].files[k] && !json_at(s->data, at); k++)
			io_file(s, dir, parts[i].files[k], at);
	}
}

static void page_size(struct stats *s, int dir, const char *size)
{
	static const struct part parts[] = {
		{"usage", "usage_in_bytes"}, {"max", "max_usage_in_bytes"}, {"failcnt", "failcnt"}};
	char at[64], prefix[64];

	(void)snprintf(at, sizeof(at), "/hugetlb/%s", size);
	(void)snprintf(prefix, sizeof(prefix), "hugetlb.%s", size);
	numbers(s, dir, at, prefix, parts, sizeof(parts) / sizeof(parts[0]));
}

void stats_v1(struct stats *s, const char *controller, int dir)
{
	if (str_eq(controller, "cpuacct"))
		cpuacct(s, dir);
	if (str_eq(controller, "cpu")) {
		stats_set(s, "/cpu/throttling/periods", stats_keyed(dir, "cpu.stat", "nr_periods"));
		stats_set(s, "/cpu/throttling/throttledPeriods",
			  stats_keyed(dir, "cpu.stat", "nr_throttled"));
		stats_set(s, "/cpu/throttling/throttledTime",
			  stats_keyed(dir, "cpu.stat", "throttled_time"));
	}
	if (str_eq(controller, "cpuset"))
		cpuset(s, dir);
	if (str_eq(controller, "memory"))
		memory(s, dir);
	if (str_eq(controller, "pids"))
		stats_pids(s, dir);
	if (str_eq(controller, "blkio"))
		blkio(s, dir);
	if (str_eq(controller, "hugetlb"))
		stats_each_page_size(s, dir, page_size);
}
