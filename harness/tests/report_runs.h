/* SPDX-License-Identifier: Apache-2.0 */
/* Runs for the tests of the reporters: one per verdict and some that are harder. */
#ifndef TESTS_REPORT_RUNS_H
#define TESTS_REPORT_RUNS_H

#include "report.h"

struct sample_run {
	const char *name; /* of its golden files */
	struct rep_run run;
	struct rep_result results[4];
	size_t nresults;
};

/* The samples and how many; the strings are constants, so nothing is freed. */
struct sample_run *sample_runs(size_t *ret_count);

#endif
