/* SPDX-License-Identifier: Apache-2.0 */
/* The end of what an untrusted program has printed, fit for one line of a log. */
#ifndef RUNTIME_OUTPUT_TAIL_H
#define RUNTIME_OUTPUT_TAIL_H

#include <stddef.h>

/* What of a failed hook's output is worth showing. */
#define OUTPUT_TAIL_MAX 240

/* Starts as zeros. */
struct output_tail {
	char text[OUTPUT_TAIL_MAX];
	size_t len;
};

/* Keeps the last bytes of all that was added. */
void output_tail_add(struct output_tail *t, const char *buf, size_t len);

/* As a line: UTF-8, without the control characters that a terminal obeys, and without blanks at its
 * end. */
void output_tail_clean(const struct output_tail *t, char out[OUTPUT_TAIL_MAX + 1]);

#endif
