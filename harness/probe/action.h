/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the parameters of actions. */
#ifndef PROBE_ACTION_H
#define PROBE_ACTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Cuts @text at commas into at most @max fields, of which the last takes the rest with its commas;
 * those that are not there become "". False where there are fewer than @min.
 */
bool action_fields(char *text, size_t min, size_t max, char *fields[]);

/* A decimal number, one of base 16 behind 0x, each with an optional minus: two's complement. */
bool action_number(const char *s, uint64_t *ret);
/* A number of base 8: a file mode. */
bool action_mode(const char *s, uint64_t *ret);
/* A decimal number, with K, M or G behind it for powers of 1024. */
bool action_bytes(const char *s, uint64_t *ret);

/* One of the words of a set. */
struct action_word {
	const char *word;
	uint64_t flag;
};
/* Words of @words (which ends with .word NULL) joined by '+': the flags or'ed together. An empty
 * text is no flag. */
bool action_words(char *text, const struct action_word *words, uint64_t *ret);

#endif
