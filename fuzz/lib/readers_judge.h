/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUZZ_READERS_JUDGE_H
#define FUZZ_READERS_JUDGE_H

#include <stddef.h>

/* The part of readers_run() that is about what the harness was told, and what the runtime reads
 * beside documents; -EINVAL where @which is no letter of it. */
int readers_judge_run(char which, const char *buf, size_t len);

#endif
