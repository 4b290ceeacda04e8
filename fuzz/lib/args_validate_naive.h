/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of `conform validate`, word by word. */
#ifndef FUZZ_ARGS_VALIDATE_NAIVE_H
#define FUZZ_ARGS_VALIDATE_NAIVE_H

#include "input.h"
#include "validate_options.h"

struct args_validate_naive {
	struct validate_options o; /* but for its paths */
	char *paths[INPUT_WORDS + 1];
	size_t npaths;
};

/* False where a word that is an option is not one that is written in full and with its value
 * behind "=": those are getopt_long(3)'s to understand. @argv ends with NULL. */
bool args_validate_naive_read(char **argv, struct args_validate_naive *ret);

#endif
