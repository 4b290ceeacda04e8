/* SPDX-License-Identifier: Apache-2.0 */
/* The wrapper, as the runtime that a case is given: a lie is told in the configuration, or around
 * the call. */
#ifndef MUTANTS_LIE_MAIN_H
#define MUTANTS_LIE_MAIN_H

/* `conform lie LIE -- RUNTIME ARG...`; argv[0] is "lie". Returns the exit status. */
int lie_main(int argc, char **argv);

#endif
