/* SPDX-License-Identifier: Apache-2.0 */
/* What a process carries through its steps until it is the program: the container's first one
 * (init.c), and those that come later (exec_init.c); and the steps that both have. */
#ifndef RUNTIME_INIT_PROGRAM_H
#define RUNTIME_INIT_PROGRAM_H

#include "creation.h"

struct exec;

struct init {
	struct creation *cr;
	struct exec *exec;   /* of a later process; NULL: the first one */
	int sync;	     /* to the creator; after `start` to the starter */
	int slave;	     /* of the terminal */
	int notify;	     /* what the container's processes send to: rootfs_make_notify() */
	bool has_notify;     /* somebody hears them */
	bool loopback_is_up; /* it came with the network namespace */
	bool recorded;	     /* the creator's death is no longer ours */
	bool cwd_denied;     /* to our rights; the user's may do */
	bool may_go;   /* the creator's word has been heard: the container is part of its state */
	char *program; /* path of the executable, inside */
	char **env;
};

/* One of the steps, which are run in the order of their list. */
struct init_step {
	const char *name; /* for errors that say no more than a number */
	int (*run)(struct init *in, struct err *e);
};
/* The last of them executes the program: what returns is an error, which is sent up. */
_Noreturn void init_run_steps(struct init *in, const struct init_step *steps, size_t count);

/*
 * Says that all is ready. Unless it is a `run`, waits for the creator's word and then for `start`.
 * In a `run` what is this process's own business goes on meanwhile: init_hear_go() waits for the
 * word, before anything is executed. -EPIPE: the creator died before.
 */
int init_wait_for_start(struct init *in, struct err *e);
int init_hear_go(struct init *in, struct err *e);

/* Gives in->notify to whoever is at the other end of in->sync, or says that there is none. */
int init_hand_over_notify(struct init *in, struct err *e);

/* Warnings go through the creator: the log is the host's. */
void init_close_log(const struct creation *cr);
/* Not dumpable, and dies with its creator. The kernel takes both back when credentials change
 * (prctl(2)). */
void init_protect(const struct init *in);
/* In a user namespace that is new to the process: its root, or whoever can be that; protected as by
 * init_protect(). */
int init_become_root(const struct creation *cr, uid_t uid, gid_t gid, struct err *e);
int init_new_session(struct init *in, struct err *e);
int init_attach_terminal(struct init *in, struct err *e);
/*
 * A standard stream that is the caller's null device becomes the container's own, to read and to
 * write: through the caller's a program could change the mode and owner of the host's node. Where
 * the container has no null device by that name, the stream stays.
 */
int init_own_null(struct init *in, struct err *e);
/* Scheduler, priorities, personality, memory policy, hard limits: what could be refused. */
int init_limits(struct init *in, struct err *e);
int init_find_program(struct init *in, struct err *e);

/* process.env and what belongs to it: HOME (process_home()), LISTEN_FDS and LISTEN_PID for
 * sd_listen_fds(3), NOTIFY_SOCKET for sd_notify(3). */
int init_make_environment(struct init *in, struct err *e);

/* Through rootfs.proc_fd, which it closes. */
int init_labels(struct init *in, struct err *e);
/* Gives standard input, output and error to the user, where they are pipes. */
int init_own_stdio(struct init *in, struct err *e);
int init_rlimits(struct init *in, struct err *e);
/* The one of them that hinders opening anything, as the steps before this do. */
int init_limit_files(struct init *in, struct err *e);
int init_no_new_privileges(struct init *in, struct err *e);
int init_drop_bounding(struct init *in, struct err *e);
int init_become_user(struct init *in, struct err *e);
/* process.cwd with the user's rights, where ours did not suffice. */
int init_enter_cwd(struct init *in, struct err *e);
/*
 * In the process of a startContainer hook, of this struct init: limits, user, capabilities,
 * no_new_privs and filter of the container's program; the labels are inherited. The filter has no
 * listener: what it would ask one about fails with ENOSYS (seccomp(2)). hooks_how.confine.
 */
int init_confine_hook(void *init, struct err *e);
/* Says that nothing but the filter and execve(2) is to come. */
int init_announce(struct init *in, struct err *e);
/* seccomp(2), in one of the two: with or without no_new_privs. */
int init_filter_privileged(struct init *in, struct err *e);
int init_filter_unprivileged(struct init *in, struct err *e);
int init_capabilities(struct init *in, struct err *e);

/* execve(2). Returns only where that fails. */
int init_execute(struct init *in, struct err *e);

#endif
