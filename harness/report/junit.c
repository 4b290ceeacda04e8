/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JUnit's XML, as CI systems read it: one suite per runtime and area. FAIL is a failure, BROK an
 * error, SKIP and a known deviation are skipped, each with its reason. The format has no word for a
 * broken SHOULD: such a case passes and carries what was found as its output. Every case has its
 * verdict as a property, so that nothing is lost. A run that ended early has an error of its own:
 * what is not there cannot be seen to be missing.
 */
#include "cleanup.h"
#include "entries.h"
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct junit {
	struct reporter vtable;
	struct rep_options o;
	struct rep_entries entries;
};

struct sums {
	unsigned int tests, failures, errors, skipped;
	double ms;
};

static void add_attribute(struct strbuf *b, const char *name, const char *value)
{
	strbuf_addf(b, " %s=\"", name);
	text_add_xml(b, value);
	strbuf_addc(b, '"');
}

static void add_finding(struct strbuf *b, const struct rep_result *res)
{
	struct strbuf text = STRBUF_INIT;

	text_add_finding(&text, res, 0, false);
	if (text.oom)
		b->oom = true;
	else if (text.buf)
		text_add_xml(b, text.buf);
	strbuf_done(&text);
}

static void add_outcome(struct strbuf *b, const char *element, const char *type,
			const char *message, const struct rep_result *res)
{
	strbuf_addf(b, "      <%s", element);
	if (type)
		add_attribute(b, "type", type);
	add_attribute(b, "message", message ? message : "no reason was given");
	if (!res) {
		strbuf_adds(b, "/>\n");
		return;
	}
	strbuf_adds(b, ">\n");
	add_finding(b, res);
	strbuf_addf(b, "</%s>\n", element);
}

static void add_body(struct strbuf *b, const struct rep_result *res)
{
	const char *level = res->advice		 ? "ADVICE"
			    : res->nrequirements ? res->requirements[0].level
						 : "MUST";

	if (res->expectation == REP_XFAIL) {
		add_outcome(b, "skipped", "XFAIL", res->expected_reason, res);
		return;
	}
	if (res->expectation == REP_XPASS) {
		add_outcome(b, "failure", "XPASS", "a known deviation no longer holds", res);
		return;
	}
	switch (res->verdict) {
	case VERDICT_FAIL:
		add_outcome(b, "failure", level, res->reason, res);
		break;
	case VERDICT_BROK:
		add_outcome(b, "error", "BROK", res->reason, res);
		break;
	case VERDICT_SKIP:
		add_outcome(b, "skipped", NULL, res->reason, NULL);
		break;
	case VERDICT_WARN:
		strbuf_adds(b, "      <system-out>\n");
		add_finding(b, res);
		strbuf_adds(b, "</system-out>\n");
		break;
	default:
		break;
	}
}

static void add_property(struct strbuf *b, const char *name, const char *value)
{
	strbuf_adds(b, "        <property");
	add_attribute(b, "name", name);
	add_attribute(b, "value", value);
	strbuf_adds(b, "/>\n");
}

static char *entry_text(const struct rep_result *res)
{
	struct strbuf b = STRBUF_INIT;
	size_t area = strcspn(res->id, "/");
	cleanup_free char *of = str_format("%s.%.*s", res->runtime, (int)area, res->id);

	if (!of)
		return NULL;
	strbuf_adds(&b, "    <testcase");
	add_attribute(&b, "classname", of);
	add_attribute(&b, "name", res->id);
	strbuf_addf(&b, " time=\"%.3f\"", res->duration_ms / 1000);
	if (res->file) {
		add_attribute(&b, "file", res->file);
		strbuf_addf(&b, " line=\"%d\"", res->line);
	}
	strbuf_adds(&b, ">\n      <properties>\n");
	add_property(&b, "verdict", text_outcome(res));
	for (size_t i = 0; i < res->nrequirements; i++)
		add_property(&b, "requirement", res->requirements[i].id);
	strbuf_adds(&b, "      </properties>\n");
	add_body(&b, res);
	strbuf_adds(&b, "    </testcase>\n");
	return strbuf_take(&b);
}

static int junit_case(struct reporter *r, const struct rep_run *run, const struct rep_result *res,
		      struct err *e)
{
	struct junit *j = (struct junit *)r;
	char *text = entry_text(res);

	if (!text)
		return err_set(e, ENOMEM, "write the report: %m");
	return rep_entries_add(&j->entries, run, res, text, e);
}

