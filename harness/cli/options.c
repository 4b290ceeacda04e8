/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include "catalogue.h"
#include "cleanup.h"
#include "fd.h"
#include "option_error.h"
#include "report.h"
#include "session.h"
#include "str.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define JOBS_MAX 64
/* A case waits more than it computes: for timeouts of hooks, and for the kernel to take containers
 * down. */
#define JOBS_PER_CPU 4
#define JOBS_USUAL   32 /* the most where nobody says how many */
#define TIMEOUT_MAX  3600

const char cli_usage[] =
	"usage: conform [OPTIONS] [SELECT...]          judge runtimes by the OCI runtime "
	"specification\n"
	"       conform validate [OPTIONS] PATH...     judge a config.json, bundle, state or "
	"features document\n"
	"       conform mutants [OPTIONS] [SELECT...]  test the suite with lying runtimes\n"
	"       conform coverage [--json] [--missing]  which requirement is claimed by which case\n"
	"       conform lint [FILE]                    check the cases themselves, and the list of "
	"them in FILE\n"
	"\n"
	"SELECT is the id of a case (area/name), an area, a glob, the id of a requirement, or a "
	"document of the\n"
	"specification, with or without #anchor.\n"
	"\n"
	"  --runtime=PATH[,name=NAME][,arg=ARG]...[,hide-unified]\n"
	"                         the runtime to judge; may be repeated; refrun if there is none\n"
	"  --list [--json]        print the selected cases and end\n"
	"  --dry-run [--json]     say what would run and end\n"
	"  --jobs=N               so many cases at a time, 1 to 64 (four for each processor, 32 at "
	"most)\n"
	"  --timeout=SECONDS      deadline of each call of a runtime, 1 to 3600 (10)\n"
	"  --strict               a broken SHOULD fails the run\n"
	"  --target=1.N           judge by this version of the specification, not by the one a "
	"runtime says it implements\n"
	"  --fail-fast            end at the first failure\n"
	"  --keep                 keep the bundles below $TMPDIR (/tmp), and say where\n"
	"  --expect=FILE          known deviations; may be repeated\n"
	"  --report=FORMAT:FILE   tap, junit, json, markdown or plain; may be repeated; - is "
	"stdout\n"
	"  --seed=N               run the cases in another order\n"
	"  --hide-unified         hide /sys/fs/cgroup/unified from all runtimes\n"
	"  --verbose              show passes with all their checks\n"
	"  -h, --help, --version\n"
	"\n"
	"Environment: CONFORM_PROBE and CONFORM_REFRUN name the probe and the built-in runtime, "
	"NO_COLOR\n"
	"forbids colours, TMPDIR is where --keep keeps.\n"
	"\n"
	"Exit status: 0 all that was judged conforms, 1 violations, 2 usage or nothing selected, 3 "
	"something could not be judged, or nothing was of one of the runtimes, or the host was "
	"changed, 128+n ended by signal n.\n";

int cli_wrong(const char *command, const char *words)
{
	(void)fprintf(stderr, "conform %s: %s (see conform %s --help)\n", command, words, command);
	return EXIT_USAGE;
}

int cli_put(const struct strbuf *text)
{
	int r = text->oom ? -ENOMEM : fd_write_all(STDOUT_FILENO, text->buf, text->len);

	if (r >= 0)
		return 0;
	(void)fprintf(stderr, "conform: write to the standard output: %s\n", strerror(-r));
	return EXIT_USAGE;
}

int cli_puts(const char *text)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;

	strbuf_adds(&b, text);
	return cli_put(&b);
}

enum {
	OPT_RUNTIME = 256,
	OPT_LIST,
	OPT_JSON,
	OPT_DRY_RUN,
	OPT_JOBS,
	OPT_TIMEOUT,
	OPT_STRICT,
	OPT_TARGET,
	OPT_FAIL_FAST,
	OPT_KEEP,
	OPT_EXPECT,
	OPT_REPORT,
	OPT_SEED,
	OPT_HIDE_UNIFIED,
	OPT_VERBOSE,
	OPT_VERSION
};

const struct option cli_long_options[] = {
	{"runtime", required_argument, NULL, OPT_RUNTIME},
	{"list", no_argument, NULL, OPT_LIST},
	{"json", no_argument, NULL, OPT_JSON},
	{"dry-run", no_argument, NULL, OPT_DRY_RUN},
	{"jobs", required_argument, NULL, OPT_JOBS},
	{"timeout", required_argument, NULL, OPT_TIMEOUT},
	{"strict", no_argument, NULL, OPT_STRICT},
	{"target", required_argument, NULL, OPT_TARGET},
	{"fail-fast", no_argument, NULL, OPT_FAIL_FAST},
	{"keep", no_argument, NULL, OPT_KEEP},
	{"expect", required_argument, NULL, OPT_EXPECT},
	{"report", required_argument, NULL, OPT_REPORT},
	{"seed", required_argument, NULL, OPT_SEED},
	{"hide-unified", no_argument, NULL, OPT_HIDE_UNIFIED},
	{"verbose", no_argument, NULL, OPT_VERBOSE},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, OPT_VERSION},
	{NULL, 0, NULL, 0},
};

