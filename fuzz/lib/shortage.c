/* SPDX-License-Identifier: Apache-2.0 */
#include "shortage.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static size_t left;
static bool armed, failed;

void shortage_begin(size_t after)
{
	left = after;
	armed = true;
	failed = false;
}

bool shortage_end(void)
{
	armed = false;
	return failed;
}

static bool fails(void)
{
	if (!armed || left-- > 0)
		return false;
	armed = false;
	failed = true;
	errno = ENOMEM;
	return true;
}

/* __wrap_x() is called where the house calls x(), and __real_x() is the C library's (ld(1)). */
#define WRAP(type, name, parameters, arguments)                                                    \
	type __real_##name parameters;                                                             \
	type __wrap_##name parameters;                                                             \
	type __wrap_##name parameters                                                              \
	{                                                                                          \
		return fails() ? NULL : __real_##name arguments;                                   \
	}
WRAP(void *, malloc, (size_t n), (n))
WRAP(void *, calloc, (size_t n, size_t size), (n, size))
WRAP(void *, realloc, (void *p, size_t n), (p, n))
WRAP(void *, reallocarray, (void *p, size_t n, size_t size), (p, n, size))
WRAP(char *, strdup, (const char *s), (s))
WRAP(char *, strndup, (const char *s, size_t n), (s, n))

int __real_vasprintf(char **ret, const char *fmt, va_list ap);
int __wrap_vasprintf(char **ret, const char *fmt, va_list ap);
int __wrap_vasprintf(char **ret, const char *fmt, va_list ap)
{
	return fails() ? -1 : __real_vasprintf(ret, fmt, ap);
}
