/* SPDX-License-Identifier: Apache-2.0 */
/* "Did you mean ...?": of the words that exist, the one that somebody may have wanted to write. */
#ifndef BASE_NEAR_H
#define BASE_NEAR_H

#include <stddef.h>

/* Start with { .word = WHAT WAS WRITTEN }. All texts are borrowed. */
struct near {
	const char *word;
	const char *best; /* the nearest that was offered, or NULL where none is near enough */
	size_t slips;	  /* of the best: how many slips of the pen make the one from the other */
};

/* Looks at one word that exists; of equals the first stays. */
void near_offer(struct near *n, const char *candidate);

/* Room for near_hint(): longer names are cut. */
#define NEAR_HINT_SIZE 160

/* " (did you mean 'WORD'?)", @prefix being written before the word, or "" where nothing is near.
 * Returns @buf. */
const char *near_hint(const struct near *n, const char *prefix, char buf[NEAR_HINT_SIZE]);

#endif
