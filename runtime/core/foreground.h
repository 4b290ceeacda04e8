/* SPDX-License-Identifier: Apache-2.0 */
/* `run` and `exec` that wait for their program: the caller's signals and terminal go to it, its
 * exit code comes back. */
#ifndef RUNTIME_FOREGROUND_H
#define RUNTIME_FOREGROUND_H

#include "beside.h"
#include "err.h"

#include <sys/types.h>

/*
 * Blocks what is to be passed on, before there is anything to pass it to: none is lost, and the
 * program's process resets its own mask. Returns a signalfd(2), the caller's, or -errno.
 */
int foreground_signals(struct err *e);

/* After that: becomes readable when the caller asks to stop (SIGHUP, SIGINT, SIGQUIT, SIGTERM, but
 * what is ignored), which before there is a program is for this process. Never read: whoever sees
 * it gives up. */
int foreground_interrupt(struct err *e);
/* Likewise where nothing is passed on: blocks these alone. */
int foreground_interruptible(struct err *e);

/* Until @pidfd ends. @console: the master of its terminal, or FD_NONE. @beside may be NULL. */
int foreground_wait(int *console, int pidfd, int sigfd, struct beside *beside, struct err *e);

/* Waits for the child @pid: its exit code, 128 + signal, or -errno. */
int foreground_reap(pid_t pid, struct err *e);

#endif
