/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of proc share. */
#ifndef BASE_PROC_PRIV_H
#define BASE_PROC_PRIV_H

#include "proc.h"

/* Milliseconds for poll(2) until @deadline_ms of proc_now_ms(), 0 once it has passed; -1 (no end)
 * where it is negative. */
int proc_poll_timeout(int64_t deadline_ms);

/* Collects the status of a child that has ended, or waits for it. 0 or -errno. */
int proc_reap(struct proc *p);

#endif
