/* SPDX-License-Identifier: Apache-2.0 */
/* The processes of a container that has no cgroup of its own: those of its pid namespace. */
#ifndef RUNTIME_PIDNS_H
#define RUNTIME_PIDNS_H

#include "err.h"

#include <stddef.h>
#include <sys/types.h>

/*
 * Every process in the pid namespace of the process whose directory in /proc is @pid_dir, and in
 * those below it, in ascending order; the caller frees *ret. -EOPNOTSUPP where that is the caller's
 * own, which tells nothing.
 */
int pidns_processes(int pid_dir, pid_t **ret, size_t *ret_count, struct err *e);

/* Sends @sig (0: only looks) to each of them but @but, by a pidfd. 0 or -errno, as above. */
int pidns_signal(int pid_dir, int sig, pid_t but, struct err *e);

#endif
