/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EXEC_CASE_JUDGE_H
#define EXEC_CASE_JUDGE_H

#include "case_ctx.h"

/* Judges the outside checks of @phase. */
void hx_case_outside(struct case_ctx *c, enum phase phase);
/* Judges one outside check under the name that it is reported by. */
void hx_case_check(struct case_ctx *c, const struct check *k, const char *when);
/* Reads both channels and judges the inside checks. */
void hx_case_inside(struct case_ctx *c);
/* Adds a check that only failures show: "create exits with 0, observed 1 (words of the runtime)".
 */
void hx_case_failed(struct case_ctx *c, const char *name, const char *op, int64_t expected,
		    int64_t observed, const char *note);

#endif
