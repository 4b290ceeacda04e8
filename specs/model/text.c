/* SPDX-License-Identifier: Apache-2.0 */
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Length of the UTF-8 sequence at @s, 0 if it is none. The bounds of the second byte are those of
 * the table in RFC 3629, section 4. */
static size_t utf8_sequence(const unsigned char *s, size_t len)
{
	unsigned char lo = 0x80, hi = 0xbf;
	size_t n;

	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		n = 2;
	else if (s[0] >= 0xe0 && s[0] <= 0xef)
		n = 3;
	else if (s[0] >= 0xf0 && s[0] <= 0xf4)
		n = 4;
	else
		return 0;
	if (s[0] == 0xe0)
		lo = 0xa0;
	else if (s[0] == 0xed)
		hi = 0x9f;
	else if (s[0] == 0xf0)
		lo = 0x90;
	else if (s[0] == 0xf4)
		hi = 0x8f;
	if (len < n || s[1] < lo || s[1] > hi)
		return 0;
	for (size_t i = 2; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	}
	return n;
}

size_t text_utf8_len(const char *buf, size_t len)
{
	const uint64_t high = 0x8080808080808080u;
	size_t i = 0;

	while (i < len) {
		uint64_t word;
		size_t n;

		/* nearly all of a config is ASCII: eight bytes at a time */
		while (len - i >= sizeof(word)) {
			memcpy(&word, buf + i, sizeof(word));
			if (word & high)
				break;
			i += sizeof(word);
		}
		if (i == len)
			break;
		n = utf8_sequence((const unsigned char *)buf + i, len - i);
		if (!n)
			break;
		i += n;
	}
	return i;
}

size_t text_odd_blank(const char *buf, size_t len)
{
	const char *odd = len ? memchr(buf, '\v', len) : NULL;
	size_t at = odd ? (size_t)(odd - buf) : len;

	odd = at ? memchr(buf, '\f', at) : NULL;
	return odd ? (size_t)(odd - buf) : at;
}

static int hex4(const char *s, size_t len)
{
	int v = 0;

	if (len < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = s[i];

		v <<= 4;
		if (c >= '0' && c <= '9')
			v |= c - '0';
		else if (c >= 'a' && c <= 'f')
			v |= c - 'a' + 10;
		else if (c >= 'A' && c <= 'F')
			v |= c - 'A' + 10;
		else
			return -1;
	}
	return v;
}

/* The code unit of the escape "\uXXXX" at @s, or -1 if there is another thing. */
static int code_unit(const char *s, size_t len)
{
	return len >= 6 && s[0] == '\\' && s[1] == 'u' ? hex4(s + 2, len - 2) : -1;
}

size_t text_lone_surrogate(const char *raw, size_t len)
{
	size_t i = 0;

	while (i < len) {
		const char *p = memchr(raw + i, '\\', len - i);
		int u;

		if (!p)
			return len;
		i = (size_t)(p - raw);
		u = code_unit(p, len - i);
		if (u >= 0xd800 && u <= 0xdbff) {
			int v = code_unit(p + 6, len - i - 6);

			if (v < 0xdc00 || v > 0xdfff)
				return i;
			i += 12;
		} else if (u >= 0xdc00 && u <= 0xdfff) {
			return i;
		} else {
			i += 2;
		}
	}
	return len;
}

int text_lines_build(struct text_lines *l, const char *buf, size_t len)
{
	const char *p = buf;
	size_t n = 0;

	if (l->built)
		return 0;
	for (const char *q = buf; q && (q = memchr(q, '\n', len - (size_t)(q - buf)));) {
		n++;
		if ((size_t)(++q - buf) == len)
			break;
	}
	if (n) {
		l->newline = malloc(n * sizeof(*l->newline));
		if (!l->newline)
			return -ENOMEM;
	}
	for (size_t i = 0; i < n; i++) {
		p = memchr(p, '\n', len - (size_t)(p - buf));
		l->newline[i] = (uint32_t)(p++ - buf);
	}
	l->count = n;
	l->built = true;
	return 0;
}

void text_lines_done(struct text_lines *l)
{
	free(l->newline);
	*l = (struct text_lines){0};
}

void text_lines_at(const struct text_lines *l, uint32_t off, uint32_t *line, uint32_t *col)
{
	size_t lo = 0, hi = l->count;

	/* the number of newlines before the offset */
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (l->newline[mid] < off)
			lo = mid + 1;
		else
			hi = mid;
	}
	*line = (uint32_t)lo + 1;
	*col = lo ? off - l->newline[lo - 1] : off + 1;
}

/* Digits alone, at most UINT64_MAX. */
static int digits(const char *s, size_t len, uint64_t *ret)
{
	uint64_t v = 0;

	if (!len)
		return -EINVAL;
	for (size_t i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -EINVAL;
	}
	for (size_t i = 0; i < len; i++) {
		unsigned int d = (unsigned int)(s[i] - '0');

		if (v > (UINT64_MAX - d) / 10)
			return -ERANGE;
		v = v * 10 + d;
	}
	*ret = v;
	return 0;
}

int text_to_u64(const char *s, size_t len, uint64_t max, uint64_t *ret)
{
	bool negative = len && s[0] == '-';
	uint64_t v;
	int rc = digits(s + negative, len - negative, &v);

	if (rc)
		return rc;
	if (negative || v > max)
		return -ERANGE;
	*ret = v;
	return 0;
}

int text_to_i64(const char *s, size_t len, int64_t min, int64_t max, int64_t *ret)
{
	bool negative = len && s[0] == '-';
	uint64_t v;
	int64_t i;
	int rc = digits(s + negative, len - negative, &v);

	if (rc)
		return rc;
	if (v > (uint64_t)INT64_MAX + negative)
		return -ERANGE;
	/* negated as unsigned: -INT64_MIN does not fit a signed number */
	i = negative ? (int64_t)(0 - v) : (int64_t)v;
	if (i < min || i > max)
		return -ERANGE;
	*ret = i;
	return 0;
}
