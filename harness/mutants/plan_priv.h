/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MUTANTS_PLAN_PRIV_H
#define MUTANTS_PLAN_PRIV_H

#include "json.h"
#include "plan.h"

/* The bundle's path in a configuration that is only looked at. */
#define PLAN_BUNDLE "/case/bundle"

/* Adds a candidate to the catalogue's row @name, which is made where it is not there. 0 or -ENOMEM.
 */
int plan_add(struct plan *p, const char *name, size_t job, const char *lie);

/* Adds what can be lied about in the fields in which @config differs from @base. plan_fields.c */
int plan_add_fields(struct plan *p, size_t job, const struct json *config, const struct json *base);

#endif
