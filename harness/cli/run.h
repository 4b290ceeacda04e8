/* SPDX-License-Identifier: Apache-2.0 */
/* The sub-commands that read the cases. Each returns the exit status and prints its own errors to
 * stderr. */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include "options.h"

#define EXIT_CONFORMS	0
#define EXIT_VIOLATIONS 1
#define EXIT_USAGE	2
#define EXIT_UNJUDGED	3

/* The suite. @self: how conform was called. */
int cli_run(const struct cli_options *o, const char *self);

/* --list and --dry-run. */
int cli_list(const struct cli_options *o);

/* conform coverage, conform lint; argv[0] is the name of the sub-command. */
int cli_coverage(int argc, char **argv);
int cli_lint(int argc, char **argv);

/* The one line "usage: conform @words" of a sub-command: on stdout, and 0, where that is what was
 * @asked for, else on stderr, and EXIT_USAGE. */
int cli_short_usage(const char *words, const char *asked);

/* The probe's and the reference runtime's path: $CONFORM_PROBE / $CONFORM_REFRUN, beside this
 * program, in the build tree, or installed. The caller frees; NULL: not found. */
char *cli_find_probe(void);
char *cli_find_refrun(void);

#endif
