/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of numbers, read letter by letter. */
#ifndef FUZZ_BITS_NAIVE_H
#define FUZZ_BITS_NAIVE_H

#include <stdbool.h>

/* "0-3,7": whether it is a list of numbers below @max, none of its parts of more than 31 letters.
 * Then @ret_has says of each number whether it is in it. */
bool bits_naive_read(const char *list, bool *ret_has, unsigned int max);

#endif
