/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MUTANTS_PLAN_FIELDS_H
#define MUTANTS_PLAN_FIELDS_H

#include "json.h"
#include "plan.h"

/* Adds what can be lied about in the fields in which @config differs from @base. 0 or -ENOMEM. */
int plan_add_fields(struct plan *p, size_t job, const struct json *config, const struct json *base);

#endif
