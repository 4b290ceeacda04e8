/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The options of the cgroup2 file system (nsdelegate and others). They are the host's, one set for
 * all its mounts: who mounts it anew and is in no cgroup namespace sets them for everybody (the
 * kernel's cgroup-v2.rst, "Mounting").
 */
#ifndef HOST_CGROUP2_H
#define HOST_CGROUP2_H

#include "err.h"

struct hx_cgroup2 {
	char *path, *options; /* where it is mounted first, and with what */
};
void hx_cgroup2_done(struct hx_cgroup2 *m);

/* In the text of a /proc/self/mountinfo. 1; 0: it is not mounted; -ENOMEM. hx_cgroup2_done(). */
int hx_cgroup2_find(const char *mountinfo, struct hx_cgroup2 *ret);

/* The same in our own, as it is now. -errno. */
int hx_cgroup2_read(struct hx_cgroup2 *ret, struct err *e);

/*
 * Gives the file system the options again that it had when @was was read. 1: they had changed; 0:
 * they had not, or it was not mounted then or is not now; -errno.
 */
int hx_cgroup2_put_back(const struct hx_cgroup2 *was, struct err *e);

#endif
