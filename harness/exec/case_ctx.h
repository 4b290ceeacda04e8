/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of a case while it runs: what its parts share. */
#ifndef EXEC_CASE_CTX_H
#define EXEC_CASE_CTX_H

#include "conform.h"
#include "observe.h"
#include "result.h"
#include "services.h"
#include "session.h"
#include "snapshot.h"
#include "vars.h"

enum call_kind {
	CALL_CREATE,
	CALL_START,
	CALL_STATE,
	CALL_KILL,
	CALL_DELETE,
	CALL_CLI,
	CALL_FEATURES,
	CALL_BLIND, /* features, on a host that shows nothing of itself */
	CALL_KINDS
};

#define KNOWN_MAX	 64
#define CALLER_ITEMS_MAX 16
#define OWNED_MAX	 8

/* A fact as it was before create. */
struct hx_known {
	char *name;
	struct json *value;
};

struct case_ctx {
	const struct hx_session *session;
	const struct hx_runtime *rt;
	const struct conform_entry *entry;
	const struct conform_case *def;
	const char *variant; /* JSON text or NULL */
	unsigned int minor;  /* version of the specification that the case is judged by */

	char id[64];	 /* of the container, and of its cgroup */
	char cgroup[80]; /* "/" and the id */
	char nonce[40];
	char dir[PATH_MAX]; /* the case's directory */
	char state_dir[PATH_MAX + 32];
	int dir_fd, null_fd;
	int tmp_fd; /* the host's /tmp, where the case has its own; FD_NONE */
	int inotify_fd;
	int terminal_fd, terminal_peer_fd; /* both ends of the caller's; FD_NONE */
	int abstract_fd;		   /* listens at @ABSTRACT@; FD_NONE */
	char *ending;
	const char *create_option; /* of the step that creates, borrowed; NULL */
	char *ask;
	char *caller_text[CALLER_ITEMS_MAX]; /* .caller with its placeholders replaced, ends with
						NULL */

	struct hx_vars vars;
	struct json *config; /* NULL with OP_RAW */
	struct hx_loop loop;
	struct hx_console console;
	struct hx_agent agent;
	struct hx_holder holders[HOLDERS_MAX];
	size_t nholders;

	struct hx_call calls[CALL_KINDS]; /* the last of each kind */
	int64_t timeout_ms;
	double runtime_ms;
	bool state_fresh; /* the last state call was made since anything happened */
	bool started;	  /* a start (or a command line of the case's own) has succeeded */
	bool deleted;	  /* the last delete succeeded */
	bool refused;	  /* may_refuse, claim: the runtime refused */
	bool claimed;	  /* claim: its features say that it can */
	pid_t pid;	  /* from the pid file, where it is our descendant; else 0 */
	int pidfd;
	int exit_status; /* as a shell has it; -1: unknown */
	char *other_id;	 /* of the last container that a command line created beside that of ID */
	bool exited;
	struct hx_cgroups cgroups; /* those of the session that the runtime can see; borrowed */
	char *proc_cgroup;	   /* its /proc/PID/cgroup, once seen */
	uint64_t inodes[8]; /* of its namespaces, in the order of hx_case_ns_types, once seen; 0:
			       none */

	struct hx_snapshot before;
	struct hx_known
		owned[OWNED_MAX]; /* sysctls of .owns: name as a path below /proc/sys, and value */
	size_t nowned;
	int settings_lock;  /* of the host's, while it owns some; FD_NONE */
	unsigned int index; /* of the case in the run */
	struct hx_known known[KNOWN_MAX];
	size_t nknown;
	struct obs_list host;	/* what the probe reported on the host */
	struct obs_list report; /* what it reported in the container */
	struct json *residue;	/* array of sentences */

	struct result_builder results;
	char *skip; /* the reason, where it is skipped */
};

#endif
