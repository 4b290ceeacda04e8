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

/* Puts @prefix and @gap before the message, which gives way where there is no room. */
static int put_before(struct err *e, const char *prefix, const char *gap)
{
	size_t glen = strlen(gap), plen = strlen(prefix), mlen;

	if (plen > sizeof(e->msg) - 1 - glen)
		plen = sizeof(e->msg) - 1 - glen;
	mlen = strnlen(e->msg, sizeof(e->msg) - 1);
	if (mlen > sizeof(e->msg) - 1 - glen - plen)
		mlen = sizeof(e->msg) - 1 - glen - plen;
	memmove(e->msg + plen + glen, e->msg, mlen);
	memcpy(e->msg, prefix, plen);
	memcpy(e->msg + plen, gap, glen);
	e->msg[plen + glen + mlen] = '\0';
	return -e->num;
}

int err_wrap(struct err *e, const char *fmt, ...)
{
	char prefix[ERR_MSG_SIZE];
	int saved = errno;
	va_list ap;
	int n;

	if (!e || e->num <= 0)
		return -EIO;

	va_start(ap, fmt);
	errno = e->num;
	n = vsnprintf(prefix, sizeof(prefix), fmt, ap);
	va_end(ap);
	errno = saved;
	return n < 0 ? -e->num : put_before(e, prefix, ": ");
}

int err_wrap_place(struct err *e, const char *name)
{
	if (!e || e->num <= 0)
		return -EIO;
	return put_before(e, name, e->msg[0] >= '0' && e->msg[0] <= '9' ? ":" : ": ");
}
