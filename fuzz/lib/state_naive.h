/* SPDX-License-Identifier: Apache-2.0 */
/* What a runtime that has read a container's state.json writes again. */
#ifndef FUZZ_STATE_NAIVE_H
#define FUZZ_STATE_NAIVE_H

#include "json.h"

/* The members that a state has, as @in has them: of another type they are not there, or 0 or false.
 * @in is one that was believed. The caller frees. */
struct json *state_naive(const struct json *in);

#endif
