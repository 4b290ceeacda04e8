/* SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"

#include "case.h"
#include "cgroups.h"
#include "cleanup.h"
#include "expect.h"
#include "host.h"
#include "paths.h"
#include "report.h"
#include "runtime.h"
#include "scheduler.h"
#include "select.h"
#include "session.h"
#include "settings.h"
#include "stop.h"
#include "str.h"
#include "version.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define REPORTERS_MAX (OPTIONS_MAX + 1)
#define WIDTH_USUAL   100

struct output {
	struct reporter *r;
	int fd;	   /* owned unless stdout */
	bool json; /* it tells the exit status of the run */
};

struct suite {
	const struct cli_options *o;
	struct hx_session session;
	struct hx_runtime runtimes[OPTIONS_MAX];
	size_t nruntimes;
	struct hx_job *jobs;
	struct json *claims; /* variants that features documents name */
	size_t njobs;
	struct output outputs[REPORTERS_MAX];
	size_t noutputs;
	struct cli_expect expects[OPTIONS_MAX];
	size_t nexpects;
	struct rep_runtime rep_runtimes[OPTIONS_MAX];
	struct rep_summary sums[OPTIONS_MAX];
	struct rep_run run;
	struct json *environment;
	struct json *settings, *changes; /* of the host: before the run, and in it */
	bool control_counts;		 /* it is what the user asked for */
	int report_error;
};

static double now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1000.0 + (double)ts.tv_nsec / 1000000.0;
}

static void suite_done(struct suite *s)
{
	for (size_t i = 0; i < s->noutputs; i++) {
		if (s->outputs[i].r)
			s->outputs[i].r->free(s->outputs[i].r);
		if (s->outputs[i].fd > STDERR_FILENO)
			fd_close(&s->outputs[i].fd);
	}
	for (size_t i = 0; i < s->nexpects; i++)
		cli_expect_done(&s->expects[i]);
	for (size_t i = 0; i < s->nruntimes; i++)
		hx_runtime_done(&s->runtimes[i]);
	hx_host_done(&s->session.host);
	json_free(s->environment);
	json_free(s->settings);
	json_free(s->changes);
	free(s->jobs);
	json_free(s->claims);
}

static unsigned int terminal_width(void)
{
	struct winsize ws;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 0 ? ws.ws_col
									   : WIDTH_USUAL;
}

/* Two reports into one file destroy each other, whatever names it has; nothing is emptied yet. A
 * terminal or a pipe takes what comes. */
static int check_own_file(const struct suite *s, int fd, const char *report, struct err *e)
{
	struct stat st, other;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return 0;
	for (size_t i = 0; i < s->noutputs; i++) {
		if (fstat(s->outputs[i].fd, &other) == 0 && other.st_dev == st.st_dev &&
		    other.st_ino == st.st_ino)
			return err_set(e, EEXIST,
				       "--report: '%s' is the file of another report, too", report);
	}
	return 0;
}

static int add_output(struct suite *s, const char *format, const char *file, int fd, bool terminal,
		      struct err *e)
{
	const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");
	bool dumb = str_eq(term, "dumb");
	struct rep_options o = {.fd = fd,
				.live = terminal && !dumb,
				.verbose = s->o->verbose,
				.width = terminal ? terminal_width() : WIDTH_USUAL};
	int r = check_own_file(s, fd, file, e);

	if (r < 0)
		return r;
	o.colour = terminal && !(no_colour && *no_colour) && !dumb;
	r = rep_new(format, &o, &s->outputs[s->noutputs].r, e);
	if (r < 0)
		return r;
	s->outputs[s->noutputs].json = str_eq(format, "json");
	s->outputs[s->noutputs++].fd = fd;
	return 0;
}

/* The terminal's report, unless one of the others asked for stdout. */
static int open_outputs(struct suite *s, struct err *e)
{
	bool stdout_taken = false;
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->o->nreports; i++) {
		const char *colon = strchr(s->o->reports[i], ':');
		cleanup_free char *format =
			strndup(s->o->reports[i], (size_t)(colon - s->o->reports[i]));
		cleanup_fd int fd = FD_NONE;

		if (!format)
			return err_set(e, ENOMEM, "--report: %m");
		if (str_eq(colon + 1, "-")) {
			if (stdout_taken)
				return err_set(e, EINVAL,
					       "--report: the standard output takes one report");
			stdout_taken = true;
			r = add_output(s, format, "-", STDOUT_FILENO, false, e);
			continue;
		}
		/* an earlier report stays until there is a run that makes a new one */
		fd = open(colon + 1, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
		if (fd < 0)
			return err_set(e, errno, "--report: open '%s': %m", colon + 1);
		r = add_output(s, format, colon + 1, fd, false, e);
		if (r == 0)
			(void)take_fd(&fd);
	}
	if (r == 0 && !stdout_taken)
		r = add_output(s, "terminal", "-", STDOUT_FILENO, isatty(STDOUT_FILENO), e);
	return r;
}

