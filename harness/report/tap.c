/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Test Anything Protocol, version 13, with block-style YAML diagnostics only: the usual consumers
 * do not read more than that. A broken SHOULD and a known deviation are TODO, which a consumer
 * shows but does not count; a deviation that no longer holds fails.
 */
#include "entries.h"
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct tap {
	struct reporter vtable;
	struct rep_options o;
	struct rep_entries entries;
};

/* Behind the number; '#' would begin a directive. */
static void add_description(struct strbuf *b, const char *s)
{
	struct strbuf plain = STRBUF_INIT;

	text_add_plain(&plain, s, -1, 0);
	for (size_t i = 0; i < plain.len; i++) {
		if (plain.buf[i] == '#' || plain.buf[i] == '\\')
			strbuf_addc(b, '\\');
		strbuf_addc(b, plain.buf[i]);
	}
	if (plain.oom)
		b->oom = true;
	strbuf_done(&plain);
}

/* A double-quoted scalar of YAML: JSON's escapes are among those that YAML knows. */
static void add_yaml(struct strbuf *b, const char *indent, const char *key, const char *value)
{
	struct strbuf plain = STRBUF_INIT;

	if (!value)
		return;
	text_add_plain(&plain, value, -1, 0);
	strbuf_addf(b, "%s%s: ", indent, key);
	strbuf_add_json(b, plain.buf ? plain.buf : "", plain.len);
	strbuf_addc(b, '\n');
	if (plain.oom)
		b->oom = true;
	strbuf_done(&plain);
}

static void add_requirement(struct strbuf *b, const struct rep_requirement *q)
{
	struct strbuf level = STRBUF_INIT;
	char url[256];

	text_add_level(&level, q->level);
	b->oom = b->oom || level.oom;
	add_yaml(b, "    - ", "id", q->id);
	add_yaml(b, "      ", "level", level.buf);
	if (*text_url(q, url, sizeof(url)))
		add_yaml(b, "      ", "url", url);
	strbuf_done(&level);
}

static void add_check(struct strbuf *b, const struct rep_check *c)
{
	struct strbuf asked = STRBUF_INIT, observed = STRBUF_INIT;

	text_add_asked(&asked, c, 0);
	text_add_observed(&observed, c, 0);
	b->oom = b->oom || asked.oom || observed.oom;
	add_yaml(b, "    - ", "expected", asked.buf);
	add_yaml(b, "      ", "observed", observed.buf);
	strbuf_done(&asked);
	strbuf_done(&observed);
}

static void add_diagnostics(struct strbuf *b, const struct rep_result *res)
{
	bool any = false;

	strbuf_adds(b, "  ---\n");
	add_yaml(b, "  ", "verdict", text_outcome(res));
	add_yaml(b, "  ", "message", res->reason);
	add_yaml(b, "  ", "title", res->title);
	if (res->advice)
		add_yaml(b, "  ", "advice", res->advice);
	if (res->nrequirements)
		strbuf_adds(b, "  requirements:\n");
	for (size_t i = 0; i < res->nrequirements; i++)
		add_requirement(b, &res->requirements[i]);
	for (size_t i = 0; i < res->nchecks; i++) {
		if (res->checks[i].ok)
			continue;
		if (!any)
			strbuf_adds(b, "  checks:\n");
		any = true;
		add_check(b, &res->checks[i]);
	}
	if (res->expectation != REP_NOT_LISTED) {
		add_yaml(b, "  ", "known_as", verdict_name(res->expected_verdict));
		add_yaml(b, "  ", "known_because", res->expected_reason);
		add_yaml(b, "  ", "known_from", res->expected_link);
	}
	add_yaml(b, "  ", "repeat", res->repeat);
	add_yaml(b, "  ", "bundle", res->bundle);
	strbuf_addf(b, "  duration_ms: %.1f\n  ...\n", res->duration_ms);
}

