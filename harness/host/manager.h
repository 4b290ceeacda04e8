/* SPDX-License-Identifier: Apache-2.0 */
/* An unprivileged user whose own systemd runs on this host, and what it takes to be that user. */
#ifndef HOST_MANAGER_H
#define HOST_MANAGER_H

#include "cgroups.h"
#include "err.h"

#include <sys/types.h>

struct hx_manager {
	uid_t uid;
	gid_t gid;
	char *procs; /* cgroup.procs of a cgroup that the user's systemd has made */
};
#define HX_MANAGER_NONE ((struct hx_manager){.procs = NULL})

/* The first such user, of those with a bus at /run/user/UID/bus, on cgroup v2: what is in another
 * hierarchy no unprivileged systemd can move. The caller ends *ret with hx_manager_done(). -ENOENT
 * without words where there is none. */
int hx_manager_find(const struct hx_cgroups *c, struct hx_manager *ret);
void hx_manager_done(struct hx_manager *m);

/* Makes this process one of that user's, without a right more than any other, in the cgroup: from
 * there alone the user's systemd can move it. 0 or -errno. */
int hx_manager_become(const struct hx_manager *m, struct err *e);

/* Whether that user can enter or execute @path, and make a user namespace: 0, or -errno with words.
 */
int hx_manager_tried(const struct hx_manager *m, const char *path, struct err *e);

#endif
