/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a run tells: the environment, one result per case and runtime, the sums. The engine fills
 * these structs; a reporter turns them into text. Everything is borrowed and valid for the length
 * of the call (strings of struct rep_run: of the run).
 */
#ifndef HARNESS_REPORT_REPORT_H
#define HARNESS_REPORT_REPORT_H

#include "err.h"
#include "json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In the order of folding: the greatest of its checks is the verdict of a case. */
enum verdict {
	VERDICT_SKIP,
	VERDICT_PASS,
	VERDICT_WARN,
	VERDICT_FAIL,
	VERDICT_BROK,
	VERDICT_COUNT
};

/* "SKIP", "PASS", ... and "skip", "pass", ... */
const char *verdict_name(enum verdict v);
const char *verdict_name_lower(enum verdict v);
/* The inverse, in capitals; -EINVAL. */
int verdict_parse(const char *name);

/* What --expect said about a case. */
enum rep_expectation {
	REP_NOT_LISTED, /* nothing was expected: the verdict counts as it stands */
	REP_XFAIL,	/* a known deviation that holds: does not fail the run */
	REP_XPASS,	/* a known deviation that no longer holds: fails the run */
};

struct rep_requirement {
	const char *id;	      /* "config-hostname-applied" */
	const char *level;    /* "MUST" */
	const char *document; /* "config.md" */
	const char *anchor;   /* "hostname" */
	const char *statement;
};

struct rep_check {
	char *name; /* "uts.nodename", "after delete: cgroup.exists", "residue", "start exits with
		       0" */
	char *op;   /* "equals", "differs from", "has", "lacks", "at least", ...: reads name op
		       expected */
	char *expected; /* JSON text; NULL where the operator has no operand */
	char *observed; /* JSON text; NULL: not observed */
	bool ok;
	bool broken;  /* could not be judged */
	bool advised; /* not ok, but nothing that binds is broken: WARN, FAIL with --strict */
	char *note;   /* a sentence that explains, or NULL */
};

struct rep_result {
	char *id; /* "area/name" or "area/name[value]" */
	char *title;
	char *runtime; /* its name in this run */
	enum verdict verdict;
	bool raised; /* a FAIL that is a WARN without --strict */
	enum rep_expectation expectation;
	char *expected_reason,
		*expected_link; /* with REP_XFAIL and REP_XPASS, from the file; may be NULL */
	enum verdict expected_verdict;
	struct rep_requirement *requirements;
	size_t nrequirements;
	const char *advice; /* why the case only advises; NULL: its requirements' level decides */
	struct rep_check *checks;
	size_t nchecks;
	char *reason;	    /* one sentence: why it was skipped, failed or broke; NULL for PASS */
	double duration_ms; /* of the whole case, setup and cleanup included */
	double runtime_ms;  /* of that, waiting for the runtime's command line */
	char *repeat;	    /* the command that repeats exactly this case */
	char *bundle;	    /* where the bundle was kept, or NULL */
	const char *file;   /* source of the case */
	int line;
};

struct rep_runtime {
	char *name, *path;
	char *version; /* first line of --version, or "" */
	char *spec;    /* the version of the specification that it says to implement, or "" */
	char *option;  /* of --runtime, as it was written */
	bool hybrid;   /* its cases see cgroup v1 and v2 beside each other, and it has words about
			  that where it could not make a container */
};

struct rep_summary {
	unsigned int count[VERDICT_COUNT]; /* by verdict; deviations that were expected are counted
					      in xfail instead */
	unsigned int xfail, xpass;
	unsigned int total;
	unsigned int judged; /* of what was selected, neither SKIP nor BROK */
	bool control_failed; /* the control case did not pass, so nothing else was judged */
	bool control_broke;  /* and that was not the runtime's doing */
};

struct rep_run {
	const char *version, *commit; /* of conform */
	/* {"kernel":..., "arch":..., "cgroup":{"mode":...,"controllers":{...}}, "lsm":[...],
	 * "capabilities_missing":[...], "missing":[sentence...], ...}: see docs/report.md */
	const struct json *environment;
	const struct rep_runtime *runtimes;
	size_t nruntimes;
	size_t ncases; /* results that will come, unless the run ends early */
	unsigned int jobs;
	uint64_t seed;
	bool strict;
	const char *target;	    /* "1.3", or "" where each runtime's own version decides */
	const char *const *expects; /* the files of known deviations */
	size_t nexpects;
	int64_t started; /* seconds since the epoch */
	/* valid in end(): */
	double duration_ms;
	struct rep_summary summary;	      /* over all runtimes */
	const struct rep_summary *by_runtime; /* nruntimes of them */
	int exit_code;			      /* 128 and the signal where one ended the run */
	/* Sentences: what on the host is not as it was before the run, be it a runtime's doing or
	 * somebody else's. NULL: nothing. */
	const struct json *host_changes;
};

struct rep_options {
	int fd;	      /* borrowed: where the report goes */
	bool colour;  /* the descriptor is a terminal that likes colour */
	bool live;    /* it can rewrite its last line */
	bool verbose; /* passes with all their checks, too */
	unsigned int width;
};

/* A reporter. Each function returns 0 or -errno; begin, started and end may be NULL. */
struct reporter {
	int (*begin)(struct reporter *r, const struct rep_run *run, struct err *e);
	void (*started)(struct reporter *r, const char *id,
			const char *runtime); /* for live progress */
	int (*case_done)(struct reporter *r, const struct rep_run *run,
			 const struct rep_result *res, struct err *e);
	int (*end)(struct reporter *r, const struct rep_run *run, struct err *e);
	void (*free)(struct reporter *r); /* frees *r too */
};

/*
 * A reporter by name: "plain" here, "terminal", "tap", "junit", "json", "markdown" beside it. The
 * caller ends it with (*r)->free(). -EINVAL: no such format.
 */
int rep_new(const char *format, const struct rep_options *o, struct reporter **ret, struct err *e);

/* Whether rep_new() knows the format, for who must not touch a file where it does not: >= 0, or
 * -EINVAL. */
int rep_check_format(const char *format, struct err *e);

/* One constructor per format; rep_new() has the table. NULL where memory is short. */
struct reporter *rep_plain_new(const struct rep_options *o);
struct reporter *rep_terminal_new(const struct rep_options *o);
struct reporter *rep_tap_new(const struct rep_options *o);
struct reporter *rep_junit_new(const struct rep_options *o);
struct reporter *rep_json_new(const struct rep_options *o);
struct reporter *rep_markdown_new(const struct rep_options *o);

/* A copy of a run's results in the order in which the cases are listed (they finish in any order)
 * is the caller's affair: reporters get them as they finish. */

/* Frees what a result owns (not *r itself); requirement strings are borrowed from the catalogue. */
void rep_result_done(struct rep_result *r);

#endif
