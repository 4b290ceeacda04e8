/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A container in the making: what the creator prepares on the host's side, and its first process
 * inherits by clone3(2) as plain memory. Nothing is serialized, nothing is executed a second time.
 */
#ifndef RUNTIME_CREATION_H
#define RUNTIME_CREATION_H

#include "cgroup.h"
#include "container.h"
#include "lifecycle.h"
#include "namespace.h"
#include "namespace_ahead.h"
#include "netdev.h"
#include "notify.h"
#include "process.h"
#include "resctrl.h"
#include "rootfs.h"
#include "seccomp_filter.h"

struct creation {
	const struct rt_create_options *o;
	bool run;   /* the start follows at once, over the same socket */
	bool joins; /* `exec`: the container is there, its configuration has been applied */

	char *bundle; /* absolute */
	char *config_text;
	size_t config_len;
	struct cfg_doc *doc;
	const struct cfg_config *config;
	const struct cfg_process *process; /* NULL: runtime.md#start will refuse */

	struct ns_plan ns;
	struct ns_ahead ahead; /* begun before @ns is known */
	struct process_caps caps;
	uint64_t ignored; /* process_ignored_signals() */
	struct seccomp_filter filter;
	struct rootfs rootfs;
	struct resctrl *resctrl;       /* until it is the container's */
	struct netdev_set *netdevs;    /* moved, or NULL */
	bool deny_setgroups;	       /* in the container's user namespace */
	uint32_t first_uid, first_gid; /* who a process first is in it, where it was joined */
	bool wants_notify;	       /* the container gets a socket: notify.h */

	struct container c;
	int cgroup_fd;	      /* v2, for CLONE_INTO_CGROUP */
	int resctrl_fd;	      /* root of that file system, where the configuration asks for it */
	int sync;	      /* the creator's end */
	int init_sync;	      /* the first process's end */
	int listen_fd;	      /* `create`: what the first process waits on */
	int interrupt;	      /* of foreground_interrupt(), or FD_NONE */
	int console_sock;     /* connected --console-socket */
	int pidfd_sock;	      /* connected --pidfd-socket */
	int console_master;   /* `run` in the foreground */
	struct notify notify; /* `run`: from the container's processes to o->notify_socket */
	pid_t pid;
	int pidfd;
	bool heard;	   /* the new process has said something */
	bool stillborn;	   /* creation_reborn() */
	bool next_written; /* container_write_next() has been called for the end */
	bool pid_file_written;
	bool hooks_begun; /* something outside may have changed: poststop hooks are due when it
			     fails */
};

/* config.c: reads, parses and checks <bundle>/config.json: fills bundle, config_text, doc, config,
 * process. */
int creation_load_config(struct creation *cr, struct err *e);
/* config.c: parses a document of @kind and holds it against the specification; errors begin with
 * @name. */
int creation_parse(enum cfg_kind kind, const char *name, const char *buf, size_t len,
		   struct cfg_doc **ret, struct err *e);
/* config.c: @r, which may be NULL, as it is meant in a configuration of @oci_version. */
void creation_read_as_version(struct cfg_resources *r, const char *oci_version);
/* config.c: whether the terminal that @cr's process asks for can be had, with @detached. */
int creation_check_terminal(const struct creation *cr, bool detached, struct err *e);

/* create.c: all of `create` up to the point where the first process waits. On failure everything is
 * undone but @cr's memory: creation_done(). */
int creation_make(struct creation *cr, struct err *e);
void creation_init(struct creation *cr, const struct rt_create_options *o, bool run);
void creation_done(struct creation *cr);
/* Kills the first process, removes cgroups, state and pid file; runs the poststop hooks where the
 * create hooks had begun. */
void creation_undo(struct creation *cr);

/* spawn.c: pidfd of pid, a child of the caller, where the clone has not given one. */
int creation_hold(struct creation *cr, struct err *e);
/* spawn.c: clones the first process, directly or through the stage. Fills pid and pidfd. */
int creation_spawn(struct creation *cr, struct err *e);
/* spawn.c: the same through @stage, a process on the way that says the pid of its child. */
int creation_spawn_staged(struct creation *cr, void (*stage)(struct creation *cr), struct err *e);
/* spawn.c, in the stage: makes the process behind it, a child of the creator that runs @child, and
 * says its pid. */
