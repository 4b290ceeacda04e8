/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EXEC_CASE_CLEAN_H
#define EXEC_CASE_CLEAN_H

#include "case_ctx.h"

/* Remembers the sysctls that the case owns, which cleanup puts back. 0 or -errno. */
int hx_case_take_owned(struct case_ctx *c, struct err *e);
/* Kills, thaws, removes, and says what was left. */
void hx_case_residue(struct case_ctx *c);
void hx_case_cleanup(struct case_ctx *c);

#endif
