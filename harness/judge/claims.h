/* SPDX-License-Identifier: Apache-2.0 */
/* What a features document says: its versions, whether two of them say the same, and whether it
 * says yes to a case. */
#ifndef JUDGE_CLAIMS_H
#define JUDGE_CLAIMS_H

#include "json.h"

#include <stdbool.h>

/* Whether @text is a semantic version (semver.org, version 2.0.0). */
bool claims_is_semver(const char *text);

/* Adds a sentence to @findings where ociVersion of the document of `state` is none. 0 or -ENOMEM.
 */
int claims_check_state(const struct json *document, struct json *findings);

/* Adds a sentence to @findings for an ociVersionMax below ociVersionMin, and for each property that
 * came after ociVersionMax. 0 or -ENOMEM. */
int claims_check_versions(const struct json *document, struct json *findings);

/* Adds a sentence to @findings for each of linux.seccomp.supportedFlags that knownFlags lacks. 0 or
 * -ENOMEM. */
int claims_check_flags(const struct json *document, struct json *findings);

/* Adds the pointer of every value that differs between both, deepest objects first looked into. 0
 * or -ENOMEM. */
int claims_compare(const struct json *a, const struct json *b, struct json *differing);

/* Whether @value, of a features document or NULL, says yes to a case with @variant (JSON text or
 * NULL): a flag that is true, a list that has the variant, anything else that is there. */
bool claims_say_yes(const struct json *value, const char *variant);

#endif
