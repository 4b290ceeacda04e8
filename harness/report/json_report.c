/* SPDX-License-Identifier: Apache-2.0 */
/* The report for programs: docs/report.md describes it, docs/report.schema.json is its schema. */
#include "entries.h"
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct json_report {
	struct reporter vtable;
	struct rep_options o;
	struct rep_entries entries;
};

static void add_string(struct strbuf *b, const char *s)
{
	if (s)
		strbuf_add_json(b, s, strlen(s));
	else
		strbuf_adds(b, "null");
}

/* Every member has its comma before it, so the first of an object is written without this. */
static void add_member(struct strbuf *b, const char *name, const char *value)
{
	strbuf_addf(b, ",\"%s\":", name);
	add_string(b, value);
}

static void add_check(struct strbuf *b, const struct rep_check *c)
{
	strbuf_adds(b, "{\"name\":");
	add_string(b, c->name ? c->name : "?");
	if (c->op)
		add_member(b, "op", c->op);
	strbuf_addf(b, ",\"expected\":%s,\"observed\":%s,\"ok\":%s",
		    c->expected ? c->expected : "null", c->observed ? c->observed : "null",
		    c->ok && !c->broken ? "true" : "false");
	/* null is a value that can be observed, so nothing says so in words */
	if (c->broken)
		add_member(b, "note", c->note ? c->note : "could not be judged");
	else if (c->note || !c->observed)
		add_member(b, "note", c->note ? c->note : "not observed");
	strbuf_addc(b, '}');
}

static void add_requirements(struct strbuf *b, const struct rep_result *res)
{
	strbuf_adds(b, ",\"requirements\":[");
	for (size_t i = 0; i < res->nrequirements; i++) {
		struct strbuf level = STRBUF_INIT;

		text_add_level(&level, res->requirements[i].level);
		strbuf_adds(b, i ? ",{\"id\":" : "{\"id\":");
		add_string(b, res->requirements[i].id);
		b->oom = b->oom || level.oom;
		add_member(b, "level", level.buf);
		strbuf_addc(b, '}');
		strbuf_done(&level);
	}
	strbuf_addc(b, ']');
	if (res->advice)
		add_member(b, "advice", res->advice);
}

static const char *expectation_name(enum rep_expectation x)
{
	return x == REP_XFAIL ? "XFAIL" : "XPASS";
}

static void add_expectation(struct strbuf *b, const struct rep_result *res)
{
	strbuf_adds(b, ",\"expectation\":{\"outcome\":");
	add_string(b, expectation_name(res->expectation));
	add_member(b, "verdict", verdict_name(res->expected_verdict));
	add_member(b, "reason", res->expected_reason);
	add_member(b, "link", res->expected_link);
	strbuf_addc(b, '}');
}

static char *entry_text(const struct rep_result *res)
{
	struct strbuf b = STRBUF_INIT;

	strbuf_adds(&b, "{\"id\":");
	add_string(&b, res->id);
	add_member(&b, "title", res->title);
	add_member(&b, "runtime", res->runtime);
	add_member(&b, "verdict", verdict_name(res->verdict));
	add_requirements(&b, res);
	strbuf_adds(&b, ",\"checks\":[");
	for (size_t i = 0; i < res->nchecks; i++) {
		if (i)
			strbuf_addc(&b, ',');
		add_check(&b, &res->checks[i]);
	}
	strbuf_addc(&b, ']');
	add_member(&b, "reason", res->reason);
	strbuf_addf(&b, ",\"duration_ms\":%.1f", res->duration_ms);
	add_member(&b, "repeat", res->repeat);
	if (res->bundle)
		add_member(&b, "bundle", res->bundle);
	if (res->expectation != REP_NOT_LISTED)
		add_expectation(&b, res);
	strbuf_addc(&b, '}');
	return strbuf_take(&b);
}

static int json_case(struct reporter *r, const struct rep_run *run, const struct rep_result *res,
		     struct err *e)
{
	struct json_report *j = (struct json_report *)r;
	char *text = entry_text(res);

	if (!text)
		return err_set(e, ENOMEM, "write the report: %m");
	return rep_entries_add(&j->entries, run, res, text, e);
}

/* The files of known deviations; NULL: memory is short. */
static struct json *names_of(const struct rep_run *run)
{
	struct json *names = json_new(JSON_ARRAY);

