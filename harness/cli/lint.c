/* SPDX-License-Identifier: Apache-2.0 */
/* conform lint: the rules of the cases, and whether the list of them that is checked in is current.
 */
#include "commands.h"

#include "case.h"
#include "cleanup.h"
#include "lie.h"
#include "lint_all.h"
#include "lint_case.h"
#include "option_error.h"
#include "options.h"
#include "paths.h"
#include "proc.h"
#include "select.h"
#include "unjudged.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LIST_MAX (4u << 20)
#define PROBE_MS 5000

static bool lie_exists(const char *text)
{
	struct lie l;

	if (lie_parse(text, &l, NULL) < 0)
		return false;
	lie_done(&l);
	return true;
}

static char *probe_words(struct err *e)
{
	cleanup_free char *probe = cli_find_probe(e);
	struct proc_spawn s = PROC_SPAWN_INIT;
	char *out = NULL;

	if (!probe)
		return NULL;
	s.path = probe;
	s.argv = (char *const[]){(char *)"conform-probe", (char *)"--list", NULL};
	return proc_run(&s, PROBE_MS, LIST_MAX, &out, NULL, NULL) == 0 ? out : NULL;
}

static void print_ids(const struct conform_entry *const *cases, size_t n, struct strbuf *out)
{
	for (size_t i = 0; i < n; i++) {
		const char *const *vary = cases[i]->def->vary;

		if (!vary)
			strbuf_addf(out, "%s\n", cases[i]->id);
		for (; vary && *vary; vary++) {
			cleanup_free char *id = hx_case_id(cases[i], *vary);

			strbuf_addf(out, "%s\n", id ? id : "");
		}
	}
}

/* A case that was lost shows in review: the list says which there were. The number of findings, or
 * -errno where @file cannot be read. */
static int lint_list(const char *file, const struct conform_entry *const *cases, size_t n,
		     struct strbuf *out, struct err *e)
{
	struct strbuf ids = STRBUF_INIT;
	cleanup_free char *text = NULL;
	size_t len;
	int r = fd_read_file_at(AT_FDCWD, file, LIST_MAX, &text, &len, e);

	if (r < 0)
		return err_wrap(e, "the list of the cases");
	print_ids(cases, n, &ids);
	if (!ids.buf || !str_eq(ids.buf, text)) {
		strbuf_addf(out, "%s: it is not the list of the cases: run `conform --list > ",
			    file);
		strbuf_add_shell(out, file);
		strbuf_adds(out, "`\n");
		r = 1;
	}
	strbuf_done(&ids);
	return r;
}

/* Every finding, of the cases and of the list in @file, unless that is NULL. How many, or -errno.
 */
static int lint_everything(const struct conform_entry *const *cases, size_t n,
			   const struct lint_words *w, const char *file, struct strbuf *out,
			   struct err *e)
{
	size_t findings = 0;
	int r;

	for (size_t i = 0; i < n; i++)
		findings += lint_case(cases[i], w, out);
	findings += lint_all(cases, n, out);
	findings += unjudged_lint(cases, n, out);
	r = file ? lint_list(file, cases, n, out, e) : 0;
	return r < 0 ? r : (int)findings + r;
}

static int complain(const struct err *e)
{
	(void)fprintf(stderr, "conform: %s\n", e->msg);
	return EXIT_USAGE;
}

static const char usage[] =
	"usage: conform lint [FILE]\n"
	"\n"
	"Checks the cases themselves: their names, requirements, pointers, facts and lies. FILE is "
	"the list of all\n"
	"cases, one id per line, as conform --list prints it (conformance/cases.list of the "
	"sources): what it lacks\n"
	"or has too much is a finding.\n"
	"\n"
	"  -h, --help  print this\n"
	"\n"
	"Exit status: 0 nothing was found, 1 findings, 2 usage, or something could not be read or "
	"written.\n";

static const struct option long_options[] = {
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

int cli_lint(int argc, char **argv)
{
	cleanup_free const struct conform_entry **cases = NULL;
	struct err e = {0};
	cleanup_free char *inside = NULL;
	struct lint_words w = {.lie = lie_exists};
	const char *file;
	struct strbuf out CLEANUP(strbuf_done) = STRBUF_INIT;
	int n, r;

	optind = 0; /* the caller may have read options of its own */
	opterr = 0;
	r = getopt_long(argc, argv, ":h", long_options, NULL);
	if (r == 'h')
		return cli_puts(usage);
	if (r != -1) {
		(void)cli_option_error(r, argv, long_options, &e);
		return cli_wrong("lint", e.msg);
	}
	file = argv[optind];
	if (file && argv[optind + 1]) {
		(void)err_set(&e, EINVAL, "'%s' is one argument too many", argv[optind + 1]);
		return cli_wrong("lint", e.msg);
	}
	inside = probe_words(&e);
	if (inside)
		n = cli_cases(&cases, &e);
	else
		n = e.num ? -e.num : err_set(&e, ENOENT, "the probe does not tell its words");
	if (n < 0)
		return complain(&e);
	assert(cases);
	w.inside = inside;
	r = lint_everything(cases, (size_t)n, &w, file, &out, &e);
	/* what was found is said even where the list could not be looked at */
	if (cli_put(&out) != 0)
		return EXIT_USAGE;
	return r < 0 ? complain(&e) : r ? EXIT_VIOLATIONS : EXIT_CONFORMS;
}