static void count(struct sums *s, const struct rep_entry *x)
{
	s->tests++;
	s->ms += x->duration_ms;
	if (x->expectation == REP_XFAIL)
		s->skipped++;
	else if (x->expectation == REP_XPASS || x->verdict == VERDICT_FAIL)
		s->failures++;
	else if (x->verdict == VERDICT_BROK)
		s->errors++;
	else if (x->verdict == VERDICT_SKIP)
		s->skipped++;
}

static void add_sums(struct strbuf *b, const struct sums *s)
{
	strbuf_addf(b,
		    " tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\" time=\"%.3f\">\n",
		    s->tests, s->failures, s->errors, s->skipped, s->ms / 1000);
}

static bool same_suite(const struct rep_entry *a, const struct rep_entry *b)
{
	size_t n = strcspn(a->id, "/");

	return a->runtime == b->runtime && n == strcspn(b->id, "/") &&
	       strncmp(a->id, b->id, n) == 0;
}

static size_t add_suite(struct strbuf *b, const struct rep_run *run, const struct rep_entries *l,
			size_t first)
{
	const struct rep_entry *at = &l->items[first];
	const char *runtime = at->runtime < run->nruntimes ? run->runtimes[at->runtime].name : "?";
	struct sums s = {0};
	size_t n = 0;

	while (first + n < l->count && same_suite(at, &at[n]))
		count(&s, &at[n++]);
	strbuf_adds(b, "  <testsuite name=\"");
	text_add_xml(b, runtime);
	strbuf_addc(b, '.');
	strbuf_add(b, at->id, strcspn(at->id, "/"));
	strbuf_addc(b, '"');
	add_sums(b, &s);
	for (size_t i = 0; i < n; i++)
		strbuf_adds(b, at[i].text);
	strbuf_adds(b, "  </testsuite>\n");
	return n;
}

static void add_missing(struct strbuf *b, const struct rep_run *run, size_t count)
{
	strbuf_addf(b,
		    "    <testcase classname=\"conform\" name=\"complete\" time=\"0.000\">\n"
		    "      <error type=\"INCOMPLETE\" message=\"the run ended early: %zu of %zu "
		    "cases have a verdict\"/>\n"
		    "    </testcase>\n",
		    count, run->ncases);
}

static void add_host_changes(struct strbuf *b, const struct rep_run *run)
{
	strbuf_adds(b,
		    "    <testcase classname=\"conform\" name=\"host\" time=\"0.000\">\n"
		    "      <error type=\"HOST_CHANGED\" message=\"the host is not as it was before "
		    "the run\">\n");
	for (size_t i = 0; i < run->host_changes->count; i++) {
		text_add_xml(b, json_string(run->host_changes->items[i]));
		strbuf_addc(b, '\n');
	}
	strbuf_adds(b, "</error>\n    </testcase>\n");
}

/* What is wrong with the run, and with none of its cases. */
static void add_run(struct strbuf *b, const struct rep_run *run, size_t count, struct sums s)
{
	if (s.tests == 0)
		return;
	strbuf_adds(b, "  <testsuite name=\"conform\"");
	add_sums(b, &s);
	if (count < run->ncases)
		add_missing(b, run, count);
	if (run->host_changes)
		add_host_changes(b, run);
	strbuf_adds(b, "  </testsuite>\n");
}

static int junit_end(struct reporter *r, const struct rep_run *run, struct err *e)
{
	struct junit *j = (struct junit *)r;
	struct strbuf b = STRBUF_INIT;
	unsigned int wrong = (j->entries.count < run->ncases) + (run->host_changes != NULL);
	struct sums of_run = {.tests = wrong, .errors = wrong}, s = of_run;

	rep_entries_sort(&j->entries);
	for (size_t i = 0; i < j->entries.count; i++)
		count(&s, &j->entries.items[i]);
	strbuf_adds(&b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"conform\"");
	add_sums(&b, &s);
	for (size_t i = 0; i < j->entries.count;)
		i += add_suite(&b, run, &j->entries, i);
	add_run(&b, run, j->entries.count, of_run);
	strbuf_adds(&b, "</testsuites>\n");
	return text_flush(&b, j->o.fd, e);
}

static void junit_free(struct reporter *r)
{
	struct junit *j = (struct junit *)r;

	rep_entries_done(&j->entries);
	free(j);
}

struct reporter *rep_junit_new(const struct rep_options *o)
{
	struct junit *j = calloc(1, sizeof(*j));

	if (!j)
		return NULL;
	j->vtable = (struct reporter){NULL, NULL, junit_case, junit_end, junit_free};
	j->o = *o;
	return &j->vtable;
}
