/* SPDX-License-Identifier: Apache-2.0 */
/* What a features document says about itself: its versions, and whether two of them say the same.
 */
#ifndef JUDGE_CLAIMS_H
#define JUDGE_CLAIMS_H

#include "json.h"

/* Adds a sentence to @findings for an ociVersionMax below ociVersionMin, and for each property that
 * came after ociVersionMax. 0 or -ENOMEM. */
int claims_check_versions(const struct json *document, struct json *findings);

/* Adds a sentence to @findings for each of linux.seccomp.supportedFlags that knownFlags lacks. 0 or
 * -ENOMEM. */
int claims_check_flags(const struct json *document, struct json *findings);

/* Adds the pointer of every value that differs between both, deepest objects first looked into. 0
 * or -ENOMEM. */
int claims_compare(const struct json *a, const struct json *b, struct json *differing);

#endif
