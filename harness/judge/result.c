/* SPDX-License-Identifier: Apache-2.0 */
#include "result.h"

#include "str.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN_MAX 2048 /* of a value; the rest is cut in the report */

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
		struct strbuf cut = STRBUF_INIT;
		struct strbuf head = STRBUF_INIT;

		strbuf_add(&head, s.buf, SHOWN_MAX);
		strbuf_addf(&head, "... (%zu bytes)", s.len);
		if (!head.oom)
			strbuf_add_json(&cut, head.buf, head.len);
		strbuf_done(&head);
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

static char *copy(struct result_builder *b, const char *s)
{
	char *c;

	if (!s || !*s)
		return NULL;
	c = strdup(s);
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

char *result_reason(const struct result_builder *b)
{
	const struct rep_check *c = worst(b);

	if (b->oom)
		return strdup("memory is short");
	if (b->count == 0)
		return strdup("nothing was checked");
	if (!c)
		return NULL;
	if (c->broken)
		return str_format("%s: %s", c->name ? c->name : "?",
				  c->note ? c->note : "could not be judged");
	return str_format("%s%s%s%s%s; observed %.300s%s%s%s", c->name ? c->name : "?",
			  c->op ? " " : "", c->op ? c->op : "", c->expected ? " " : "",
			  c->expected ? c->expected : "", c->observed ? c->observed : "nothing",
			  c->note ? " (" : "", c->note ? c->note : "", c->note ? ")" : "");
}
