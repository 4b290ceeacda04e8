/* SPDX-License-Identifier: Apache-2.0 */
/* What a container uses: the numbers that the kernel keeps in its cgroups, and when it kills for
 * want of memory. */
#ifndef RUNTIME_CGROUP_STATS_H
#define RUNTIME_CGROUP_STATS_H

#include "cgroup.h"

/*
 * The `data` of a stats event, in the form of runc, which containerd and others read: cpu, cpuset,
 * memory, pids, blkio, hugetlb. v2 is put into the words of v1, as those readers expect it. What
 * the host does not count is zero or absent. The caller frees.
 */
int cgroup_stats(const struct cgroup *cg, struct json **ret, struct err *e);

/* Waiting for the kernel to run out of memory in a container. */
struct cgroup_oom {
	int fd;	 /* to poll(2) for POLLIN */
	int dir; /* the memory cgroup */
	bool v2;
	uint64_t seen;
};
#define CGROUP_OOM_INIT ((struct cgroup_oom){.fd = FD_NONE, .dir = FD_NONE})

/* 0 or -errno; -ENOENT: the host has no memory controller. */
int cgroup_oom_open(const struct cgroup *cg, struct cgroup_oom *ret, struct err *e);
/* After fd became readable: how many times since the last call; 0 for another reason. */
uint64_t cgroup_oom_read(struct cgroup_oom *o);
void cgroup_oom_done(struct cgroup_oom *o);

#endif
