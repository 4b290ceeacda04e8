/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_MUTANTS_UNCAUGHT_H
#define CLI_MUTANTS_UNCAUGHT_H

#include "err.h"
#include "plan.h"

/*
 * Keeps the rows of @p that an earlier report, of `conform mutants --json` on another host or with
 * another runtime, has as unjudged or survived. @path: the file with it. A lie of the report that
 * the plan does not have is no error: cases change. 0, or -errno (-EINVAL: the file is no report).
 */
int mutants_keep_uncaught(const char *path, struct plan *p, struct err *e);

/* The same of a text that was read; @path names it in errors. */
int mutants_keep_uncaught_of(const char *path, const char *text, size_t len, struct plan *p,
			     struct err *e);

#endif
