/* SPDX-License-Identifier: Apache-2.0 */
#include "output_tail.h"

#include "str.h"

#include <string.h>

void output_tail_add(struct output_tail *t, const char *buf, size_t len)
{
	size_t n = len > OUTPUT_TAIL_MAX ? OUTPUT_TAIL_MAX : len;
	size_t keep = t->len + n > OUTPUT_TAIL_MAX ? OUTPUT_TAIL_MAX - n : t->len;

	memmove(t->text, t->text + t->len - keep, keep);
	memcpy(t->text + keep, buf + len - n, n);
	t->len = keep + n;
}

void output_tail_clean(const struct output_tail *t, char out[OUTPUT_TAIL_MAX + 1])
{
	size_t len = t->len, n = 0;

	while (len && (unsigned char)t->text[len - 1] <= ' ')
		len--;
	for (size_t i = 0; i < len;) {
		size_t control = str_control_char(t->text + i, len - i);
		size_t c = str_utf8_char(t->text + i, len - i);

		if (control) {
			out[n++] = ' ';
			i += control;
		} else if (c) {
			memcpy(out + n, t->text + i, c);
			n += c;
			i += c;
		} else {
			/* the cut of the tail may have gone through a character */
			if (n)
				out[n++] = '?';
			i++;
		}
	}
	while (n && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
}
