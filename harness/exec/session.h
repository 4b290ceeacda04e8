/* SPDX-License-Identifier: Apache-2.0 */
/* What all cases of a run share. Made once by the parent; the case's processes inherit it. */
#ifndef EXEC_SESSION_H
#define EXEC_SESSION_H

#include "cgroup2.h"
#include "cgroups.h"
#include "guardian.h"
#include "host.h"
#include "runtime.h"

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

#define HX_TIMEOUT_USUAL 10 /* seconds */

struct hx_owned;

struct hx_session {
	const char *self;     /* how conform was called, for the repeat command */
	char work[PATH_MAX];  /* the run's directory: a tmpfs, or a kept one */
	char probe[PATH_MAX]; /* the probe's copy in there */
	struct stat probe_stat;
	struct hx_host host;
	unsigned int timeout_ms; /* of each call of a runtime, and of each wait */
	int target;		 /* minor number; -1: what each runtime says of itself */
	bool strict, keep;
	bool made;	 /* the work directory is there */
	char lifted[32]; /* flags that a kept one has outside of this run: "nosuid,nodev" */
	struct hx_guardian guardian;
	struct hx_owned *owned;	   /* what is put back, by whoever is still alive */
	struct hx_cgroup2 cgroup2; /* as it was when the run began; the same for that */
	pid_t pid;		   /* of the parent */
};

/*
 * Enters the sandbox of a run: own mount (private), network (loopback up), UTS and IPC namespaces,
 * subreaper; makes the work directory and the probe's copy. @keep: on a file system that stays.
 * Needs root: -EPERM otherwise. 0 or -errno.
 */
int hx_session_enter(struct hx_session *s, const char *probe, bool keep, struct err *e);

/* Makes the mount at @path read-only in this mount namespace, whatever else it is. 0 or -errno. */
int hx_lock_mount(const char *path, struct err *e);

/* Removes what bears the name of the run on the host, its cgroups and classes of resctrl, and gives
 * the host's cgroup2 file system its options again. */
void hx_session_clean(const struct hx_session *s);

/* Kills what is left, removes this run's cgroups, unmounts and removes the work directory (an empty
 * or kept one stays where asked). */
void hx_session_leave(struct hx_session *s);

#endif
