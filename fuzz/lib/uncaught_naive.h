/* SPDX-License-Identifier: Apache-2.0 */
/* What a report of `conform mutants --json` says of the lies of a small plan. */
#ifndef FUZZ_UNCAUGHT_NAIVE_H
#define FUZZ_UNCAUGHT_NAIVE_H

#include "json.h"
#include "plan.h"

#include <stdbool.h>

/* Lies that differ in their text, or in the case that names them, or in that none does. The caller
 * ends it with plan_done(). */
struct plan uncaught_plan(void);

/* Whether the report has a list of lies; whether the one of @row is left: of several entries about
 * it the first one says so. */
bool uncaught_is_report(const struct json *report);
bool uncaught_has(const struct json *report, const struct plan_row *row);

/* Whether the row at @i is the same in both; false behind the end of one; whether all are. */
bool uncaught_is_row(const struct plan *p, size_t i, const struct plan_row *row);
bool uncaught_is_same(const struct plan *a, const struct plan *b);

#endif
