/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report that people read while it happens. On a terminal: a line of progress that rewrites
 * itself, findings above it. Elsewhere: one line per case. At the end the sums, why cases were
 * skipped, and, where there are several runtimes, what they disagree on.
 */
#include "entries.h"
#include "proc.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REDRAW_MS	50
#define REASONS_SHOWN	12
#define INDENT		6
#define WIDTH_DEFAULT	100
#define DIFFERENCES_MAX 400

struct reason {
	char *text;
	unsigned int count;
};

struct terminal {
	struct reporter vtable;
	struct rep_options o;
	struct rep_entries entries; /* text: the sentence of the specification */
	struct reason *reasons;	    /* of skips */
	size_t nreasons;
	size_t done, findings;
	char *current; /* what was started last */
	size_t total;  /* of the run */
	bool drawn;    /* the progress line stands there */
	int64_t drawn_at;
};

enum colour { COLOUR_NONE, COLOUR_GOOD, COLOUR_BAD, COLOUR_ODD, COLOUR_BROKEN, COLOUR_DIM, BOLD };

static const char *const codes[] = {
	[COLOUR_NONE] = "",	   [COLOUR_GOOD] = "\033[32m",	   [COLOUR_BAD] = "\033[1;31m",
	[COLOUR_ODD] = "\033[33m", [COLOUR_BROKEN] = "\033[1;35m", [COLOUR_DIM] = "\033[2m",
	[BOLD] = "\033[1m",
};

static void paint(const struct terminal *t, struct strbuf *b, enum colour c, const char *s)
{
	bool on = t->o.colour && c != COLOUR_NONE;

	if (on)
		strbuf_adds(b, codes[c]);
	strbuf_adds(b, s);
	if (on)
		strbuf_adds(b, "\033[0m");
}

static enum colour colour_of(enum verdict v, enum rep_expectation x)
{
	if (x == REP_XPASS)
		return COLOUR_BAD;
	if (x == REP_XFAIL)
		return COLOUR_DIM;
	switch (v) {
	case VERDICT_PASS:
		return COLOUR_GOOD;
	case VERDICT_FAIL:
		return COLOUR_BAD;
	case VERDICT_WARN:
		return COLOUR_ODD;
	case VERDICT_BROK:
		return COLOUR_BROKEN;
	default:
		return COLOUR_DIM;
	}
}

static const char *text_at(const struct json *root, const char *pointer, const char *otherwise)
{
	const char *s = root ? json_string(json_at(root, pointer)) : NULL;

	return s ? s : otherwise;
}

static void add_environment(struct strbuf *b, const struct json *env)
{
	const struct json *missing = env ? json_member(env, "missing") : NULL;

	strbuf_adds(b, "host     Linux ");
	text_add_plain(b, text_at(env, "/kernel", "?"), -1, 0);
	strbuf_addc(b, ' ');
	text_add_plain(b, text_at(env, "/arch", "?"), -1, 0);
	strbuf_adds(b, ", cgroup ");
	text_add_plain(b, text_at(env, "/cgroup/mode", "?"), -1, 0);
	strbuf_addc(b, '\n');
	for (size_t i = 0; missing && missing->type == JSON_ARRAY && i < missing->count; i++) {
		const char *s = json_string(missing->items[i]);

		strbuf_adds(b, i == 0 ? "lacks    " : "         ");
		text_add_plain(b, s ? s : "?", -1, 0);
		strbuf_addc(b, '\n');
	}
}

static int terminal_begin(struct reporter *r, const struct rep_run *run, struct err *e)
{
	struct terminal *t = (struct terminal *)r;
	struct strbuf b = STRBUF_INIT;

	t->total = run->ncases;
	strbuf_addf(&b, "conform  %s (%s)", run->version, run->commit);
	if (*run->target)
		strbuf_addf(&b, ", specification %s", run->target);
	strbuf_adds(&b, run->strict ? ", strict\n" : "\n");
	add_environment(&b, run->environment);
	for (size_t i = 0; i < run->nruntimes; i++) {
		const struct rep_runtime *rt = &run->runtimes[i];

		strbuf_adds(&b, "runtime  ");
		text_add_plain(&b, rt->name, -1, 0);
		strbuf_adds(&b, ": ");
		text_add_plain(&b, *rt->version ? rt->version : "it names no version", -1, 120);
		if (*rt->spec) {
			strbuf_adds(&b, ", specification ");
			text_add_plain(&b, rt->spec, -1, 40);
		}
		strbuf_addf(&b, " (%s)\n", rt->path);
	}
	strbuf_addc(&b, '\n');
	return text_flush(&b, t->o.fd, e);
}

