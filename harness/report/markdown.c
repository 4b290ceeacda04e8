/* SPDX-License-Identifier: Apache-2.0 */
/* A report to paste into a comment: the sums, then what was found, then, folded away, what was
 * skipped. */
#include "entries.h"
#include "text.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CELL_MAX 160
/* A comment on GitHub holds 65536 characters. */
#define FINDINGS_MAX 100
#define SKIPS_MAX    60

struct markdown {
	struct reporter vtable;
	struct rep_options o;
	struct rep_entries entries;
};

static const struct rep_check *first_failed(const struct rep_result *res)
{
	for (size_t i = 0; i < res->nchecks; i++) {
		if (!res->checks[i].ok)
			return &res->checks[i];
	}
	return NULL;
}

static size_t count_failed(const struct rep_result *res)
{
	size_t n = 0;

	for (size_t i = 0; i < res->nchecks; i++)
		n += !res->checks[i].ok;
	return n;
}

static void add_requirements(struct strbuf *b, const struct rep_result *res)
{
	for (size_t i = 0; i < res->nrequirements; i++) {
		const struct rep_requirement *q = &res->requirements[i];
		char url[256];

		strbuf_adds(b, i ? "<br>" : "");
		text_add_level(b, q->level);
		strbuf_addf(b, *text_url(q, url, sizeof(url)) ? " [%s](%s)" : " %s", q->id, url);
	}
	if (!res->nrequirements && res->advice)
		strbuf_adds(b, "ADVICE");
}

static void add_found(struct strbuf *b, const struct rep_result *res)
{
	const struct rep_check *c = first_failed(res);
	struct strbuf asked = STRBUF_INIT, observed = STRBUF_INIT;
	size_t failed = count_failed(res);

	if (!c) {
		text_add_cell(b, res->reason ? res->reason : "", CELL_MAX);
		strbuf_adds(b, " | ");
		return;
	}
	text_add_asked(&asked, c, CELL_MAX);
	text_add_observed(&observed, c, CELL_MAX);
	b->oom = b->oom || asked.oom || observed.oom;
	text_add_code(b, asked.buf ? asked.buf : "", 2 * CELL_MAX);
	strbuf_adds(b, " | ");
	text_add_code(b, observed.buf ? observed.buf : "", 2 * CELL_MAX);
	if (failed > 1)
		strbuf_addf(b, "<br>and %zu more", failed - 1);
	strbuf_done(&asked);
	strbuf_done(&observed);
}

/* An address that a list of known deviations gives, as an autolink. What may not stand in an
 * address, or would end the link or the cell, is percent-encoded (RFC 3986, 2). */
static void add_link(struct strbuf *b, const char *address)
{
	strbuf_adds(b, " <");
	for (const char *s = address; *s; s++) {
		if (isalnum((unsigned char)*s) || strchr("-._~:/?#[]@!$&'()*+,;=%", *s))
			strbuf_addc(b, *s);
		else
			strbuf_addf(b, "%%%02X", (unsigned char)*s);
	}
	strbuf_addc(b, '>');
}

static char *entry_text(const struct rep_run *run, const struct rep_result *res)
{
	struct strbuf b = STRBUF_INIT;

	strbuf_addf(&b, "| %s | ", text_outcome(res));
	if (run->nruntimes > 1) {
		text_add_cell(&b, res->runtime, 0);
		strbuf_adds(&b, " | ");
	}
	text_add_code(&b, res->id, 0);
	strbuf_adds(&b, " | ");
	if (text_is_finding(res)) {
		add_requirements(&b, res);
		strbuf_adds(&b, " | ");
		add_found(&b, res);
	} else {
		const char *why =
			res->expectation == REP_XFAIL ? res->expected_reason : res->reason;

		text_add_cell(&b, why ? why : "", 2 * CELL_MAX);
		if (res->expected_link && str_starts(res->expected_link, "https://"))
			add_link(&b, res->expected_link);
	}
	strbuf_adds(&b, " |\n");
	return strbuf_take(&b);
}

static int markdown_case(struct reporter *r, const struct rep_run *run,
			 const struct rep_result *res, struct err *e)
{
	struct markdown *m = (struct markdown *)r;
	char *text = NULL;

	if (text_is_finding(res) || res->expectation == REP_XFAIL || res->verdict == VERDICT_SKIP) {
		text = entry_text(run, res);
		if (!text)
			return err_set(e, ENOMEM, "write the report: %m");
	}
	return rep_entries_add(&m->entries, run, res, text, e);
}

