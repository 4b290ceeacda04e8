/* SPDX-License-Identifier: Apache-2.0 */
#include "observe.h"

#include "cleanup.h"
#include "str.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD "conform-probe 1 "

static void __attribute__((format(printf, 2, 3))) problem(struct obs_list *l, const char *fmt, ...)
{
	va_list ap;

	if (l->problem[0])
		return;
	va_start(ap, fmt);
	(void)vsnprintf(l->problem, sizeof(l->problem), fmt, ap);
	va_end(ap);
}

/* "WORD NONCE" or "WORD NONCE <rest>": the rest, NULL where the line is another one. */
static const char *after_nonce(const char *line, const char *word, const char *nonce)
{
	size_t w = strlen(word), n = strlen(nonce);

	if (strncmp(line, word, w) != 0 || strncmp(line + w, nonce, n) != 0)
		return NULL;
	return line + w + n;
}

static int keep(struct obs_list *l, const char *name, size_t name_len, struct json *value)
{
	struct obs *o;
	void *p;

	if (l->count >= OBS_MAX_ITEMS) {
		problem(l, "more than %d observations", OBS_MAX_ITEMS);
		json_free(value);
		return 0;
	}
	/* grow by doubling, at powers of two */
	if ((l->count & (l->count - 1)) == 0) {
		size_t cap = l->count ? l->count * 2 : 1;

		p = reallocarray(l->items, cap, sizeof(*l->items));
		if (!p) {
			json_free(value);
			return -ENOMEM;
		}
		l->items = p;
	}
	o = &l->items[l->count];
	*o = (struct obs){.name = strndup(name, name_len), .value = value, .late = l->ended};
	if (!o->name) {
		json_free(value);
		return -ENOMEM;
	}
	l->count++;
	return 0;
}

/* One NAME<TAB>JSON line; false where it has not that form. */
static int observation(struct obs_list *l, const char *line, size_t len, bool *ret_is)
{
	/* a name may hold tabs, JSON text never does */
	const char *tab = memrchr(line, '\t', len);
	struct json *value = NULL;
	size_t name_len;
	int r;

	*ret_is = false;
	if (!tab || tab == line)
		return 0;
	name_len = (size_t)(tab - line);
	if (name_len > OBS_NAME_MAX || memchr(line, '\0', name_len))
		return 0;
	r = json_parse(tab + 1, len - name_len - 1, &value, NULL);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return 0;
	*ret_is = true;
	for (size_t i = 0; i < l->count; i++) {
		if (strncmp(l->items[i].name, line, name_len) == 0 &&
		    l->items[i].name[name_len] == '\0' && !l->ended) {
			problem(l, "'%.60s' is reported twice", l->items[i].name);
			json_free(value);
			return 0;
		}
	}
	return keep(l, line, name_len, value);
}

static void other_text(struct obs_list *l, const char *line, size_t len, bool newline)
{
	strbuf_add(&l->other, line, len);
	if (newline)
		strbuf_addc(&l->other, '\n');
}

static size_t reported(const struct obs_list *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->count; i++)
		n += !l->items[i].late;
	return n;
}

static void end_line(struct obs_list *l, const char *rest)
{
	if (rest[0] != ' ' || str_to_u64(rest + 1, OBS_MAX_ITEMS, &l->announced) < 0)
		problem(l, "the end line has no count");
	else if (l->announced != reported(l))
		problem(l, "%zu observations, but the end line says %llu", reported(l),
			(unsigned long long)l->announced);
	l->ended = true;
}

/* @line is a NUL-terminated copy of the line, @raw what stands in the buffer. */
static int one_line(struct obs_list *l, char *line, size_t len, bool newline, const char *nonce)
{
	const char *rest;
	bool is = false;
	int r;

	/* a terminal turns each newline into two characters */
	if (len > 0 && line[len - 1] == '\r')
		line[--len] = '\0';
	rest = after_nonce(line, HEAD, nonce);
	if (rest) {
		if (l->started)
			problem(l, "a second report");
		l->started = true;
		return 0;
	}
	if (!l->started || l->bye) {
		other_text(l, line, len, newline);
		return 0;
	}
	rest = after_nonce(line, "end ", nonce);
	if (rest) {
		if (l->ended)
			problem(l, "a second end line");
		else
			end_line(l, rest);
		return 0;
	}
	if (l->ended && after_nonce(line, "bye ", nonce)) {
		l->bye = true;
		return 0;
	}
	r = observation(l, line, len, &is);
	if (r < 0 || is)
		return r;
	if (l->ended) {
		other_text(l, line, len, newline);
		return 0;
	}
	/* cut in the middle of a line: the report is not complete, and that is said elsewhere */
	if (newline)
		problem(l, "a line of the report is not NAME, tab, JSON: '%.60s'", line);
	return 0;
}

int obs_parse(const char *buf, size_t len, const char *nonce, struct obs_list *ret)
{
	struct obs_list l = {0};
	size_t at = 0;
	int r = 0;

	if (len > OBS_MAX_BYTES) {
		problem(&l, "more than %u bytes", OBS_MAX_BYTES);
		len = OBS_MAX_BYTES;
	}
	while (at < len && r == 0) {
		const char *nl = memchr(buf + at, '\n', len - at);
		size_t n = nl ? (size_t)(nl - buf) - at : len - at;
		size_t shown = n;
		cleanup_free char *line = strndup(buf + at, n);

		if (!line) {
			r = -ENOMEM;
			break;
		}
		/* strndup() ends at a NUL; such a line is text, or a problem in a report */
		if (strlen(line) != n)
			shown = strlen(line);
		r = one_line(&l, line, shown, nl != NULL, nonce);
		if (shown != n && l.started && !l.ended)
			problem(&l, "a NUL in the report");
		at += n + (nl ? 1 : 0);
	}
	if (l.other.oom)
		r = -ENOMEM;
	*ret = l;
	return r;
}

void obs_list_done(struct obs_list *l)
{
	for (size_t i = 0; i < l->count; i++) {
		free(l->items[i].name);
		json_free(l->items[i].value);
	}
	free(l->items);
	strbuf_done(&l->other);
	*l = (struct obs_list){0};
}

bool obs_is_complete(const struct obs_list *l)
{
	return l->started && l->ended && !l->problem[0];
}

static const struct json *find(const struct obs_list *l, const char *name, bool late_too)
{
	for (size_t i = 0; i < l->count; i++) {
		if ((late_too || !l->items[i].late) && str_eq(l->items[i].name, name))
			return l->items[i].value;
	}
	return NULL;
}

const struct json *obs_find(const struct obs_list *l, const char *name)
{
	return find(l, name, true);
}

bool obs_agree(const struct obs_list *a, const struct obs_list *b, char *why, size_t size)
{
	size_t na = reported(a), nb = reported(b);

	if (na != nb) {
		(void)snprintf(why, size, "%zu observations on one channel, %zu on the other", na,
			       nb);
		return false;
	}
	for (size_t i = 0; i < a->count; i++) {
		const struct obs *o = &a->items[i];
		const struct json *other;

		if (o->late)
			continue;
		/* what comes after the end makes up for nothing */
		other = find(b, o->name, false);
		if (!other || !json_equal(o->value, other)) {
			(void)snprintf(why, size, "the channels differ in '%.80s'", o->name);
			return false;
		}
	}
	return true;
}