static int add_runtime(struct suite *s, const char *option, struct err *e)
{
	struct hx_runtime *rt = &s->runtimes[s->nruntimes];
	int r = hx_runtime_parse(option, rt, e);

	if (r < 0)
		return r;
	s->nruntimes++;
	rt->hide_unified = rt->hide_unified || s->o->hide_unified;
	for (size_t i = 0; i + 1 < s->nruntimes; i++) {
		if (str_eq(s->runtimes[i].name, rt->name))
			return hx_runtime_same_name(rt->name, e);
	}
	return hx_runtime_ask(rt, (int64_t)s->o->timeout_s * 1000, e);
}

static int add_runtimes(struct suite *s, struct err *e)
{
	cleanup_free char *refrun = NULL;
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->o->nruntimes; i++)
		r = add_runtime(s, s->o->runtimes[i], e);
	if (s->o->nruntimes > 0)
		return r;
	refrun = cli_find_refrun(e);
	if (!refrun)
		return -ENOENT;
	return add_runtime(s, refrun, e);
}

/* The next file, whose entries must leave those of the files before it alone. */
static int read_expectation(struct suite *s, const char *path, struct err *e)
{
	struct cli_expect *x = &s->expects[s->nexpects];
	int r = cli_expect_read(path, x, e);

	if (r < 0)
		return r;
	s->nexpects++;
	for (size_t i = 0; r == 0 && x > &s->expects[i]; i++)
		r = cli_expect_check(path, x, s->o->expects[i], &s->expects[i], e);
	return r;
}

static int read_expectations(struct suite *s, struct err *e)
{
	const struct conform_entry **cases = NULL;
	struct strbuf stale = STRBUF_INIT;
	int n = s->o->nexpects ? cli_cases(&cases, e) : 0;
	int r = n < 0 ? n : 0;

	for (size_t i = 0; r == 0 && i < s->o->nexpects; i++) {
		r = read_expectation(s, s->o->expects[i], e);
		if (r == 0)
			cli_expect_stale(&s->expects[i], s->o->expects[i], cases, (size_t)n,
					 &stale);
	}
	if (r < 0 && e && e->num)
		(void)err_wrap(e, "--expect");
	if (stale.buf)
		(void)fputs(stale.buf, stderr);
	strbuf_done(&stale);
	free(cases);
	return r;
}

/* A fixed permutation by the seed (xorshift64*), the control cases staying in front. */
static void shuffle(struct hx_job *jobs, size_t n, uint64_t seed)
{
	uint64_t x = seed ? seed : 1;
	size_t first = 0;

	while (first < n && str_eq(jobs[first].entry->id, CONFORM_CONTROL_ID))
		first++;
	for (size_t i = n; i > first + 1; i--) {
		struct hx_job t;
		size_t k;

		x ^= x >> 12;
		x ^= x << 25;
		x ^= x >> 27;
		k = first + (size_t)((x * UINT64_C(2685821657736338717)) % (i - first));
		t = jobs[i - 1];
		jobs[i - 1] = jobs[k];
		jobs[k] = t;
	}
}

/* What the runtimes claim beyond what the cases name. */
static int select_claims(struct suite *s, const struct conform_entry *const *cases, size_t ncases,
			 size_t njobs, struct err *e)
{
	CLEANUP(strbuf_done) struct strbuf notes = STRBUF_INIT;
	int r = cli_select_claims(cases, ncases, s->o->words, s->o->nwords, s->runtimes,
				  s->nruntimes, &s->jobs, njobs, &s->claims, &notes, e);

	if (notes.buf)
		(void)fputs(notes.buf, stderr);
	return r;
}

/* It runs whatever is selected, so its pass says nothing of the selection unless it is named, or is
 * all that there is. */
static bool control_counts(const struct suite *s)
{
	bool others = false;

	for (size_t i = 0; i < s->o->nwords; i++) {
		if (str_eq(s->o->words[i], CONFORM_CONTROL_ID))
			return true;
	}
	for (size_t i = 0; i < s->njobs; i++)
		others = others || !str_eq(s->jobs[i].entry->id, CONFORM_CONTROL_ID);
	return !others;
}

