/* SPDX-License-Identifier: Apache-2.0 */
#include "report_runs.h"

/* What a result owns is not const; the reporters only read it. */
#define OWNED(text) ((char *)(uintptr_t)(text))

#define SAMPLES 12

static struct rep_requirement must[] = {
	{"config-hostname-applied", "MUST", "config.md", "hostname",
	 "The container's UTS namespace has the configured name."},
	{"config-hostname-requires-uts", "MUST_NOT", "config.md", "hostname", "A name for nobody."},
};
static struct rep_requirement should[] = {
	{"no-such-requirement", "SHOULD", "config.md", "nowhere", "Advice."},
};

static struct rep_check checks_good[] = {
	{OWNED("uts.nodename"), OWNED("equals"), OWNED("\"probe\""), OWNED("\"probe\""), true,
	 false, false, NULL},
};
static struct rep_check checks_bad[] = {
	{OWNED("uts.nodename"), OWNED("equals"), OWNED("\"probe\""), OWNED("\"node1\""), false,
	 false, false, NULL},
	{OWNED("mounts"), OWNED("has"), OWNED("{\"target\":\"/m\",\"options\":[\"ro\"]}"), NULL,
	 false, false, false, NULL},
	{OWNED("residue"), OWNED("is empty"), NULL, OWNED("[]"), true, false, false, NULL},
};
static struct rep_check checks_broken[] = {
	{OWNED("channel"), NULL, NULL, NULL, false, true, false,
	 OWNED("the probe's report ends too early")},
};
static struct rep_check checks_hostile[] = {
	{OWNED("env:A|B`C"), OWNED("equals"), OWNED("\"\\u001b[2J ]]> <b>|`x`|\""),
	 OWNED("\"\xc2\x9b"
	       "31m&amp; 'quoted' \xff\""),
	 false, false, false,
	 OWNED("words of the runtime: \033[31mred\033[0m\nsecond line # SKIP\t@you")},
};

static const struct rep_runtime runtimes[] = {
	{OWNED("runc"), OWNED("/usr/sbin/runc"), OWNED("runc version 1.1.5"), OWNED("1.0.2-dev"),
	 OWNED("/usr/sbin/runc"), true},
	{OWNED("other<runtime>"), OWNED("/opt/other"), OWNED(""), OWNED(""),
	 OWNED("/opt/other,name=other<runtime>"), false},
};

static struct rep_result result(const char *id, enum verdict v, struct rep_check *checks, size_t n)
{
	return (struct rep_result){
		.id = OWNED(id),
		.title = OWNED("the configured hostname is set in the container"),
		.runtime = OWNED("runc"),
		.verdict = v,
		.requirements = must,
		.nrequirements = sizeof(must) / sizeof(*must),
		.checks = checks,
		.nchecks = n,
		.duration_ms = 25.3,
		.runtime_ms = 20.1,
		.repeat = OWNED("conform --runtime=/usr/sbin/runc hostname/set_inside"),
		.file = "conformance/config/hostname.c",
		.line = 12,
	};
}

static void add(struct sample_run *s, struct rep_result r)
{
	s->results[s->nresults++] = r;
	s->run.ncases = s->nresults;
	s->run.summary.total = (unsigned int)s->nresults;
	s->run.summary.judged += r.verdict != VERDICT_SKIP && r.verdict != VERDICT_BROK;
	if (r.expectation == REP_XFAIL)
		s->run.summary.xfail++;
	else
		s->run.summary.count[r.verdict]++;
	if (r.expectation == REP_XPASS)
		s->run.summary.xpass++;
}

static struct sample_run *begin(struct sample_run *s, const char *name, int exit_code)
{
	*s = (struct sample_run){.name = name};
	s->run.version = "0.1.0";
	s->run.commit = "0123456789ab";
	s->run.runtimes = runtimes;
	s->run.nruntimes = 1;
	s->run.jobs = 2;
	s->run.seed = UINT64_MAX;
	s->run.target = "";
	s->run.exit_code = exit_code;
	s->run.duration_ms = 1234.5;
	return s;
}

static void findings(struct sample_run *at)
{
	struct rep_result r = result("hostname/set_inside", VERDICT_FAIL, checks_bad, 3);
	struct sample_run *s = begin(&at[0], "fail", 1);

	r.reason = OWNED("uts.nodename equals \"probe\"; observed \"node1\"");
	r.bundle = OWNED("/tmp/conform-1234/hostname-set_inside/bundle");
	add(s, r);
	s = begin(&at[1], "warn", 0);
	r.verdict = VERDICT_WARN;
	r.requirements = should;
	r.nrequirements = 1;
	r.bundle = NULL;
	add(s, r);
	s = begin(&at[2], "brok", 3);
	r = result("hostname/set_inside", VERDICT_BROK, checks_broken, 1);
	r.reason = OWNED("channel: the probe's report ends too early");
	add(s, r);
	/* it was ended early */
	s->run.ncases = 300;
	s = begin(&at[3], "hostile", 1);
	r = result("env/value[\"<#1>\"]", VERDICT_FAIL, checks_hostile, 1);
	r.reason = OWNED("\033]0;title\007 \xff # TODO <![CDATA[ ]]> | `");
	r.repeat = OWNED("conform 'env/value[\"<#1>\"]'");
	add(s, r);
}

