/* SPDX-License-Identifier: Apache-2.0 */
#include "err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The message is formatted beside the struct first, because an argument may point into e->msg. */
int err_vset(struct err *e, int num, const char *fmt, va_list ap)
{
	char msg[ERR_MSG_SIZE];
	int saved = errno;

	if (num <= 0)
		num = EIO;
	if (e) {
		errno = num; /* what %m reads */
		if (vsnprintf(msg, sizeof(msg), fmt, ap) < 0)
			msg[0] = '\0';
		e->num = num;
		memcpy(e->msg, msg, strlen(msg) + 1);
	}
	errno = saved;
	return -num;
}

int err_set(struct err *e, int num, const char *fmt, ...)
{
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = err_vset(e, num, fmt, ap);
	va_end(ap);
	return r;
}

int err_wrap(struct err *e, const char *fmt, ...)
{
	char prefix[ERR_MSG_SIZE];
	int saved = errno;
	size_t plen, mlen;
	va_list ap;
	int n;

	if (!e || e->num <= 0)
		return -EIO;

	va_start(ap, fmt);
	errno = e->num;
	n = vsnprintf(prefix, sizeof(prefix), fmt, ap);
	va_end(ap);
	errno = saved;
	if (n < 0)
		return -e->num;

	plen = strlen(prefix);
	if (plen > sizeof(e->msg) - 3)
		plen = sizeof(e->msg) - 3;
	mlen = strnlen(e->msg, sizeof(e->msg) - 1);
	if (mlen > sizeof(e->msg) - plen - 3)
		mlen = sizeof(e->msg) - plen - 3;
	memmove(e->msg + plen + 2, e->msg, mlen);
	memcpy(e->msg, prefix, plen);
	memcpy(e->msg + plen, ": ", 2);
	e->msg[plen + 2 + mlen] = '\0';
	return -e->num;
}
