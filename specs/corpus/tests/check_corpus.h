/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the two halves of the corpus test. */
#ifndef CHECK_CORPUS_H
#define CHECK_CORPUS_H

#include "corpus.h"
#include "json.h"
#include "validate.h"

#define MAX_REQS 2048

/* Which requirements some accepted document satisfies, and which some rejected one breaks. */
struct tally {
	bool accepted[MAX_REQS], rejected[MAX_REQS];
};

/* val_text() with all that must hold of findings whatever the document: order, words, places. Adds
 * the rejected requirements to @t (or NULL). */
int check_judge(enum cfg_kind kind, int target, const char *buf, size_t len, struct cfg_findings *f,
		struct tally *t, const char *what);

/* Where a finding at @pointer has to stand in the tree: at its value, or where the nearest object
 * around it begins. */
void check_place(const struct json *root, const char *pointer, uint32_t *line, uint32_t *col);

/* Whether a finding of @req stands at @pointer and in the right place of @root. */
bool check_found(const struct cfg_findings *f, int req, const struct json *root,
		 const char *pointer);

/* Every value of the complete documents in turn replaced by those of other JSON types, and every
 * required member left out. */
void check_types(const char *base, enum cfg_kind kind, struct tally *t);

/* Adds the requirements of all fields that @root holds to the accepted ones. */
void check_fields_of(enum cfg_kind kind, const struct json *root, struct tally *t);

struct json *check_read(const char *name);

#endif
