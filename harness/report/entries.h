/* SPDX-License-Identifier: Apache-2.0 */
/* What a reporter keeps of each result until the end, in an order that does not depend on which
 * case was done first. */
#ifndef REPORT_ENTRIES_H
#define REPORT_ENTRIES_H

#include "report.h"

struct rep_entry {
	size_t runtime; /* index in struct rep_run */
	char *id;
	enum verdict verdict;
	enum rep_expectation expectation;
	double duration_ms;
	char *text; /* the reporter's own, may be NULL */
};

struct rep_entries {
	struct rep_entry *items;
	size_t count, cap;
};

/* Keeps @res; takes @text (from malloc, may be NULL) in every case. 0 or -ENOMEM. */
int rep_entries_add(struct rep_entries *l, const struct rep_run *run, const struct rep_result *res,
		    char *text, struct err *e);

/* By runtime, then by id; and by id, then by runtime. */
void rep_entries_sort(struct rep_entries *l);
void rep_entries_sort_by_id(struct rep_entries *l);

void rep_entries_done(struct rep_entries *l);

/* The sums of one runtime, or of all where there is only one; never NULL. */
const struct rep_summary *rep_summary_of(const struct rep_run *run, size_t runtime);

#endif
