/* SPDX-License-Identifier: Apache-2.0 */
/* What a case may need beside the runtime: held namespaces, the receiver of a terminal, the seccomp
 * agent. All live in the case's process and its children. */
#ifndef EXEC_SERVICES_H
#define EXEC_SERVICES_H

#include "err.h"
#include "json.h"
#include "loop.h"
#include "proc.h"
#include "str.h"

#include <stdbool.h>
#include <sys/types.h>

#define HOLDERS_MAX   8
#define AGENT_FDS_MAX 8

/* A process that does nothing but keep a namespace. */
struct hx_holder {
	char type[16];
	char path[64]; /* /proc/PID/ns/FILE */
	uint64_t inode;
	struct proc proc;
};

/* Makes a namespace of @type ("network") and a process in it. The caller ends *ret with
 * hx_holder_done(). 0 or -errno. */
int hx_holder_start(const char *type, struct hx_holder *ret, struct err *e);
void hx_holder_done(struct hx_holder *h);

/* The receiving end of --console-socket. */
struct hx_console {
	int listen_fd, conn_fd, master_fd; /* owned */
	char name[128];			   /* that came with the descriptor */
	struct strbuf output;
	struct hx_loop *loop;
};

/* Listens at @path. 0 or -errno; the caller ends it with hx_console_done(). */
int hx_console_start(struct hx_console *c, const char *path, struct hx_loop *loop, struct err *e);
void hx_console_done(struct hx_console *c);
/* Takes in whatever is there without waiting. */
void hx_console_drain(struct hx_console *c);
/* The fact `terminal`. The caller frees; NULL: memory is short. */
struct json *hx_console_fact(const struct hx_console *c);

struct hx_agent;

/* One connection of the runtime's to the agent, and what came over it. */
struct hx_agent_conn {
	struct hx_agent *agent; /* whose it is */
	int fd;
	struct strbuf text;
	bool first, late; /* descriptors came with the first message, with a later one */
	bool closed;	  /* by the runtime */
};

/* The seccomp agent of a listenerPath: takes the state and the descriptor, refuses every notified
 * call go on, and remembers what was notified. It must stay where it is while it is served. */
struct hx_agent {
	int listen_fd;
	struct hx_agent_conn conns[AGENT_FDS_MAX];
	int notify[AGENT_FDS_MAX]; /* notification descriptors */
	size_t nconns, nnotify;
	size_t fds;	       /* received */
	struct json *notified; /* array of names, without repetition */
	struct hx_loop *loop;
};

int hx_agent_start(struct hx_agent *a, const char *path, struct hx_loop *loop, struct err *e);
void hx_agent_done(struct hx_agent *a);
/* The fact `agent`. The caller frees; NULL: memory is short. */
struct json *hx_agent_fact(const struct hx_agent *a);

/* A listening unix stream socket at @path, or, where that begins with '@', with the abstract name
 * behind it. Returns the caller's descriptor or -errno. */
int hx_listen(const char *path, struct err *e);

#endif
