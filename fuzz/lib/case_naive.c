/* SPDX-License-Identifier: Apache-2.0 */
#include "case_naive.h"

#include "fuzz.h"

#include <string.h>

struct edit case_edit(char *line)
{
	const enum op ops[] = {OP_SET, OP_ADD, OP_DEL, OP_RAW, OP_HAS};
	char *value = strchr(line, ' ');

	if (value)
		*value++ = '\0';
	return (struct edit){ops[strcspn("=+-!", (char[]){line[0], 0})], line + !!*line,
			     value ? value : ""};
}

size_t case_times(const struct input_words *asked, const char *name)
{
	size_t n = 0;

	for (size_t i = 1; i + 1 < asked->count; i++)
		n += str_eq(asked->items[i], name);
	return n;
}

enum verdict case_verdict(const struct rep_result *r, bool advised, bool strict)
{
	bool soft = false, hard = false, brok = r->nchecks == 0;
	const char *name = verdict_name(r->verdict);

	fuzz_check(verdict_parse(name) == (int)r->verdict);
	fuzz_check(strcasecmp(name, verdict_name_lower(r->verdict)) == 0);
	for (size_t i = 0; i < r->nchecks; i++) {
		const struct rep_check *c = &r->checks[i];

		brok |= c->broken;
		if (c->ok)
			continue;
		soft |= c->advised || advised;
		hard |= strict || c->expected || !(c->advised || advised);
	}
	if (brok)
		return VERDICT_BROK;
	return hard ? VERDICT_FAIL : soft ? VERDICT_WARN : VERDICT_PASS;
}

bool case_is_sorted(const struct rep_entries *l, bool by_id)
{
	for (size_t i = 1; i < l->count; i++) {
		const struct rep_entry *x = &l->items[i - 1], *y = &l->items[i];
		int id = strcmp(x->id, y->id);
		bool ordered =
			by_id ? id < 0 || (id == 0 && x->runtime <= y->runtime)
			      : x->runtime < y->runtime || (x->runtime == y->runtime && id <= 0);

		if (!ordered)
			return false;
	}
	return true;
}

struct rep_result case_listed(const struct rep_result *r, enum rep_expectation x,
			      struct rep_requirement *q)
{
	struct rep_result listed = *r;

	listed.requirements = q;
	listed.nrequirements = 1;
	listed.advice = r->reason;
	listed.expectation = x;
	return listed;
}

struct rep_result case_reported(const struct rep_result *r, enum rep_expectation x,
				struct rep_requirement *q)
{
	struct rep_result reported = case_listed(r, x, q);

	reported.id = reported.runtime = (char *)"area/name";
	reported.nrequirements = r->nchecks != 1;
	reported.file = r->nchecks ? r->checks[0].name : NULL;
	reported.line = 1;
	reported.expected_reason = reported.expected_link = r->reason;
	return reported;
}

struct case_checks case_count(const struct rep_result *r, bool all)
{
	struct case_checks n = {0};

	for (size_t i = 0; i < r->nchecks; i++) {
		const struct rep_check *c = &r->checks[i];

		if (!all && c->ok)
			continue;
		n.broken += c->broken;
		n.bad += !c->broken && !c->ok;
		n.good += !c->broken && c->ok;
	}
	return n;
}

char *case_loud(const char *text)
{
	char *loud = strdup(text);

	fuzz_check(loud);
	for (char *p = loud; *p; p++)
		*p = (char)(*p >= 'a' && *p <= 'z' ? *p - 'a' + 'A' : *p);
	return loud;
}
