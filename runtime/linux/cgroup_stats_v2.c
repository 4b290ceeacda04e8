/* SPDX-License-Identifier: Apache-2.0 */
/* Linux documentation, admin-guide/cgroup-v2, in the words of v1. */
#include "cgroup_stats_read.h"

#include "cgroup_internal.h"
#include "cleanup.h"

#include <stdio.h>
#include <string.h>

#define NS_PER_US 1000

static void cpu(struct stats *s, int dir)
{
	CLEANUP(json_freep) struct json *stat = stats_keyed_all(dir, "cpu.stat");
	static const struct {
		const char *pointer, *key;
		uint64_t factor;
	} parts[] = {
		{"/cpu/usage/total", "usage_usec", NS_PER_US},
		{"/cpu/usage/kernel", "system_usec", NS_PER_US},
		{"/cpu/usage/user", "user_usec", NS_PER_US},
		{"/cpu/throttling/periods", "nr_periods", 1},
		{"/cpu/throttling/throttledPeriods", "nr_throttled", 1},
		{"/cpu/throttling/throttledTime", "throttled_usec", NS_PER_US},
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		uint64_t n = 0;

		(void)json_uint(json_member(stat, parts[i].key), &n);
		stats_set(s, parts[i].pointer, n * parts[i].factor);
	}
}

static uint64_t sum(uint64_t a, uint64_t b)
{
	return a == UINT64_MAX || b == UINT64_MAX ? UINT64_MAX : a + b;
}

static void memory(struct stats *s, int dir)
{
	uint64_t usage = stats_number(dir, "memory.current");
	uint64_t limit = stats_number(dir, "memory.max");

	stats_set(s, "/memory/usage/usage", usage);
	stats_set(s, "/memory/usage/limit", limit);
	stats_set(s, "/memory/usage/max", stats_number(dir, "memory.peak"));
	stats_set(s, "/memory/usage/failcnt", stats_keyed(dir, "memory.events", "max"));
	/* v1 counts memory and swap together under this name */
	stats_set(s, "/memory/swap/usage", sum(usage, stats_number(dir, "memory.swap.current")));
	stats_set(s, "/memory/swap/limit", sum(limit, stats_number(dir, "memory.swap.max")));
	stats_set(s, "/memory/swap/failcnt", stats_keyed(dir, "memory.swap.events", "max"));
	stats_set(s, "/memory/kernel/usage", stats_keyed(dir, "memory.stat", "kernel"));
	stats_set(s, "/memory/cache", stats_keyed(dir, "memory.stat", "file"));
	stats_put(s, "/memory/raw", stats_keyed_all(dir, "memory.stat"));
}

/* "rbytes=1" of a device. */
static void io_word(struct stats *s, uint64_t major, uint64_t minor, const char *word)
{
	static const struct {
		const char *key, *pointer, *op;
	} parts[] = {
		{"rbytes=", "/blkio/ioServiceBytesRecursive", "Read"},
		{"wbytes=", "/blkio/ioServiceBytesRecursive", "Write"},
		{"dbytes=", "/blkio/ioServiceBytesRecursive", "Discard"},
		{"rios=", "/blkio/ioServicedRecursive", "Read"},
		{"wios=", "/blkio/ioServicedRecursive", "Write"},
		{"dios=", "/blkio/ioServicedRecursive", "Discard"},
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		uint64_t value;

		if (str_starts(word, parts[i].key) &&
		    str_to_u64(word + strlen(parts[i].key), UINT64_MAX, &value) == 0)
			stats_add_io(s, parts[i].pointer, major, minor, parts[i].op, value);
	}
}

/* Lines "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6". */
static void io(struct stats *s, int dir)
{
	cleanup_free char *text = NULL;
	char *rest, *line, *word;

	if (cgroup_dir_read(dir, "io.stat", &text) < 0)
		return;
	rest = text;
	while ((line = stats_next_line(&rest))) {
		uint64_t major, minor;

		if (!stats_device(stats_next_word(&line), &major, &minor))
			continue;
		while ((word = stats_next_word(&line)))
			io_word(s, major, minor, word);
	}
}

static void page_size(struct stats *s, int dir, const char *size)
{
	char at[64], file[64];

	(void)snprintf(at, sizeof(at), "/hugetlb/%s/usage", size);
	(void)snprintf(file, sizeof(file), "hugetlb.%s.current", size);
	stats_set(s, at, stats_number(dir, file));
	(void)snprintf(at, sizeof(at), "/hugetlb/%s/failcnt", size);
	(void)snprintf(file, sizeof(file), "hugetlb.%s.events", size);
	stats_set(s, at, stats_keyed(dir, file, "max"));
}

void stats_v2(struct stats *s, const char *controller, int dir)
{
	/* one file for both */
	if (str_eq(controller, "cpu"))
		cpu(s, dir);
	if (str_eq(controller, "cpuset")) {
		stats_put(s, "/cpuset/cpus", stats_list(dir, "cpuset.cpus.effective"));
		stats_put(s, "/cpuset/mems", stats_list(dir, "cpuset.mems.effective"));
	}
	if (str_eq(controller, "memory"))
		memory(s, dir);
	if (str_eq(controller, "pids"))
		stats_pids(s, dir);
	if (str_eq(controller, "blkio"))
		io(s, dir);
	if (str_eq(controller, "hugetlb"))
		stats_each_page_size(s, dir, page_size);
}
