/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_HINT_H
#define CLI_HINT_H

#include "conform.h"
#include "near.h"

#include <stdbool.h>
#include <stddef.h>

/* " (did you mean ...?)" for a word that selects nothing: a case, an area, a requirement, a
 * sub-command, or an option without its dashes; "" where it is near to none. Returns @buf. */
const char *cli_hint(const char *word, const struct conform_entry *const *cases, size_t ncases,
		     char buf[NEAR_HINT_SIZE]);

/* Whether it is the name of a sub-command, which is one where it stands first. */
bool cli_hint_is_command(const char *word);

#endif
