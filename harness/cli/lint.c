/* SPDX-License-Identifier: Apache-2.0 */
/* conform lint: the rules of the cases, and whether the list of them that is checked in is current.
 */
#include "commands.h"

#include "case.h"
#include "cleanup.h"
#include "lie.h"
#include "lint_all.h"
#include "lint_case.h"
#include "paths.h"
#include "proc.h"
#include "select.h"
#include "unjudged.h"

#include <assert.h>
#include <fcntl.h>
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

static char *probe_words(void)
{
	cleanup_free char *probe = cli_find_probe();
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

/* A case that was lost shows in review: the list says which there were. */
static size_t lint_list(const char *file, const struct conform_entry *const *cases, size_t n,
			struct strbuf *out)
{
	struct strbuf ids = STRBUF_INIT;
	cleanup_free char *text = NULL;
	size_t len, findings = 0;
	struct err e = {0};

	print_ids(cases, n, &ids);
	if (fd_read_file_at(AT_FDCWD, file, LIST_MAX, &text, &len, &e) < 0) {
		strbuf_addf(out, "%s: %s\n", file, e.msg);
		findings = 1;
	} else if (!ids.buf || !str_eq(ids.buf, text)) {
		strbuf_addf(out, "%s: it is not the list of the cases: run `conform --list > %s`\n",
			    file, file);
		findings = 1;
	}
	strbuf_done(&ids);
	return findings;
}

int cli_lint(int argc, char **argv)
{
	const struct conform_entry **cases = NULL;
	struct lint_words w = {.inside = probe_words(), .lie = lie_exists};
	struct strbuf out = STRBUF_INIT;
	size_t findings = 0;
	struct err e = {0};
	int n, r;

	if (argc > 2 || (argc == 2 && argv[1][0] == '-')) {
		free(w.inside);
		return cli_short_usage("lint [FILE]", argv[1]);
	}
	n = w.inside ? cli_cases(&cases, &e)
		     : err_set(&e, ENOENT,
			       "the probe is not beside this program, so its words are unknown");
	if (n < 0) {
		free(w.inside);
		(void)fprintf(stderr, "conform: %s\n", e.msg);
		return EXIT_USAGE;
	}
	assert(cases);
	for (int i = 0; i < n; i++)
		findings += lint_case(cases[i], &w, &out);
	findings += lint_all(cases, (size_t)n, &out);
	findings += unjudged_lint(cases, (size_t)n, &out);
	if (argc == 2)
		findings += lint_list(argv[1], cases, (size_t)n, &out);
	r = out.oom || fd_write_all(STDOUT_FILENO, out.buf ? out.buf : "", out.len) < 0 ? EXIT_USAGE
	    : findings ? EXIT_VIOLATIONS
		       : 0;
	strbuf_done(&out);
	free(w.inside);
	free(cases);
	return r;
}
