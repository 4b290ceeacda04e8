/* SPDX-License-Identifier: Apache-2.0 */
/*
 * criu(8) as `criu swrk`: one request over a socket, which criu answers once it has done what it
 * asks for. On the way it tells of its steps and waits for each to be acknowledged; that is how the
 * other end of a restored terminal gets here. Its command line has no means for that.
 */
#ifndef RUNTIME_CRIU_H
#define RUNTIME_CRIU_H

#include "creation.h"
#include "criu_wire.h"
#include "proc.h"

/* What is asked for: criu_req_type of criu's rpc.proto. */
enum criu_verb { CRIU_DUMP = 1, CRIU_RESTORE = 2, CRIU_PRE_DUMP = 4 };

/* Members of criu_opts there. */
enum criu_field {
	CRIU_IMAGES_DIR_FD = 1,
	CRIU_PID = 2,
	CRIU_LEAVE_RUNNING = 3,
	CRIU_EXT_UNIX_SK = 4,
	CRIU_TCP_ESTABLISHED = 5,
	CRIU_EVASIVE_DEVICES = 6,
	CRIU_SHELL_JOB = 7,
	CRIU_FILE_LOCKS = 8,
	CRIU_LOG_LEVEL = 9,
	CRIU_LOG_FILE = 10,
	CRIU_PAGE_SERVER = 11,
	CRIU_NOTIFY_SCRIPTS = 12,
	CRIU_ROOT = 13,
	CRIU_PARENT_IMG = 14,
	CRIU_TRACK_MEM = 15,
	CRIU_AUTO_DEDUP = 16,
	CRIU_WORK_DIR_FD = 17,
	CRIU_LINK_REMAP = 18,
	CRIU_CG_ROOT = 25,
	CRIU_RST_SIBLING = 26,
	CRIU_INHERIT_FD = 27,
	CRIU_MANAGE_CGROUPS_MODE = 34,
	CRIU_EXTERNAL = 37,
	CRIU_EMPTY_NS = 38,
	CRIU_JOIN_NS = 39,
	CRIU_FREEZE_CGROUP = 44,
	CRIU_TCP_SKIP_IN_FLIGHT = 46,
	CRIU_LAZY_PAGES = 48,
	CRIU_STATUS_FD = 49,
	CRIU_ORPHAN_PTS_MASTER = 50,
	CRIU_CONFIG_FILE = 51,
	CRIU_TCP_CLOSE = 52,
	CRIU_LSM_PROFILE = 53,
	CRIU_LSM_MOUNT_CONTEXT = 63,
};

#define CRIU_FDS_MAX (CFG_COUNT_ns_type + 1) /* namespaces, --status-fd */

/* A request in the making. A failed allocation is sticky. */
struct criu {
	enum criu_verb verb;
	const struct rt_criu_options *o;
	struct strbuf opts;
	bool oom;
	/* what criu inherits beside 0, 1 and 2; borrowed */
	struct proc_fd fds[CRIU_FDS_MAX];
	size_t nfds;
	int images_fd, work_fd;
	bool answered;	    /* its last word was heard */
	bool interrupted;   /* criu is to give up, */
	int64_t give_up_at; /* and is killed then (proc_now_ms(); negative: never) */
};

/* Begins with what dump and restore have in common, and opens the two directories. In any case
 * criu_done(). */
int criu_begin(struct criu *c, enum criu_verb verb, const struct rt_criu_options *o, struct err *e);
void criu_done(struct criu *c);

void criu_set(struct criu *c, enum criu_field field, int64_t value);
void criu_text(struct criu *c, enum criu_field field, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* A message of two texts, @second with the number @second_field; either may be NULL. */
void criu_pair(struct criu *c, enum criu_field field, const char *first, unsigned int second_field,
	       const char *second);
/* criu gets a copy of @fd and takes it for @key. */
void criu_inherit(struct criu *c, int fd, const char *key);
/* The same for one of its 0, 1 and 2. */
void criu_inherit_stdio(struct criu *c, int number, const char *key);

/* A step that criu tells of, and waits for to be acknowledged. */
struct criu_step {
	const char *name; /* "setup-namespaces", "orphan-pts-master", ... */
	pid_t pid;	  /* of the first process, where it says so; else 0 */
	int fd;		  /* that it hands over; FD_NONE: none. take_fd() to keep it */
};

struct criu_run {
	const char *log; /* name of its log, in the working directory */
	/* In criu, before it begins and before its directories are looked up
	 * (proc_spawn()); may be NULL. */
	int (*setup)(void *arg, struct err *e);
	/* An error ends criu's work. May be NULL. */
	int (*step)(void *arg, struct criu_step *step, struct err *e);
	void *arg;
	/*
	 * Can be read once the caller has waited enough; FD_NONE: never. Then criu is told that its
	 * next step failed, so that it puts back and removes what it has to. Where that takes
	 * longer than @patience_ms (negative: for ever) it is killed. -EINTR.
	 */
	int interrupt;
	int patience_ms;
};

/* Runs criu with the caller's 0 to 2. 0 or -errno; errors are looked up in its log. */
int criu_run(struct criu *c, const struct criu_run *run, struct err *e);

/*
 * criu_mounts.c: what the container has from outside: bind mounts, masked files, and devices where
 * they are bind mounts, and its cgroups (@cg, or NULL) where it sees them in the
 * host's tree; by their place inside. When it is dumped, @root is its root; when it is
 * restored (FD_NONE) they come from @bundle and the host.
 */
int criu_add_mounts(struct criu *c, const struct cfg_config *config, const struct cgroup *cg,
		    int root, const char *bundle, struct err *e);
/* criu_mounts.c: makes the places of mounts that the root file system of a bundle may lack; criu
 * makes none. */
int criu_make_mount_points(const struct creation *cr, struct err *e);

/* criu_namespaces.c: what is joined by path stays outside of the images. -ENOTSUP where a process
 * could not be put into it again. */
int criu_add_namespaces_of_dump(struct criu *c, const struct cfg_doc *doc, int pid_dir,
				struct err *e);
void criu_add_namespaces_of_restore(struct criu *c, const struct ns_plan *ns);

/* The file of criu options that RT_CRIU_ANNOTATION names, as callers of runc know it. */
void criu_add_config_file(struct criu *c, const struct cfg_config *config);

/* 0, 1 and 2 of a dumped process by name, kept with the images, for pipes to be put in their place
 * again, and for its terminal to be told from others. */
#define CRIU_DESCRIPTORS "descriptors.json"

#endif
