/* SPDX-License-Identifier: Apache-2.0 */
/* What rules look at, and how they say what they find. */
#include "rules.h"

#include "cleanup.h"
#include "str.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN 40 /* bytes of a string that a message repeats; each may become six */

void val_push(struct cfg_findings *f, int req, uint32_t line, uint32_t col, char *pointer,
	      char *message)
{
	struct cfg_finding *items = f->items;

	if (f->count == f->cap && pointer && message) {
		size_t cap = f->cap ? f->cap * 2 : 8;

		items = realloc(f->items, cap * sizeof(*items));
		if (items) {
			f->items = items;
			f->cap = cap;
		}
	}
	if (!pointer || !message || !items) {
		f->oom = true;
		free(pointer);
		free(message);
		return;
	}
	f->items[f->count++] = (struct cfg_finding){req, line, col, pointer, message};
}

/* Those control characters that JSON lets stand: DEL, and U+0080 to U+009F. */
static void escape_controls(const char *s, struct strbuf *out)
{
	for (const unsigned char *p = (const unsigned char *)s; *p; p++) {
		if (*p == 0x7f)
			strbuf_adds(out, "\\u007f");
		else if (p[0] == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f)
			strbuf_addf(out, "\\u%04x", (unsigned int)*++p);
		else
			strbuf_addc(out, (char)*p);
	}
}

const char *val_quote(struct val_ctx *c, const char *s)
{
	struct strbuf b CLEANUP(strbuf_done) = STRBUF_INIT,
			clean CLEANUP(strbuf_done) = STRBUF_INIT;
	char *to = c->quoted[c->turn++ % 2];
	size_t len = strnlen(s, SHOWN + 1), n = len;

	if (n > SHOWN)
		for (n = SHOWN; n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80;)
			n--; /* not within a character */
	strbuf_add_json(&b, s, n);
	if (!b.oom)
		escape_controls(b.buf, &clean);
	(void)snprintf(to, VAL_QUOTED_SIZE, "%s%s", b.oom || clean.oom ? "the value" : clean.buf,
		       n < len ? "..." : "");
	return to;
}

static bool *cut_of(struct val_ctx *c)
{
	return val_is_advice(c->req) ? &c->out->cut_advice : &c->out->cut_errors;
}

static size_t *count_of(struct val_ctx *c)
{
	return val_is_advice(c->req) ? &c->advice : &c->errors;
}

static int compare_pointers(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Many may be asked for: a list with as many elements as one holds, each without a member. */
static bool index_pointers(struct val_ctx *c)
{
	if (c->pointers)
		return true;
	c->pointers = calloc(c->parsed, sizeof(*c->pointers));
	if (!c->pointers)
		return false;
	for (size_t i = 0; i < c->parsed; i++)
		c->pointers[i] = c->out->items[i].pointer;
	qsort(c->pointers, c->parsed, sizeof(*c->pointers), compare_pointers);
	return true;
}

/* The first pointer that is not before @s; NULL: none. */
static const char *pointer_from(const struct val_ctx *c, const char *s)
{
	size_t lo = 0, hi = c->parsed;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		/* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): each has been set */
		if (strcmp(c->pointers[mid], s) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < c->parsed ? c->pointers[lo] : NULL;
}

/* Whether the parser has a finding at @pointer or below it, or may have had one. */
static bool is_unusable(struct val_ctx *c, const char *pointer)
{
	cleanup_free char *below = NULL;
	const char *found;

	if (c->parser_cut)
		return true;
	if (c->parsed == 0)
		return false;
	below = str_format("%s/", pointer);
	if (!below || !index_pointers(c)) {
		c->out->oom = true;
		return true;
	}
	found = pointer_from(c, pointer);
	if (found && str_eq(found, pointer))
		return true;
	/* not behind the one before: others that merely begin alike may stand between */
	found = pointer_from(c, below);
	return found && str_starts(found, below);
}

bool val_unusable(struct val_ctx *c, const void *addr)
{
	cleanup_free char *pointer = NULL;
	uint32_t line, col;

	if (c->parsed == 0)
		return false;
	if (cfg_locate(c->doc, addr, &pointer, &line, &col) == -ENOMEM)
		c->out->oom = true;
	return pointer && is_unusable(c, pointer);
}

static void add_at(struct val_ctx *c, const void *addr, bool absent, const char *fmt, va_list ap)
{
	cleanup_free char *pointer = NULL;
	cleanup_free char *text = NULL;
	uint32_t line = 0, col = 0;
	bool full = *count_of(c) >= CFG_MAX_FINDINGS;

	/* to say where something stands takes longer than to find it */
	if (full && !absent) {
		*cut_of(c) = true;
		return;
	}
	if (cfg_locate(c->doc, addr, &pointer, &line, &col) == -ENOMEM) {
		c->out->oom = true;
		return;
	}
	if (absent && pointer && is_unusable(c, pointer))
		return;
	if (full) {
		*cut_of(c) = true;
		return;
	}
	++*count_of(c);
	if (vasprintf(&text, fmt, ap) < 0) {
		text = NULL;
		c->out->oom = true;
		return;
	}
	val_push(c->out, c->req, line, col, pointer ? take_ptr(&pointer) : strdup(""),
		 take_ptr(&text));
}

void val_add(struct val_ctx *c, const void *addr, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_at(c, addr, false, fmt, ap);
	va_end(ap);
}

void val_add_absent(struct val_ctx *c, const void *addr, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_at(c, addr, true, fmt, ap);
	va_end(ap);
}

const struct cfg_process *val_process(const struct val_ctx *c)
{
	return c->doc->kind == CFG_PROCESS ? c->doc->process : c->doc->config->process;
}

const struct cfg_linux *val_linux(const struct val_ctx *c)
{
	return c->doc->config->linux;
}

const struct cfg_resources *val_resources(const struct val_ctx *c)
{
	if (c->doc->kind == CFG_RESOURCES)
		return c->doc->resources;
	return val_linux(c) ? val_linux(c)->resources : NULL;
}

const struct cfg_namespace *val_namespace(const struct val_ctx *c, int type)
{
	const struct cfg_linux *l = val_linux(c);

	for (size_t i = 0; l && i < l->namespaces.count; i++)
		if (l->namespaces.items[i].has_type && l->namespaces.items[i].type == type)
			return &l->namespaces.items[i];
	return NULL;
}

bool val_lacks_namespace(struct val_ctx *c, int type)
{
	const struct cfg_linux *l = val_linux(c);

	if (val_namespace(c, type))
		return false;
	return l ? !val_unusable(c, &l->namespaces) : !val_unusable(c, &c->doc->config->linux);
}

static int compare_findings(const void *a, const void *b)
{
	const struct cfg_finding *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->col != y->col)
		return x->col < y->col ? -1 : 1;
	if (strcmp(x->pointer, y->pointer) != 0)
		return strcmp(x->pointer, y->pointer);
	return (x->req > y->req) - (x->req < y->req);
}

void val_sort(struct cfg_findings *f, size_t from)
{
	if (f->count - from > 1)
		qsort(f->items + from, f->count - from, sizeof(f->items[0]), compare_findings);
}
