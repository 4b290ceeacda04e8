/* SPDX-License-Identifier: Apache-2.0 */
/* What must be true of texts that came from others. */
#ifndef FUZZ_TEXT_NAIVE_H
#define FUZZ_TEXT_NAIVE_H

#include "input.h"

#include <stdbool.h>

/* passwd(5): the first line of the user 1000 has the directory @home; or has one at all. */
bool text_is_home(const char *passwd, size_t len, const char *home);
bool text_has_home(const char *passwd, size_t len);

/* @tail is the last @tail_len bytes of @all, and as many as there are up to @max. */
bool text_ends_with(const char *all, size_t len, const char *tail, size_t tail_len, size_t max);

/* One line of UTF-8 without control characters. */
bool text_is_line(const char *s);

/* Lines, each ended, as text_is_line() says, which begin with @head; how often @part stands in @s.
 */
bool text_are_lines(const char *s, const char *head);
size_t text_count(const char *s, const char *part);

/* No component of the path is "..", "." or empty but for a leading slash, or "/" alone. */
bool text_is_below(const char *path);

#endif
