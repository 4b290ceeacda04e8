/* SPDX-License-Identifier: Apache-2.0 */
#include "str.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STRBUF_MIN 64

bool str_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool str_ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n >= m && memcmp(s + n - m, suffix, m) == 0;
}

/* Reads digits to the end of @s; a number beyond uint64_t is -ERANGE only if the rest is digits
 * too. */
static int parse_digits(const char *s, uint64_t *ret)
{
	bool over = false;
	uint64_t v = 0;

	if (*s == '\0')
		return -EINVAL;
	for (; *s; s++) {
		if (*s < '0' || *s > '9')
			return -EINVAL;
		if (__builtin_mul_overflow(v, 10u, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(*s - '0'), &v))
			over = true;
	}
	if (over)
		return -ERANGE;
	*ret = v;
	return 0;
}

bool str_has_word(const char *text, const char *word, const char *separators)
{
	size_t n = strlen(word);

	for (const char *p = text; *p;) {
		size_t len = strcspn(p, separators);

		if (len == n && strncmp(p, word, n) == 0)
			return true;
		p += len + (p[len] != '\0');
	}
	return false;
}

int str_to_u64(const char *s, uint64_t max, uint64_t *ret)
{
	uint64_t v;
	int r;

	if (!s)
		return -EINVAL;
	r = parse_digits(s, &v);
	if (r < 0)
		return r;
	if (v > max)
		return -ERANGE;
	*ret = v;
	return 0;
}

int str_to_i64(const char *s, int64_t min, int64_t max, int64_t *ret)
{
	bool negative;
	uint64_t u;
	int64_t v;
	int r;

	if (!s)
		return -EINVAL;
	negative = *s == '-';
	r = parse_digits(s + negative, &u);
	if (r < 0)
		return r;
	if (u > (uint64_t)INT64_MAX + negative)
		return -ERANGE;
	/* -INT64_MIN does not exist, so the magnitude is negated below zero */
	if (negative)
		v = u == 0 ? 0 : -(int64_t)(u - 1) - 1;
	else
		v = (int64_t)u;
	if (v < min || v > max)
		return -ERANGE;
	*ret = v;
	return 0;
}

int str_to_range(char *s, uint64_t max, uint64_t *ret_from, uint64_t *ret_to)
{
	char *dash = strchr(s, '-');
	uint64_t from, to;
	int r;

	if (dash)
		*dash++ = '\0';
	r = str_to_u64(s, max, &from);
	if (r == 0)
		r = str_to_u64(dash ? dash : s, max, &to);
	if (r < 0)
		return r;
	if (to < from)
		return -EINVAL;
	*ret_from = from;
	*ret_to = to;
	return 0;
}

char *str_format(const char *fmt, ...)
{
	va_list ap, again;
	char *s = NULL;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n >= 0)
		s = malloc((size_t)n + 1);
	if (s)
		(void)vsnprintf(s, (size_t)n + 1, fmt, again);
	va_end(again);
	return s;
}

/* Only the last star can need another try: an earlier one already matched the shortest run. So this
 * is O(n * m). */
