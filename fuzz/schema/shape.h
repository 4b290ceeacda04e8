/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The published JSON schemas of the specification (1.3), read once more: which shape each place of
 * a document has to have, as data of our own. A second opinion for the validator, which knows
 * nothing of the field table.
 */
#ifndef FUZZ_SHAPE_H
#define FUZZ_SHAPE_H

#include "json.h"

/*
 * Calls @fn with the JSON pointer of every value of @j, a document of type @record ("config",
 * "state", "features", "process", "resources"), that the schema refuses; of a missing member with
 * the pointer that it would have.
 */
void shape_check(const char *record, const struct json *j,
		 void (*fn)(const char *pointer, void *arg), void *arg);

#endif
