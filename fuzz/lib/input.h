/* SPDX-License-Identifier: Apache-2.0 */
/* What targets whose input is no document make of its bytes: words, numbers. */
#ifndef FUZZ_INPUT_H
#define FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>

/* Bytes that are taken from the front; behind their end stand zeros. */
struct input {
	const uint8_t *p;
	size_t n;
};
uint64_t input_u64(struct input *in);
/* One byte says which kind of number: small, near a power of two, or eight bytes of any. */
uint64_t input_number(struct input *in);

/* A text cut at each @separator; words beyond the size are dropped. NULL-terminated, as argv is. */
#define INPUT_WORDS 64
struct input_words {
	char *items[INPUT_WORDS + 1];
	size_t count;
	char *text;
};
void input_words_cut(struct input_words *w, const uint8_t *data, size_t size, char separator);
void input_words_done(struct input_words *w);

/* The bytes as a string of their own, in memory that ends where it does. */
char *input_text(const uint8_t *data, size_t size);

#endif
