/* SPDX-License-Identifier: Apache-2.0 */
/* What the host looks like before a case and after it; what differs is residue. Taken in the case's
 * own mount, UTS and IPC namespace. */
#ifndef HOST_SNAPSHOT_H
#define HOST_SNAPSHOT_H

#include "err.h"
#include "json.h"

#include <stddef.h>
#include <sys/types.h>

struct hx_snapshot {
	char *mounts;	       /* /proc/self/mountinfo */
	struct json *settings; /* {"sysctl net/ipv4/ip_forward":"0", "host name":"...",
				  "/dev/null":"mode owner"} */
};

void hx_snapshot_done(struct hx_snapshot *s);

/* 0 or -errno. */
int hx_snapshot_take(struct hx_snapshot *ret, struct err *e);

/* Takes the host's name and domain name out of @s, which are not compared then. */
void hx_snapshot_forget_names(struct hx_snapshot *s);

/* Appends a sentence to the array @residue for each difference. 0 or -ENOMEM. */
int hx_snapshot_compare(const struct hx_snapshot *before, const struct hx_snapshot *after,
			struct json *residue);

/*
 * The living descendants of this process (zombies are none), but for the @nspared pids in @spared
 * and what is below them: at most @max into @ret. The number there are.
 */
size_t hx_descendants(const pid_t *spared, size_t nspared, pid_t *ret, size_t max);

/* Kills all descendants but the spared ones and reaps every child that has ended, until none is
 * left or @deadline_ms has passed. 0 or -ETIMEDOUT. */
int hx_kill_descendants(const pid_t *spared, size_t nspared, int64_t deadline_ms);

#endif