bool str_glob(const char *pattern, const char *s)
{
	const char *star = NULL, *retry = NULL;

	while (*s) {
		if (*pattern == '*') {
			star = pattern++;
			retry = s;
		} else if (*pattern == '?' || *pattern == *s) {
			pattern++;
			s++;
		} else if (star) {
			pattern = star + 1;
			s = ++retry;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

/* RFC 3629: the first continuation byte has a narrower range behind E0, ED, F0 and F4 (overlong
 * forms, surrogates, end of Unicode). */
size_t str_utf8_char(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s;
	unsigned char lo = 0x80, hi = 0xbf;
	size_t n;

	if (len == 0)
		return 0;
	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xc2 && p[0] <= 0xdf) {
		n = 2;
	} else if ((p[0] & 0xf0) == 0xe0) {
		n = 3;
		lo = p[0] == 0xe0 ? 0xa0 : lo;
		hi = p[0] == 0xed ? 0x9f : hi;
	} else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
		n = 4;
		lo = p[0] == 0xf0 ? 0x90 : lo;
		hi = p[0] == 0xf4 ? 0x8f : hi;
	} else {
		return 0;
	}
	if (len < n || p[1] < lo || p[1] > hi)
		return 0;
	for (size_t i = 2; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	}
	return n;
}

size_t str_control_char(const char *s, size_t len)
{
	const unsigned char *u = (const unsigned char *)s;

	if (u[0] < ' ' || u[0] == 0x7f)
		return 1;
	return len > 1 && u[0] == 0xc2 && u[1] >= 0x80 && u[1] < 0xa0 ? 2 : 0;
}

bool str_has_line(const char *text, const char *line, size_t len)
{
	for (const char *p = text; *p;) {
		size_t n = strcspn(p, "\n");

		if (n == len && memcmp(p, line, n) == 0)
			return true;
		p += n + (p[n] == '\n');
	}
	return false;
}

char *str_cut(const char *s, size_t max)
{
	size_t len = strlen(s), cut = max;

	if (len <= max)
		return strdup(s);
	/* of a character that begins before the cut and ends behind it nothing is taken */
	for (size_t back = 1; back < 4 && back <= max; back++) {
		if (str_utf8_char(s + max - back, len - max + back) > back)
			cut = max - back;
	}
	return str_format("%.*s... (%zu bytes)", (int)cut, s, len);
}

void strbuf_done(struct strbuf *b)
{
	int saved = errno;

	free(b->buf);
	*b = STRBUF_INIT;
	errno = saved;
}

/* Room for @more bytes and the NUL. */
static bool strbuf_reserve(struct strbuf *b, size_t more)
{
	size_t need, cap = b->cap ? b->cap : STRBUF_MIN;
	char *p;

	if (b->oom)
		return false;
	if (__builtin_add_overflow(b->len, more, &need) || need > SIZE_MAX / 2 - 1) {
		b->oom = true;
		return false;
	}
	need++;
	if (need <= b->cap)
		return true;
	while (cap < need)
		cap *= 2;
	p = realloc(b->buf, cap);
	if (!p) {
		b->oom = true;
		return false;
	}
	b->buf = p;
	b->cap = cap;
	b->buf[b->len] = '\0';
	return true;
}

void strbuf_add(struct strbuf *b, const void *p, size_t len)
{
	if (!strbuf_reserve(b, len))
		return;
	if (len)
		memcpy(b->buf + b->len, p, len);
	b->len += len;
	b->buf[b->len] = '\0';
}

void strbuf_adds(struct strbuf *b, const char *s)
{
	strbuf_add(b, s, strlen(s));
}

void strbuf_addc(struct strbuf *b, char c)
{
	strbuf_add(b, &c, 1);
}

void strbuf_addf(struct strbuf *b, const char *fmt, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		b->oom = true;
	else if (strbuf_reserve(b, (size_t)n)) {
		(void)vsnprintf(b->buf + b->len, (size_t)n + 1, fmt, again);
		b->len += (size_t)n;
	}
	va_end(again);
}

/* The two-character escape of @c, or NULL. */
static const char *json_escape(char c)
{
	switch (c) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '\b':
		return "\\b";
	case '\f':
		return "\\f";
	case '\n':
		return "\\n";
	case '\r':
		return "\\r";
	case '\t':
		return "\\t";
	default:
		return NULL;
	}
}

/* The length of the character at the beginning of @s that stands in a string as it is, or 0. */
static inline size_t json_plain(const char *s, size_t len)
{
	unsigned char c = (unsigned char)*s;

	if (c < 0x80)
		return c >= 0x20 && c != '"' && c != '\\';
	return str_utf8_char(s, len);
}

void strbuf_add_json(struct strbuf *b, const char *s, size_t len)
{
	size_t i = 0;

	strbuf_addc(b, '"');
	while (i < len) {
		const char *escape;
		size_t run = i, n;

		/* what needs no escape goes over in one piece */
		while (run < len && (n = json_plain(s + run, len - run)) > 0)
			run += n;
		if (run > i) {
			strbuf_add(b, s + i, run - i);
			i = run;
			continue;
		}
		escape = json_escape(s[i]);
		if (escape)
			strbuf_adds(b, escape);
		else if ((unsigned char)s[i] < 0x20)
			strbuf_addf(b, "\\u%04x", (unsigned int)(unsigned char)s[i]);
		else
			strbuf_adds(b, "\xef\xbf\xbd");
		i++;
	}
	strbuf_addc(b, '"');
}

/* No letters of a locale: what a shell may take for something else is told by bytes. */
#define SHELL_HARMLESS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./,=:@%+"

void strbuf_add_shell(struct strbuf *b, const char *s)
{
	if (*s && s[strspn(s, SHELL_HARMLESS)] == '\0') {
		strbuf_adds(b, s);
		return;
	}
	strbuf_addc(b, '\'');
	for (; *s; s++) {
		if (*s == '\'')
			strbuf_adds(b, "'\\''");
		else
			strbuf_addc(b, *s);
	}
	strbuf_addc(b, '\'');
}

char *strbuf_take(struct strbuf *b)
{
	char *s;

	if (!strbuf_reserve(b, 0)) {
		strbuf_done(b);
		return NULL;
	}
	s = b->buf;
	*b = STRBUF_INIT;
	return s;
}

void strbuf_add_line(struct strbuf *b, const char *s)
{
	size_t len = strlen(s);

	while (len) {
		size_t control = str_control_char(s, len), n = str_utf8_char(s, len);

		if (n && !control) {
			strbuf_add(b, s, n);
		} else {
			n = control ? control : 1;
			for (size_t i = 0; i < n; i++)
				strbuf_addf(b, "\\x%02x", (unsigned int)(unsigned char)s[i]);
		}
		s += n;
		len -= n;
	}
}
