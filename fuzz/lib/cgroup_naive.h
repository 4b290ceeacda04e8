/* SPDX-License-Identifier: Apache-2.0 */
/* What must be true of the writes to cgroup files that resources become. */
#ifndef FUZZ_CGROUP_NAIVE_H
#define FUZZ_CGROUP_NAIVE_H

#include "cgroup_internal.h"

/* All the writes of @r, with the files of v1 or v2. */
void cgroup_naive_plan(const struct cfg_resources *r, bool v2, struct cgroup_writes *ret);

/* Whether each member of @r that asks for something is written or refused by name: the name of one
 * that is not, or NULL. */
const char *cgroup_naive_lost(const struct cfg_resources *r, bool v2,
			      const struct cgroup_writes *w);

/* Whether a write has one line, a file's name, and the value that the document means. */
bool cgroup_naive_accepts(const struct cfg_resources *r, const struct cgroup_write *one);

#endif
