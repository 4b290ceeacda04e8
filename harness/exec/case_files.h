/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EXEC_CASE_FILES_H
#define EXEC_CASE_FILES_H

#include "case_ctx.h"

/* The case's own files, and the mounts that it wants on the host's side. 0 or -errno. */
int hx_case_files(struct case_ctx *c, struct err *e);

#endif
