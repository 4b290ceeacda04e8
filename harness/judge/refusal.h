/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a call printed that failed where it may fail: whether it can be taken for a refusal. Nobody
 * lays down how an error reads, so no more is asked of it than to be no report of a crash, and to
 * have a word of what was asked for. Pure.
 */
#ifndef JUDGE_REFUSAL_H
#define JUDGE_REFUSAL_H

#include "conform.h"
#include "json.h"

#include <stdbool.h>

/* What the check says that passes where .either lets an error pass; where .claim does; and the one
 * that looks at the words. */
#define REFUSAL_IS_RIGHT   "is refused, which is right as well"
#define REFUSAL_AS_CLAIMED "is refused, as the features say"
#define REFUSAL_HAS_WORD   "has a word of what was asked for"

/* Whether @text is what a language's runtime, a sanitizer or the C library prints of a program that
 * it ends: such a program has refused nothing. */
bool refusal_is_crash(const char *text);

/*
 * Whether @text has, in any case of letters, a word of what the edits of @def ask for: the last
 * name of a pointer, a name or a string of a value, what an edit takes away of @base, the path of a
 * file, the value of the variant (JSON text, or NULL), or .refusal. True where there is no such
 * word to look for.
 */
bool refusal_names(const char *text, const struct conform_case *def, const struct json *base,
		   const char *variant);

#endif
