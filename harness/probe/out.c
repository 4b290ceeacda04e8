/* SPDX-License-Identifier: Apache-2.0 */
#include "out.h"

#include "fd.h"
#include "names.h"
#include "str.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

void out_init(struct out *o, char *buf, size_t size)
{
	*o = (struct out){.buf = buf, .size = size};
	for (size_t i = 0; i < OUT_CHANNELS; i++)
		o->channels[i].fd = FD_NONE;
}

static void send_rest(const struct out *o, struct out_channel *c)
{
	if (c->fd >= 0 && fd_write_all(c->fd, o->buf + c->sent, o->len - c->sent) < 0)
		c->fd = FD_NONE;
	c->sent = o->len;
}

static void send_all(struct out *o, bool late_too)
{
	static const int deadly[] = {SIGXFSZ, SIGPIPE};
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before[2];

	for (size_t i = 0; i < 2; i++)
		(void)sigaction(deadly[i], &ignore, &before[i]);
	for (size_t i = 0; i < OUT_CHANNELS; i++) {
		if (late_too || !o->channels[i].late)
			send_rest(o, &o->channels[i]);
	}
	for (size_t i = 0; i < 2; i++)
		(void)sigaction(deadly[i], &before[i], NULL);
}

void out_flush(struct out *o)
{
	send_all(o, false);
}

void out_finish(struct out *o)
{
	send_all(o, true);
	o->len = 0;
	for (size_t i = 0; i < OUT_CHANNELS; i++)
		o->channels[i].sent = 0;
}

static void put(struct out *o, const char *p, size_t len)
{
	while (len > 0) {
		size_t room = o->size - o->len, n = len < room ? len : room;

		if (room == 0 && o->one_write) {
			o->lost = true;
			return;
		}
		if (room == 0) {
			out_finish(o);
			continue;
		}
		memcpy(o->buf + o->len, p, n);
		o->len += n;
		p += n;
		len -= n;
	}
}

static void put_char(struct out *o, char c)
{
	put(o, &c, 1);
}

void out_raw(struct out *o, const char *text)
{
	put(o, text, strlen(text));
}

/* What stands before every value. */
static void value(struct out *o)
{
	if (o->comma)
		put_char(o, ',');
	o->comma = true;
}

void out_begin(struct out *o, const char *name)
{
	out_raw(o, name);
	put_char(o, '\t');
	o->comma = false;
}

void out_end(struct out *o)
{
	put_char(o, '\n');
	o->comma = false;
	o->count++;
}

void out_null(struct out *o)
{
	value(o);
	out_raw(o, "null");
}

void out_bool(struct out *o, bool v)
{
	value(o);
	out_raw(o, v ? "true" : "false");
}

void out_int(struct out *o, int64_t v)
{
	char text[32];

	value(o);
	(void)snprintf(text, sizeof(text), "%" PRId64, v);
	out_raw(o, text);
}

void out_uint(struct out *o, uint64_t v)
{
	char text[32];

	value(o);
	(void)snprintf(text, sizeof(text), "%" PRIu64, v);
	out_raw(o, text);
}

static void put_escaped(struct out *o, unsigned char c)
{
	static const struct {
		char c;
		const char *escape;
	} shorts[] = {{'"', "\\\""}, {'\\', "\\\\"}, {'\n', "\\n"}, {'\t', "\\t"}, {'\r', "\\r"}};
	char text[8];

	for (size_t i = 0; i < sizeof(shorts) / sizeof(shorts[0]); i++) {
		if ((unsigned char)shorts[i].c == c) {
			out_raw(o, shorts[i].escape);
			return;
		}
	}
	(void)snprintf(text, sizeof(text), "\\u%04x", c);
	out_raw(o, text);
}

void out_string_len(struct out *o, const char *s, size_t len)
{
	size_t plain = 0; /* bytes at s that need no escape and are not written yet */

	value(o);
	put_char(o, '"');
	while (plain < len) {
		unsigned char c = (unsigned char)s[plain];
		size_t n = str_utf8_char(s + plain, len - plain);

		if (n > 0 && c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) {
			plain += n;
			continue;
		}
		put(o, s, plain);
		s += plain;
		len -= plain;
		plain = 0;
		if (n == 0)
			out_raw(o, "\xef\xbf\xbd");
		else
			put_escaped(o, c);
		s++;
		len--;
	}
	put(o, s, plain);
	put_char(o, '"');
}

void out_string(struct out *o, const char *s)
{
	if (s)
		out_string_len(o, s, strlen(s));
	else
		out_null(o);
}

void out_error(struct out *o, int num)
{
	char name[NAMES_SIZE];

	out_error_text(o, names_errno(num, name));
}

void out_error_text(struct out *o, const char *text)
{
	out_open(o, '{');
	out_key(o, "error");
	out_string(o, text);
	out_close(o, '}');
}

void out_open(struct out *o, char bracket)
{
	value(o);
	put_char(o, bracket);
	o->comma = false;
}

void out_close(struct out *o, char bracket)
{
	put_char(o, bracket);
	o->comma = true;
}

void out_key(struct out *o, const char *name)
{
	out_string(o, name);
	put_char(o, ':');
	o->comma = false;
}
