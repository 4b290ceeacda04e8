/* SPDX-License-Identifier: Apache-2.0 */
/* The wrapper, as the runtime that a case is given: a lie is told in the configuration, or around
 * the call. */
#ifndef MUTANTS_LIE_MAIN_H
#define MUTANTS_LIE_MAIN_H

#include "liar.h"

/* How its own error begins; no runtime has failed then. */
#define LIE_BROKEN_WORDS "conform lie: "

/*
 * Calls the runtime while config.json has the lie told to it: @lie, which may be another than that
 * of @l. The bundle is then as it was: what else reads config.json, a case that checks that nobody
 * changed it for one, sees the truth. Where there is nothing to lie about it becomes the runtime.
 * The exit status, or -errno.
 */
int liar_call_with_edit(const struct liar *l, const struct lie *lie, struct err *e);

/* `conform lie LIE -- RUNTIME ARG...`; argv[0] is "lie". Returns the exit status. */
int lie_main(int argc, char **argv);

#endif
