/* SPDX-License-Identifier: Apache-2.0 */
#include "bit_list.h"

#include "str.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#define PART_SIZE 32 /* two numbers, and zeros before them */

int bit_list_parse(const char *text, unsigned int max, unsigned long *mask)
{
	uint64_t end = 0;

	while (*text) {
		char part[PART_SIZE];
		size_t n = strcspn(text, ",");
		uint64_t from, to;
		int r;

		if (n >= sizeof(part))
			return -EINVAL;
		memcpy(part, text, n);
		part[n] = '\0';
		r = str_to_range(part, max - 1, &from, &to);
		if (r < 0)
			return r;
		for (uint64_t i = from; i <= to; i++)
			mask[i / BIT_LIST_WORD_BITS] |= 1ul << i % BIT_LIST_WORD_BITS;
		end = to >= end ? to + 1 : end;
		text += n;
		/* behind a comma stands one more */
		if (*text == ',' && !*++text)
			return -EINVAL;
	}
	return (int)end;
}
