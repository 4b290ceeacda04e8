/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The namespaces of a container (namespaces(7)): which are new, which are joined by path, which
 * stay the caller's, and the two ways to get there. See config-linux.md#namespaces.
 */
#ifndef RUNTIME_NAMESPACE_H
#define RUNTIME_NAMESPACE_H

#include "cfg_parse.h"
#include "namespace_ahead.h"

#include <sys/types.h>

#define NS_COUNT CFG_COUNT_ns_type

enum ns_mode { NS_INHERIT, NS_NEW, NS_JOIN };

struct ns_plan {
	const struct cfg_doc *doc;
	const struct cfg_linux *linux; /* may be NULL: everything is inherited */
	enum ns_mode mode[NS_COUNT];   /* by CFG_NS_* */
	int fd[NS_COUNT];	       /* NS_JOIN: the namespace; owned */
	int offsets_fd;		       /* of the stage: its own timens_offsets; FD_NONE else */
	bool ours[NS_COUNT]; /* of ns_plan_enter(): joined only if our user namespace owns it */
};

/* The first entry of linux.namespaces of @type (CFG_NS_*), in the document; NULL where none is,
 * also where @linux is NULL. */
const struct cfg_namespace *ns_find(const struct cfg_linux *linux, int type);
/* Whether there is one, and it has no path: the container is to have a namespace that is new. */
bool ns_is_new(const struct cfg_linux *linux, int type);

/* CLONE_NEW* of a CFG_NS_* value, and its file below /proc/PID/ns. */
uint64_t ns_clone_flag(int type);
const char *ns_link_name(int type);

/*
 * Host side: reads linux.namespaces, opens every path and proves with NS_GET_NSTYPE (ioctl_ns(2))
 * that it is a namespace of the type that the entry names. One that is the caller's is inherited,
 * as without an entry. A type that stands there twice, user mappings without a new user namespace
 * (or the reverse) and time offsets without a new time namespace are errors. ns_plan_done() in
 * every case.
 */
int ns_plan_make(const struct cfg_doc *doc, const struct cfg_linux *linux, struct ns_plan *ret,
		 struct err *e);
void ns_plan_done(struct ns_plan *p);
/* The two parts of it that open nothing: which namespaces are new or joined, and whether what the
 * document says of them fits. */
int ns_plan_read(const struct cfg_doc *doc, const struct cfg_linux *linux, struct ns_plan *ret,
		 struct err *e);
int ns_plan_check(const struct ns_plan *p, struct err *e);

/* Whether the container's processes have a namespace of @type that is not the caller's. */
static inline bool ns_plan_own(const struct ns_plan *p, int type)
{
	return p->mode[type] != NS_INHERIT;
}

/*
 * Whether one clone3(2) cannot do it: a pid namespace is entered only by children, a clock is
 * offset only before the first process enters, and a namespace that the host's user namespace owns
 * can be joined only by who has not yet left that one. Then a short-lived process, the stage, goes
 * first.
 */
bool ns_plan_staged(const struct ns_plan *p);

/* The flags of the clone that makes the container's first process: without a stage, or by the
 * stage. What they leave out, ns_unshare() makes. */
uint64_t ns_plan_clone_flags(const struct ns_plan *p);

/*
 * In the stage: joins what is joined, makes a new user namespace where one is asked for (@map is
 * called for its mappings to be written by someone outside), sets the clocks' offsets. The next
 * child of the caller is in every namespace of the plan but the cgroup namespace and those of
 * ns_unshare(). Without a new user namespace the caller is no longer dumpable from the first join
 * on.
 */
int ns_stage_enter(struct ns_plan *p, int (*map)(void *arg, struct err *e), void *arg,
		   struct err *e);

/* The inode of the caller's own namespace of @type; 0 where it cannot be told. */
uint64_t ns_own_inode(int type);

/*
 * Host side, for a container that exists: @pid_dir is /proc/<pid> of its first process, @linux of
 * its configuration; what that one has for itself is joined (NS_JOIN, no descriptors), all else is
 * the caller's already.
 *
 * @userns: the inode of the user namespace that a container without one of its own shares with who
 * made it, else 0. Where the caller is in the same, no user namespace is joined: one that the first
 * process has made itself has no rights and no ids to give to others. Nor has it namespaces to give
 * that it has made there, as those who have no rights may: what they have mounted must not be found
 * by somebody who has more.
 */
int ns_plan_enter(int pid_dir, const struct cfg_linux *linux, uint64_t userns, struct ns_plan *ret,
		  struct err *e);

/*
 * In a process with one thread: joins them all, by @pidfd of the same process, or where the kernel
 * takes none by the files below @pid_dir, as ns_enter_each() does. The root and the working
 * directory become those of the mount namespace; of the pid namespace only the next child becomes a
 * part.
 */
int ns_enter(const struct ns_plan *p, int pid_dir, int pidfd, struct err *e);
int ns_enter_each(const struct ns_plan *p, int pid_dir, struct err *e);

/* Whether a new namespace of @type is one of those that ns_unshare() makes. */
bool ns_plan_made_inside(const struct ns_plan *p, int type);

/* In the container's first process, before all else: makes the new namespaces that the clone has
 * left to it, in one call; but not the network namespace where @ahead has one, for
 * ns_take_ahead(). */
int ns_unshare(const struct ns_plan *p, const struct ns_ahead *ahead, struct err *e);

/* In the same process, later: joins the network namespace of @ahead, or makes one where that is not
 * to be had. 1: joined, with its loopback device up; 0 or -errno. */
int ns_take_ahead(struct ns_ahead *ahead, struct err *e);

/* In the container's first process, without a stage: joins what is joined. */
int ns_join_paths(const struct ns_plan *p, struct err *e);

/* In the same process, as the root of its user namespace, where that is not the caller's: unshares
 * the ipc namespace, whose message queues are in a directory of that root's then. */
int ns_unshare_ipc(const struct ns_plan *p, struct err *e);

/* In the container's first process, once its cgroup is its own: unshares the cgroup namespace,
 * whose root is the cgroup of that moment (cgroup_namespaces(7)). */
int ns_unshare_cgroup(const struct ns_plan *p, struct err *e);

/* Sets IFF_UP on lo of the caller's network namespace (netdevice(7)). */
int ns_loopback_up(struct err *e);

#endif
