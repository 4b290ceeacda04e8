/* SPDX-License-Identifier: Apache-2.0 */
/* What the first process carries through its steps (init.c), and the ones of them that deal with
 * the program. */
#ifndef RUNTIME_INIT_PROGRAM_H
#define RUNTIME_INIT_PROGRAM_H

#include "creation.h"

struct init {
	struct creation *cr;
	int sync;      /* to the creator; after `start` to the starter */
	int slave;     /* of the terminal */
	bool recorded; /* the creator's death is no longer ours */
	char *program; /* path of the executable, inside */
	char **env;
};

/* Says that all is ready; then waits for the creator's word and, unless it is a `run`, for `start`.
 * -EPIPE: the creator died before. */
int init_wait_for_start(struct init *in, struct err *e);

/* process.env and what belongs to it: HOME (process_home()), LISTEN_FDS and LISTEN_PID for
 * sd_listen_fds(3). */
int init_make_environment(struct init *in, struct err *e);

/* execve(2). Returns only where that fails. */
int init_execute(struct init *in, struct err *e);

#endif
