/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conform mutants: each lie is told to a case that passes without it, and the case has to fail. All
 * that is open is tried in rounds, so that the cases of a round run side by side.
 */
#include "cli_mutants.h"

#include "case.h"
#include "cleanup.h"
#include "host.h"
#include "lie_main.h"
#include "mutants_options.h"
#include "mutants_report.h"
#include "mutants_settle.h"
#include "mutants_uncaught.h"
#include "options.h"
#include "paths.h"
#include "plan_make.h"
#include "runtime.h"
#include "scheduler.h"
#include "select.h"
#include "session.h"
#include "stop.h"
#include "str.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DETAIL_MAX 300

/* What the case says without any lie. */
enum baseline { BASE_UNKNOWN, BASE_WANTED, BASE_PASS, BASE_OTHER };

struct base {
	enum baseline state;
	char *why; /* of BASE_OTHER */
};

/* A lie that was told, so that it is not told again. */
struct told {
	size_t job;
	const char *lie; /* of the plan */
	struct mutants_told said;
};

struct mutants {
	struct mutants_options o;
	struct hx_session session;
	struct hx_runtime real;
	char self[PATH_MAX];
	struct stat self_stat;
	struct hx_job *selected; /* the runtime's control among them */
	struct plan_job *jobs;
	size_t njobs;
	struct plan plan;
	struct base *base; /* by job */
	struct told *told;
	size_t ntold;
};

/* One run of the scheduler. */
struct batch {
	struct mutants *m;
	struct hx_job *jobs;
	size_t *which; /* of each: the job of the plan, or the index in .told */
	struct hx_runtime *runtimes;
	size_t count, finished;
	bool lies;
};

static void mutants_done(struct mutants *m)
{
	for (size_t i = 0; i < m->njobs && m->base; i++)
		free(m->base[i].why);
	for (size_t i = 0; i < m->ntold; i++)
		mutants_told_done(&m->told[i].said);
	free(m->told);
	free(m->base);
	plan_done(&m->plan);
	free(m->jobs);
	free(m->selected);
	hx_runtime_done(&m->real);
	hx_host_done(&m->session.host);
}

static int make_plan(struct mutants *m, struct err *e)
{
	const struct conform_entry **cases = NULL;
	int n = cli_cases(&cases, e);
	int r = n < 0 ? n
		      : cli_select_named(cases, (size_t)n, m->o.words, m->o.nwords, &m->selected,
					 e);

	free(cases);
	if (r < 0)
		return r;
	m->njobs = (size_t)r;
	m->jobs = calloc(m->njobs ? m->njobs : 1, sizeof(*m->jobs));
	m->base = calloc(m->njobs ? m->njobs : 1, sizeof(*m->base));
	if (!m->jobs || !m->base)
		return err_set(e, ENOMEM, "plan: %m");
	for (size_t i = 0; i < m->njobs; i++)
		m->jobs[i] = (struct plan_job){m->selected[i].entry, m->selected[i].variant};
	r = plan_make(m->jobs, m->njobs, m->o.nwords == 0, &m->plan, e);
	if (r == 0 && m->o.uncaught)
		r = mutants_keep_uncaught(m->o.uncaught, &m->plan, e);
	if (r == 0 && m->plan.nrows == 0)
		r = err_set(e, ENOENT,
			    m->o.uncaught ? "the report has no lie that was not caught"
					  : "no lie is about what is selected");
	if (r == 0 && m->o.sample)
		plan_sample(&m->plan, m->o.sample, m->o.seed);
	return r;
}

/* The program that is called for a lie is this one. */
static int find_self(struct mutants *m, struct err *e)
{
	ssize_t n = readlink("/proc/self/exe", m->self, sizeof(m->self) - 1);

	if (n < 0 || stat("/proc/self/exe", &m->self_stat) < 0)
		return err_set(e, errno, "find this program: %m");
	m->self[n] = '\0';
	return 0;
}

static int find_runtime(struct mutants *m, struct err *e)
{
	cleanup_free char *refrun = m->o.runtime ? NULL : cli_find_refrun(e);
	const char *option_text = m->o.runtime ? m->o.runtime : refrun;
	int r;

	if (!option_text)
		return -ENOENT;
	r = hx_runtime_parse(option_text, &m->real, e);
	return r < 0 ? r : hx_runtime_ask(&m->real, (int64_t)m->o.timeout_s * 1000, e);
}

/* The wrapper, as a runtime: what it says of itself is what the real one says. The arguments belong
 * to the caller, who frees @ret->args[1]. */
static int lying_runtime(struct mutants *m, const char *lie, struct hx_runtime *ret, struct err *e)
{
	static char word[] = "lie", dashes[] = "--";
	size_t n = 0;

	if (m->real.nargs + 4 > RUNTIME_ARGS_MAX)
		return err_set(e, E2BIG, "too many arguments for the runtime");
	*ret = m->real;
	ret->path = m->self;
	ret->binary = m->self_stat;
	ret->args[n++] = word;
	ret->args[n] = strdup(lie);
	if (!ret->args[n++])
		return err_set(e, ENOMEM, "tell a lie: %m");
	ret->args[n++] = dashes;
	ret->args[n++] = m->real.path;
	for (size_t i = 0; i < m->real.nargs; i++)
		ret->args[n++] = m->real.args[i];
	ret->nargs = n;
	return 0;
}

