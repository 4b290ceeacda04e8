/* SPDX-License-Identifier: Apache-2.0 */
#include "catalogue.h"
#include "cleanup.h"
#include "parser.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN 40 /* bytes of a wrong value that an error repeats */

void pointer_add(struct strbuf *b, const char *step, size_t len)
{
	strbuf_addc(b, '/');
	for (size_t i = 0; i < len; i++) {
		if (step[i] == '~')
			strbuf_adds(b, "~0");
		else if (step[i] == '/')
			strbuf_adds(b, "~1");
		else
			strbuf_addc(b, step[i]);
	}
}

void cfg_show(char *s)
{
	for (unsigned char *c = (unsigned char *)s; *c; c++) {
		if (*c < 0x20 || *c == 0x7f)
			*c = '?';
		else if (c[0] == 0xc2 && c[1] >= 0x80 && c[1] <= 0x9f)
			c[0] = c[1] = '?';
	}
}

/* The way to the value that comes next in the innermost frame, or to its @member. */
static void parser_pointer(const struct parser *p, const char *member, struct strbuf *b)
{
	for (const struct frame *f = p->frames + 1; f <= p->top; f++) {
		if (f == p->top && member)
			pointer_add(b, member, strlen(member));
		else if (f->kind == FRAME_OBJECT)
			pointer_add(b, f->field->name, f->field->len);
		else if (f->kind == FRAME_MAP || f->kind == FRAME_PAIRS)
			pointer_add(b, f->key ? f->key : "", f->key ? strlen(f->key) : 0);
		else
			strbuf_addf(b, "/%zu", f->count - 1);
	}
}

static bool position(struct parser *p, uint32_t off, uint32_t *line, uint32_t *col)
{
	if (text_lines_build(&p->priv->lines, p->buf, p->len))
		return parser_oom(p);
	text_lines_at(&p->priv->lines, off, line, col);
	return true;
}

bool parser_oom(struct parser *p)
{
	p->rc = err_set(p->e, ENOMEM, "%m");
	return false;
}

bool parser_fail(struct parser *p, int num, uint32_t off, const char *fmt, ...)
{
	uint32_t line = 0, col = 0;
	va_list ap;

	if (!position(p, off, &line, &col))
		return false;
	va_start(ap, fmt);
	p->rc = err_vset(p->e, num, fmt, ap);
	va_end(ap);
	if (p->e)
		cfg_show(p->e->msg);
	(void)err_wrap(p->e, "%" PRIu32 ":%" PRIu32, line, col);
	return false;
}

static bool finding_add(struct parser *p, const struct cfg_finding *x)
{
	struct cfg_findings *f = p->findings;

	if (f->count == f->cap) {
		size_t cap = f->cap ? f->cap * 2 : 8;
		struct cfg_finding *items = realloc(f->items, cap * sizeof(*items));

		if (!items) {
			f->oom = true;
			return parser_oom(p);
		}
		f->items = items;
		f->cap = cap;
	}
	f->items[f->count++] = *x;
	return true;
}

/* pids.limit has its row since it became optional, but it is as old as the format. */
int cfg_since(int req)
{
	const struct requirement *r = catalogue_get((enum req)req);

	return r && req != REQ_CGROUP_PIDS_LIMIT_FIELD ? r->since_minor : 0;
}

/* Whether one more with @req is too many. A list may be younger than what it holds: mappings came
 * to mounts late. */
static bool too_many(struct parser *p, int req)
{
	int minor = cfg_since(req), in = p->top->in ? cfg_since(p->top->in->req) : 0;

	if (in > minor)
		minor = in;
	if (p->nfound[minor] < CFG_MAX_FINDINGS) {
		p->nfound[minor]++;
		return false;
	}
	p->findings->cut_since |= 1u << minor;
	return true;
}

bool parser_finding(struct parser *p, int req, uint32_t off, const char *member, const char *fmt,
		    ...)
{
	struct strbuf path CLEANUP(strbuf_done) = STRBUF_INIT,
			   text CLEANUP(strbuf_done) = STRBUF_INIT;
	struct cfg_finding x = {.req = req};
	struct err words = {0};
	va_list ap;

	if (p->findings && too_many(p, req))
		return true;
	if (!position(p, off, &x.line, &x.col))
		return false;
	parser_pointer(p, member, &path);
	va_start(ap, fmt);
	(void)err_vset(&words, EINVAL, fmt, ap);
	va_end(ap);
	strbuf_adds(&text, words.msg);
	/* neither is empty: a finding is below the top, and has words */
	if (path.oom || text.oom || !path.buf || !text.buf)
		return parser_oom(p);
	cfg_show(text.buf);
	if (!p->findings) {
		cfg_show(path.buf);
		p->rc = err_set(p->e, EINVAL, "%" PRIu32 ":%" PRIu32 ": %s: %s%s%s%s", x.line,
				x.col, path.buf, text.buf, req ? " [" : "",
				req ? catalogue_get((enum req)req)->id : "", req ? "]" : "");
		return false;
	}
	x.pointer = strbuf_take(&path);
	x.message = strbuf_take(&text);
	if (!x.pointer || !x.message || !finding_add(p, &x)) {
		free(x.pointer);
		free(x.message);
		return parser_oom(p);
	}
	return true;
}

void cfg_findings_done(struct cfg_findings *f)
{
	for (size_t i = 0; i < f->count; i++) {
		free(f->items[i].pointer);
		free(f->items[i].message);
	}
	free(f->items);
	*f = (struct cfg_findings){0};
}

/* At most @max bytes of @s, not cutting a character of several bytes. */
static size_t shorten(const char *s, size_t len, size_t max)
{
	if (len <= max)
		return len;
	while (max && ((unsigned char)s[max] & 0xc0) == 0x80)
		max--;
	return max;
}

void parser_describe(const struct token *t, char *buf, size_t size)
{
	struct strbuf b CLEANUP(strbuf_done) = STRBUF_INIT;
	size_t n = shorten(t->s, t->len, SHOWN);

	switch (t->type) {
	case TOKEN_NULL:
		strbuf_adds(&b, "null");
		break;
	case TOKEN_BOOL:
		strbuf_adds(&b, t->boolean ? "true" : "false");
		break;
	case TOKEN_NUMBER:
		strbuf_add(&b, t->s, n);
		break;
	case TOKEN_STRING:
		strbuf_add_json(&b, t->s, n);
		break;
	case TOKEN_OBJECT:
		strbuf_adds(&b, "an object");
		break;
	case TOKEN_ARRAY:
		strbuf_adds(&b, "an array");
		break;
	}
	if (n < t->len)
		strbuf_adds(&b, "...");
	(void)snprintf(buf, size, "%s", b.buf && !b.oom ? b.buf : "another value");
}
