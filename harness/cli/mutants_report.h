/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_MUTANTS_REPORT_H
#define CLI_MUTANTS_REPORT_H

#include "plan.h"
#include "str.h"

struct mutants_sums {
	size_t caught, survived, unjudged, not_applicable;
};

void mutants_count(const struct plan *p, struct mutants_sums *ret);

/* The table for people: who caught each lie; what survived stands at the end. @verbose: what the
 * case said, too. */
void mutants_print_table(const struct plan *p, bool verbose, struct strbuf *out);

/* The same for programs: docs/mutants.md. */
void mutants_print_json(const struct plan *p, const char *runtime, uint64_t seed,
			struct strbuf *out);

/* The lies alone: {"lies":[{"lie","named_by","cases"}]}. */
void mutants_list_json(const struct plan *p, struct strbuf *out);

#endif
