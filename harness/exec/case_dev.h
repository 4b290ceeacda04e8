/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EXEC_CASE_DEV_H
#define EXEC_CASE_DEV_H

#include "case_ctx.h"

/* Puts a fresh /dev with nodes of its own over the host's, in the case's mount namespace. 0 or
 * -errno. */
int hx_case_dev(const struct case_ctx *c, struct err *e);

#endif
