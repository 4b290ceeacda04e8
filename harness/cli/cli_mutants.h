/* SPDX-License-Identifier: Apache-2.0 */
/* Who tests the tests: the suite against runtimes that lie. */
#ifndef CLI_MUTANTS_H
#define CLI_MUTANTS_H

/* `conform mutants`; argv[0] is the name of the sub-command. Exit status: 0 every lie was caught, 1
 * some were not, 2 usage, 3 it could not be told. */
int cli_mutants(int argc, char **argv);

/* `conform lie LIE -- RUNTIME ARG...`: the wrapper that mutants puts before the runtime. */
int cli_lie(int argc, char **argv);

#endif
