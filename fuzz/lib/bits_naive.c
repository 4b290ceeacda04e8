/* SPDX-License-Identifier: Apache-2.0 */
#include "bits_naive.h"

#include <string.h>

/* A part of the list has no more letters than this. */
#define LETTERS_MAX 31

/* Digits: their number, or one that is too large for any list. */
static bool number(const char **p, unsigned int *ret)
{
	unsigned int n = 0;
	const char *first = *p;

	for (; **p >= '0' && **p <= '9'; ++*p)
		n = n > 1000000 ? n : n * 10 + (unsigned int)(**p - '0');
	*ret = n;
	return *p > first;
}

bool bits_naive_read(const char *list, bool *ret_has, unsigned int max)
{
	const char *p = list;

	memset(ret_has, 0, max * sizeof(*ret_has));
	if (!*p)
		return true;
	for (;; p++) {
		const char *part = p;
		unsigned int first, last;

		if (!number(&p, &first))
			return false;
		last = first;
		if (*p == '-' && (p++, !number(&p, &last)))
			return false;
		if (first > last || last >= max || p - part > LETTERS_MAX)
			return false;
		for (unsigned int n = first; n <= last; n++)
			ret_has[n] = true;
		if (*p != ',')
			return !*p;
	}
}
