/* SPDX-License-Identifier: Apache-2.0 */
/* The vocabulary of outside facts, as docs/facts.md has it. */
#ifndef EXEC_OUTSIDE_H
#define EXEC_OUTSIDE_H

#include <stdbool.h>

/* Whether hx_case_fact() knows @fact. Of "host." facts only the prefix is known here: the rest is
 * the probe's. */
bool outside_is_known(const char *fact);

#endif
