/* SPDX-License-Identifier: Apache-2.0 */
#include "result.h"

#include "cleanup.h"
#include "str.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN_MAX     2048 /* of a value, a note, a reason; the rest is cut in the report */
#define IN_REASON_MAX 300  /* of a value in a reason */

void result_builder_done(struct result_builder *b)
{
	struct rep_result r = {.checks = b->checks, .nchecks = b->count};

	rep_result_done(&r);
	*b = (struct result_builder){0};
}

static char *text_of(const struct json *j, bool *oom)
{
	struct strbuf s = STRBUF_INIT;
	char *text;

	if (!j)
		return NULL;
	json_print(j, 0, &s);
	/* keep the report readable and the JSON valid: a value that is too long becomes a string
	 * that says so */
	if (!s.oom && s.len > 4 * SHOWN_MAX) {
		cleanup_free char *head = str_cut(s.buf, SHOWN_MAX);
		struct strbuf cut = STRBUF_INIT;

		cut.oom = !head;
		if (head)
			strbuf_add_json(&cut, head, strlen(head));
		strbuf_done(&s);
		s = cut;
	}
	text = strbuf_take(&s);
	if (!text)
		*oom = true;
	return text;
}

static struct rep_check *next(struct result_builder *b)
{
	struct rep_check *p;

	p = reallocarray(b->checks, b->count + 1, sizeof(*p));
	if (!p) {
		b->oom = true;
		return NULL;
	}
	b->checks = p;
	p[b->count] = (struct rep_check){0};
	return &p[b->count++];
}

char *result_cut(const char *sentence)
{
	return str_cut(sentence, SHOWN_MAX);
}

/* What a runtime says may be of any length, and each report has it. */
static char *copy(struct result_builder *b, const char *s)
{
	char *c;

	if (!s || !*s)
		return NULL;
	c = result_cut(s);
	if (!c)
		b->oom = true;
	return c;
}

void result_add(struct result_builder *b, const char *name, const char *op,
		const struct json *expected, const struct json *observed, bool ok, const char *note)
{
	struct rep_check *c = next(b);

	if (!c)
		return;
	c->name = copy(b, name);
	c->op = copy(b, op);
	c->expected = text_of(expected, &b->oom);
	c->observed = text_of(observed, &b->oom);
	c->ok = ok;
	c->note = copy(b, note);
}

void result_advise(struct result_builder *b)
{
	if (!b->oom && b->count > 0)
		b->checks[b->count - 1].advised = true;
}

void result_bind(struct result_builder *b)
{
	if (!b->oom && b->count > 0 && !b->checks[b->count - 1].ok)
		b->bound = true;
}

void result_broken(struct result_builder *b, const char *name, const char *note)
{
	struct rep_check *c = next(b);

	if (!c)
		return;
	c->name = copy(b, name);
	c->broken = true;
	c->note = copy(b, note);
}

enum verdict result_fold(const struct result_builder *b, bool advised, bool strict)
{
	enum verdict v = VERDICT_PASS;

	if (b->oom || b->count == 0)
		return VERDICT_BROK;
	for (size_t i = 0; i < b->count; i++) {
		const struct rep_check *c = &b->checks[i];

		if (c->broken)
			return VERDICT_BROK;
		if (!c->ok)
			v = (advised || c->advised) && !strict && !b->bound && v != VERDICT_FAIL
				    ? VERDICT_WARN
				    : VERDICT_FAIL;
	}
	return v;
}

static const struct rep_check *worst(const struct result_builder *b)
{
	for (size_t i = 0; i < b->count; i++) {
		if (b->checks[i].broken)
			return &b->checks[i];
	}
	for (size_t i = 0; i < b->count; i++) {
		if (!b->checks[i].ok)
			return &b->checks[i];
	}
	return NULL;
}

static char *sentence_of(const struct rep_check *c)
{
	cleanup_free char *observed = c->observed ? str_cut(c->observed, IN_REASON_MAX) : NULL;

	if (c->broken)
		return str_format("%s: %s", c->name ? c->name : "?",
				  c->note ? c->note : "could not be judged");
	return str_format("%s%s%s%s%s; observed %s%s%s%s", c->name ? c->name : "?",
			  c->op ? " " : "", c->op ? c->op : "", c->expected ? " " : "",
			  c->expected ? c->expected : "", observed ? observed : "nothing",
			  c->note ? " (" : "", c->note ? c->note : "", c->note ? ")" : "");
}

char *result_reason(const struct result_builder *b)
{
	const struct rep_check *c = worst(b);
	cleanup_free char *whole = NULL;

	if (b->oom)
		return strdup("memory is short");
	if (b->count == 0)
		return strdup("nothing was checked");
	if (!c)
		return NULL;
	whole = sentence_of(c);
	return whole ? result_cut(whole) : NULL;
}