	for (size_t i = 0; names && i < run->nexpects; i++) {
		if (json_append(names, json_new_string(run->expects[i])) < 0) {
			json_free(names);
			return NULL;
		}
	}
	return names;
}

/* What the run was, beside what the host is. */
static struct json *environment_of(const struct rep_run *run)
{
	struct json *env = run->environment ? json_copy(run->environment) : json_new(JSON_OBJECT);
	struct json *own = json_new(JSON_OBJECT);
	bool ok = env && own &&
		  json_set_member(own, "version", json_new_string(run->version)) == 0 &&
		  json_set_member(own, "commit", json_new_string(run->commit)) == 0 &&
		  json_set_member(own, "target", json_new_string(run->target)) == 0 &&
		  json_set_member(own, "strict", json_new_bool(run->strict)) == 0 &&
		  json_set_member(own, "jobs", json_new_uint(run->jobs)) == 0 &&
		  json_set_member(own, "seed", json_new_uint(run->seed)) == 0 &&
		  (run->nexpects == 0 || json_set_member(own, "expect", names_of(run)) == 0);

	if (ok && json_set_member(env, "conform", own) == 0)
		return env;
	if (!ok)
		json_free(own);
	json_free(env);
	return NULL;
}

static void add_runtimes(struct strbuf *b, const struct rep_run *run)
{
	strbuf_adds(b, ",\n\"runtimes\":[");
	for (size_t i = 0; i < run->nruntimes; i++) {
		strbuf_adds(b, i ? ",\n{\"name\":" : "\n{\"name\":");
		add_string(b, run->runtimes[i].name);
		add_member(b, "path", run->runtimes[i].path);
		add_member(b, "version", run->runtimes[i].version);
		add_member(b, "spec", run->runtimes[i].spec);
		strbuf_addc(b, '}');
	}
	strbuf_addc(b, ']');
}

static void add_summary(struct strbuf *b, const struct rep_run *run)
{
	const struct rep_summary *s = &run->summary;

	strbuf_addf(b,
		    ",\n\"summary\":{\"pass\":%u,\"fail\":%u,\"warn\":%u,\"skip\":%u,\"brok\":%u",
		    s->count[VERDICT_PASS], s->count[VERDICT_FAIL], s->count[VERDICT_WARN],
		    s->count[VERDICT_SKIP], s->count[VERDICT_BROK]);
	if (run->nexpects || s->xfail || s->xpass)
		strbuf_addf(b, ",\"xfail\":%u,\"xpass\":%u", s->xfail, s->xpass);
	strbuf_addc(b, '}');
}

/* Sums of a run that was cut off look like those of one that was not. */
static void add_end(struct strbuf *b, const struct rep_run *run, size_t count)
{
	if (run->host_changes) {
		strbuf_adds(b, ",\n\"host_changes\":");
		json_print(run->host_changes, 0, b);
	}
	strbuf_addf(b, ",\n\"planned\":%zu,\"complete\":%s,\"exit_code\":%d}\n", run->ncases,
		    count < run->ncases ? "false" : "true", run->exit_code);
}

static int json_end(struct reporter *r, const struct rep_run *run, struct err *e)
{
	struct json_report *j = (struct json_report *)r;
	struct json *env = environment_of(run);
	struct strbuf b = STRBUF_INIT;

	if (!env)
		return err_set(e, ENOMEM, "write the report: %m");
	rep_entries_sort(&j->entries);
	strbuf_adds(&b, "{\"environment\":");
	json_print(env, 0, &b);
	json_free(env);
	add_runtimes(&b, run);
	strbuf_adds(&b, ",\n\"cases\":[");
	for (size_t i = 0; i < j->entries.count; i++) {
		strbuf_adds(&b, i ? ",\n" : "\n");
		strbuf_adds(&b, j->entries.items[i].text);
	}
	strbuf_addc(&b, ']');
	add_summary(&b, run);
	add_end(&b, run, j->entries.count);
	return text_flush(&b, j->o.fd, e);
}

static void json_report_free(struct reporter *r)
{
	struct json_report *j = (struct json_report *)r;

	rep_entries_done(&j->entries);
	free(j);
}

struct reporter *rep_json_new(const struct rep_options *o)
{
	struct json_report *j = calloc(1, sizeof(*j));

	if (!j)
		return NULL;
	j->vtable = (struct reporter){NULL, NULL, json_case, json_end, json_report_free};
	j->o = *o;
	return &j->vtable;
}
