/* SPDX-License-Identifier: Apache-2.0 */
#include "uncaught_naive.h"

#include "cleanup.h"
#include "fuzz.h"
#include "str.h"

static const struct conform_entry here = {"hostname/t", "", 1, NULL};
static const struct conform_entry there = {"hostname/u", "", 1, NULL};
static const struct {
	const char *lie;
	const struct conform_entry *named;
} lies[] = {
	{"set:/hostname=\"other\"", &here},
	{"drop:/hostname", &here},
	{"drop:/hostname", NULL},
	{"drop:/hostname", &there},
};

struct plan uncaught_plan(void)
{
	struct plan p = {.rows = NULL};

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++)
		fuzz_check(plan_add_row(&p, lies[i].lie, lies[i].named));
	return p;
}

bool uncaught_is_report(const struct json *report)
{
	const struct json *list = json_member(report, "lies");

	return list && list->type == JSON_ARRAY;
}

/* "<lie> of <case>"; NULL: no entry of a report. */
static char *title(const struct json *entry)
{
	const char *lie = json_string(json_member(entry, "lie"));
	const char *named = json_string(json_member(entry, "named_by"));

	return lie ? str_format("%s of %s", lie, named ? named : "") : NULL;
}

bool uncaught_has(const struct json *report, const struct plan_row *row)
{
	const struct json *list = json_member(report, "lies");
	cleanup_free char *wanted =
		str_format("%s of %s", row->name, row->named ? row->named->id : "");
	bool left = false;

	/* from the last to the first, which has the last word */
	for (size_t i = list->count; i-- > 0;) {
		cleanup_free char *is = title(list->items[i]);
		const char *outcome = json_string(json_member(list->items[i], "outcome"));

		if (str_eq(is, wanted))
			left = str_eq(outcome, "unjudged") || str_eq(outcome, "survived");
	}
	return left;
}

bool uncaught_is_row(const struct plan *p, size_t i, const struct plan_row *row)
{
	return i < p->nrows && p->rows[i].named == row->named && str_eq(p->rows[i].name, row->name);
}

bool uncaught_is_same(const struct plan *a, const struct plan *b)
{
	for (size_t i = 0; i < a->nrows; i++)
		if (!uncaught_is_row(b, i, &a->rows[i]))
			return false;
	return a->nrows == b->nrows;
}
