/* SPDX-License-Identifier: Apache-2.0 */
#include "mutants_report.h"

#include "case.h"
#include "cleanup.h"
#include "scheduler.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

#define NAME_WIDTH 52

static const char *const outcome_names[] = {
	[PLAN_OPEN] = "unjudged",
	[PLAN_CAUGHT] = "caught",
	[PLAN_SURVIVED] = "survived",
	[PLAN_UNJUDGED] = "unjudged",
	[PLAN_NOT_APPLICABLE] = "not applicable",
};

void mutants_count(const struct plan *p, struct mutants_sums *ret)
{
	*ret = (struct mutants_sums){0};
	for (size_t i = 0; i < p->nrows; i++) {
		switch (p->rows[i].outcome) {
		case PLAN_CAUGHT:
			ret->caught++;
			break;
		case PLAN_SURVIVED:
			ret->survived++;
			break;
		case PLAN_NOT_APPLICABLE:
			ret->not_applicable++;
			break;
		default:
			ret->unjudged++;
		}
	}
}

static char *id_of(const struct plan *p, const struct plan_row *row, size_t candidate)
{
	const struct plan_job *j = &p->jobs[row->candidates[candidate].job];

	return hx_case_id(j->entry, j->variant);
}

/* Those that were asked, all of which passed. */
static void add_tried(const struct plan *p, const struct plan_row *row, struct strbuf *out)
{
	for (size_t i = 0; i < row->ncandidates; i++) {
		cleanup_free char *id = id_of(p, row, i);

		strbuf_adds(out, i ? ", " : "");
		strbuf_adds(out, id ? id : "?");
	}
}

static void add_row(const struct plan *p, const struct plan_row *row, bool verbose,
		    struct strbuf *out)
{
	cleanup_free char *by = row->outcome == PLAN_CAUGHT ? id_of(p, row, row->by) : NULL;

	strbuf_addf(out, "%-14s  %-*s  ",
		    row->outcome == PLAN_SURVIVED ? "SURVIVED" : outcome_names[row->outcome],
		    NAME_WIDTH, row->name);
	if (by)
		strbuf_adds(out, by);
	else if (row->named)
		strbuf_adds(out, row->named->id);
	else
		add_tried(p, row, out);
	if (row->detail && (verbose || row->outcome != PLAN_CAUGHT)) {
		strbuf_addf(out, "\n%16s", "");
		text_add_plain(out, row->detail, -1, 240);
	}
	strbuf_addc(out, '\n');
}

static void add_part(const struct plan *p, bool named, bool verbose, struct strbuf *out)
{
	static const enum plan_outcome order[] = {PLAN_CAUGHT, PLAN_NOT_APPLICABLE, PLAN_OPEN,
						  PLAN_UNJUDGED, PLAN_SURVIVED};
	bool any = false;

	for (size_t k = 0; k < sizeof(order) / sizeof(*order); k++) {
		for (size_t i = 0; i < p->nrows; i++) {
			const struct plan_row *row = &p->rows[i];

			if ((row->named != NULL) != named || row->outcome != order[k])
				continue;
			if (!any)
				strbuf_adds(out, named ? "lies that cases name\n\n"
						       : "\nlies about every field that cases set, "
							 "and at the command line\n\n");
			any = true;
			add_row(p, row, verbose, out);
		}
	}
}

void mutants_print_table(const struct plan *p, bool verbose, struct strbuf *out)
{
	struct mutants_sums s;

	add_part(p, true, verbose, out);
	add_part(p, false, verbose, out);
	mutants_count(p, &s);
	strbuf_addf(out, "\n%zu lies: %zu caught, %zu survived, %zu unjudged, %zu not applicable\n",
		    p->nrows, s.caught, s.survived, s.unjudged, s.not_applicable);
}

static void add_string(struct strbuf *out, const char *s)
{
	if (s)
		strbuf_add_json(out, s, strlen(s));
	else
		strbuf_adds(out, "null");
}

static void add_ids(const struct plan *p, const struct plan_row *row, struct strbuf *out)
{
	strbuf_addc(out, '[');
	for (size_t i = 0; i < row->ncandidates; i++) {
		cleanup_free char *id = id_of(p, row, i);

		strbuf_adds(out, i ? "," : "");
		add_string(out, id);
	}
	strbuf_addc(out, ']');
}

static void add_lie(const struct plan_row *row, struct strbuf *out)
{
	strbuf_adds(out, "{\"lie\":");
	add_string(out, row->name);
	strbuf_adds(out, ",\"named_by\":");
	add_string(out, row->named ? row->named->id : NULL);
}

void mutants_list_json(const struct plan *p, struct strbuf *out)
{
	strbuf_adds(out, "{\"lies\":[");
	for (size_t i = 0; i < p->nrows; i++) {
		strbuf_adds(out, i ? ",\n" : "\n");
		add_lie(&p->rows[i], out);
		strbuf_adds(out, ",\"cases\":");
		add_ids(p, &p->rows[i], out);
		strbuf_addc(out, '}');
	}
	strbuf_adds(out, "]}\n");
}

static void add_json_row(const struct plan *p, const struct plan_row *row, struct strbuf *out)
{
	cleanup_free char *by = row->outcome == PLAN_CAUGHT ? id_of(p, row, row->by) : NULL;

	add_lie(row, out);
	strbuf_adds(out, ",\"outcome\":");
	add_string(out, outcome_names[row->outcome]);
	strbuf_adds(out, ",\"caught_by\":");
	add_string(out, by);
	strbuf_adds(out, ",\"tried\":");
	add_ids(p, row, out);
	strbuf_adds(out, ",\"detail\":");
	add_string(out, row->detail);
	strbuf_addc(out, '}');
}

void mutants_print_json(const struct plan *p, const char *runtime, uint64_t seed,
			struct strbuf *out)
{
	struct mutants_sums s;

	mutants_count(p, &s);
	strbuf_adds(out, "{\"runtime\":");
	add_string(out, runtime);
	strbuf_addf(out, ",\"seed\":%llu,\n\"lies\":[", (unsigned long long)seed);
	for (size_t i = 0; i < p->nrows; i++) {
		strbuf_adds(out, i ? ",\n" : "\n");
		add_json_row(p, &p->rows[i], out);
	}
	strbuf_addf(out,
		    "],\n\"summary\":{\"caught\":%zu,\"survived\":%zu,\"unjudged\":%zu,"
		    "\"not_applicable\":%zu}}\n",
		    s.caught, s.survived, s.unjudged, s.not_applicable);
}
