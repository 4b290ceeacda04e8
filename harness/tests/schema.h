/* SPDX-License-Identifier: Apache-2.0 */
/* As much of JSON Schema as our own schemas use; a keyword that is not among it is an error, so
 * that nothing is believed to be checked that is not. */
#ifndef TESTS_SCHEMA_H
#define TESTS_SCHEMA_H

#include "json.h"

/* Whether @value is as @root says: 0, or -EINVAL with the place and the keyword in @e. */
int schema_check(const struct json *root, const struct json *value, struct err *e);

#endif
