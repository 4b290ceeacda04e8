/* SPDX-License-Identifier: Apache-2.0 */
/* What must be true of a case's request, configuration, verdict and report. */
#ifndef FUZZ_CASE_NAIVE_H
#define FUZZ_CASE_NAIVE_H

#include "conform.h"
#include "entries.h"
#include "input.h"

/* "<op><pointer> <value>", taken apart in place; an op of none of "=+-!" is no edit's. */
struct edit case_edit(char *line);

/* How often @name stands between the first and the last of the words. */
size_t case_times(const struct input_words *asked, const char *name);

/* The verdict, by which kinds of check there are; a check with .expected binds. */
enum verdict case_verdict(const struct rep_result *r, bool advised, bool strict);

/* Whether the entries stand by runtime and id, or by id and runtime. */
bool case_is_sorted(const struct rep_entries *l, bool by_id);

/* @r as expected, with its reason as advice and one requirement; everything is borrowed. */
struct rep_result case_listed(const struct rep_result *r, enum rep_expectation x,
			      struct rep_requirement *q);

/* The same for a whole report: of a case area/name, whose file is called as its first check, with
 * no requirement where it has one check; what was expected and its address are the reason. */
struct rep_result case_reported(const struct rep_result *r, enum rep_expectation x,
				struct rep_requirement *q);

/* Of the checks that a report shows: how many are broken, did not hold and held. */
struct case_checks {
	size_t broken, bad, good;
};
struct case_checks case_count(const struct rep_result *r, bool all);

/* The text in capitals. The caller frees. */
char *case_loud(const char *text);

#endif
