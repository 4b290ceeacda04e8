/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EXEC_CASE_CGROUP_H
#define EXEC_CASE_CGROUP_H

#include "case_ctx.h"

/* The cgroup that .host_cgroup asks for, and its end before anybody looks for what is left, with a
 * finding where the runtime has removed the one above its own. The first: 0 or -errno. */
int hx_case_cgroup_make(struct case_ctx *c, struct err *e);
void hx_case_cgroup_remove(struct case_ctx *c);

#endif
