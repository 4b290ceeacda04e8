/* SPDX-License-Identifier: Apache-2.0 */
/* All that reads or makes a document, for targets that do not care what it says. */
#ifndef FUZZ_READERS_H
#define FUZZ_READERS_H

#include <stddef.h>

/* @which is a letter, see readers.c, and for what is judged and reported readers_judge.c. How much
 * was read, or what the reader says: a negative errno. All that was made is freed. */
int readers_run(char which, const char *buf, size_t len);

#endif
