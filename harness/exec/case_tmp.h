/* SPDX-License-Identifier: Apache-2.0 */
/* The /tmp of a case: an overlay over the host's, so that what a runtime leaves in there is known
 * to be of this case, and ends with it. */
#ifndef EXEC_CASE_TMP_H
#define EXEC_CASE_TMP_H

#include "case_ctx.h"

/* In the case's mount namespace, once its directory is there. A host on which no overlay can be
 * mounted has its own /tmp in the container's reach. 0 or -errno. */
int hx_case_tmp(struct case_ctx *c, struct err *e);

/* Appends to @residue a sentence for each file that is in /tmp, and was not, or is another than it
 * was. 0 or -errno. */
int hx_case_tmp_residue(const struct case_ctx *c, struct json *residue);

/* The host's /tmp again. */
void hx_case_tmp_done(struct case_ctx *c);

#endif