int cli_number(const char *option, const char *text, uint64_t min, uint64_t max, uint64_t *ret,
	       struct err *e)
{
	if (str_to_u64(text, max, ret) < 0 || *ret < min)
		return err_set(e, EINVAL, "--%s: a number from %llu to %llu is asked for, not '%s'",
			       option, (unsigned long long)min, (unsigned long long)max, text);
	return 0;
}

static int push(const char *option, const char **list, size_t *n, const char *value, struct err *e)
{
	if (*n == OPTIONS_MAX)
		return err_set(e, E2BIG, "--%s: more than %d", option, OPTIONS_MAX);
	list[(*n)++] = value;
	return 0;
}

/* An unknown format is told here, before the file is opened: a slip of the pen empties none. */
static int report(struct cli_options *o, const char *arg, struct err *e)
{
	const char *colon = strchr(arg, ':');
	cleanup_free char *format = NULL;
	int r;

	if (!colon || !colon[1])
		return err_set(e, EINVAL, "--report: FORMAT:FILE is asked for, not '%s'", arg);
	format = strndup(arg, (size_t)(colon - arg));
	if (!format)
		return err_set(e, ENOMEM, "--report: %m");
	r = rep_check_format(format, e);
	return r < 0 ? r : push("report", o->reports, &o->nreports, arg, e);
}

static int with_argument(struct cli_options *o, int opt, const char *arg, struct err *e)
{
	uint64_t n = 0;
	int r = 0;

	switch (opt) {
	case OPT_RUNTIME:
		return push("runtime", o->runtimes, &o->nruntimes, arg, e);
	case OPT_REPORT:
		return report(o, arg, e);
	case OPT_EXPECT:
		return push("expect", o->expects, &o->nexpects, arg, e);
	case OPT_TARGET:
		if (catalogue_target_parse(arg, &o->target) < 0)
			return err_set(
				e, EINVAL,
				"--target: a version from 1.0 to 1.%d is asked for, not '%s'",
				CATALOGUE_MINOR_MAX, arg);
		return 0;
	case OPT_JOBS:
		r = cli_number("jobs", arg, 1, JOBS_MAX, &n, e);
		o->jobs = (unsigned int)n;
		return r;
	case OPT_TIMEOUT:
		r = cli_number("timeout", arg, 1, TIMEOUT_MAX, &n, e);
		o->timeout_s = (unsigned int)n;
		return r;
	default:
		return cli_number("seed", arg, 0, UINT64_MAX, &o->seed, e);
	}
}

static void flag(struct cli_options *o, int opt)
{
	const struct {
		int opt;
		bool *value;
	} flags[] = {
		{OPT_LIST, &o->list},
		{OPT_JSON, &o->json},
		{OPT_DRY_RUN, &o->dry_run},
		{OPT_STRICT, &o->strict},
		{OPT_FAIL_FAST, &o->fail_fast},
		{OPT_KEEP, &o->keep},
		{'h', &o->help},
		{OPT_VERSION, &o->version},
		{OPT_VERBOSE, &o->verbose},
		{OPT_HIDE_UNIFIED, &o->hide_unified},
	};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (flags[i].opt == opt)
			*flags[i].value = true;
	}
}

unsigned int cli_usual_jobs(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	long jobs = cpus < 1 ? JOBS_PER_CPU : cpus * JOBS_PER_CPU;

	return jobs > JOBS_USUAL ? JOBS_USUAL : (unsigned int)jobs;
}

int cli_options_parse(int argc, char **argv, unsigned int usual_jobs, struct cli_options *ret,
		      struct err *e)
{
	struct cli_options o = {.target = -1, .timeout_s = HX_TIMEOUT_USUAL, .jobs = usual_jobs};
	int opt, r = 0;

	optind = 0;
	opterr = 0;
	while (r == 0 && (opt = getopt_long(argc, argv, ":h", cli_long_options, NULL)) != -1) {
		if (opt == '?' || opt == ':')
			return cli_option_error(opt, argv, cli_long_options, e);
		if (optarg)
			r = with_argument(&o, opt, optarg, e);
		else
			flag(&o, opt);
	}
	if (r < 0)
		return r;
	if (o.json && !o.list && !o.dry_run)
		return err_set(
			e, EINVAL,
			"--json belongs to --list and --dry-run; a run has --report=json:FILE");
	o.words = (const char *const *)argv + optind;
	o.nwords = (size_t)(argc - optind);
	*ret = o;
	return 0;
}
