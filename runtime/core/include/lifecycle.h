/* SPDX-License-Identifier: Apache-2.0 */
/* The operations of runtime.md#operations, one function each. Each leaves nothing behind where it
 * fails. */
#ifndef RUNTIME_LIFECYCLE_H
#define RUNTIME_LIFECYCLE_H

#include "container.h"

#include <sys/types.h>

/* What the runtime was written against: the ociVersion of the states that it prints. */
#define RT_SPEC_VERSION	    "1.3.0"
#define RT_SPEC_VERSION_MIN "1.0.0"

/* Where warnings go: text without newline. */
struct rt_log {
	void (*warn)(void *arg, const char *text);
	void *arg;
	int fd; /* above 2: what it is written to, which no process of a container keeps */
};

struct rt_create_options {
	const char *root; /* state directory of all containers */
	const char *id;
	const char *bundle;	    /* any path to the bundle directory */
	const char *pid_file;	    /* or NULL */
	const char *console_socket; /* or NULL */
	const char *pidfd_socket;   /* or NULL: who receives a pidfd of the process */
	const char *notify_socket;  /* of the caller, sd_notify(3); or NULL */
	bool no_pivot;
	bool no_new_keyring;
	bool rootless;		   /* the caller may not do what only root may */
	bool systemd_cgroup;	   /* systemd makes the cgroup */
	bool no_cgroup;		   /* it stays in the caller's, and can have no limits */
	unsigned int preserve_fds; /* 3 .. 3 + n - 1 stay open for the program */
	unsigned int listen_fds;   /* how many of them are LISTEN_FDS (sd_listen_fds(3)) */
	mode_t umask; /* of the caller, which the program gets where process.user.umask is absent */
	int exe_tree; /* above 2: a detached mount that is not needed any more (rootfs.h) */
	struct rt_log log;
	/* `run` only: */
	bool detach;
	bool keep;
};

/*
 * runtime.md#create: makes the container's environment and leaves its first process waiting for
 * `start`. 0 or -errno, and then nothing is left but what the hooks made.
 */
int rt_create(const struct rt_create_options *o, struct err *e);

/*
 * create, start, and unless @o->detach: waits for the end, passing the caller's signals on, and
 * deletes (unless @o->keep). Returns the program's exit code (128 + signal; 0 where detached) or
 * -errno. With @o->notify_socket and @o->detach it waits as rt_start() does.
 */
int rt_run(const struct rt_create_options *o, struct err *e);

/* `exec`: a process beside the container's own. */
struct rt_exec_options {
	const char *root, *id;
	/* What it is: a document of the form of config.md#process, */
	const char *process_file;
	/* or, where that is NULL, the container's own process with these changes. Whatever either
	 * leaves out is the container's. */
	char *const *args; /* NULL-terminated */
	const char *cwd;
	const char *user; /* "uid[:gid]" in digits */
	const char *apparmor, *label;
	struct cfg_strs env, caps, gids; /* borrowed; in addition */
	bool terminal, no_new_privileges;
	/* How it is run. */
	struct cfg_strs cgroups; /* below the container's: see cgroup_narrow() */
	const char *pid_file, *console_socket, *pidfd_socket;
	bool detach, ignore_paused, rootless;
	unsigned int preserve_fds, listen_fds;
	mode_t umask;
	int *exe_tree; /* a detached mount that is not needed any more, or NULL: closed, which takes
			  its time, when the program runs */
	struct rt_log log;
};

/*
 * Runs a process in the container's namespaces and cgroups, with its seccomp filter. Unless
 * @o->detach: waits for its end as rt_run() does and returns its exit code. -errno where it did
 * not come to run; then no pid file is written.
 */
int rt_exec(const struct rt_exec_options *o, struct err *e);

/* runtime.md#start. @notify_socket is the caller's, sd_notify(3), or NULL: where `create` had one
 * too, waits until the container says that it is ready, or ends. */
int rt_start(const char *root, const char *id, const char *notify_socket, const struct rt_log *log,
	     struct err *e);

/* runtime.md#kill. @all: to every process of the container, also where the first one has ended. */
int rt_kill(const char *root, const char *id, int sig, bool all, struct err *e);

/* runtime.md#delete. @force: kills first, and a container that does not exist is no error. */
int rt_delete(const char *root, const char *id, bool force, const struct rt_log *log,
	      struct err *e);

/* The annotation that names a file of options for criu(8). */
#define RT_CRIU_ANNOTATION "org.criu.config"

/* What `checkpoint` and `restore` hand on to criu(8), where it is explained. */
struct rt_criu_options {
	const char *program;		    /* or NULL: criu, along PATH */
	const char *image_path, *work_path; /* directories of the images, and of the log */
	const char *parent_path;	    /* or NULL: images of a pre-dump */
	const char *manage_cgroups;	    /* soft, full, strict, ignore */
	const char *page_server;	    /* address, or NULL */
	int page_server_port;
	const char *lsm_profile, *lsm_mount_context;
	int status_fd; /* or FD_NONE */
	bool tcp_established, tcp_skip_in_flight, tcp_close, link_remap, ext_unix_sk, shell_job,
		lazy_pages, file_locks, auto_dedup, empty_network;
};

struct rt_checkpoint_options {
	const char *root, *id;
	struct rt_criu_options criu;
	bool leave_running, pre_dump;
	struct rt_log log;
};

/* Writes the container's processes to image_path and, unless they are left running, deletes it. */
int rt_checkpoint(const struct rt_checkpoint_options *o, struct err *e);
/* Makes a container of the bundle with the processes of image_path. Returns as rt_run() does. */
int rt_restore(const struct rt_create_options *o, const struct rt_criu_options *criu,
	       struct err *e);

struct rt_update_options {
	const char *root, *id;
	/* A document of the form of linux.resources, and the name that errors give it. */
	const char *name, *resources;
	size_t len;
	bool literal; /* it is of no version, and not of the container's either */
	const char *l3_cache_schema, *mem_bw_schema; /* or NULL */
};

/* Applies new limits to a container that lives; what @o does not name stays. */
int rt_update(const struct rt_update_options *o, struct err *e);

struct rt_events_options {
	const char *root, *id;
	unsigned int interval_ms; /* 0: once, and the end */
	/* Takes one event: a JSON object and a newline. */
	int (*emit)(void *arg, const char *line, size_t len, struct err *e);
	void *arg;
};

/* Emits what the container uses, and each time the kernel runs out of memory in it, until its first
 * process ends. */
int rt_events(const struct rt_events_options *o, struct err *e);

/* Freezes, or thaws, all processes of the container. */
int rt_pause(const char *root, const char *id, struct err *e);
int rt_resume(const char *root, const char *id, struct err *e);

/* The pids of all processes of the container, as the host has them; the caller frees. */
int rt_ps(const char *root, const char *id, pid_t **ret, size_t *ret_count, struct err *e);

/* runtime.md#query-state as JSON with a final newline. */
int rt_state(const char *root, const char *id, struct strbuf *out, struct err *e);

#endif
