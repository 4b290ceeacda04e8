/* SPDX-License-Identifier: Apache-2.0 */
/* Known deviations: --expect=FILE. A JSON array of
 * {"id","verdict","reason","sometimes","link","runtime","versions":{"from","to"},"cgroup","lsm"};
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

/* Reads a file; a malformed entry is -EINVAL with its place, and so is a second one for the same id
 * that may hold where an earlier one does. */
int cli_expect_read(const char *path, struct cli_expect *ret, struct err *e);
/* The same from the file's text; @path is for the words. */
int cli_expect_parse(const char *path, const char *text, size_t len, struct cli_expect *ret,
		     struct err *e);

/* -EINVAL with both places where an entry of @x is for the id of one of @y, another file, and may
 * hold where that does: which of them would be told nobody could see. */
int cli_expect_check(const char *path, const struct cli_expect *x, const char *other,
		     const struct cli_expect *y, struct err *e);

/*
 * A line for each entry whose id is none of the @ncases cases: one that was misspelt, or stayed
 * when its case went. No error: a file may serve an older conform, too.
 */
void cli_expect_stale(const struct cli_expect *x, const char *path,
		      const struct conform_entry *const *cases, size_t ncases, struct strbuf *out);

/* What an entry may ask of the runtime and of the host; all are borrowed. */
struct cli_expect_where {
	const char *runtime;	 /* its name in this run */
	const char *version;	 /* the first line of its --version, "runc version 1.1.5" */
	const char *cgroup_mode; /* hx_cgroups_mode() */
	const char *lsms;	 /* as in struct hx_host: "capability,apparmor" */
};

/*
 * Sets the expectation of @r by the @n lists: by the entry of its very id, else by that of its case
 * without the variant; of several, as a runtime that goes by two names may have, by the first. One
 * with "runtime" holds for the runtime whose name or first word of the version that is, one with
 * "versions" for those alone, and for none where the version has no number; one with "cgroup" where
 * the mode is that; hybrid is v1. One with "lsm" holds where that module is on, with "none" where
 * neither AppArmor nor SELinux is. A skipped case neither confirms nor refutes, nor does a better
 * verdict where the entry has "sometimes". What --strict has raised is compared as it was. 0 or
 * -ENOMEM.
 */
int cli_expect_apply(const struct cli_expect *lists, size_t n, const struct cli_expect_where *where,
		     struct rep_result *r);

/* How the version numbers in two texts ("runc version 1.1.5+ds1", "v1.2") compare: < 0, 0, > 0. A
 * number begins a word; none at all is 0. */
int cli_expect_compare_versions(const char *a, const char *b);

#endif
