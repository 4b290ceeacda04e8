/* SPDX-License-Identifier: Apache-2.0 */
#include "near.h"

#include <stdio.h>
#include <string.h>

#define WORD_MAX	 80 /* nobody asks for help with longer ones */
#define LETTERS_PER_SLIP 3
#define SLIPS_MAX	 3

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * How many letters have to be put in, left out, changed, or swapped with their neighbour: the table
 * of the distances of all beginnings, of which the last three rows are kept.
 */
static size_t slips_between(const char *a, size_t na, const char *b, size_t nb)
{
	size_t rows[3][WORD_MAX + 1];

	for (size_t k = 0; k <= nb; k++)
		rows[0][k] = k;
	for (size_t i = 1; i <= na; i++) {
		size_t *now = rows[i % 3];
		const size_t *before = rows[(i + 2) % 3], *earlier = rows[(i + 1) % 3];

		now[0] = i;
		for (size_t k = 1; k <= nb; k++) {
			now[k] = least(before[k], now[k - 1]) + 1;
			now[k] = least(now[k], before[k - 1] + (a[i - 1] != b[k - 1]));
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
				now[k] = least(now[k], earlier[k - 2] + 1);
		}
	}
	return rows[na % 3][nb];
}

void near_offer(struct near *n, const char *candidate)
{
	size_t na = strlen(n->word), nb = strlen(candidate);
	size_t allowed = least(SLIPS_MAX, (na < nb ? nb : na) / LETTERS_PER_SLIP);
	size_t slips;

	if (na > WORD_MAX || nb > WORD_MAX)
		return;
	slips = slips_between(n->word, na, candidate, nb);
	if (slips > allowed || (n->best && slips >= n->slips))
		return;
	n->best = candidate;
	n->slips = slips;
}

const char *near_hint(const struct near *n, const char *prefix, char buf[NEAR_HINT_SIZE])
{
	buf[0] = '\0';
	if (n->best)
		(void)snprintf(buf, NEAR_HINT_SIZE, " (did you mean '%s%s'?)", prefix, n->best);
	return buf;
}