static int select_jobs(struct suite *s, struct err *e)
{
	const struct conform_entry **cases = NULL;
	int n = cli_cases(&cases, e);
	int r = n < 0 ? n
		      : cli_select(cases, (size_t)n, s->o->words, s->o->nwords, s->nruntimes,
				   &s->jobs, e);

	if (r >= 0)
		r = select_claims(s, cases, (size_t)n, (size_t)r, e);
	free(cases);
	if (r < 0)
		return r;
	s->njobs = (size_t)r;
	s->control_counts = control_counts(s);
	if (s->o->seed)
		shuffle(s->jobs, s->njobs, s->o->seed);
	return s->njobs ? 0 : err_set(e, ENOENT, "there are no cases");
}

static void started(void *arg, const struct hx_job *job, const char *id)
{
	struct suite *s = arg;

	for (size_t i = 0; i < s->noutputs; i++) {
		if (s->outputs[i].r->started)
			s->outputs[i].r->started(s->outputs[i].r, id,
						 s->runtimes[job->runtime].name);
	}
}

static void count(struct rep_summary *sum, const struct rep_result *r)
{
	sum->total++;
	if (r->expectation == REP_XFAIL)
		sum->xfail++;
	else if (r->expectation == REP_XPASS)
		sum->xpass++;
	else
		sum->count[r->verdict]++;
}

/* A verdict on what was selected; a known deviation that holds is one, too. */
static bool is_judged(const struct suite *s, const struct hx_job *job, const struct rep_result *res)
{
	return (s->control_counts || !str_eq(job->entry->id, CONFORM_CONTROL_ID)) &&
	       res->verdict != VERDICT_SKIP && res->verdict != VERDICT_BROK;
}

static bool is_about_cgroups(const char *words)
{
	return words && (strcasestr(words, "cgroup") || strcasestr(words, "hybrid") ||
			 strcasestr(words, "unified"));
}

/* What a runtime that cannot make the plainest container says where it fails may be about the two
 * versions beside each other; refrun takes them. */
static bool complains_of_hybrid(const struct suite *s, const struct hx_runtime *rt,
				const struct rep_result *res)
{
	if (rt->hide_unified || str_starts(rt->version, "refrun ") ||
	    !str_eq(hx_cgroups_mode(&s->session.host.cgroups), "hybrid"))
		return false;
	for (size_t i = 0; i < res->nchecks; i++) {
		const struct rep_check *k = &res->checks[i];

		if (!k->ok && str_eq(k->op, "exits with") && is_about_cgroups(k->note))
			return true;
	}
	return false;
}

static void note_judged(const struct suite *s, const struct hx_job *job,
			const struct rep_result *res, struct rep_summary *sum)
{
	sum->judged += is_judged(s, job, res);
	if (!str_eq(job->entry->id, CONFORM_CONTROL_ID))
		return;
	/* skipped it is where all is: nothing is wrong with the runtime then */
	if (res->verdict != VERDICT_PASS && res->verdict != VERDICT_SKIP)
		sum->control_failed = true;
	if (res->verdict == VERDICT_BROK)
		sum->control_broke = true;
}

static bool done(void *arg, const struct hx_job *job, struct rep_result *res)
{
	struct suite *s = arg;
	const struct cli_expect_where where = {
		s->runtimes[job->runtime].name, s->runtimes[job->runtime].version,
		hx_cgroups_mode(&s->session.host.cgroups), s->session.host.lsms};
	struct err e = {0};
	bool bad;

	if (str_eq(job->entry->id, CONFORM_CONTROL_ID))
		s->rep_runtimes[job->runtime].hybrid =
			complains_of_hybrid(s, &s->runtimes[job->runtime], res);
	if (cli_expect_apply(s->expects, s->nexpects, &where, res) < 0)
		res->verdict = VERDICT_BROK;
	note_judged(s, job, res, &s->run.summary);
	note_judged(s, job, res, &s->sums[job->runtime]);
	count(&s->run.summary, res);
	count(&s->sums[job->runtime], res);
	for (size_t i = 0; i < s->noutputs; i++) {
		int r = s->outputs[i].r->case_done(s->outputs[i].r, &s->run, res, &e);

		if (r < 0 && s->report_error == 0)
			s->report_error = r;
	}
	bad = res->expectation != REP_XFAIL &&
	      (res->verdict >= VERDICT_FAIL || res->expectation == REP_XPASS);
	return !(s->o->fail_fast && bad) && s->report_error == 0;
}

