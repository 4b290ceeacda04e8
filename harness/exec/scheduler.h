/* SPDX-License-Identifier: Apache-2.0 */
/* Runs cases in processes of their own, several at a time. */
#ifndef EXEC_SCHEDULER_H
#define EXEC_SCHEDULER_H

#include "conform.h"
#include "report.h"
#include "session.h"

#include <stdbool.h>
#include <stddef.h>

struct hx_job {
	const struct conform_entry *entry;
	const char *variant; /* JSON text or NULL */
	size_t runtime;	     /* index */
};

struct hx_sched {
	const struct hx_session *session;
	const struct hx_runtime *runtimes;
	size_t nruntimes;
	const struct hx_job
		*jobs; /* in order; the control case of each runtime before its others */
	size_t njobs;
	unsigned int parallel;
	bool ungated; /* jobs are judged whatever became of the control case (which need not be
			 among them) */
	/* A case begins / has ended. @res belongs to the callee's caller and is freed afterwards.
	 * done() returns false to stop the run. */
	void (*started)(void *arg, const struct hx_job *job, const char *id);
	bool (*done)(void *arg, const struct hx_job *job, struct rep_result *res);
	void *arg;
	const volatile int *stop; /* becomes nonzero when the run shall end (a signal came) */
};

/* Runs all jobs. Under a runtime whose control case did not pass the others are SKIP. 0, -EINTR
 * where it was stopped, or -errno. */
int hx_sched_run(const struct hx_sched *s, struct err *e);

/* Whether cases with these .owns (lists that end with NULL, or NULL) must not run beside each
 * other: both have a name, or one has "host". */
bool hx_owners_collide(const char *const *a, const char *const *b);

#endif
