/* SPDX-License-Identifier: Apache-2.0 */
/* Which cases exist, and which of them the user means. */
#ifndef CLI_SELECT_H
#define CLI_SELECT_H

#include "conform.h"
#include "err.h"
#include "json.h"
#include "runtime.h"
#include "scheduler.h"
#include "str.h"

#include <stddef.h>

/* All cases that are linked in, sorted by id, the control case first. The caller frees *ret, not
 * what it points to. The number of them or -ENOMEM. */
int cli_cases(const struct conform_entry ***ret, struct err *e);

/*
 * Whether @word selects the case: its id (of all variants, or "id[value]" of one), its area, a glob
 * over either, a requirement that it cites, or its document, with or without "#anchor".
 */
bool cli_select_matches(const char *word, const struct conform_entry *entry, const char *variant);

/*
 * The jobs of the selected cases (@nwords 0: of all) under @nruntimes runtimes, the control case of
 * each in front whether selected or not. The caller frees *ret. The number of jobs; -ENOENT where a
 * word selects nothing; -ENOMEM.
 */
int cli_select(const struct conform_entry *const *cases, size_t ncases, const char *const *words,
	       size_t nwords, size_t nruntimes, struct hx_job **ret, struct err *e);

/* The same under one runtime for who does not ask it what it claims: a word that names a variant
 * which no case has is -ENOENT, too. */
int cli_select_named(const struct conform_entry *const *cases, size_t ncases,
		     const char *const *words, size_t nwords, struct hx_job **ret, struct err *e);

/*
 * Adds to *jobs what the features documents claim and no selected case names: each further element
 * of a list, once, as a variant of every case that has .claim_rest for it. *ret_texts owns the
 * variants, and outlives the jobs; json_free(). @notes gets a line for each list of which not all
 * is tried, because it is too long. The number of jobs; -ENOENT where a word names a variant that
 * neither the cases nor the documents have; -ENOMEM.
 */
int cli_select_claims(const struct conform_entry *const *cases, size_t ncases,
		      const char *const *words, size_t nwords, const struct hx_runtime *runtimes,
		      size_t nruntimes, struct hx_job **jobs, size_t njobs, struct json **ret_texts,
		      struct strbuf *notes, struct err *e);

#endif
