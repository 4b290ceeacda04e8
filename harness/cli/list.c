/* SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"

#include "case.h"
#include "catalogue.h"
#include "cleanup.h"
#include "runtime.h"
#include "select.h"
#include "str.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void member(struct strbuf *out, const char *name, const char *value)
{
	strbuf_addf(out, "\"%s\":", name);
	strbuf_add_json(out, value, strlen(value));
}

static void print_json(const struct hx_job *j, const char *id, bool first, struct strbuf *out)
{
	const struct conform_case *d = j->entry->def;

	strbuf_adds(out, first ? "\n" : ",\n");
	strbuf_addc(out, '{');
	member(out, "id", id);
	strbuf_addc(out, ',');
	member(out, "title", d->title ? d->title : "");
	strbuf_adds(out, ",\"requirements\":[");
	for (size_t i = 0; d->reqs && d->reqs[i] != REQ_NONE; i++) {
		const struct requirement *r = catalogue_get(d->reqs[i]);

		strbuf_adds(out, i ? ",{" : "{");
		member(out, "id", r ? r->id : "?");
		strbuf_addc(out, ',');
		member(out, "level", r ? r->level : "?");
		strbuf_addc(out, '}');
	}
	strbuf_adds(out, "],");
	member(out, "file", j->entry->file);
	strbuf_addf(out, ",\"line\":%d}", j->entry->line);
}

/* A run puts the control case in front of whatever is selected; a list of what is selected need
 * not. */
static bool is_meant(const struct cli_options *o, const struct hx_job *j)
{
	for (size_t i = 0; i < o->nwords; i++) {
		if (cli_select_matches(o->words[i], j->entry, j->variant))
			return true;
	}
	return o->nwords == 0;
}

/* What a run would say of them before it asks them anything; whether they are there is not looked
 * at. */
static int check_runtimes(const struct cli_options *o, struct err *e)
{
	struct hx_runtime *all = calloc(o->nruntimes + 1, sizeof(*all));
	int r = 0;

	if (!all)
		return err_set(e, ENOMEM, "--runtime: %m");
	for (size_t i = 0; r == 0 && i < o->nruntimes; i++) {
		if (hx_runtime_parse(o->runtimes[i], &all[i], NULL) < 0)
			continue;
		for (size_t k = 0; r == 0 && k < i; k++) {
			if (str_eq(all[k].name, all[i].name))
				r = hx_runtime_same_name(all[i].name, e);
		}
	}
	for (size_t i = 0; i < o->nruntimes; i++)
		hx_runtime_done(&all[i]);
	free(all);
	return r;
}

int cli_list(const struct cli_options *o)
{
	const struct conform_entry **cases = NULL;
	cleanup_free struct hx_job *jobs = NULL;
	struct strbuf out = STRBUF_INIT;
	struct err e = {0};
	int n = cli_cases(&cases, &e);
	int r = n < 0 ? n : cli_select_named(cases, (size_t)n, o->words, o->nwords, &jobs, &e);

	free(cases);
	if (r >= 0 && o->dry_run && check_runtimes(o, &e) < 0)
		r = -e.num;
	if (r < 0) {
		(void)fprintf(stderr, "conform: %s\n", e.msg);
		return EXIT_USAGE;
	}
	if (o->json)
		strbuf_addc(&out, '[');
	for (int i = 0; i < r; i++) {
		cleanup_free char *id = hx_case_id(jobs[i].entry, jobs[i].variant);

		if (!id || (!o->dry_run && !is_meant(o, &jobs[i])))
			continue;
		if (o->json)
			print_json(&jobs[i], id, out.len == 1, &out);
		else
			strbuf_addf(&out, "%s\n", id);
	}
	if (o->json)
		strbuf_adds(&out, "\n]\n");
	r = cli_put(&out);
	strbuf_done(&out);
	return r;
}
