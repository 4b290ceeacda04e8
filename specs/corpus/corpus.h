/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The corpus of documents: rows.tsv holds one a row, as edits of a base document; raw/ holds those
 * that no edit can make, because they are not JSON or not UTF-8. Tests judge them, the fuzzers
 * start from them, and `corpus_write DIR` makes them files.
 */
#ifndef SPECS_CORPUS_H
#define SPECS_CORPUS_H

#include "cfg_parse.h"

struct corpus_case {
	char verdict;	    /* 'y' accepted, 'n' rejected, 'i' either */
	enum cfg_kind kind; /* by the name of the base document */
	int target;	    /* 100..103 */
	const char *base;   /* file in the corpus, without .json */
	const char *reqs;   /* ids, separated by commas */
	const char *name;
	const char *pointer; /* n: of the first requirement's finding; y: ids of advice that may
				remain, or "-" */
	const char *edits, *note;
};

struct corpus {
	struct corpus_case *cases;
	size_t count;
	char *text; /* what the cases point into */
};

/* Reads "<dir>/rows.tsv". The caller ends with corpus_done(). 0 or -errno; the words name the row.
 */
int corpus_load(const char *dir, struct corpus *ret, struct err *e);
void corpus_done(struct corpus *c);

/* Appends the document of @c, whose base is read from @dir, to @out, indented by two blanks. 0 or
 * -errno. */
int corpus_build(const char *dir, const struct corpus_case *c, struct strbuf *out, struct err *e);

/* "n_<requirement>_<name>.json", or "i_<name>.json"; heap, the caller frees; NULL where memory is
 * short. */
char *corpus_file_name(const struct corpus_case *c);

#endif
