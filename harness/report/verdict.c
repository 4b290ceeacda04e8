/* SPDX-License-Identifier: Apache-2.0 */
#include "report.h"

#include "str.h"

#include <errno.h>
#include <stdlib.h>

static const struct {
	const char *upper, *lower;
} names[VERDICT_COUNT] = {
	[VERDICT_SKIP] = {"SKIP", "skip"}, [VERDICT_PASS] = {"PASS", "pass"},
	[VERDICT_WARN] = {"WARN", "warn"}, [VERDICT_FAIL] = {"FAIL", "fail"},
	[VERDICT_BROK] = {"BROK", "brok"},
};

const char *verdict_name(enum verdict v)
{
	return v < VERDICT_COUNT ? names[v].upper : "?";
}

const char *verdict_name_lower(enum verdict v)
{
	return v < VERDICT_COUNT ? names[v].lower : "?";
}

int verdict_parse(const char *name)
{
	for (int v = 0; v < VERDICT_COUNT; v++) {
		if (str_eq(name, names[v].upper))
			return v;
	}
	return -EINVAL;
}

static void check_done(struct rep_check *c)
{
	free(c->name);
	free(c->op);
	free(c->expected);
	free(c->observed);
	free(c->note);
}

void rep_result_done(struct rep_result *r)
{
	int saved = errno;

	for (size_t i = 0; i < r->nchecks; i++)
		check_done(&r->checks[i]);
	free(r->checks);
	free(r->requirements);
	free(r->id);
	free(r->title);
	free(r->runtime);
	free(r->expected_reason);
	free(r->expected_link);
	free(r->reason);
	free(r->repeat);
	free(r->bundle);
	*r = (struct rep_result){.verdict = VERDICT_SKIP};
	errno = saved;
}
