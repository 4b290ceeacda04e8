/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of a run, and what it ends with. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "err.h"
#include "str.h"

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXIT_CONFORMS	0
#define EXIT_VIOLATIONS 1
#define EXIT_USAGE	2
#define EXIT_UNJUDGED	3

#define OPTIONS_MAX 32

struct cli_options {
	const char *runtimes[OPTIONS_MAX]; /* as written; none: refrun */
	size_t nruntimes;
	const char *reports[OPTIONS_MAX]; /* FORMAT:FILE */
	size_t nreports;
	const char *expects[OPTIONS_MAX];
	size_t nexpects;
	const char *const *words; /* SELECT... */
	size_t nwords;
	unsigned int jobs, timeout_s;
	int target; /* minor number; -1: not given */
	uint64_t seed;
	bool strict, fail_fast, keep, verbose, list, json, dry_run, hide_unified;
	bool help, version;
};

/* Reads @argv, whose strings must last. @usual_jobs: so many cases at a time where it does not say.
 * 0, or -EINVAL with a sentence. */
int cli_options_parse(int argc, char **argv, unsigned int usual_jobs, struct cli_options *ret,
		      struct err *e);

/* So many cases at a time where nobody says how many: the machine is asked. */
unsigned int cli_usual_jobs(void);

/* The options of a run, as getopt_long(3) takes them. */
extern const struct option cli_long_options[];

/* What --help prints. */
extern const char cli_usage[];

/* Says on stderr what is wrong with the command line of a sub-command: EXIT_USAGE. */
int cli_wrong(const char *command, const char *words);

/* Writes what a command has to say to the standard output: 0, or EXIT_USAGE after an error that is
 * told on stderr. */
int cli_put(const struct strbuf *text);
/* The same for a text. */
int cli_puts(const char *text);

/* The number from @min to @max that @text is, of the option --@option, into *ret: 0, or -EINVAL and
 * what is asked for. */
int cli_number(const char *option, const char *text, uint64_t min, uint64_t max, uint64_t *ret,
	       struct err *e);

#endif
