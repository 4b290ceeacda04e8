/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of processors and memory nodes, as cpuset(7) has them. */
#ifndef LINUX_BIT_LIST_H
#define LINUX_BIT_LIST_H

#include <limits.h>

#define BIT_LIST_WORD_BITS (CHAR_BIT * sizeof(unsigned long))

/*
 * "0-3,7" as bits of @mask, which has @max of them, all clear. Returns how many there are up to the
 * last one that is set, 0 for an empty text; -EINVAL, -ERANGE, and what is in the mask then is of
 * no use.
 */
int bit_list_parse(const char *text, unsigned int max, unsigned long *mask);

#endif
