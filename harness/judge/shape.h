/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a document has the shape that the table of fields describes. Pure. */
#ifndef JUDGE_SHAPE_H
#define JUDGE_SHAPE_H

#include "fields.h"
#include "json.h"

/*
 * Appends a sentence to the array @findings for everything in @doc that is not of its type:
 * "/linux/seccomp/enabled: expected true or false". Required members that are missing count;
 * unknown ones do not; null stands for absent. 0 or -ENOMEM.
 */
int shape_check(const struct json *doc, const struct field_obj *o, struct json *findings);

#endif
