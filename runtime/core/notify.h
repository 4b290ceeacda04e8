/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sd_notify(3), where the caller has a NOTIFY_SOCKET: the container has a socket of its own
 * (rootfs_make_notify()), and what is said there is said again to the caller. That is the one line
 * READY=1, and nothing else: whoever runs in the container speaks for its readiness, not for the
 * service that the caller is to its manager.
 */
#ifndef RUNTIME_NOTIFY_H
#define RUNTIME_NOTIFY_H

#include "beside.h"
#include "lifecycle.h"

struct notify {
	struct beside beside; /* first: what is waited for next */
	int sock;	      /* of the container's processes, or FD_NONE: there is none */
	int caller;	      /* connected */
	pid_t main_pid;	      /* said along with READY=1; 0: the caller's own is meant */
	bool ready;	      /* the container is, but the caller does not know it yet */
	bool told;	      /* it does, or cannot be told any more */
	const struct rt_log *log;
};

/* Whether a container gets a socket: not where its configuration has one already. @address may be
 * NULL. */
bool notify_is_wanted(const char *address, const struct cfg_process *process);

/* Connects to the caller's socket. Where nobody is there: a warning and FD_NONE, since the
 * container can do without. */
int notify_connect(const char *address, const struct rt_log *log);

/* Takes both descriptors. Where *sock is FD_NONE, nothing is ever waited for. */
void notify_init(struct notify *n, int *sock, int *caller, const struct rt_log *log);
void notify_done(struct notify *n);

/* For `run` in the foreground, behind the process's end: what it said at last, without waiting. */
void notify_finish(struct notify *n);

/*
 * For who is gone afterwards: waits until the container is ready, or its first process @pidfd has
 * ended, which is no error; and then for as long as the caller's manager needs to find out who has
 * told it so, and for @pid to become the service's main process.
 */
void notify_wait(struct notify *n, int pidfd, pid_t pid);

#endif
