/* SPDX-License-Identifier: Apache-2.0 */
/* What must be true of what the kernel counts. */
#ifndef FUZZ_COUNTS_NAIVE_H
#define FUZZ_COUNTS_NAIVE_H

#include "cleanup.h"
#include "json.h"

#include <string.h>

/* Whether the statistics of both versions say what @text does where each attribute has it. */
bool counts_hold(const char *text);

/* Whether one of the words between blanks and commas is @name. */
bool counts_names(const char *list, const char *name);

/* Whether the devices of a text like /proc/net/dev are in @list, each with what it received and
 * sent. */
bool counts_are_of(const struct json *list, const char *text);

/* Whether each domain of the line @schema has its value in the line of that name of @file, a text
 * like schemata of up to 4 KiB: the first value of a domain counts, decimal in MB. */
bool counts_schema_holds(const char *schema, const char *file);

#endif
