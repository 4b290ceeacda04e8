/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A container as the runtime remembers it: one directory <root>/<id>, mode 0700, that holds
 *
 *   lock         held (fcntl(2), F_OFD_SETLK) around every transition; it also marks the directory
 * as one that this runtime made state.json   everything below; replaced by rename, written first
 * before anything that would need undoing exists config.json  the bytes that the container was
 * created from (runtime.md#lifecycle, step 2: later changes have no effect) start        the socket
 * on which the container's first process waits for `start`; nobody listens on it any more once the
 * program runs
 *
 * Everything is reached through descriptors of the two directories, never through a path again.
 */
#ifndef RUNTIME_CONTAINER_H
#define RUNTIME_CONTAINER_H

#include "cfg_parse.h"
#include "json.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct cgroup;
struct resctrl;

/* runtime.md#state, which leaves room for more: RT_PAUSED is created or running, and frozen. */
enum rt_status { RT_CREATING, RT_CREATED, RT_RUNNING, RT_STOPPED, RT_PAUSED };

struct container {
	char *id;
	char *bundle;	   /* absolute */
	char *rootfs;	   /* absolute */
	uint64_t root_dev; /* of rootfs, as stat(2) told them to the creator: they know the root */
	uint64_t root_ino; /* again where the mount namespace does not; 0: nobody asked */
	char *created;	   /* RFC 3339 */
	pid_t pid;	   /* 0: none yet */
	uint64_t start_time; /* of pid, proc_start_time_real(): both name a process for good */
	/* random(4), boot_id: of the kernel that ran the creator, where the state may outlive it;
	 * else NULL. After the next boot nothing else of the container is left. */
	char *boot;
	bool creating; /* `create` has not finished */
	bool has_poststart, has_poststop;
	bool has_process;	  /* there is something to start */
	bool has_notify;	  /* its first process has a socket for sd_notify(3) */
	bool callers_keyring;	  /* no session keyring of its own (--no-new-keyring) */
	uint64_t callers_userns;  /* inode of the creator's, where it has none of its own; else 0 */
	bool own_pid_ns;	  /* all its processes end with the first one */
	struct json *annotations; /* object, or NULL */
	/* Without a mount namespace of its own (shared_mounts.h), else NULL: while `creating` what
	 * was mounted before, afterwards what was mounted by it. */
	struct json *mounts;
	struct cgroup *cgroup;	 /* or NULL */
	struct resctrl *resctrl; /* or NULL */

	int root_fd; /* <root> */
	int dir_fd;  /* <root>/<id> */
	int lock_fd; /* while locked, else FD_NONE */
	ino_t lock_ino;
};
#define CONTAINER_INIT                                                                             \
	((struct container){.root_fd = FD_NONE, .dir_fd = FD_NONE, .lock_fd = FD_NONE})

void container_done(struct container *c);

/* Ids are [A-Za-z0-9_+.-]{1,255}, neither beginning with '.' nor with '-': a file name, never a
 * path or an option. */
bool container_id_is_valid(const char *id);

const char *rt_status_name(enum rt_status s);

/*
 * Reserves @id: makes <root> (where missing) and <root>/<id>, and takes the lock. -EEXIST:
 * "container with given ID already exists". The rest of *c is the caller's to fill before
 * container_write().
 */
int container_reserve(const char *root, const char *id, struct container *c, struct err *e);

/* Writes state.json, so that there is always a whole one: a file beside it, which is then renamed.
 * The second and the third are its two halves, the last takes the first of them back. Under the
 * lock. */
int container_write(const struct container *c, struct err *e);
int container_write_next(const struct container *c, struct err *e);
int container_take_next(const struct container *c, struct err *e);
void container_drop_next(const struct container *c);

/* The text of state.json: printed (out->oom where memory is short), and read into a @c that has its
 * id and nothing else; -EPROTO with words where the text is no state of that container. What it
 * leads to kills and removes, so only what can have been printed is believed. */
void container_print(const struct container *c, struct strbuf *out);
int container_parse(struct container *c, const char *buf, size_t len, struct err *e);

/*
 * Opens <root>/<id> and reads state.json. -ENOENT: "container does not exist". A directory without
 * our mark is foreign and does not exist for us. Where the creator was killed before it wrote
 * anything, the container is one that is `creating` and nothing else.
 */
int container_load(const char *root, const char *id, struct container *c, struct err *e);

/*
 * Takes the lock, and reads the state again. Its holder is waited for @wait_ms, for ever where that
 * is negative: then -EBUSY, and at once where it has called container_allow_changes(), since its
 * hook may be who asks. -ENOENT where the container was deleted meanwhile.
 */
int container_lock(struct container *c, int wait_ms, struct err *e);
/*
 * The same for what @check allows, which sees the status at the end, and where it would have to
 * wait before that, too: a holder may wait for this very process, and what is refused anyway need
 * not find out. -EBUSY of a creator.
 */
int container_lock_made(struct container *c, int wait_ms,
			int (*check)(const struct container *c, enum rt_status status,
				     struct err *e),
			struct err *e);
/* For `pause` and its like, which end nothing: waits for anybody but a creator, whose hook may be
 * who asks, and is let in by who has called container_allow_changes(). */
int container_lock_changes(struct container *c, struct err *e);
/* For `delete --force`, which ends it whoever is at work: let in likewise, and -EBUSY of whoever
 * has not let go for @wait_ms. */
int container_lock_end(struct container *c, int wait_ms, struct err *e);
/* Under the lock: lets these two in, and keeps all others out; and back to the whole lock. By then
 * container_is_gone() may be true. */
void container_allow_changes(const struct container *c);
void container_end_changes(const struct container *c);
/* Whether what was opened has lost its name, which may be another container's by now: nothing that
 * bears the name may be touched. */
bool container_is_gone(const struct container *c);

/* What the container is now: asks the kernel, not the file. Never stopped where that cannot be told
 * (no procfs, no descriptor left). */
enum rt_status container_status(const struct container *c);

/* A pidfd of the container's process, the caller's; -ESRCH: it is gone, whoever has its number now;
 * another -errno: that cannot be told. */
int container_pidfd(const struct container *c);

/* Connects to the waiting first process: the caller's socket, or -ECONNREFUSED / -ENOENT where none
 * waits. */
int container_connect(const struct container *c, struct err *e);
/* Makes the socket that container_connect() finds. Listening; the caller's. */
int container_listen(const struct container *c, struct err *e);
/* Removes it. */
void container_unlisten(const struct container *c);

/* Keeps / parses the container's own copy of config.json. */
int container_write_config(const struct container *c, const char *buf, size_t len, struct err *e);
int container_read_config(const struct container *c, struct cfg_doc **ret, struct err *e);

/* Removes the names that this module makes, and the directory, never anything else and never
 * through a symlink. Under the lock, which ends with it. For others the container is gone in one
 * step. */
int container_remove(struct container *c, struct err *e);

/* runtime.md#state as JSON, one object; with @owner, which `state` leaves empty, also with what
 * callers of runc expect besides (rootfs, created). */
void container_print_state(const struct container *c, enum rt_status status, pid_t pid,
			   const char *owner, int indent, struct strbuf *out);

/* Every container below @root: calls @each with a loaded one. A root that does not exist has none.
 */
int container_each(const char *root, int (*each)(struct container *c, void *arg, struct err *e),
		   void *arg, struct err *e);

#endif
