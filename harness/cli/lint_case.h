/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of a case that the compiler cannot hold. */
#ifndef CLI_LINT_CASE_H
#define CLI_LINT_CASE_H

#include "conform.h"
#include "str.h"

#include <stdbool.h>
#include <stddef.h>

/* The names that exist. */
struct lint_words {
	char *inside; /* lines "fact NAME", "fact NAME:", "action NAME", "action NAME:", as the
			 probe lists them */
	bool (*lie)(const char *text); /* whether such a lie exists; NULL: not looked at */
};

/* Appends one line per finding: "file:line: id: sentence". The number of findings. */
size_t lint_case(const struct conform_entry *c, const struct lint_words *w, struct strbuf *out);

#endif
