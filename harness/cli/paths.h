/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PATHS_H
#define CLI_PATHS_H

/* The probe's and the reference runtime's path: $CONFORM_PROBE / $CONFORM_REFRUN, beside this
 * program, in the build tree, or installed. The caller frees; NULL: not found. */
char *cli_find_probe(void);
char *cli_find_refrun(void);

#endif
