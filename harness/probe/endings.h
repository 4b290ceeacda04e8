/* SPDX-License-Identifier: Apache-2.0 */
/* What the probe does when everything is reported. */
#ifndef PROBE_ENDINGS_H
#define PROBE_ENDINGS_H

#include "out.h"

#include <signal.h>
#include <stdbool.h>

struct ending {
	enum {
		ENDING_EXIT,
		ENDING_WAIT,
		ENDING_TRAP,
		ENDING_IGNORE,
		ENDING_DUMP,
		ENDING_MALFORMED
	} kind;
	char name[64];	  /* as asked */
	int number;	  /* exit status or signal */
	sigset_t awaited; /* signals taken by sigwaitinfo(2) */
	bool later;	  /* something follows the end of the report */
};
#define ENDING_INIT                                                                                \
	{                                                                                          \
		.kind = ENDING_EXIT, .number = 0                                                   \
	}

/* Whether @name is an ending; then *ret is that one, ENDING_MALFORMED where it does not read. */
bool ending_parse(const char *name, struct ending *ret);

/* Blocks the signals that are waited for: before the report ends, because a signal may come as soon
 * as the harness has read it. */
void ending_prepare(struct ending *e);

/* Waits or ends; says what happens into @out. Returns the exit status. */
int ending_run(struct ending *e, struct out *out);

#endif