static void erase(struct terminal *t, struct strbuf *b)
{
	if (t->drawn)
		strbuf_adds(b, "\r\033[K");
	t->drawn = false;
}

static void draw(struct terminal *t, struct strbuf *b)
{
	struct strbuf line = STRBUF_INIT;
	unsigned int width = t->o.width ? t->o.width : WIDTH_DEFAULT;

	if (!t->o.live || t->done == t->total)
		return;
	strbuf_addf(&line, "%zu/%zu", t->done, t->total);
	if (t->findings)
		strbuf_addf(&line, ", %zu finding%s", t->findings, t->findings == 1 ? "" : "s");
	if (t->current)
		strbuf_addf(&line, "  %s", t->current);
	erase(t, b);
	/* a line that wraps could not be taken back */
	if (!line.oom && width > 4)
		text_add_plain(b, line.buf, -1, width - 4);
	strbuf_done(&line);
	t->drawn = true;
	t->drawn_at = proc_now_ms();
}

static void terminal_started(struct reporter *r, const char *id, const char *runtime)
{
	struct terminal *t = (struct terminal *)r;
	struct strbuf b = STRBUF_INIT;

	if (!t->o.live)
		return;
	free(t->current);
	t->current = str_format("%s (%s)", id, runtime);
	if (proc_now_ms() - t->drawn_at < REDRAW_MS)
		return;
	draw(t, &b);
	/* progress that cannot be shown is no reason to stop */
	(void)text_flush(&b, t->o.fd, NULL);
}

static int count_reason(struct terminal *t, const char *reason, struct err *e)
{
	struct reason *p;

	for (size_t i = 0; i < t->nreasons; i++) {
		if (str_eq(t->reasons[i].text, reason)) {
			t->reasons[i].count++;
			return 0;
		}
	}
	p = reallocarray(t->reasons, t->nreasons + 1, sizeof(*p));
	if (!p)
		return err_set(e, ENOMEM, "keep a reason: %m");
	t->reasons = p;
	p[t->nreasons].text = strdup(reason);
	p[t->nreasons].count = 1;
	return p[t->nreasons++].text ? 0 : err_set(e, ENOMEM, "keep a reason: %m");
}

static void add_headline(const struct terminal *t, struct strbuf *b, const struct rep_run *run,
			 const struct rep_result *res)
{
	const char *outcome = text_outcome(res);

	paint(t, b, colour_of(res->verdict, res->expectation), outcome);
	strbuf_addf(b, "%*s", (int)(INDENT - strlen(outcome)), "");
	text_add_plain(b, res->id, -1, 0);
	if (run->nruntimes > 1)
		strbuf_addf(b, " (%s)", res->runtime);
	strbuf_addf(b, "  %.0f ms", res->duration_ms);
	if (res->verdict == VERDICT_SKIP || res->expectation == REP_XFAIL) {
		const char *why =
			res->expectation == REP_XFAIL ? res->expected_reason : res->reason;

		strbuf_adds(b, "  ");
		text_add_plain(b, why ? why : "no reason was given", -1, 0);
	}
	strbuf_addc(b, '\n');
}

/* For the comparison: what the specification says. */
static char *sentence_of(const struct rep_result *res)
{
	struct strbuf b = STRBUF_INIT;

	for (size_t i = 0; i < res->nrequirements; i++) {
		const struct rep_requirement *q = &res->requirements[i];

		strbuf_addf(&b, "%*s", INDENT, "");
		text_add_level(&b, q->level);
		strbuf_addf(&b, " %s: ", q->id);
		text_add_plain(&b, q->statement ? q->statement : "", -1, 0);
		strbuf_addc(&b, '\n');
	}
	return strbuf_take(&b);
}

