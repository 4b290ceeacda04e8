/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of `conform mutants`. */
#ifndef CLI_MUTANTS_OPTIONS_H
#define CLI_MUTANTS_OPTIONS_H

#include "err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUTANTS_WORDS_MAX 64

struct mutants_options {
	const char *words[MUTANTS_WORDS_MAX];
	size_t nwords;
	const char *runtime, *uncaught;
	uint64_t sample, seed, jobs, timeout_s;
	bool seeded, list, json, verbose, help;
};

/* What --help prints. */
extern const char mutants_usage[];

/* Fills *o, whose texts are those of @argv; without --seed a sample gets a seed of its own.
 * @usual_jobs: so many cases at a time where it does not say. 0 or -errno. */
int mutants_options_parse(int argc, char **argv, unsigned int usual_jobs, struct mutants_options *o,
			  struct err *e);

#endif
