/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EXEC_CASE_OUTPUT_H
#define EXEC_CASE_OUTPUT_H

#include "case_ctx.h"

/* What came out of the container: what stands in files of the case's directory, and on its
 * terminal. */

/* Text of a file of the case's directory, "" where it cannot be read; @ret_len, unless it is NULL,
 * is told the bytes, among which there may be a NUL. The caller frees; NULL: memory is short. */
char *hx_case_text(struct case_ctx *c, const char *name, size_t *ret_len);
/* What came on the container's descriptor 1, or through its terminal; the caller frees; NULL:
 * memory is short. */
char *hx_case_stdout(struct case_ctx *c);
/* Whether anything stands on a channel that the probe alone writes. */
bool hx_case_probe_has_run(struct case_ctx *c);

#endif