static bool batch_one_done(void *arg, const struct hx_job *job, struct rep_result *res)
{
	struct batch *b = arg;
	struct mutants *m = b->m;
	size_t which = b->which[job - b->jobs];

	if (b->lies) {
		mutants_take(&m->told[which].said, res, job->entry->def, m->told[which].lie);
	} else {
		cleanup_free char *cut = str_cut(res->reason ? res->reason : "", DETAIL_MAX);

		m->base[which].state = res->verdict == VERDICT_PASS ? BASE_PASS : BASE_OTHER;
		m->base[which].why = str_format("without the lie it is %s: %s",
						verdict_name(res->verdict), cut ? cut : "");
	}
	b->finished++;
	if (isatty(STDERR_FILENO) && !m->o.json)
		(void)fprintf(stderr, "\r%s %zu/%zu \033[K", b->lies ? "lies" : "cases",
			      b->finished, b->count);
	return true;
}

static void batch_done(struct batch *b)
{
	for (size_t i = 0; i < b->count && b->lies && b->runtimes; i++)
		free(b->runtimes[i].args[1]);
	free(b->runtimes);
	free(b->jobs);
	free(b->which);
}

static int batch_init(struct batch *b, size_t max, struct err *e)
{
	b->jobs = calloc(max ? max : 1, sizeof(*b->jobs));
	b->which = calloc(max ? max : 1, sizeof(*b->which));
	b->runtimes = calloc(max ? max : 1, sizeof(*b->runtimes));
	return b->jobs && b->which && b->runtimes ? 0 : err_set(e, ENOMEM, "tell the lies: %m");
}

static void batch_add(struct batch *b, size_t job, size_t which, size_t runtime)
{
	b->jobs[b->count] =
		(struct hx_job){b->m->jobs[job].entry, b->m->jobs[job].variant, runtime};
	b->which[b->count++] = which;
}

static int batch_run(struct batch *b, const struct hx_runtime *runtimes, size_t nruntimes,
		     struct err *e)
{
	struct hx_sched s = {
		.session = &b->m->session,
		.runtimes = runtimes,
		.nruntimes = nruntimes,
		.jobs = b->jobs,
		.njobs = b->count,
		.parallel = (unsigned int)b->m->o.jobs,
		.ungated = true,
		.done = batch_one_done,
		.arg = b,
		.stop = &cli_stop_signal,
	};

	return b->count ? hx_sched_run(&s, e) : 0;
}

/* Runs without a lie what the next candidates need to be compared with. */
static int run_baseline(struct mutants *m, struct err *e)
{
	CLEANUP(batch_done) struct batch b = {.m = m};
	int r = batch_init(&b, m->njobs, e);

	for (size_t i = 0; r == 0 && i < m->plan.nrows; i++) {
		const struct plan_row *row = &m->plan.rows[i];
		size_t job;

		if (row->outcome != PLAN_OPEN)
			continue;
		job = row->candidates[row->next].job;
		if (m->base[job].state != BASE_UNKNOWN)
			continue;
		m->base[job].state = BASE_WANTED;
		batch_add(&b, job, job, 0);
	}
	return r < 0 ? r : batch_run(&b, &m->real, 1, e);
}

static struct told *find_told(struct mutants *m, const struct plan_candidate *c)
{
	for (size_t i = 0; i < m->ntold; i++) {
		if (m->told[i].job == c->job && str_eq(m->told[i].lie, c->lie))
			return &m->told[i];
	}
	return NULL;
}

static int run_lies(struct mutants *m, struct err *e)
{
	CLEANUP(batch_done) struct batch b = {.m = m, .lies = true};
	struct told *more = reallocarray(m->told, m->ntold + m->plan.nrows + 1, sizeof(*more));
	int r;

	if (!more)
		return err_set(e, ENOMEM, "tell the lies: %m");
	m->told = more;
	r = batch_init(&b, m->plan.nrows, e);
	for (size_t i = 0; r == 0 && i < m->plan.nrows; i++) {
		const struct plan_row *row = &m->plan.rows[i];
		const struct plan_candidate *c = &row->candidates[row->next];

		if (row->outcome != PLAN_OPEN || m->base[c->job].state != BASE_PASS ||
		    find_told(m, c))
			continue;
		m->told[m->ntold] = (struct told){c->job, c->lie, {VERDICT_BROK, LIE_TOLD, NULL}};
		r = lying_runtime(m, c->lie, &b.runtimes[b.count], e);
		if (r == 0)
			batch_add(&b, c->job, m->ntold++, b.count);
	}
	return r < 0 ? r : batch_run(&b, b.runtimes, b.count, e);
}

