/* SPDX-License-Identifier: Apache-2.0 */
/* What this host offers: looked at once, reported at the top of each run, asked by the needs of the
 * cases. */
#ifndef HOST_HOST_H
#define HOST_HOST_H

#include "cgroups.h"
#include "conform.h"
#include "err.h"
#include "json.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/utsname.h>

#define HX_RUN_SIZE 32

struct hx_host {
	struct utsname uts;
	bool root;
	uint64_t caps;		 /* effective, one bit each */
	unsigned int caps_known; /* how many the kernel has */
	unsigned int cpus;
	struct hx_cgroups cgroups;
	char *lsms;		 /* "capability,apparmor" */
	char *filesystems;	 /* /proc/filesystems */
	char *seccomp;		 /* "kill_process kill_thread trap errno ..." */
	int no_userns;		 /* the errno of who makes a user namespace; 0: one can be made */
	bool chrooted;		 /* the harness is below a chroot(2) */
	char *uid_map, *gid_map; /* our own; "": there are no user namespaces */
	bool veth;		 /* virtual ethernet pairs can be made */
	/* How the names of all containers and cgroups of the run begin, "conform-PID-LETTERS"; ""
	 * before there is one. The number alone is others', too, in other pid namespaces. */
	char run[HX_RUN_SIZE];
	/* The run's directory, and its copy of the probe in there; the session's; NULL: not yet. */
	const char *work, *probe;
};

/* Looks. The caller ends *ret with hx_host_done(). 0 or -errno. */
int hx_host_look(struct hx_host *ret, struct err *e);
void hx_host_done(struct hx_host *h);

/*
 * Whether @n is met. 1: yes. 0: no, and @why says what is missing in one sentence. -errno: it could
 * not be found out, and @why says why. @features is the runtime's features document or NULL;
 * @feature_too: .feature is a need (else it is not looked at).
 */
int hx_needs_met(const struct needs *n, const struct hx_host *h, const struct json *features,
		 bool feature_too, char *why, size_t size);

#define HOST_OBSTACLE_MAX 256

/* Why the plainest container may fail here under any runtime, in @buf, which is returned: a
 * capability that the harness lacks, or a limit (ulimit) that is too low. NULL: nothing is known.
 */
const char *hx_host_obstacle(const struct hx_host *h, char buf[HOST_OBSTACLE_MAX]);

/* The environment as the reports show it; the caller frees. NULL: memory is short. */
struct json *hx_host_report(const struct hx_host *h);

#endif
