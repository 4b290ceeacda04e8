/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run that is ended by SIGKILL cannot clean up after itself. Its guardian does: a small process
 * of the host's own namespaces but for the network's, no child of the run, which waits for the
 * run's end and, where the run has not said goodbye, ends and removes what is left of it. It finds
 * that by names: that of the work directory stands in the mountinfo of every process that lives
 * below it, in a container or not, and those of the cgroups begin with the run's; and by the
 * network namespace of the run, which the guardian keeps alive, so that its number is nobody
 * else's. The sysctls that its cases own, and the options of the cgroup2 file system, it puts back
 * once nothing is alive that could change them.
 */
#ifndef EXEC_GUARDIAN_H
#define EXEC_GUARDIAN_H

#include "err.h"

struct hx_session;

struct hx_guardian {
	int fd; /* our end of the socket on which goodbye is said; FD_NONE: no guardian */
};

/*
 * Takes the caller into a network namespace of its own, and starts in there the guardian of
 * @session, whose names are known by now; its work directory is removed when it is empty, unless it
 * is kept. To be called before other namespaces are entered and before the caller becomes a
 * subreaper. 0 or -errno.
 */
int hx_guardian_start(struct hx_guardian *g, const struct hx_session *session, struct err *e);

/* Says goodbye, and waits until the guardian has gone. Safe to repeat. */
void hx_guardian_dismiss(struct hx_guardian *g);

#endif
