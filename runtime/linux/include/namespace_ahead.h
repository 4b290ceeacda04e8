/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A network namespace that is made before it is known to be wanted. It takes the kernel as long as
 * all else that a container's namespaces ask for, and another processor can make it while the
 * configuration is still being parsed. It is a short cut and no more: where the guess was wrong, or
 * anything fails, the first process makes its own.
 */
#ifndef RUNTIME_NAMESPACE_AHEAD_H
#define RUNTIME_NAMESPACE_AHEAD_H

#include "fd.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct ns_ahead {
	pid_t pid; /* who makes it: a child that shares the caller's memory; 0: nobody */
	int sock;  /* over which the namespace comes */
	struct ns_ahead_child *child; /* its memory; owned */
};
#define NS_AHEAD_INIT ((struct ns_ahead){.sock = FD_NONE})

/*
 * Whether the configuration in @text, unparsed, seems to ask for a network namespace that is new
 * and belongs to the caller's user namespace. What it says is not relied upon.
 */
bool ns_ahead_guess(const char *text, size_t len);

/* Whether a processor that the caller may use has nothing to do right now. Where others are at work
 * it would only be more of it. */
bool ns_ahead_pays(void);

/* The same of a text of /proc/loadavg (proc_loadavg(5)), whose fourth field begins with how many
 * threads run or could run, and a number of processors. */
bool ns_ahead_is_idle(const char *loadavg, int processors);

/* Begins; whether it has (elsewhere than on x86_64 it never does). In every case ns_ahead_done().
 */
bool ns_ahead_begin(struct ns_ahead *a);

/*
 * In a child of who began: waits for the namespace and joins it, its loopback device up. False:
 * there is none, and the caller is where he was.
 */
bool ns_ahead_join(struct ns_ahead *a);

/* Waits for the end of the child; what nobody has joined is gone. */
void ns_ahead_done(struct ns_ahead *a);

#endif
