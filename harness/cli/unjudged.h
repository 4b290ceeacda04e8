/* SPDX-License-Identifier: Apache-2.0 */
/* Why a requirement has no case and will have none. */
#ifndef CLI_UNJUDGED_H
#define CLI_UNJUDGED_H

#include "req_ids.h"
#include "str.h"

#include <stddef.h>

struct conform_entry;

/* The reason, or NULL for one that a case, or the validator, can judge. */
const char *unjudged_reason(enum req r);

/*
 * Adds a sentence to @out for every requirement that the catalogue calls unjudgeable and that has
 * no reason, and for every one that has a reason and a case. Returns how many.
 */
size_t unjudged_lint(const struct conform_entry *const *cases, size_t n, struct strbuf *out);

#endif
