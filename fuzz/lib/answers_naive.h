/* SPDX-License-Identifier: Apache-2.0 */
/* What a runtime says of itself and of a container, by regular expressions and the JSON tree. */
#ifndef FUZZ_ANSWERS_NAIVE_H
#define FUZZ_ANSWERS_NAIVE_H

#include "json.h"

#include <stdbool.h>
#include <stddef.h>

/* The version of the specification, of a features document (NULL: it has none) or of --version; ""
 * where neither has one. The caller frees. */
char *answers_naive_spec(const char *max, const char *text);
/* Its minor number, which is none that the catalogue does not know; or @none. */
unsigned int answers_naive_minor(const char *spec, unsigned int none);
/* @line is the first line of @text, or begins as that does for most of @max bytes. */
bool answers_naive_is_line(const char *line, const char *text, size_t max);
/* The member "pid" of a state, if it is the number of a process; else 0. */
unsigned long answers_naive_pid(const struct json *state);

#endif
