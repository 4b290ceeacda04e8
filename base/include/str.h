/* SPDX-License-Identifier: Apache-2.0 */
/* Text: strict numbers, a growing buffer, small predicates. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool str_eq(const char *a, const char *b)
{
	return a == b || (a && b && __builtin_strcmp(a, b) == 0);
}

bool str_starts(const char *s, const char *prefix);
bool str_ends(const char *s, const char *suffix);
/* Whether @word is one of those into which any of @separators divide @text. */
bool str_has_word(const char *text, const char *word, const char *separators);

/*
 * Decimal numbers and nothing else: no sign for str_to_u64(), an optional '-' for str_to_i64(), no
 * blanks, no rest. Return 0, -EINVAL for other text, -ERANGE outside of [min, max]. *ret is written
 * only on success.
 */
int str_to_u64(const char *s, uint64_t max, uint64_t *ret);
int str_to_i64(const char *s, int64_t min, int64_t max, int64_t *ret);

/* "0-3", or "7" for "7-7", as the kernel names CPUs and nodes. Cuts the text. 0; -EINVAL where it
 * is neither, or ends before it begins; -ERANGE above @max. */
int str_to_range(char *s, uint64_t max, uint64_t *ret_from, uint64_t *ret_to);

/* printf into a fresh string that the caller frees; NULL where memory is short. */
char *str_format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* "*" any run of characters, "?" one character; nothing else is special. The whole of @s must
 * match. */
bool str_glob(const char *pattern, const char *s);

/*
 * Bytes (1 to 4) of the UTF-8 character at the start of @s, which has @len bytes; 0 where none
 * stands there: RFC 3629, so no overlong form, no surrogate, nothing above U+10FFFF, nothing cut
 * off.
 */
size_t str_utf8_char(const char *s, size_t len);

/* The length of the control character at @s (@len at least 1), 0: none. U+007F and U+0080 to U+009F
 * are some, too: to a terminal U+009B is what ESC [ is. */
size_t str_control_char(const char *s, size_t len);

/* Whether one of the lines of @text is the @len bytes at @line. */
bool str_has_line(const char *text, const char *line, size_t len);

/* The first @max bytes of @s, fewer where a UTF-8 character would be cut, and "... (N bytes)"
 * behind them; the whole where it is not longer. The caller frees; NULL where memory is short. */
char *str_cut(const char *s, size_t max);

/* A growing, always NUL-terminated buffer. Start with STRBUF_INIT, end with strbuf_done(). A failed
 * allocation is sticky: b->oom. */
struct strbuf {
	char *buf;
	size_t len, cap;
	bool oom;
};
#define STRBUF_INIT ((struct strbuf){0})

void strbuf_done(struct strbuf *b);
void strbuf_add(struct strbuf *b, const void *p, size_t len);
void strbuf_adds(struct strbuf *b, const char *s);
void strbuf_addc(struct strbuf *b, char c);
void strbuf_addf(struct strbuf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Appends @s as a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD. */
void strbuf_add_json(struct strbuf *b, const char *s, size_t len);
/* Appends @s as one word of a POSIX shell's command line: as it is where every character is
 * harmless, else in single quotes. */
void strbuf_add_shell(struct strbuf *b, const char *s);

/* As a line that no terminal obeys: control characters, and what is no UTF-8, as \xNN. */
void strbuf_add_line(struct strbuf *b, const char *s);
/* Yields the text, which the caller frees, and empties the buffer; NULL where memory was short. */
char *strbuf_take(struct strbuf *b);

#endif