static void add_directive(struct strbuf *b, const char *word, const char *why)
{
	strbuf_addf(b, " # %s ", word);
	add_description(b, why ? why : "no reason was given");
}

static bool is_ok(const struct rep_result *res)
{
	return res->expectation == REP_NOT_LISTED && res->verdict <= VERDICT_PASS;
}

/* All of a result but "ok N", which is known at the end: behind the first character, which tells
 * which of both. */
static char *entry_text(const struct rep_run *run, const struct rep_result *res)
{
	struct strbuf b = STRBUF_INIT;

	strbuf_addc(&b, is_ok(res) ? '+' : '-');
	strbuf_adds(&b, " - ");
	add_description(&b, res->id);
	if (run->nruntimes > 1) {
		strbuf_addc(&b, ' ');
		add_description(&b, res->runtime);
	}
	if (res->expectation == REP_XFAIL)
		add_directive(&b, "TODO known deviation:", res->expected_reason);
	else if (res->expectation == REP_NOT_LISTED && res->verdict == VERDICT_SKIP)
		add_directive(&b, "SKIP", res->reason);
	else if (res->expectation == REP_NOT_LISTED && res->verdict == VERDICT_WARN)
		add_directive(&b, "TODO advice, not a duty:", res->reason);
	strbuf_addc(&b, '\n');
	if (!is_ok(res))
		add_diagnostics(&b, res);
	return strbuf_take(&b);
}

static int tap_begin(struct reporter *r, const struct rep_run *run, struct err *e)
{
	struct tap *t = (struct tap *)r;
	struct strbuf b = STRBUF_INIT;

	/* the plan first: a run that does not come to its end is then seen as one */
	strbuf_addf(&b, "TAP version 13\n1..%zu\n", run->ncases);
	strbuf_addf(&b, "# conform %s (%s)\n", run->version, run->commit);
	for (size_t i = 0; i < run->nruntimes; i++) {
		strbuf_adds(&b, "# ");
		text_add_plain(&b, run->runtimes[i].name, -1, 0);
		strbuf_adds(&b, ": ");
		text_add_plain(&b, run->runtimes[i].version, -1, 200);
		strbuf_addf(&b, " (%s)\n", run->runtimes[i].path);
	}
	return text_flush(&b, t->o.fd, e);
}

static int tap_case(struct reporter *r, const struct rep_run *run, const struct rep_result *res,
		    struct err *e)
{
	struct tap *t = (struct tap *)r;
	char *text = entry_text(run, res);

	if (!text)
		return err_set(e, ENOMEM, "write the report: %m");
	return rep_entries_add(&t->entries, run, res, text, e);
}

static int tap_end(struct reporter *r, const struct rep_run *run, struct err *e)
{
	struct tap *t = (struct tap *)r;
	struct strbuf b = STRBUF_INIT;

	rep_entries_sort(&t->entries);
	for (size_t i = 0; i < t->entries.count; i++) {
		const char *text = t->entries.items[i].text;

		strbuf_addf(&b, "%s %zu%s", text[0] == '+' ? "ok" : "not ok", i + 1, text + 1);
	}
	if (t->entries.count < run->ncases)
		strbuf_adds(&b, "Bail out! Not every case could be judged.\n");
	for (size_t i = 0; run->host_changes && i < run->host_changes->count; i++) {
		strbuf_adds(&b, "Bail out! The host is not as it was: ");
		text_add_plain(&b, json_string(run->host_changes->items[i]), -1, 0);
		strbuf_addc(&b, '\n');
	}
	return text_flush(&b, t->o.fd, e);
}

static void tap_free(struct reporter *r)
{
	struct tap *t = (struct tap *)r;

	rep_entries_done(&t->entries);
	free(t);
}

struct reporter *rep_tap_new(const struct rep_options *o)
{
	struct tap *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->vtable = (struct reporter){tap_begin, NULL, tap_case, tap_end, tap_free};
	t->o = *o;
	return &t->vtable;
}
