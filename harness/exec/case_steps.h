/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EXEC_CASE_STEPS_H
#define EXEC_CASE_STEPS_H

#include "case_ctx.h"

/* The usual sequence, or the case's steps. */
void hx_case_sequence(struct case_ctx *c);

#endif
