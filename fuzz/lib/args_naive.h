/* SPDX-License-Identifier: Apache-2.0 */
/* What must be true of the words that a command line leaves for a command. */
#ifndef FUZZ_ARGS_NAIVE_H
#define FUZZ_ARGS_NAIVE_H

#include "cli.h"

#include <stdbool.h>

/* Whether getopt(3) would take the word for a flag; NULL is none. */
bool args_is_flag(const char *word);

/* As many words as the command takes, and wherever the flags stood, none is left among them but
 * behind "--", which then stands in front of them; what another program gets is as it was. */
void args_check(const struct cli_call *call);

/* Whether somebody asks for help: with the word, with a flag that may be --help, or with nothing.
 */
bool args_ask_help(int argc, char *const *argv);

/* A command keeps its flags in memory of its own, for the program reads one command line. That of
 * the command @name, if it is one, is as at start again, also where the flags had an error. */
void args_reset(char *name);

#endif
