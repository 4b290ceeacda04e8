/* SPDX-License-Identifier: Apache-2.0 */
#include "input.h"

#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

static uint64_t take(struct input *in, size_t n)
{
	uint64_t v = 0;

	for (; n > 0; n--) {
		v = v << 8 | (in->n ? *in->p : 0);
		if (in->n) {
			in->p++;
			in->n--;
		}
	}
	return v;
}

uint64_t input_u64(struct input *in)
{
	return take(in, 8);
}

uint64_t input_number(struct input *in)
{
	uint64_t kind = take(in, 1);

	if (kind < 0x40) /* 2^k - 1, 2^k, 2^k + 1 and so on */
		return (1ull << kind) + take(in, 1) - 128;
	if (kind < 0x80)
		return take(in, 2);
	return kind < 0xc0 ? take(in, 4) : take(in, 8);
}

void input_words_cut(struct input_words *w, const uint8_t *data, size_t size, char separator)
{
	char *p = input_text(data, size);

	*w = (struct input_words){.text = p};
	while (p && *p && w->count < INPUT_WORDS) {
		char *end = strchr(p, separator);

		w->items[w->count++] = p;
		if (end)
			*end++ = '\0';
		p = end;
	}
}

void input_words_done(struct input_words *w)
{
	free(w->text);
}

char *input_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	fuzz_check(text);
	memcpy(text, data, size);
	text[size] = '\0';
	return text;
}