static int empty_outputs(const struct suite *s, struct err *e)
{
	for (size_t i = 0; i < s->noutputs; i++) {
		struct stat st;

		if (s->outputs[i].fd <= STDERR_FILENO || fstat(s->outputs[i].fd, &st) < 0 ||
		    !S_ISREG(st.st_mode))
			continue;
		if (ftruncate(s->outputs[i].fd, 0) < 0)
			return err_set(e, errno, "empty the file of a report: %m");
	}
	return 0;
}

static int begin_run(struct suite *s, struct err *e)
{
	int r;

	for (size_t i = 0; i < s->nruntimes; i++) {
		struct hx_runtime *rt = &s->runtimes[i];

		s->rep_runtimes[i] = (struct rep_runtime){rt->name, rt->path,	rt->version,
							  rt->spec, rt->option, false};
	}
	s->environment = hx_host_report(&s->session.host);
	if (!s->environment)
		return err_set(e, ENOMEM, "look at the host: %m");
	s->run.version = CONFORM_VERSION;
	s->run.commit = CONFORM_COMMIT;
	s->run.environment = s->environment;
	s->run.runtimes = s->rep_runtimes;
	s->run.nruntimes = s->nruntimes;
	s->run.by_runtime = s->sums;
	s->run.ncases = s->njobs;
	s->run.jobs = s->o->jobs;
	s->run.seed = s->o->seed;
	s->run.strict = s->o->strict;
	s->run.target = s->o->target < 0
				? ""
				: (const char *const[]){"1.0", "1.1", "1.2", "1.3"}[s->o->target];
	s->run.started = (int64_t)time(NULL);
	s->run.expects = s->o->expects;
	s->run.nexpects = s->nexpects;
	r = empty_outputs(s, e);
	for (size_t i = 0; r == 0 && i < s->noutputs; i++) {
		if (s->outputs[i].r->begin)
			r = s->outputs[i].r->begin(s->outputs[i].r, &s->run, e);
	}
	return r;
}

static int exit_code(const struct suite *s)
{
	const struct rep_summary *sum = &s->run.summary;

	if (s->report_error < 0)
		return EXIT_UNJUDGED;
	if (sum->control_failed || sum->count[VERDICT_BROK] > 0 || s->run.host_changes)
		return EXIT_UNJUDGED;
	if (sum->count[VERDICT_FAIL] > 0 || sum->xpass > 0)
		return EXIT_VIOLATIONS;
	/* where all was skipped nothing has been shown, whatever was shown of another runtime */
	for (size_t i = 0; i < s->nruntimes; i++) {
		if (s->sums[i].judged == 0)
			return EXIT_UNJUDGED;
	}
	return EXIT_CONFORMS;
}

/* Told before the run begins, and empties reports. */
static int check_keep(const struct cli_options *o, struct err *e)
{
	const char *tmp = getenv("TMPDIR");

	return o->keep && tmp && *tmp == '/' && access(tmp, W_OK | X_OK) < 0
		       ? err_set(e, errno, "--keep: $TMPDIR is '%s': %m", tmp)
		       : 0;
}

static int prepare(struct suite *s, const char *self, struct err *e)
{
	int r = read_expectations(s, e);

	if (r == 0)
		r = check_keep(s->o, e);

	s->session.self = self;
	s->session.target = s->o->target;
	s->session.strict = s->o->strict;
	s->session.timeout_ms = s->o->timeout_s * 1000;
	if (r == 0)
		r = open_outputs(s, e);
	if (r == 0)
		r = hx_host_look(&s->session.host, e);
	if (r == 0)
		r = add_runtimes(s, e);
	return r < 0 ? r : select_jobs(s, e);
}

/* Without root there is no sandbox, and no case runs. */
static int skip_all(struct suite *s, struct err *e)
{
	for (size_t i = 0; i < s->njobs; i++) {
		struct rep_result res;
		int r = hx_case_describe(&s->session, &s->runtimes[s->jobs[i].runtime],
					 s->jobs[i].entry, s->jobs[i].variant, &res);

		if (r < 0)
			return err_set(e, ENOMEM, "skip a case: %m");
		res.verdict = VERDICT_SKIP;
		res.reason = strdup("needs root: the harness makes namespaces, mounts and cgroups "
				    "for each case");
		(void)done(s, &s->jobs[i], &res);
		rep_result_done(&res);
	}
	return 0;
}

