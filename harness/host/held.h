/* SPDX-License-Identifier: Apache-2.0 */
/* A child that has done something to itself, for its parent to see what the kernel makes of it. */
#ifndef HOST_HELD_H
#define HOST_HELD_H

#include "proc.h"

struct hx_held {
	struct proc proc;
	int sock; /* the child lives as long as this is open; owned */
};
#define HX_HELD_INIT ((struct hx_held){.proc = PROC_INIT, .sock = FD_NONE})

/* Starts one, and waits until @become has returned in it. False where that did, or where no child
 * can be had. The caller ends *ret with hx_held_done() in any case. */
bool hx_held_start(struct hx_held *ret, bool (*become)(void));
void hx_held_done(struct hx_held *h);

#endif
