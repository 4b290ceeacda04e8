/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two filters are equal when they answer equally: over every number of every machine, with
 * arguments at and around every value that the rules compare with. Our own program is held against
 * what the rules say, read one by one, and against libseccomp's program for the same rules. Where
 * one of several rules of a call looks at several arguments or at their order, libseccomp (2.5.4)
 * is known to miss matches; there the rules alone decide, and where rules of different actions
 * meet.
 */
#ifndef RUNTIME_TESTS_SECCOMP_ORACLE_H
#define RUNTIME_TESTS_SECCOMP_ORACLE_H

#include "cfg_parse.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct oracle_count {
	size_t ours, theirs;		 /* instructions */
	size_t steps_ours, steps_theirs; /* those that were executed */
	size_t asked;			 /* questions */
};

/* A configuration with @seccomp as linux.seccomp; the caller frees. */
struct cfg_doc *oracle_config(const char *seccomp);

/* Whether ours was made of the profile @seccomp. Where it was, it is right: every call is asked
 * about @times times, those that are named more often. */
bool oracle_compare(const char *seccomp, size_t times, struct oracle_count *ret);

/* Numbers that are the same in every run after the same seed; the second below @n. */
void oracle_seed(uint64_t seed);
uint64_t oracle_random(void);
size_t oracle_below(size_t n);

#endif
