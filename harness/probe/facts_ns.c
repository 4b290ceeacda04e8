/* SPDX-License-Identifier: Apache-2.0 */
/* Facts about namespaces, their mappings and offsets, and cgroup membership. */
#include "probe.h"

#include "file.h"
#include "names.h"
#include "str.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A missing link below an existing directory means that the kernel lacks that kind: null. */
static void report_ns(struct probe *p, const char *kind)
{
	char path[64];
	struct stat st;

	(void)snprintf(path, sizeof(path), "/proc/self/ns/%s", kind);
	if (stat(path, &st) == 0) {
		out_uint(&p->out, st.st_ino);
		return;
	}
	if (errno == ENOENT && access("/proc/self/ns", F_OK) == 0)
		out_null(&p->out);
	else
		out_error(&p->out, errno);
}

static void report_map(struct probe *p, const char *path)
{
	ssize_t n = file_read_whole(path, p->scratch, sizeof(p->scratch));
	const char *cursor = p->scratch;
	struct procfs_idmap map;

	if (n < 0) {
		out_error(&p->out, (int)n);
		return;
	}
	out_open(&p->out, '[');
	while (procfs_idmap_next(&cursor, &map) > 0) {
		out_open(&p->out, '[');
		out_uint(&p->out, map.inside);
		out_uint(&p->out, map.outside);
		out_uint(&p->out, map.size);
		out_close(&p->out, ']');
	}
	out_close(&p->out, ']');
}

static void report_setgroups(struct probe *p, const char *parameter)
{
	char text[32];
	ssize_t n = file_read("/proc/self/setgroups", text, sizeof(text));

	(void)parameter;
	if (n < 0)
		out_error(&p->out, (int)n);
	else
		out_string_len(&p->out, text, strcspn(text, "\n"));
}

/* The offsets of this process's own time namespace; null where the kernel has no such thing. */
static void report_offset(struct probe *p, const char *clock)
{
	ssize_t n = file_read("/proc/self/timens_offsets", p->scratch, sizeof(p->scratch));
	const char *cursor = p->scratch;
	struct procfs_offset offset;

	if (n == -ENOENT && access("/proc/self/ns", F_OK) == 0) {
		out_null(&p->out);
		return;
	}
	if (n < 0) {
		out_error(&p->out, (int)n);
		return;
	}
	while (procfs_offset_next(&cursor, &offset) > 0) {
		if (offset.boottime != str_eq(clock, "boottime"))
			continue;
		out_open(&p->out, '{');
		out_key(&p->out, "secs");
		out_int(&p->out, offset.secs);
		out_key(&p->out, "nanosecs");
		out_int(&p->out, offset.nanosecs);
		out_close(&p->out, '}');
		return;
	}
	out_error(&p->out, EBADMSG);
}

static void report_clock(struct probe *p, const char *clock)
{
	bool boottime = str_eq(clock, "boottime");
	struct timespec now;

	if (clock_gettime(boottime ? CLOCK_BOOTTIME : CLOCK_MONOTONIC, &now) < 0)
		out_error(&p->out, errno);
	else
		out_int(&p->out, now.tv_sec);
}

static void report_cgroup(struct probe *p, const char *parameter)
{
	ssize_t n = file_read_whole("/proc/self/cgroup", p->scratch, sizeof(p->scratch));
	char *cursor = p->scratch;
	struct procfs_cgroup cg;

	(void)parameter;
	if (n < 0) {
		out_error(&p->out, (int)n);
		return;
	}
	out_open(&p->out, '[');
	while (procfs_cgroup_next(&cursor, &cg) > 0) {
		out_open(&p->out, '{');
		out_key(&p->out, "id");
		out_uint(&p->out, cg.id);
		out_key(&p->out, "controllers");
		out_string(&p->out, cg.controllers);
		out_key(&p->out, "path");
		out_string(&p->out, cg.path);
		out_close(&p->out, '}');
	}
	out_close(&p->out, ']');
}

const struct fact facts_ns[] = {
	{"ns.cgroup", FACT_ALWAYS, report_ns, "cgroup"},
	{"ns.ipc", FACT_ALWAYS, report_ns, "ipc"},
	{"ns.mount", FACT_ALWAYS, report_ns, "mnt"},
	{"ns.network", FACT_ALWAYS, report_ns, "net"},
	{"ns.pid", FACT_ALWAYS, report_ns, "pid"},
	{"ns.time", FACT_ALWAYS, report_ns, "time"},
	{"ns.user", FACT_ALWAYS, report_ns, "user"},
	{"ns.uts", FACT_ALWAYS, report_ns, "uts"},
	{"userns.uid_map", FACT_PLAIN, report_map, "/proc/self/uid_map"},
	{"userns.gid_map", FACT_PLAIN, report_map, "/proc/self/gid_map"},
	{"userns.setgroups", FACT_PLAIN, report_setgroups, NULL},
	{"timens.monotonic", FACT_PLAIN, report_offset, "monotonic"},
	{"timens.boottime", FACT_PLAIN, report_offset, "boottime"},
	{"clock.monotonic", FACT_PLAIN, report_clock, "monotonic"},
	{"clock.boottime", FACT_PLAIN, report_clock, "boottime"},
	{"cgroup.self", FACT_PLAIN, report_cgroup, NULL},
	{NULL, FACT_PLAIN, NULL, NULL},
};
