/* SPDX-License-Identifier: Apache-2.0 */
/* The objects of the field table by name. */
#ifndef FUZZ_TABLE_H
#define FUZZ_TABLE_H

#include "fields.h"

/* The object of cfg_fields.def with this name ("config", "seccomp", ...), or NULL. */
const struct field_obj *table_find(const char *name);

#endif
