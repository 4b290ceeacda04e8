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
#include "notify_ear.h"

struct notify {
	struct beside beside;  /* first: what is waited for next */
	struct notify_ear ear; /* of notify_listen() */
	int caller;	       /* connected, or FD_NONE */
	pid_t main_pid;	       /* said along with READY=1; 0: the caller's own is meant */
	bool ready;	       /* the container is, but the caller does not know it yet */
	bool told;	       /* it does, or cannot be told any more */
	bool deaf;	       /* there is nobody any more who hears the container */
	const struct rt_log *log;
};
#define NOTIFY_NONE                                                                                \
	((struct notify){.beside.poll.fd = FD_NONE, .ear = NOTIFY_EAR_NONE, .caller = FD_NONE})

/* Whether a container gets a socket: not where its configuration has one already. @address may be
 * NULL. */
bool notify_is_wanted(const char *address, const struct cfg_process *process);

/* Connects to the caller's socket. Where nobody is there: a warning and no n->caller, since the
 * container can do without. */
void notify_connect(struct notify *n, const char *address, const struct rt_log *log);

/* From here on what the container's processes send to *sock is heard, which it takes. Before any of
 * them runs. Without this nothing is ever waited for. */
int notify_listen(struct notify *n, int *sock, struct err *e);
void notify_done(struct notify *n);

/* For `run` in the foreground, behind the process's end: what it said at last, without waiting for
 * more. */
void notify_finish(struct notify *n);

/*
 * For who is gone afterwards: waits until the container is ready, or its first process @pidfd has
 * ended, which is no error; and then for as long as the caller's manager needs to find out who has
 * told it so, and for @pid to become the service's main process.
 */
void notify_wait(struct notify *n, int pidfd, pid_t pid);

#endif
