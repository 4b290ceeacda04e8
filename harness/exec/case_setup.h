/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EXEC_CASE_SETUP_H
#define EXEC_CASE_SETUP_H

#include "case_ctx.h"

/* Namespaces, directory, placeholders, bundle, services. 0 or -errno. */
int hx_case_setup(struct case_ctx *c, unsigned int index, struct err *e);

#endif
