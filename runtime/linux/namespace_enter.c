/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Joining a container that exists (setns(2)): all its namespaces in one call, by the pidfd of its
 * first process. Names below /proc may mean another process a moment later; a pidfd does not, nor
 * does an open directory of /proc, which is empty once its process has gone.
 */
#include "namespace.h"

#include "fd.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int ns_plan_enter(int pid_dir, struct ns_plan *ret, struct err *e)
{
	memset(ret, 0, sizeof(*ret));
	ret->offsets_fd = FD_NONE;
	for (int t = 0; t < NS_COUNT; t++)
		ret->fd[t] = FD_NONE;
	for (int t = 0; t < NS_COUNT; t++) {
		struct stat own, theirs;
		char path[64];

		(void)snprintf(path, sizeof(path), "/proc/self/ns/%s", ns_link_name(t));
		/* a kind that this kernel does not have is everybody's */
		if (stat(path, &own) < 0)
			continue;
		(void)snprintf(path, sizeof(path), "ns/%s", ns_link_name(t));
		if (fstatat(pid_dir, path, &theirs, 0) < 0)
			return err_set(e, errno, "the container's %s namespace: %m",
				       cfg_enum_name_ns_type(t));
		if (own.st_dev != theirs.st_dev || own.st_ino != theirs.st_ino)
			ret->mode[t] = NS_JOIN;
	}
	return 0;
}

int ns_enter_each(const struct ns_plan *p, int pid_dir, struct err *e)
{
	struct ns_plan each = *p;
	int r = 0;

	/* all are opened before the first is joined: then names mean something else */
	for (int t = 0; t < NS_COUNT && r >= 0; t++) {
		char path[32];

		each.fd[t] = FD_NONE;
		if (p->mode[t] != NS_JOIN)
			continue;
		(void)snprintf(path, sizeof(path), "ns/%s", ns_link_name(t));
		each.fd[t] = openat(pid_dir, path, O_RDONLY | O_CLOEXEC);
		if (each.fd[t] < 0)
			r = err_set(e, errno, "the container's %s namespace: %m",
				    cfg_enum_name_ns_type(t));
	}
	if (r >= 0)
		r = ns_stage_enter(&each, NULL, NULL, e);
	for (int t = 0; t < NS_COUNT; t++)
		fd_close(&each.fd[t]);
	return r;
}

int ns_enter(const struct ns_plan *p, int pid_dir, int pidfd, struct err *e)
{
	uint64_t flags = 0;

	for (int t = 0; t < NS_COUNT; t++)
		if (p->mode[t] == NS_JOIN)
			flags |= ns_clone_flag(t);
	/*
	 * One call, since the kernel then judges all of them with the caller's rights over each,
	 * whether the host's or the container's user namespace owns it, and joins all or none.
	 */
	if (!flags || setns(pidfd, (int)flags) >= 0)
		return 0;
	/* it takes no pidfd before Linux 5.8, and with one asks the first thread, which may have
	 * ended before others */
	if (errno == EINVAL || errno == ESRCH)
		return ns_enter_each(p, pid_dir, e);
	return err_set(e, errno, "join the container's namespaces: %m");
}
