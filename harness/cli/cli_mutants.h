/* SPDX-License-Identifier: Apache-2.0 */
/* Who tests the tests: the suite against runtimes that lie. */
#ifndef CLI_MUTANTS_H
#define CLI_MUTANTS_H

/* `conform mutants`; argv[0] is the name of the sub-command. Exit status: 0 no lie survived, 1 some
 * did, 2 usage or nothing selected, 3 it could not be told, 128 and the signal that ended it. */
int cli_mutants(int argc, char **argv);

/* `conform lie LIE -- RUNTIME ARG...`: the wrapper that mutants puts before the runtime. */
int cli_lie(int argc, char **argv);

#endif