static int terminal_case(struct reporter *r, const struct rep_run *run,
			 const struct rep_result *res, struct err *e)
{
	struct terminal *t = (struct terminal *)r;
	struct strbuf b = STRBUF_INIT;
	bool finding = text_is_finding(res);
	int err = 0;

	t->done++;
	t->findings += finding;
	if (res->verdict == VERDICT_SKIP)
		err = count_reason(t, res->reason ? res->reason : "no reason was given", e);
	if (err == 0 && run->nruntimes > 1)
		err = rep_entries_add(&t->entries, run, res, sentence_of(res), e);
	if (err < 0)
		return err;
	if (finding || t->o.verbose || !t->o.live) {
		erase(t, &b);
		add_headline(t, &b, run, res);
		if (finding || t->o.verbose)
			text_add_finding(&b, res, INDENT, t->o.verbose);
	}
	if (!t->drawn || t->done == t->total || proc_now_ms() - t->drawn_at >= REDRAW_MS) {
		if (t->done == t->total)
			erase(t, &b);
		draw(t, &b);
	}
	return text_flush(&b, t->o.fd, e);
}

static int by_count(const void *a, const void *b)
{
	const struct reason *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return strcmp(x->text, y->text);
}

static void add_reasons(struct terminal *t, struct strbuf *b)
{
	if (t->nreasons == 0)
		return;
	qsort(t->reasons, t->nreasons, sizeof(*t->reasons), by_count);
	strbuf_adds(b, "\nskipped because\n");
	for (size_t i = 0; i < t->nreasons && i < REASONS_SHOWN; i++) {
		strbuf_addf(b, "%5u  ", t->reasons[i].count);
		text_add_plain(b, t->reasons[i].text, -1, 300);
		strbuf_addc(b, '\n');
	}
	if (t->nreasons > REASONS_SHOWN)
		strbuf_addf(b, "       and %zu reasons more\n", t->nreasons - REASONS_SHOWN);
}

static void add_verdicts(const struct terminal *t, struct strbuf *b, const struct rep_entry *at,
			 size_t n)
{
	paint(t, b, BOLD, at[0].id);
	strbuf_addc(b, ':');
	for (size_t i = 0; i < n; i++)
		strbuf_addf(b, "%s #%zu %s", i ? "," : "", at[i].runtime + 1,
			    verdict_name(at[i].verdict));
	strbuf_addc(b, '\n');
}

/* What the runtimes disagree on, each with what the specification says. Skipped is no opinion. */
static void add_differences(struct terminal *t, struct strbuf *b)
{
	size_t shown = 0;

	rep_entries_sort_by_id(&t->entries);
	for (size_t i = 0, n; i < t->entries.count; i += n) {
		const struct rep_entry *at = &t->entries.items[i];
		enum verdict opinion = VERDICT_SKIP;
		bool differ = false;

		for (n = 0; i + n < t->entries.count && str_eq(at[n].id, at[0].id); n++) {
			if (at[n].verdict == VERDICT_SKIP)
				continue;
			differ |= opinion != VERDICT_SKIP && opinion != at[n].verdict;
			opinion = at[n].verdict;
		}
		if (!differ || shown == DIFFERENCES_MAX)
			continue;
		if (shown++ == 0)
			strbuf_adds(b, "\nthe runtimes disagree on\n");
		add_verdicts(t, b, at, n);
		strbuf_adds(b, at[0].text ? at[0].text : "");
	}
}

static void add_cell(const struct terminal *t, struct strbuf *b, unsigned int n, int width,
		     enum colour c)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%*u", width, n);
	paint(t, b, n ? c : COLOUR_DIM, text);
	strbuf_adds(b, "  ");
}

