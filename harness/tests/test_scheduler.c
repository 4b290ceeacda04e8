/* SPDX-License-Identifier: Apache-2.0 */
/* How a run of cases ends that is told to stop. */
#include "scheduler.h"

#include "cleanup.h"
#include "owned.h"
#include "proc.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <signal.h>

#define LONG_MS	 20000
#define SOON_MS	 5000
#define NEVER_MS 60000

static volatile int stop;

static void on_signal(int sig)
{
	stop = sig;
}

/* The signal comes when the scheduler has looked whether there was one, and does not wait yet. */
static void a_signal_comes(void *arg, const struct hx_job *job, const char *id)
{
	(void)arg;
	(void)job;
	(void)id;
	(void)raise(SIGTERM);
}

static bool count(void *arg, const struct hx_job *job, struct rep_result *res)
{
	int *finished = arg;

	(void)job;
	(void)res;
	(*finished)++;
	return true;
}

START_TEST(a_signal_before_the_wait_ends_it)
{
	/* before anything else a case asks whether the command line has its subcommand: here one
	 * that does not answer */
	static const struct conform_case def = {.title = "t", .needs = {.subcommand = "sleep 20"}};
	const struct conform_entry entry = {.id = "a/b", .def = &def};
	const struct hx_job job = {.entry = &entry};
	CLEANUP(hx_runtime_done) struct hx_runtime rt = {0};
	const struct sigaction sa = {.sa_handler = on_signal};
	struct hx_session session = {.self = "conform", .timeout_ms = LONG_MS, .target = 3};
	int finished = 0;
	struct hx_sched s = {
		.session = &session,
		.runtimes = &rt,
		.nruntimes = 1,
		.jobs = &job,
		.njobs = 1,
		.parallel = 1,
		.ungated = true,
		.started = a_signal_comes,
		.done = count,
		.arg = &finished,
		.stop = &stop,
	};
	int64_t begin = proc_now_ms();

	session.owned = hx_owned_new();
	ck_assert_ptr_nonnull(session.owned);
	ck_assert_int_eq(hx_runtime_parse("/bin/sh,arg=-c", &rt, NULL), 0);
	ck_assert_int_eq(sigaction(SIGTERM, &sa, NULL), 0);
	ck_assert_int_eq(hx_sched_run(&s, NULL), -EINTR);
	ck_assert_int_eq(finished, 0);
	ck_assert_int_lt(proc_now_ms() - begin, SOON_MS);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("scheduler");
	TCase *t = tcase_create("stop");

	tcase_set_timeout(t, NEVER_MS / 1000.0);
	tcase_add_test(t, a_signal_before_the_wait_ends_it);
	suite_add_tcase(s, t);
	return suite_run(s);
}
