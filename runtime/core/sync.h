/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the container's first process and its creator (later: its starter) say to each other: single
 * messages over a SOCK_SEQPACKET pair, so that each arrives whole, with at most one descriptor. The
 * end of the socket means the end of the peer; for the starter, after SYNC_EXEC, it means that
 * execve(2) succeeded, since that closes it.
 */
#ifndef RUNTIME_SYNC_H
#define RUNTIME_SYNC_H

#include "err.h"

#include <sys/types.h>

enum sync_kind {
	/* from the first process */
	SYNC_STAGED = 1, /* from the stage: @number is the pid of the first process */
	SYNC_MAP,	 /* "write my id mappings", answered by SYNC_GO */
	SYNC_NETDEVS,	 /* with a socket of the network namespace: "move the devices", answered by
			    SYNC_GO */
	SYNC_HOOKS,	 /* "run the hooks of the runtime's namespaces", answered by SYNC_GO */
	SYNC_CONSOLE,	 /* with the terminal's master */
	SYNC_READY,	 /* everything but the program is done, answered by SYNC_GO: go and wait, or
			    (`run`) go and execute */
	SYNC_NOTIFY,	 /* with what the container's processes send to: sd_notify(3); to `start`
			    without, where there is none */
	SYNC_LISTENER,	 /* with the seccomp listener, answered by SYNC_GO */
	SYNC_EXEC,	 /* the program comes next */
	SYNC_WARN,	 /* @err.msg */
	SYNC_ERROR,	 /* @err; the process ends */
	SYNC_REFUSED,	 /* @err; the process goes on waiting */
	/* to the first process */
	SYNC_GO, /* from `start` with a @number of 1 where it wants SYNC_NOTIFY, else 0 */
};

struct sync_msg {
	enum sync_kind kind;
	int number;
	struct err err;
};

/* 0 or -errno; -EPIPE: the peer is gone. @fd: a descriptor to pass, or FD_NONE. */
int sync_send(int sock, enum sync_kind kind, int number, int fd);
int sync_send_err(int sock, enum sync_kind kind, const struct err *e);

/* The bytes of one message: 0, or -EPROTO where they are none. */
int sync_read(const void *buf, size_t len, struct sync_msg *ret);

/* 1, 0 at the end, or -errno. *ret_fd is the caller's or FD_NONE. */
int sync_recv(int sock, struct sync_msg *ret, int *ret_fd);

/* Receives SYNC_GO: whether it came with a number. -EPIPE: the peer is gone. */
int sync_wait_go(int sock, struct err *e);

#endif
