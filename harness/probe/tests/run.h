/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the probe under test and reads its report as the harness would. */
#ifndef TESTS_RUN_H
#define TESTS_RUN_H

#include "json.h"
#include "proc.h"

#include <stdbool.h>

/* How the probe is started; all members may be null. */
struct run {
	int (*setup)(void *arg, struct err *e); /* in the child, before it executes the probe */
	void *arg;
	const char *root; /* changed to behind .setup; holds the probe as /conform-probe */
	char *const *envp;
	const struct proc_fd *fds;
	size_t nfds;
	int in_fd; /* 0: /dev/null */
};

struct report {
	struct json *facts; /* object: one member for each observation */
	bool framed, bye;   /* header, end with the right count; bye */
	char *loose;	    /* lines that belong to no report */
	char *err;	    /* what stands on descriptor 2 */
	int exit;	    /* as proc_run() has it */
};

void report_done(struct report *r);

/* Asks for @names ('\n' between them). */
void report_take(struct report *r, const char *names, const struct run *how);

/* The same, but reads what the probe left in @root/conform-io/out, which it makes first. */
void report_take_file(struct report *r, const char *names, const struct run *how);

/* The value of @name as canonical JSON; the test fails where it is missing. Borrowed until the next
 * call. */
const char *report_text(struct report *r, const char *name);

/* Asserts that the value of @name equals @json. */
void report_expect(struct report *r, const char *name, const char *json);

/* Asks for one name and asserts the value. */
void expect_one(const struct run *how, const char *name, const char *json);

/* Makes a directory below /tmp with the probe as /conform-probe and an empty /conform-io in it; the
 * caller frees the path. It is removed when the test program ends. */
char *root_make(void);
/* path below @root, for a moment. */
const char *root_path(const char *root, const char *path);

/* Makes a file with content; a test fails where that does not work. */
void write_file(const char *path, const char *text);

/* Runs the suite's tests, each in a process: the exit status of main(), 77 where root is needed and
 * absent. */
struct Suite;
int run_suite(struct Suite *s, bool needs_root);

#endif
