/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of json share. */
#ifndef BASE_JSON_PRIV_H
#define BASE_JSON_PRIV_H

#include "json.h"

/*
 * Appends @value, and for an object @name, to a container without looking for an equal name. Takes
 * neither on failure. Room grows at powers of two, so appending n items costs O(n). 0 or -ENOMEM.
 */
int json_push(struct json *container, char *name, struct json *value);

/* As json_new_string_len() for the text of a string or number. */
struct json *json_new_text(enum json_type type, const char *text, size_t len);

/* Whether no more than @budget containers stand in each other in @j. */
bool json_depth_fits(const struct json *j, size_t budget);

#endif
