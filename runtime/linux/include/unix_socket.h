/* SPDX-License-Identifier: Apache-2.0 */
/* Connecting to the sockets that callers name: console sockets, pidfd sockets, seccomp agents,
 * service managers. */
#ifndef RUNTIME_UNIX_SOCKET_H
#define RUNTIME_UNIX_SOCKET_H

#include "err.h"

/* A stream socket connected to @path, which may be longer than sun_path. Who does not take the
 * connection, or later what is sent, for ten seconds is an error. Returns the caller's descriptor
 * or -errno. */
int unix_socket_connect(const char *path, struct err *e);

/* A datagram socket connected to @address, an absolute path or '@' and an abstract name, as
 * sd_notify(3) has them. Returns the caller's descriptor or -errno; -EAFNOSUPPORT: it is neither.
 */
int unix_socket_connect_datagram(const char *address, struct err *e);

/* Sends a descriptor in one message, with @name, which receivers show and do not use. */
int unix_socket_send(int sock, const char *name, int fd);

#endif