static void add_table(const struct terminal *t, struct strbuf *b, const struct rep_run *run)
{
	bool expecting = run->nexpects || run->summary.xfail || run->summary.xpass;

	strbuf_addf(b, "\n pass   fail   warn   skip   brok%s\n",
		    expecting ? "  xfail  xpass" : "");
	for (size_t i = 0; i < run->nruntimes; i++) {
		const struct rep_summary *s = rep_summary_of(run, i);

		add_cell(t, b, s->count[VERDICT_PASS], 5, COLOUR_GOOD);
		add_cell(t, b, s->count[VERDICT_FAIL], 5, COLOUR_BAD);
		add_cell(t, b, s->count[VERDICT_WARN], 5, COLOUR_ODD);
		add_cell(t, b, s->count[VERDICT_SKIP], 5, COLOUR_NONE);
		add_cell(t, b, s->count[VERDICT_BROK], 5, COLOUR_BROKEN);
		if (expecting) {
			add_cell(t, b, s->xfail, 5, COLOUR_NONE);
			add_cell(t, b, s->xpass, 5, COLOUR_BAD);
		}
		if (run->nruntimes > 1)
			strbuf_addf(b, "#%zu ", i + 1);
		text_add_plain(b, run->runtimes[i].name, -1, 0);
		strbuf_addc(b, '\n');
	}
}

/* Why nothing was judged of a runtime, and what to do. */
static void add_unjudged(struct strbuf *b, const struct rep_run *run, size_t i)
{
	const struct rep_runtime *rt = &run->runtimes[i];
	const struct rep_summary *s = rep_summary_of(run, i);

	if (s->total == 0 || (s->judged > 0 && !s->control_failed))
		return;
	strbuf_addc(b, '\n');
	text_add_plain(b, rt->name, -1, 0);
	if (!s->control_failed) {
		strbuf_adds(b,
			    ": nothing of what was selected was judged; the reasons are above\n");
		return;
	}
	strbuf_adds(b,
		    ": lifecycle/control, the plainest container that there is, did not pass, so "
		    "nothing else was judged; what went wrong stands there\n");
	if (!rt->hybrid || s->control_broke)
		return;
	strbuf_adds(
		b,
		"This host has cgroup v1 and v2 beside each other, which not every runtime takes; "
		"its words seem to be about that: try\n      --runtime=");
	strbuf_add_shell(b, rt->option);
	strbuf_adds(b, ",hide-unified\n");
}

static void add_conclusion(const struct terminal *t, struct strbuf *b, const struct rep_run *run)
{
	static const enum colour colours[] = {COLOUR_GOOD, COLOUR_BAD};

	strbuf_addc(b, '\n');
	paint(t, b,
	      run->exit_code >= 0 && run->exit_code < 2 ? colours[run->exit_code] : COLOUR_BROKEN,
	      text_conclusion(run));
	strbuf_addf(b, ": %u case%s in %.1f s\n", run->summary.total,
		    run->summary.total == 1 ? "" : "s", run->duration_ms / 1000);
}

static void add_host_changes(struct strbuf *b, const struct rep_run *run)
{
	for (size_t i = 0; run->host_changes && i < run->host_changes->count; i++) {
		strbuf_adds(b, i ? "      "
				 : "\nThe host is not as it was before this run, be it a runtime's "
				   "doing or somebody else's:\n      ");
		text_add_plain(b, json_string(run->host_changes->items[i]), -1, 0);
		strbuf_addc(b, '\n');
	}
}

static int terminal_end(struct reporter *r, const struct rep_run *run, struct err *e)
{
	struct terminal *t = (struct terminal *)r;
	struct strbuf b = STRBUF_INIT;

	erase(t, &b);
	add_reasons(t, &b);
	if (run->nruntimes > 1)
		add_differences(t, &b);
	add_table(t, &b, run);
	for (size_t i = 0; run->exit_code == 3 && i < run->nruntimes; i++)
		add_unjudged(&b, run, i);
	add_host_changes(&b, run);
	add_conclusion(t, &b, run);
	return text_flush(&b, t->o.fd, e);
}

static void terminal_free(struct reporter *r)
{
	struct terminal *t = (struct terminal *)r;

	rep_entries_done(&t->entries);
	for (size_t i = 0; i < t->nreasons; i++)
		free(t->reasons[i].text);
	free(t->reasons);
	free(t->current);
	free(t);
}

struct reporter *rep_terminal_new(const struct rep_options *o)
{
	struct terminal *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->vtable = (struct reporter){terminal_begin, terminal_started, terminal_case, terminal_end,
				      terminal_free};
	t->o = *o;
	return &t->vtable;
}

struct reporter *rep_plain_new(const struct rep_options *o)
{
	struct rep_options plain = *o;

	plain.colour = false;
	plain.live = false;
	return rep_terminal_new(&plain);
}
