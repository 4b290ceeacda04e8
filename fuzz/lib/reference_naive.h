/* SPDX-License-Identifier: Apache-2.0 */
/* Comparisons with the host's observation, or with an earlier one, said once more. */
#ifndef FUZZ_REFERENCE_NAIVE_H
#define FUZZ_REFERENCE_NAIVE_H

#include "json.h"
#include "ops.h"

/* An observation that is an error has no part at @at, and nobody knows of one. */
bool reference_naive_unseen(const struct json *seen, const char *at);
/* OP_HOST, OP_SAME; @host may be NULL: there is nothing to compare with. */
bool reference_naive_holds(enum op op, const struct json *seen, const struct json *host,
			   const char *at);

#endif
