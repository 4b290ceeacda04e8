/* SPDX-License-Identifier: Apache-2.0 */
/* conform coverage: every requirement of the catalogue, and the cases that claim it. */
#include "commands.h"

#include "catalogue.h"
#include "cleanup.h"
#include "option_error.h"
#include "options.h"
#include "select.h"
#include "str.h"
#include "unjudged.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

/* What stands behind a requirement. */
enum cover { COVER_CASES, COVER_VALIDATE, COVER_NONE, COVER_MISSING, COVER_KINDS };

static const char *const cover_names[COVER_KINDS] = {"cases", "validate", "unjudgeable", "missing"};

struct table {
	const struct conform_entry **cases;
	size_t ncases;
};

static bool cites(const struct conform_entry *c, enum req r)
{
	for (size_t i = 0; c->def->reqs && c->def->reqs[i] != REQ_NONE; i++) {
		if (c->def->reqs[i] == r)
			return true;
	}
	return false;
}

static enum cover cover_of(const struct table *t, enum req r, const struct requirement *row)
{
	for (size_t i = 0; i < t->ncases; i++) {
		if (cites(t->cases[i], r))
			return COVER_CASES;
	}
	/* what the document alone decides is the validator's, and what nothing decides nobody's */
	if (row->verify_num == VERIFY_STATIC)
		return COVER_VALIDATE;
	return unjudged_reason(r) ? COVER_NONE : COVER_MISSING;
}

static void print_cases(const struct table *t, enum req r, const char *separator, bool quoted,
			struct strbuf *out)
{
	bool first = true;

	for (size_t i = 0; i < t->ncases; i++) {
		if (!cites(t->cases[i], r))
			continue;
		strbuf_adds(out, first ? "" : separator);
		if (quoted)
			strbuf_add_json(out, t->cases[i]->id, strlen(t->cases[i]->id));
		else
			strbuf_adds(out, t->cases[i]->id);
		first = false;
	}
}

static void print_text(const struct table *t, bool missing_only, struct strbuf *out)
{
	unsigned int sums[COVER_KINDS] = {0}, musts[COVER_KINDS] = {0};
	const char *section = "";
	const char *document = "";

	for (enum req r = catalogue_next(NULL, REQ_NONE); r != REQ_NONE;
	     r = catalogue_next(NULL, r)) {
		const struct requirement *row = catalogue_get(r);
		enum cover k = cover_of(t, r, row);

		sums[k]++;
		musts[k] += catalogue_is_must(row->level_num);
		if (missing_only && k != COVER_MISSING)
			continue;
		if (!str_eq(section, row->anchor) || !str_eq(document, row->document))
			strbuf_addf(out, "%s#%s\n", row->document, row->anchor);
		section = row->anchor;
		document = row->document;
		strbuf_addf(out, "  %-11s %-10s %s", cover_names[k],
			    catalogue_level_words(row->level_num), row->id);
		strbuf_adds(out, k == COVER_CASES ? ": " : "");
		print_cases(t, r, ", ", false, out);
		if (k == COVER_NONE)
			strbuf_addf(out, ": %s", unjudged_reason(r));
		strbuf_addc(out, '\n');
	}
	strbuf_addf(out,
		    "%u requirements claimed by cases, %u judged by conform validate, %u that "
		    "nothing can judge, %u missing\n",
		    sums[COVER_CASES], sums[COVER_VALIDATE], sums[COVER_NONE], sums[COVER_MISSING]);
	strbuf_addf(out, "of level MUST: %u, %u, %u, %u\n", musts[COVER_CASES],
		    musts[COVER_VALIDATE], musts[COVER_NONE], musts[COVER_MISSING]);
}

static void member(struct strbuf *out, const char *name, const char *value)
{
	strbuf_addf(out, "\"%s\":", name);
	strbuf_add_json(out, value, strlen(value));
	strbuf_addc(out, ',');
}

static void print_json(const struct table *t, bool missing_only, struct strbuf *out)
{
	bool first = true;

	strbuf_addc(out, '[');
	for (enum req r = catalogue_next(NULL, REQ_NONE); r != REQ_NONE;
	     r = catalogue_next(NULL, r)) {
		const struct requirement *row = catalogue_get(r);
		enum cover k = cover_of(t, r, row);

		if (missing_only && k != COVER_MISSING)
			continue;
		strbuf_adds(out, first ? "\n{" : ",\n{");
		first = false;
		member(out, "id", row->id);
		member(out, "level", row->level);
		member(out, "document", row->document);
		member(out, "anchor", row->anchor);
		member(out, "cover", cover_names[k]);
		if (k == COVER_NONE)
			member(out, "reason", unjudged_reason(r));
		strbuf_adds(out, "\"cases\":[");
		print_cases(t, r, ",", true, out);
		strbuf_adds(out, "]}");
	}
	strbuf_adds(out, "\n]\n");
}

static const char usage[] =
	"usage: conform coverage [--json] [--missing]\n"
	"\n"
	"Prints every requirement of the catalogue with the cases that cite it, or with the reason "
	"why none does.\n"
	"\n"
	"  --json      for programs: [{\"id\", \"level\", \"document\", \"anchor\", \"cover\", "
	"\"reason\", \"cases\"}]\n"
	"  --missing   only those that no case cites, 'conform validate' does not judge, and no "
	"reason excuses\n"
	"  -h, --help  print this\n"
	"\n"
	"Exit status: 0, or 2 usage or output that could not be written.\n";

static const struct option long_options[] = {
	{"json", no_argument, NULL, 'j'},
	{"missing", no_argument, NULL, 'm'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

int cli_coverage(int argc, char **argv)
{
	struct table t = {NULL, 0};
	struct strbuf out = STRBUF_INIT;
	bool json = false, missing = false;
	struct err e = {0};
	int n, r, opt;

	optind = 0; /* the caller may have read options of its own */
	opterr = 0;
	while ((opt = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
		if (opt == 'h')
			return cli_puts(usage);
		if (opt == '?' || opt == ':') {
			(void)cli_option_error(opt, argv, long_options, &e);
			return cli_wrong("coverage", e.msg);
		}
		json = json || opt == 'j';
		missing = missing || opt == 'm';
	}
	if (optind < argc) {
		(void)err_set(&e, EINVAL, "'%s' is one argument too many", argv[optind]);
		return cli_wrong("coverage", e.msg);
	}
	n = cli_cases(&t.cases, &e);
	if (n < 0) {
		(void)fprintf(stderr, "conform: %s\n", e.msg);
		return EXIT_USAGE;
	}
	t.ncases = (size_t)n;
	if (json)
		print_json(&t, missing, &out);
	else
		print_text(&t, missing, &out);
	r = cli_put(&out);
	strbuf_done(&out);
	free(t.cases);
	return r;
}
