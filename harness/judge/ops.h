/* SPDX-License-Identifier: Apache-2.0 */
/* One check against one observation. Pure functions over JSON values: nothing here looks at the
 * system. */
#ifndef JUDGE_OPS_H
#define JUDGE_OPS_H

#include "conform.h"
#include "json.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * "fact:parameter#/json/pointer" taken apart: *ret_fact is a fresh string without the pointer (the
 * caller frees), the result points into @name at the pointer, or at "". NULL where memory is short.
 */
const char *ops_split_name(const char *name, char **ret_fact);

/*
 * Judges @observed (the whole value of the fact, NULL: not observed) at @pointer by @op against
 * @expected. @reference is the same fact of the host or from before the case, for OP_HOST,
 * OP_NOT_HOST and OP_SAME (NULL: not observed there). Where the result is false, @why says what is
 * missing, if the values do not say it themselves (else "").
 *
 * A pointer that leads nowhere is null: fine for OP_EQ and OP_EMPTY. The operators that are content
 * with any other value (OP_NE, OP_LACKS, OP_NOT_HOST) ask for an observation that is there: a
 * pointer that leads nowhere and an {"error":...} are none. So is an {"error":...} as a reference,
 * and with OP_SAME null.
 */
bool ops_eval(enum op op, const struct json *observed, const char *pointer,
	      const struct json *expected, const struct json *reference, char *why,
	      size_t why_size);

/* array: contains the element; object: has these members, recursively; string: has the substring.
 */
bool ops_has(const struct json *whole, const struct json *part);

/* The operator in words that read between a name and a value: "equals", "is at least". */
const char *ops_words(enum op op);

/* Whether the operator needs a value in the case. */
bool ops_has_operand(enum op op);

#endif
