/* SPDX-License-Identifier: Apache-2.0 */
/* What must be true of the properties that systemd is asked for. */
#ifndef FUZZ_SCOPE_NAIVE_H
#define FUZZ_SCOPE_NAIVE_H

#include "cfg_parse.h"
#include "json.h"

/* Whether each entry is {name, type, value}, the value of the type, and the name of no property
 * that executes, mounts or names somebody. */
bool scope_is_sound(const struct json *list);

/* How many annotations ask for a property. */
size_t scope_annotations(const struct cfg_config *c);

/* Whether the entry has the value of the annotation, as one who writes GVariant's text would say
 * it. Numbers in seconds are not judged. */
bool scope_is_said(const struct json *entry, const struct cfg_pair *annotation);

/* Whether @list has what the resources ask for, each property with its value and no other: CPUs and
 * memory nodes as bits, rates by device. What v2 gets by unified, where it is a value of its file,
 * counts before the other members. None where @r is NULL. scope_limits_naive.c */
bool scope_has_limits(const struct json *list, const struct cfg_resources *r, bool v2);

#endif
