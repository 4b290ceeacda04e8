/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_LINT_ALL_H
#define CLI_LINT_ALL_H

#include "conform.h"
#include "str.h"

/* Findings over all cases: titles and bodies that occur twice. */
size_t lint_all(const struct conform_entry *const *cases, size_t n, struct strbuf *out);

#endif
