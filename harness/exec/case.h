/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One case under one runtime, from an empty directory to a verdict. Runs in a process of its own,
 * which is the reaper of everything that the runtime leaves behind.
 */
#ifndef EXEC_CASE_H
#define EXEC_CASE_H

#include "conform.h"
#include "report.h"
#include "session.h"

/*
 * Runs @entry (with @variant, or NULL) as number @index of the run, in the calling process, which
 * must be a fresh child. Fills *ret, whose strings the caller frees with rep_result_done().
 */
void hx_case_run(const struct hx_session *s, const struct hx_runtime *rt,
		 const struct conform_entry *entry, const char *variant, unsigned int index,
		 struct rep_result *ret);

/* "area/name", or "area/name[value]"; the caller frees; NULL: memory is short. */
char *hx_case_id(const struct conform_entry *entry, const char *variant);

/* Fills what is known of a case before it runs: names, requirements, the command that repeats it. 0
 * or -ENOMEM; the caller frees with rep_result_done(). */
int hx_case_describe(const struct hx_session *s, const struct hx_runtime *rt,
		     const struct conform_entry *entry, const char *variant,
		     struct rep_result *ret);

#endif
