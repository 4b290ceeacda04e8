/* SPDX-License-Identifier: Apache-2.0 */
/* A line of mountinfo as the runtime and as the probe have read it. */
#ifndef FUZZ_MOUNTINFO_NAIVE_H
#define FUZZ_MOUNTINFO_NAIVE_H

#include "cgroup_internal.h"
#include "mountinfo.h"
#include "procfs.h"

#include <stdbool.h>

/* Whether the device has a number that the kernel has not, which the probe alone passes on. */
bool mountinfo_is_huge(const struct procfs_mount *p);
bool mountinfo_is_same(const struct mountinfo *m, const struct procfs_mount *p);

/* Whether the mount is one of cgroups; whether @c is that one, with its controllers. */
bool mountinfo_is_of_cgroups(const struct mountinfo *m);
bool mountinfo_is_cgroup(const struct mountinfo *m, const struct cgroup_mount *c);

#endif
