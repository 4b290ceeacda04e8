/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PATHS_H
#define CLI_PATHS_H

#include "err.h"

/* The probe's and the reference runtime's path: $CONFORM_PROBE / $CONFORM_REFRUN, which may
 * be relative, else beside this program, in the build tree, or installed. The caller frees; NULL:
 * not found, and why. */
char *cli_find_probe(struct err *e);
char *cli_find_refrun(struct err *e);

#endif
