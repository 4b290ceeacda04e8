/* SPDX-License-Identifier: Apache-2.0 */
/* Known deviations: --expect=FILE. A JSON array of
 * {"id","verdict","reason","sometimes","link","versions":{"from","to"},"cgroup","lsm"};
 * docs/report.md. */
#ifndef CLI_EXPECT_H
#define CLI_EXPECT_H

#include "conform.h"
#include "err.h"
#include "json.h"
#include "report.h"
#include "str.h"

struct cli_expect {
	struct json *list; /* NULL: nothing is expected */
};

void cli_expect_done(struct cli_expect *x);

/* Reads a file; a malformed entry is -EINVAL with its place. */
int cli_expect_read(const char *path, struct cli_expect *ret, struct err *e);
/* The same from the file's text; @path is for the words. */
int cli_expect_parse(const char *path, const char *text, size_t len, struct cli_expect *ret,
		     struct err *e);

/*
 * A line for each entry whose id is none of the @ncases cases: one that was misspelt, or stayed
 * when its case went. No error: a file may serve an older conform, too.
 */
void cli_expect_stale(const struct cli_expect *x, const char *path,
		      const struct conform_entry *const *cases, size_t ncases, struct strbuf *out);

/* What an entry may ask of the host; both are borrowed. */
struct cli_expect_host {
	const char *cgroup_mode; /* hx_cgroups_mode() */
	const char *lsms;	 /* as in struct hx_host: "capability,apparmor" */
};

/*
 * Sets the expectation of @r. @version is the first line of the runtime's --version: an entry with
 * "versions" holds for those alone, one with "cgroup" where the mode is that; hybrid is v1. One
 * with "lsm" holds where that module is on, with "none" where neither AppArmor nor SELinux is. A
 * skipped case neither confirms nor refutes, nor does a better verdict where the entry has
 * "sometimes". 0 or -ENOMEM.
 */
int cli_expect_apply(const struct cli_expect *x, const char *version,
		     const struct cli_expect_host *host, struct rep_result *r);

/* How the version numbers in two texts ("runc version 1.1.5+ds1", "1.2") compare: < 0, 0, > 0. */
int cli_expect_compare_versions(const char *a, const char *b);

#endif