int creation_clone_behind(struct creation *cr, uint64_t flags, void (*child)(struct creation *cr),
			  struct err *e);
/* spawn.c: whether the new process was killed in its birth into the cgroup, so that it is to be
 * made once more, and to enter by itself: true at most once. What was known of it is forgotten. */
bool creation_reborn(struct creation *cr);
/* spawn.c: a pair of sockets: sync and init_sync. */
int creation_pair(struct creation *cr, struct err *e);
/* spawn.c: the other end of the terminal, which it takes, goes to whoever asked for it: the console
 * socket's owner, or this process, which will copy between it and its own terminal. */
int creation_take_console(struct creation *cr, int *fd, struct err *e);
/* spawn.c: answers the first process until it is ready. */
int creation_serve(struct creation *cr, struct err *e);
/* spawn.c: says to the first process that its cgroups stand, with all limits. */
int creation_settle(struct creation *cr, struct err *e);
/* create.c: whether the first process exists before its cgroups. */
bool creation_born_first(const struct creation *cr);
/* joined_user.c: the first process is there; in a user namespace that it has joined: the
 * configuration must say of it what is true, and its user gets the cgroup. */
int creation_settle_joined_user(struct creation *cr, struct err *e);
/* create.c, the parts of creation_make(): up to where the id is ours and what is about to be made
 * is written down; the cgroups; the directories in resctrl, where there is linux.intelRdt; and the
 * end, the process as part of the state. */
int creation_reserve(struct creation *cr, struct err *e);
int creation_make_cgroup(struct creation *cr, struct err *e);
int creation_make_resctrl(struct creation *cr, struct err *e);
int creation_record(struct creation *cr, struct err *e);
/* run.c: waits in the foreground for the end, then deletes; the exit code. */
int creation_stay(struct creation *cr, int sigfd, struct err *e);
/* create.c: writes process.oomScoreAdj for @pid, whose children inherit it. From outside or by a
 * stage of itself, before it joins anything: the kernel asks for the host's rights, and the files
 * of a process that is not dumpable are root's (proc_pid(5)). */
int creation_set_oom_score(const struct creation *cr, pid_t pid, struct err *e);
/* create.c: connects and sends to o->pidfd_socket, where that is set. */
int creation_connect_pidfd(struct creation *cr, struct err *e);
int creation_send_pidfd(struct creation *cr, struct err *e);
/* pid_file.c: -EINVAL where o->pid_file is nothing that a file may take the place of, before
 * anything is made that would have to be undone. */
int creation_check_pid_file(const struct creation *cr, struct err *e);
/* pid_file.c: o->pid_file, digits and nothing else: callers read the whole file as one number. */
int creation_write_pid_file(struct creation *cr, struct err *e);

/* init.c: the life of the first process until the program. */
_Noreturn void init_main(struct creation *cr);

/* start.c: follows @pid, the first process or a later one of exec.c, from SYNC_GO to the program: 0
 * once that runs. Once @interrupt (FD_NONE: never) can be read before that: -EINTR. */
int start_follow(const struct container *c, pid_t pid, int sock, const struct cfg_doc *doc,
		 int interrupt, const struct rt_log *log, struct err *e);
/* start.c: poststart hooks; @doc may be NULL, then the container's copy is read. @interrupt is that
 * of hooks_run(): the program runs by then, but as long as a hook does the caller is still being
 * served, and a signal ends that. */
int start_run_poststart(const struct container *c, const struct cfg_doc *doc, int interrupt,
			const struct rt_log *log, struct err *e);

/* destroy.c: runtime.md#lifecycle, steps 12 and 13, for a locked container whose process is dead or
 * to be killed. */
int destroy_container(struct container *c, const struct rt_log *log, struct err *e);
/* Kills the first process (and where they would survive it, all in the cgroups) and waits until it
 * has ended. */
int destroy_kill(const struct container *c, struct err *e);
/* Runs the poststop hooks of @doc; failures are warnings. */
void destroy_run_poststop(const struct container *c, const struct cfg_doc *doc,
			  const struct rt_log *log);

#endif