static void add_sums(struct strbuf *b, const struct rep_run *run)
{
	bool expecting = run->nexpects || run->summary.xfail || run->summary.xpass;

	strbuf_adds(b, "| runtime | pass | fail | warn | skip | brok |");
	strbuf_adds(b, expecting ? " xfail | xpass |\n" : "\n");
	strbuf_adds(b, "|---|---:|---:|---:|---:|---:|");
	strbuf_adds(b, expecting ? "---:|---:|\n" : "\n");
	for (size_t i = 0; i < run->nruntimes; i++) {
		const struct rep_summary *s = rep_summary_of(run, i);

		strbuf_adds(b, "| ");
		text_add_cell(b, run->runtimes[i].name, CELL_MAX);
		if (*run->runtimes[i].version) {
			strbuf_adds(b, " (");
			text_add_cell(b, run->runtimes[i].version, CELL_MAX);
			strbuf_addc(b, ')');
		}
		strbuf_addf(b, " | %u | %u | %u | %u | %u |", s->count[VERDICT_PASS],
			    s->count[VERDICT_FAIL], s->count[VERDICT_WARN], s->count[VERDICT_SKIP],
			    s->count[VERDICT_BROK]);
		if (expecting)
			strbuf_addf(b, " %u | %u |", s->xfail, s->xpass);
		strbuf_addc(b, '\n');
	}
}

enum group { GROUP_NONE, GROUP_FINDING, GROUP_KNOWN, GROUP_SKIPPED };

static enum group group_of(const struct rep_entry *x)
{
	if (!x->text)
		return GROUP_NONE;
	if (x->expectation == REP_XFAIL)
		return GROUP_KNOWN;
	if (x->expectation == REP_NOT_LISTED && x->verdict == VERDICT_SKIP)
		return GROUP_SKIPPED;
	return GROUP_FINDING;
}

static void add_group(struct strbuf *b, const struct rep_run *run, const struct rep_entries *l,
		      enum group g, size_t max)
{
	const char *runtime = run->nruntimes > 1 ? " runtime |" : "";
	const char *rule = run->nruntimes > 1 ? "---|" : "";
	size_t shown = 0, all = 0;

	if (g == GROUP_FINDING)
		strbuf_addf(b,
			    "| verdict |%s case | requirement | expected | observed |\n"
			    "|---|%s---|---|---|---|\n",
			    runtime, rule);
	else
		strbuf_addf(b, "| verdict |%s case | reason |\n|---|%s---|---|\n", runtime, rule);
	for (size_t i = 0; i < l->count; i++) {
		if (group_of(&l->items[i]) != g)
			continue;
		if (all++ >= max)
			continue;
		strbuf_adds(b, l->items[i].text);
		shown++;
	}
	if (all > shown)
		strbuf_addf(b, "\nand %zu more.\n", all - shown);
}

static size_t count_group(const struct rep_entries *l, enum group g)
{
	size_t n = 0;

	for (size_t i = 0; i < l->count; i++)
		n += group_of(&l->items[i]) == g;
	return n;
}

static void add_folded(struct strbuf *b, const struct rep_run *run, const struct rep_entries *l,
		       enum group g, const char *what)
{
	size_t n = count_group(l, g);

	if (n == 0)
		return;
	strbuf_addf(b, "\n<details><summary>%zu %s</summary>\n\n", n, what);
	add_group(b, run, l, g, SKIPS_MAX);
	strbuf_adds(b, "\n</details>\n");
}

static void add_host_changes(struct strbuf *b, const struct rep_run *run)
{
	for (size_t i = 0; run->host_changes && i < run->host_changes->count; i++) {
		strbuf_adds(b, i ? "- " : "\nThe host is not as it was before this run:\n\n- ");
		text_add_cell(b, json_string(run->host_changes->items[i]), 0);
		strbuf_addc(b, '\n');
	}
}

static int markdown_end(struct reporter *r, const struct rep_run *run, struct err *e)
{
	struct markdown *m = (struct markdown *)r;
	struct strbuf b = STRBUF_INIT;

	rep_entries_sort(&m->entries);
	strbuf_addf(&b, "### OCI runtime conformance: %s\n\n", text_conclusion(run));
	add_sums(&b, run);
	add_host_changes(&b, run);
	if (count_group(&m->entries, GROUP_FINDING)) {
		strbuf_addc(&b, '\n');
		add_group(&b, run, &m->entries, GROUP_FINDING, FINDINGS_MAX);
	}
	add_folded(&b, run, &m->entries, GROUP_KNOWN, "known deviations");
	add_folded(&b, run, &m->entries, GROUP_SKIPPED, "skipped");
	strbuf_addf(&b, "\n%u case%s, conform %s (%s), %.1f s\n", run->summary.total,
		    run->summary.total == 1 ? "" : "s", run->version, run->commit,
		    run->duration_ms / 1000);
	return text_flush(&b, m->o.fd, e);
}

static void markdown_free(struct reporter *r)
{
	struct markdown *m = (struct markdown *)r;

	rep_entries_done(&m->entries);
	free(m);
}

struct reporter *rep_markdown_new(const struct rep_options *o)
{
	struct markdown *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->vtable = (struct reporter){NULL, NULL, markdown_case, markdown_end, markdown_free};
	m->o = *o;
	return &m->vtable;
}
