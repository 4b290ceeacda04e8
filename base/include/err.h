/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors as values: a fixed-size struct that the place of failure fills and every caller may prefix
 * with its context. It never allocates, so it works when memory is short, and it is smaller than
 * PIPE_BUF, so a child hands it to its parent in one atomic write (pipe(7)).
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdarg.h>

#define ERR_MSG_SIZE 500

struct err {
	int num; /* a positive errno value; 0: no error */
	char msg[ERR_MSG_SIZE];
};

/*
 * Fills *e (which may be NULL) with @num, a positive errno value, and the formatted message, in
 * which %m reads as strerror(@num). Returns -@num, so that a caller writes `return err_set(e,
 * errno, "open '%s': %m", path)`. Too long a message is cut.
 */
int err_set(struct err *e, int num, const char *fmt, ...)
	__attribute__((format(printf, 3, 4), cold));

/* As err_set(), with a va_list. */
int err_vset(struct err *e, int num, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0), cold));

/* Puts "<formatted>: " before the message of *e (which may be NULL). Returns -e->num, or -EIO where
 * @e is NULL or holds no error. */
int err_wrap(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3), cold));

/* As err_wrap() with @name, but for a message that begins with "line:col: ", as those of the
 * parsers do: before that stands "name:". */
int err_wrap_place(struct err *e, const char *name) __attribute__((cold));

#endif
