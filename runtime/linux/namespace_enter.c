/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Joining a container that exists (setns(2)): all its namespaces in one call, by the pidfd of its
 * first process. Names below /proc may mean another process a moment later; a pidfd does not, nor
 * does an open directory of /proc, which is empty once its process has gone.
 */
#include "namespace.h"

#include "cleanup.h"
#include "fd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

uint64_t ns_own_inode(int type)
{
	struct stat st;
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/self/ns/%s", ns_link_name(type));
	return stat(path, &st) < 0 ? 0 : st.st_ino;
}

/* Those that the container has from elsewhere may be of any user namespace, as long as its first
 * process is where it was. */
static void stay_in_user_namespace(struct ns_plan *p, const struct cfg_linux *linux)
{
	bool left = p->mode[CFG_NS_USER] == NS_JOIN;

	p->mode[CFG_NS_USER] = NS_INHERIT;
	for (int t = 0; t < NS_COUNT; t++)
		p->ours[t] = p->mode[t] == NS_JOIN && (left || ns_is_new(linux, t));
}

int ns_plan_enter(int pid_dir, const struct cfg_linux *linux, uint64_t userns, struct ns_plan *ret,
		  struct err *e)
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
	if (userns && userns == ns_own_inode(CFG_NS_USER))
		stay_in_user_namespace(ret, linux);
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

/* The inode of the user namespace that owns @name in @ns_dir; 0: it is not ours to know, and so
 * neither ours nor of one below. */
static uint64_t owner_of(int ns_dir, const char *name)
{
	cleanup_fd int fd = openat(ns_dir, name, O_RDONLY | O_CLOEXEC);
	cleanup_fd int owner = fd < 0 ? FD_NONE : ioctl(fd, NS_GET_USERNS);
	struct stat st;

	return owner < 0 || fstat(owner, &st) < 0 ? 0 : st.st_ino;
}

/* @ns_dir: /proc/self/ns of where we come from, since the container may have any file of that name.
 * Not before the join: the first process could leave in between. */
static int check_owners(const struct ns_plan *p, int ns_dir, struct err *e)
{
	struct stat own = {0};

	(void)fstatat(ns_dir, "user", &own, 0);
	for (int t = 0; t < NS_COUNT; t++) {
		const char *name = t == CFG_NS_PID ? "pid_for_children" : ns_link_name(t);

		if (p->ours[t] && (!own.st_ino || owner_of(ns_dir, name) != own.st_ino))
			return err_set(e, ESTALE,
				       "the container's first process has left for a %s namespace "
				       "of a user namespace of its own",
				       cfg_enum_name_ns_type(t));
	}
	return 0;
}

static int join(const struct ns_plan *p, int pid_dir, int pidfd, struct err *e)
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

int ns_enter(const struct ns_plan *p, int pid_dir, int pidfd, struct err *e)
{
	cleanup_fd int ns_dir = open("/proc/self/ns", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int r = ns_dir < 0 ? err_set(e, errno, "open '/proc/self/ns': %m")
			   : join(p, pid_dir, pidfd, e);

	return r < 0 ? r : check_owners(p, ns_dir, e);
}
