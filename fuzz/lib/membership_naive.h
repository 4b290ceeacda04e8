/* SPDX-License-Identifier: Apache-2.0 */
/* What must be true of the places of a process in cgroups, as its parent's view has them. */
#ifndef FUZZ_MEMBERSHIP_NAIVE_H
#define FUZZ_MEMBERSHIP_NAIVE_H

#include "cgroups.h"

#include <stdbool.h>

/* Whether a place stands above the root that it is seen from. */
bool membership_is_outside(const char *path);

/* @path is where @text, a /proc/PID/cgroup, has the process in @h: below the first component of
 * that as the root of a mount it is what stands behind it, to the runtime and the harness. */
void membership_check_root(struct hx_hierarchy h, const char *text, const char *path);

#endif
