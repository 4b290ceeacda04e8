/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The requirements of the specification: one row of requirements.tsv each, by number, by id and by
 * section. The rows are constants of the program; nothing here allocates or fails for want of
 * memory.
 */
#ifndef CATALOGUE_H
#define CATALOGUE_H

#include "req_ids.h"

#include <stdbool.h>
#include <stddef.h>

/* The version of the text that the table was drawn from, and the newest that a target may name. */
#define CATALOGUE_SPEC_VERSION "1.3.0"
#define CATALOGUE_MINOR_MAX    3

/* The words of RFC 2119 that the specification uses. */
enum level {
	LEVEL_MUST,
	LEVEL_MUST_NOT,
	LEVEL_REQUIRED,
	LEVEL_SHOULD,
	LEVEL_SHOULD_NOT,
	LEVEL_MAY,
	LEVEL_OPTIONAL,
};

/* Whom a requirement binds. */
enum subject { SUBJECT_RUNTIME, SUBJECT_CONFIG, SUBJECT_BUNDLE, SUBJECT_HOOK, SUBJECT_CALLER };

/*
 * How it can be judged: from the document alone, by a configuration that has to be refused, by a
 * look from inside the container, by a look from outside, or not at all.
 */
enum verify { VERIFY_STATIC, VERIFY_NEGATIVE, VERIFY_INSIDE, VERIFY_OUTSIDE, VERIFY_NONE };

struct requirement {
	const char *id;
	const char *level;    /* as in the table: "MUST_NOT" */
	const char *document; /* "config.md" */
	const char *anchor;   /* without '#' */
	const char *since;    /* "1.0" to "1.3" */
	const char *subject, *verify;
	const char *statement; /* our own words */
	enum level level_num;
	enum subject subject_num;
	enum verify verify_num;
	int since_minor;
};

/* The row of @r, or NULL for REQ_NONE and numbers that are none of the enum. */
const struct requirement *catalogue_get(enum req r);

/* The requirement that is called @id. 0, or -ENOENT (and for NULL). */
int catalogue_find(const char *id, enum req *ret);

/*
 * Walks the requirements of a section: start with REQ_NONE and go on with what came back, until
 * that is REQ_NONE. @section is NULL for all, a document
 * ("config-linux" or "config-linux.md"), or a document and an anchor ("config#mounts").
 */
enum req catalogue_next(const char *section, enum req after);

/* Every level is exactly one of the three: binding, advised, optional. */
bool catalogue_is_must(enum level l);
bool catalogue_is_should(enum level l);
bool catalogue_is_may(enum level l);

/* The level in words, as a report prints it: "MUST NOT". */
const char *catalogue_level_words(enum level l);

/* Reads a target version, "1.0" to "1.3", into its minor number. 0 or -EINVAL. */
int catalogue_target_parse(const char *text, int *ret_minor);

/* Whether version 1.@minor of the specification has @r already. False for REQ_NONE. */
bool catalogue_applies(enum req r, int minor);

/* The address of the section that @r comes from, in @buf; "" for REQ_NONE. Returns @buf. */
#define CATALOGUE_URL_SIZE 192
const char *catalogue_url(enum req r, char buf[CATALOGUE_URL_SIZE]);

#endif