static void expected(struct sample_run *at)
{
	static const char *const files[] = {"conformance/expect/runc.json", "own.json"};
	struct rep_result r = result("hostname/set_inside", VERDICT_FAIL, checks_bad, 3);
	struct sample_run *s = begin(&at[0], "xfail", 0);

	s->run.expects = files;
	s->run.nexpects = 2;
	r.expectation = REP_XFAIL;
	r.expected_verdict = VERDICT_FAIL;
	r.reason = OWNED("uts.nodename equals \"probe\"; observed \"node1\"");
	r.expected_reason = OWNED("it forgets the name");
	r.expected_link = OWNED("https://example.org/issues/1");
	add(s, r);
	s = begin(&at[1], "xpass", 1);
	s->run.expects = files;
	s->run.nexpects = 1;
	r = result("hostname/set_inside", VERDICT_PASS, checks_good, 1);
	r.expectation = REP_XPASS;
	r.expected_verdict = VERDICT_FAIL;
	r.expected_reason = OWNED("it forgets the name");
	add(s, r);
}

/* Two runtimes, results in the order in which they happened to end. */
static void several(struct sample_run *s)
{
	static struct rep_summary by_runtime[2];
	struct rep_result r = result("hostname/set_inside", VERDICT_PASS, checks_good, 1);

	(void)begin(s, "several", 1);
	s->run.nruntimes = 2;
	s->run.target = "1.3";
	s->run.strict = true;
	add(s, r);
	r = result("hostname/set_inside", VERDICT_FAIL, checks_bad, 3);
	r.runtime = OWNED("other<runtime>");
	r.reason = OWNED("uts.nodename equals \"probe\"; observed \"node1\"");
	add(s, r);
	r = result("create/duplicate_id", VERDICT_SKIP, NULL, 0);
	r.runtime = OWNED("other<runtime>");
	r.reason = OWNED("the host lacks CAP_SYS_RESOURCE");
	add(s, r);
	r = result("create/duplicate_id", VERDICT_PASS, checks_good, 1);
	add(s, r);
	by_runtime[0] = (struct rep_summary){.count[VERDICT_PASS] = 2, .total = 2};
	by_runtime[1] =
		(struct rep_summary){.count = {[VERDICT_FAIL] = 1, [VERDICT_SKIP] = 1}, .total = 2};
	s->run.by_runtime = by_runtime;
}

/* The control case did not pass. */
static void nothing_runs(struct sample_run *s)
{
	struct rep_result r = result("lifecycle/control", VERDICT_FAIL, checks_bad, 3);

	(void)begin(s, "nothing_runs", 3);
	r.reason = OWNED("create exits with 0; observed 1");
	add(s, r);
	r = result("hostname/set_inside", VERDICT_SKIP, NULL, 0);
	r.reason = OWNED("not judged: lifecycle/control did not pass under this runtime");
	add(s, r);
	s->run.summary.judged = 0;
	s->run.summary.control_failed = true;
}

#define SENTENCE(t)                                                                                \
	{                                                                                          \
		.type = JSON_STRING, .text = OWNED(t), .len = sizeof(t) - 1                        \
	}

static const struct json *host_changes(void)
{
	static struct json sentences[] = {
		SENTENCE(
			"the host's sysctl kernel/core_pattern was core and is |/x <%p>; it is put "
			"back"),
		SENTENCE("the cgroup /sys/fs/cgroup/x is there, which was not"),
	};
	static struct json *items[] = {&sentences[0], &sentences[1]};
	static const struct json list = {.type = JSON_ARRAY, .items = items, .count = 2};

	return &list;
}

struct sample_run *sample_runs(size_t *ret_count)
{
	static struct sample_run all[SAMPLES];
	struct rep_result r;
	struct sample_run *s;
	size_t n = 0;

	add(begin(&all[n++], "pass", 0),
	    result("hostname/set_inside", VERDICT_PASS, checks_good, 1));
	findings(&all[n]);
	n += 4;
	expected(&all[n]);
	n += 2;
	s = begin(&all[n++], "skip", 0);
	r = result("hostname/set_inside", VERDICT_SKIP, NULL, 0);
	r.reason = OWNED("the host lacks CAP_SYS_RESOURCE");
	add(s, r);
	(void)begin(&all[n++], "none", 2);
	several(&all[n++]);
	nothing_runs(&all[n++]);
	s = begin(&all[n++], "host", 3);
	add(s, result("hostname/set_inside", VERDICT_PASS, checks_good, 1));
	s->run.host_changes = host_changes();
	*ret_count = n;
	return all;
}
