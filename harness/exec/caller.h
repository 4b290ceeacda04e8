/* SPDX-License-Identifier: Apache-2.0 */
/* The state in which a runtime is called, where a case asks for another one than the clean:
 * conform.h, .caller. */
#ifndef EXEC_CALLER_H
#define EXEC_CALLER_H

#include "err.h"

#include <stddef.h>

#define CALLER_ENV_MAX 16

/* Appends the "env:" items to @env, which has @used of CALLER_ENV_MAX entries, and ends it with
 * NULL. The strings are borrowed. @items may be NULL. */
void hx_caller_env(const char *const *items, char **env, size_t used);

/* Runs in the child that is about to become the runtime; @arg is the list of items. 0 or -errno. */
int hx_caller_setup(void *arg, struct err *e);

/* Whether @item is one that hx_caller_setup() knows; for conform lint. */
int hx_caller_known(const char *item);

#endif