/* How the run has ended is told by the json reports, and that another one could not be written is
 * part of it: so they come last. @r: of the run. */
static int end_reports(struct suite *s, int r, struct err *e)
{
	for (int json = 0; json < 2; json++) {
		s->run.exit_code = r == -EINTR ? 128 + cli_stop_signal
				   : r < 0     ? EXIT_UNJUDGED
					       : exit_code(s);
		for (size_t i = 0; i < s->noutputs; i++) {
			struct reporter *reporter = s->outputs[i].r;
			struct err own = {0};
			int end;

			if (s->outputs[i].json != (json == 1) || !reporter->end)
				continue;
			end = reporter->end(reporter, &s->run, &own);
			if (end < 0 && r == 0 && s->report_error == 0) {
				s->report_error = end;
				*e = own;
			}
		}
	}
	return r < 0 ? r : s->report_error;
}

/* Cases run beside each other, and other people's work beside them: what has changed on the whole
 * host is no verdict on a case, nor on a runtime, but the run has not shown that it conforms. */
static int compare_host(struct suite *s)
{
	cleanup_fd int lock = hx_settings_lock(true);
	int r = hx_settings_put_back(s->settings, s->changes);

	(void)lock;
	if (r == 0)
		r = hx_settings_new_cgroups(&s->session.host.cgroups, s->changes);
	if (r == 0 && s->changes->count > 0)
		s->run.host_changes = s->changes;
	return r;
}

static int look_at_host(struct suite *s, struct err *e)
{
	cleanup_fd int lock = hx_settings_lock(true);

	(void)lock;
	s->changes = json_new(JSON_ARRAY);
	return s->changes ? hx_settings_read(&s->settings, e)
			  : err_set(e, ENOMEM, "look at the host: %m");
}

static int run_cases(struct suite *s, const struct hx_sched *sched, const char *probe,
		     struct err *e)
{
	int r = look_at_host(s, e);

	if (r < 0)
		return r;
	cli_stop_catch();
	r = hx_session_enter(&s->session, probe, s->o->keep, e);
	if (r == 0)
		r = hx_sched_run(sched, e);
	hx_session_leave(&s->session);
	if (compare_host(s) < 0 && r == 0)
		r = err_set(e, ENOMEM, "look at the host: %m");
	return r;
}

static int execute(struct suite *s, struct err *e)
{
	cleanup_free char *probe = cli_find_probe(e);
	struct hx_sched sched = {
		.session = &s->session,
		.runtimes = s->runtimes,
		.nruntimes = s->nruntimes,
		.jobs = s->jobs,
		.njobs = s->njobs,
		.parallel = s->o->jobs,
		.started = started,
		.done = done,
		.arg = s,
		.stop = &cli_stop_signal,
	};
	double begin = now_ms();
	int r;

	if (!probe)
		return -ENOENT;
	r = begin_run(s, e);
	if (r < 0)
		return r;
	r = s->session.host.root ? run_cases(s, &sched, probe, e) : skip_all(s, e);
	s->run.duration_ms = now_ms() - begin;
	if (r == 0 && s->report_error < 0)
		(void)err_set(e, -s->report_error, "write the report: %m");
	return r == -ENOMEM ? r : end_reports(s, r, e);
}

/* Findings name their bundle; who passes has one as well. */
static void tell_kept(const struct hx_session *s)
{
	if (s->lifted[0])
		(void)fprintf(stderr,
			      "conform: what is kept below lies on a file system that is mounted "
			      "%s, which did not hold for this run and does by hand\n",
			      s->lifted);
	(void)fprintf(stderr, "conform: the bundles are kept in %s (--verbose: which is whose)\n",
		      s->work);
}

int cli_run(const struct cli_options *o, const char *self)
{
	CLEANUP(suite_done) struct suite s = {.o = o};
	struct err e = {0};
	int r = prepare(&s, self, &e);

	if (r < 0) {
		(void)fprintf(stderr, "conform: %s\n", e.msg[0] ? e.msg : strerror(-r));
		return EXIT_USAGE;
	}
	r = execute(&s, &e);
	if (s.session.made && s.session.keep)
		tell_kept(&s.session);
	if (r == -EINTR)
		return cli_stop_status("conform");
	if (r < 0) {
		(void)fprintf(stderr, "conform: %s\n", e.msg[0] ? e.msg : strerror(-r));
		return EXIT_UNJUDGED;
	}
	return s.run.exit_code;
}
