/* SPDX-License-Identifier: Apache-2.0 */
/* What yajl does not look at in the bytes of a document, and how a byte's number becomes line and
 * column. */
#ifndef SPECS_TEXT_H
#define SPECS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Number of bytes at the start of @buf that are UTF-8 (RFC 3629: shortest form, no surrogates, up
 * to U+10FFFF): @len if all are. */
size_t text_utf8_len(const char *buf, size_t len);

/*
 * The offset of the first vertical tab or form feed of @buf, or @len. They are blanks to yajl, but
 * not to JSON, and may not stand in a string either.
 */
size_t text_odd_blank(const char *buf, size_t len);

/*
 * Looks through the raw text of a JSON string (between the quotes, escapes as written) for an
 * escaped UTF-16 surrogate without its other half. Returns the offset of the first, or @len.
 */
size_t text_lone_surrogate(const char *raw, size_t len);

/* Offsets of the newlines of a document. */
struct text_lines {
	uint32_t *newline;
	size_t count;
	bool built;
};

/* Finds the newlines, once; 0 or -ENOMEM. */
int text_lines_build(struct text_lines *l, const char *buf, size_t len);
void text_lines_done(struct text_lines *l);

/* Line and column (in bytes) of an offset, from 1. */
void text_lines_at(const struct text_lines *l, uint32_t off, uint32_t *line, uint32_t *col);

/*
 * Decimal digits with an optional '-', as JSON writes an integer. "-0" is zero, and to the unsigned
 * out of range like every negative number. 0, -EINVAL (a fraction, an exponent), -ERANGE outside of
 * the bounds. */
int text_to_u64(const char *s, size_t len, uint64_t max, uint64_t *ret);
int text_to_i64(const char *s, size_t len, int64_t min, int64_t max, int64_t *ret);

#endif
