/* SPDX-License-Identifier: Apache-2.0 */
#include "mutants_options.h"

#include "option_error.h"
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <sys/random.h>

#define JOBS_MAX      64
#define TIMEOUT_MAX   3600
#define TIMEOUT_USUAL 5

const char mutants_usage[] =
	"usage: conform mutants [OPTIONS] [SELECT...]\n"
	"\n"
	"Puts a lying wrapper before a runtime, one lie at a time, and tells which case caught it: "
	"the lies that the\n"
	"selected cases name, and a catalogue drawn from every field of the configuration that "
	"they set.\n"
	"\n"
	"  --select=SELECT     the same as a word SELECT (see conform --help)\n"
	"  --runtime=PATH[,..] the runtime behind the wrapper (refrun)\n"
	"  --uncaught=REPORT   only the lies that this report (--json) of another host has as "
	"unjudged or survived\n"
	"  --sample=N          only N of the lies\n"
	"  --seed=S            which ones\n"
	"  --jobs=N            so many cases at a time (as of a run: conform --help)\n"
	"  --timeout=SECONDS   deadline of each call of the runtime (5)\n"
	"  --list              print the lies and end: each with a tab, and the case that names "
	"it\n"
	"  --json              for programs, with --list, too\n"
	"  --verbose           say what each case said\n"
	"  -h, --help          print this\n"
	"\n"
	"Exit status: 0 no lie survived, 1 some did, 2 usage or nothing selected, 3 it could not "
	"be told,\n"
	"128 + N ended by signal N.\n";

enum {
	OPT_SELECT = 256,
	OPT_RUNTIME,
	OPT_UNCAUGHT,
	OPT_SAMPLE,
	OPT_SEED,
	OPT_JOBS,
	OPT_TIMEOUT,
	OPT_LIST,
	OPT_JSON,
	OPT_VERBOSE
};

static const struct option long_options[] = {
	{"select", required_argument, NULL, OPT_SELECT},
	{"runtime", required_argument, NULL, OPT_RUNTIME},
	{"uncaught", required_argument, NULL, OPT_UNCAUGHT},
	{"sample", required_argument, NULL, OPT_SAMPLE},
	{"seed", required_argument, NULL, OPT_SEED},
	{"jobs", required_argument, NULL, OPT_JOBS},
	{"timeout", required_argument, NULL, OPT_TIMEOUT},
	{"list", no_argument, NULL, OPT_LIST},
	{"json", no_argument, NULL, OPT_JSON},
	{"verbose", no_argument, NULL, OPT_VERBOSE},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static int option(struct mutants_options *o, int opt, struct err *e)
{
	switch (opt) {
	case OPT_SELECT:
		if (o->nwords == MUTANTS_WORDS_MAX)
			return err_set(e, E2BIG, "more than %d words", MUTANTS_WORDS_MAX);
		o->words[o->nwords++] = optarg;
		return 0;
	case OPT_RUNTIME:
		if (o->runtime)
			return err_set(e, EINVAL, "one --runtime at a time");
		o->runtime = optarg;
		return 0;
	case OPT_UNCAUGHT:
		o->uncaught = optarg;
		return 0;
	case OPT_SAMPLE:
		return cli_number("sample", optarg, 1, SIZE_MAX, &o->sample, e);
	case OPT_SEED:
		o->seeded = true;
		return cli_number("seed", optarg, 0, UINT64_MAX, &o->seed, e);
	case OPT_JOBS:
		return cli_number("jobs", optarg, 1, JOBS_MAX, &o->jobs, e);
	case OPT_TIMEOUT:
		return cli_number("timeout", optarg, 1, TIMEOUT_MAX, &o->timeout_s, e);
	case OPT_LIST:
		o->list = true;
		return 0;
	case OPT_JSON:
		o->json = true;
		return 0;
	case OPT_VERBOSE:
		o->verbose = true;
		return 0;
	default:
		o->help = true;
		return 0;
	}
}

static int see_help(int r, struct err *e)
{
	char words[sizeof(e->msg)];

	(void)snprintf(words, sizeof(words), "%s", e->msg);
	return err_set(e, -r, "%.400s (see conform mutants --help)", words);
}

int mutants_options_parse(int argc, char **argv, unsigned int usual_jobs, struct mutants_options *o,
			  struct err *e)
{
	int opt, r = 0;

	*o = (struct mutants_options){.timeout_s = TIMEOUT_USUAL, .jobs = usual_jobs};
	optind = 0;
	opterr = 0;
	while (r == 0 && (opt = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
		if (opt == '?' || opt == ':') {
			r = cli_option_error(opt, argv, long_options, e);
			break;
		}
		r = option(o, opt, e);
	}
	if (r < 0)
		return see_help(r, e);
	for (int i = optind; r == 0 && i < argc; i++) {
		optarg = argv[i];
		r = option(o, OPT_SELECT, e);
	}
	if (r == 0 && o->sample && !o->seeded &&
	    getrandom(&o->seed, sizeof(o->seed), 0) != sizeof(o->seed))
		r = err_set(e, errno, "getrandom: %m");
	return r;
}
