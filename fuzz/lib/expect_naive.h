/* SPDX-License-Identifier: Apache-2.0 */
/* What a file of known deviations says of a result, entry by entry as docs/report.md has it. */
#ifndef FUZZ_EXPECT_NAIVE_H
#define FUZZ_EXPECT_NAIVE_H

#include "expect.h"

/* Whether @r, a result before it was compared with the array @list, may be @now, the same behind
 * that: which entry applies to it, and what is known, better, or left as it was by that. */
bool expect_applies(const struct json *list, const struct cli_expect_where *where,
		    const struct rep_result *r, const struct rep_result *now);

#endif
