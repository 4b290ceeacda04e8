/* SPDX-License-Identifier: Apache-2.0 */
/* Something that is looked after beside a wait for a process. */
#ifndef RUNTIME_BESIDE_H
#define RUNTIME_BESIDE_H

#include <poll.h>

struct beside {
	struct pollfd poll; /* what it waits for; an fd of -1: nothing */
	/* That has come. May say in @poll what is next. */
	void (*act)(struct beside *b);
};

#endif
