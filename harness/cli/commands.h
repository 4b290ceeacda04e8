/* SPDX-License-Identifier: Apache-2.0 */
/* The sub-commands that read the cases. Each returns the exit status and prints its own errors to
 * stderr. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "options.h"

/* The suite. @self: how conform was called. */
int cli_run(const struct cli_options *o, const char *self);

/* --list and --dry-run. */
int cli_list(const struct cli_options *o);

/* conform coverage, conform lint; argv[0] is the name of the sub-command. */
int cli_coverage(int argc, char **argv);
int cli_lint(int argc, char **argv);

#endif