static void settle_row(struct mutants *m, struct plan_row *row)
{
	const struct plan_candidate *c = &row->candidates[row->next];
	const struct base *base = &m->base[c->job];
	const struct told *t = find_told(m, c);

	mutants_settle(row, m->jobs[c->job].entry->def,
		       base->state == BASE_PASS ? NULL
		       : base->why		? base->why
						: "it was not run",
		       t ? &t->said : NULL);
}

static int tell_all(struct mutants *m, struct err *e)
{
	bool open = true;
	int r = 0;

	for (size_t i = 0; i < m->plan.nrows; i++) {
		struct plan_row *row = &m->plan.rows[i];

		if (row->ncandidates == 0 && row->outcome == PLAN_OPEN)
			row->outcome = PLAN_NOT_APPLICABLE;
	}
	while (r == 0 && open) {
		open = false;
		r = run_baseline(m, e);
		if (r == 0)
			r = run_lies(m, e);
		for (size_t i = 0; r == 0 && i < m->plan.nrows; i++) {
			if (m->plan.rows[i].outcome == PLAN_OPEN)
				settle_row(m, &m->plan.rows[i]);
			open |= m->plan.rows[i].outcome == PLAN_OPEN;
		}
	}
	if (isatty(STDERR_FILENO) && !m->o.json)
		(void)fprintf(stderr, "\r\033[K");
	return r;
}

static int run_session(struct mutants *m, const char *probe, struct err *e)
{
	int r;

	cli_stop_catch();
	r = hx_session_enter(&m->session, probe, false, e);
	if (r == 0)
		r = tell_all(m, e);
	hx_session_leave(&m->session);
	return r;
}

static int prepare(struct mutants *m, int argc, char **argv, struct err *e)
{
	int r = mutants_options_parse(argc, argv, cli_usual_jobs(), &m->o, e);

	if (r < 0 || m->o.help)
		return r;
	m->session.self = "conform";
	m->session.target = -1;
	m->session.timeout_ms = (unsigned int)m->o.timeout_s * 1000;
	r = make_plan(m, e);
	if (r < 0 || m->o.list)
		return r;
	r = find_self(m, e);
	if (r == 0)
		r = hx_host_look(&m->session.host, e);
	return r < 0 ? r : find_runtime(m, e);
}

static int print(const struct mutants *m, struct err *e)
{
	struct strbuf out = STRBUF_INIT;
	int r;

	if (m->o.list && m->o.json) {
		mutants_list_json(&m->plan, &out);
	} else if (m->o.list) {
		for (size_t i = 0; i < m->plan.nrows; i++)
			strbuf_addf(&out, "%s\t%s\n", m->plan.rows[i].name,
				    m->plan.rows[i].named ? m->plan.rows[i].named->id : "");
	} else if (m->o.json) {
		mutants_print_json(&m->plan, m->real.name, m->o.seed, &out);
	} else {
		if (m->o.sample)
			strbuf_addf(&out, "a sample; --seed=%llu repeats it\n\n",
				    (unsigned long long)m->o.seed);
		mutants_print_table(&m->plan, m->o.verbose, &out);
	}
	r = out.oom ? -ENOMEM : fd_write_all(STDOUT_FILENO, out.buf ? out.buf : "", out.len);
	strbuf_done(&out);
	return r < 0 ? err_set(e, -r, "write the report: %m") : 0;
}

static int complain(const struct err *e, int r, int code)
{
	(void)fprintf(stderr, "conform mutants: %s\n", e->msg[0] ? e->msg : strerror(-r));
	return code;
}

int cli_mutants(int argc, char **argv)
{
	CLEANUP(mutants_done) struct mutants m = {.ntold = 0};
	cleanup_free char *probe = NULL;
	struct mutants_sums sums;
	struct err e = {0};
	int r = prepare(&m, argc, argv, &e);

	if (r < 0)
		return complain(&e, r, EXIT_USAGE);
	if (m.o.help)
		return cli_puts(mutants_usage);
	if (m.o.list) {
		if (m.o.sample)
			(void)fprintf(stderr, "conform mutants: a sample; --seed=%llu repeats it\n",
				      (unsigned long long)m.o.seed);
		r = print(&m, &e);
		return r < 0 ? complain(&e, r, EXIT_UNJUDGED) : 0;
	}
	probe = cli_find_probe(&e);
	if (!probe)
		r = -ENOENT;
	else if (!m.session.host.root)
		r = err_set(&e, EPERM, "it needs root, as every case does");
	else
		r = run_session(&m, probe, &e);
	if (r == -EINTR && cli_stop_signal)
		return cli_stop_status("conform mutants");
	if (r == 0)
		r = print(&m, &e);
	if (r < 0)
		return complain(&e, r, EXIT_UNJUDGED);
	mutants_count(&m.plan, &sums);
	if (sums.survived)
		return EXIT_VIOLATIONS;
	return sums.caught ? EXIT_CONFORMS : EXIT_UNJUDGED;
}

int cli_lie(int argc, char **argv)
{
	return lie_main(argc, argv);
}
