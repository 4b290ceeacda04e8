/* SPDX-License-Identifier: Apache-2.0 */
/* conform validate: the validator's command line. */
#ifndef CLI_VALIDATE_H
#define CLI_VALIDATE_H

/*
 * Runs `validate [--json] [--target=1.x] [--kind=K] [--level=L] PATH...`, argv[0] being "validate":
 * findings to stdout, complaints about the command line and about what cannot be read to stderr.
 * Returns the exit status: 0 all valid, 1 findings, 2 usage or unreadable.
 */
int cli_validate(int argc, char **argv);

#endif
