/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EXEC_CASE_FACTS_H
#define EXEC_CASE_FACTS_H

#include "case_ctx.h"

/* The value of an outside fact now; a fresh value, NULL: not observed. */
struct json *hx_case_fact(struct case_ctx *c, const char *name);
/* Takes every fact that is later compared with its value before the case. 0 or -errno. */
int hx_case_take_known(struct case_ctx *c, struct err *e);

#endif
