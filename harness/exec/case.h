/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One case under one runtime, from an empty directory to a verdict. Runs in a process of its own,
 * which is the reaper of everything that the runtime leaves behind.
 */
#ifndef EXEC_CASE_H
#define EXEC_CASE_H

#include "conform.h"
#include "observe.h"
#include "report.h"
#include "result.h"
#include "services.h"
#include "session.h"
#include "snapshot.h"
#include "vars.h"

/* The case that must pass before any other is judged. */
#define HX_CONTROL_ID "lifecycle/control"

/* What the check says that passes where .either lets an error pass. */
#define HX_RIGHT_REFUSAL "is refused, which is right as well"

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
	bool exited;
	struct hx_cgroups cgroups; /* those of the session that the runtime can see; borrowed */
	char *proc_cgroup;	   /* its /proc/PID/cgroup, once seen */
	uint64_t inodes[8]; /* of its namespaces, in the order of hx_case_ns_types, once seen; 0:
			       none */

	struct hx_snapshot before;
	struct hx_known
		owned[OWNED_MAX]; /* sysctls of .owns: name as a path below /proc/sys, and value */
	size_t nowned;
	unsigned int index; /* of the case in the run */
	struct hx_known known[KNOWN_MAX];
	size_t nknown;
	struct obs_list host;	/* what the probe reported on the host */
	struct obs_list report; /* what it reported in the container */
	struct json *residue;	/* array of sentences */

	struct result_builder results;
	char *skip; /* the reason, where it is skipped */
};

/*
 * Runs @entry (with @variant, or NULL) as number @index of the run, in the calling process, which
 * must be a fresh child. Fills *ret, whose strings the caller frees with rep_result_done().
 */
void hx_case_run(const struct hx_session *s, const struct hx_runtime *rt,
		 const struct conform_entry *entry, const char *variant, unsigned int index,
		 struct rep_result *ret);

/* "area/name", or "area/name[value]"; the caller frees; NULL: memory is short. */
char *hx_case_id(const struct conform_entry *entry, const char *variant);

/* Fills what is known of a case before it runs: names, requirements, the command that repeats it. 0
 * or -ENOMEM; the caller frees with rep_result_done(). */
int hx_case_describe(const struct hx_session *s, const struct hx_runtime *rt,
		     const struct conform_entry *entry, const char *variant,
		     struct rep_result *ret);

/* --- the parts, each in its own file --- */

/* case_setup.c: namespaces, directory, placeholders, bundle, services. 0 or -errno. */
int hx_case_setup(struct case_ctx *c, unsigned int index, struct err *e);

/* case_dev.c: puts a fresh /dev with nodes of its own over the host's, in the case's mount
 * namespace. 0 or -errno. */
int hx_case_dev(const struct case_ctx *c, struct err *e);

/* case_files.c: the case's own files, and the mounts that it wants on the host's side. 0 or -errno.
 */
int hx_case_files(struct case_ctx *c, struct err *e);

/* case_cgroup.c: the cgroup that .host_cgroup asks for, and its end before anybody looks for what
 * is left. The first: 0 or -errno. */
int hx_case_cgroup_make(struct case_ctx *c, struct err *e);
void hx_case_cgroup_remove(struct case_ctx *c);

/* case_call.c: calls of the runtime. Each returns its exit status, or -1 where there is none (it
 * was killed, or could not be started: a check says so). */
int hx_case_create(struct case_ctx *c);
int hx_case_start(struct case_ctx *c);
int hx_case_state(struct case_ctx *c);
int hx_case_kill(struct case_ctx *c, const char *signal);
int hx_case_delete(struct case_ctx *c, bool force);
int hx_case_cli(struct case_ctx *c, const char *line);
int hx_case_features(struct case_ctx *c);
int hx_case_features_blind(struct case_ctx *c);
/* Finds the container's process by the pid file, if it descends from us. */
void hx_case_find_pid(struct case_ctx *c);
/* Waits for the end of the container's process, and takes its status. 0, -ESRCH: no such process
 * known, -ETIMEDOUT. */
int hx_case_wait_exit(struct case_ctx *c);
/* Waits for the end of the probe's report, or of the process. 0 or -ETIMEDOUT. */
int hx_case_wait_report(struct case_ctx *c);

/* case_steps.c: the usual sequence, or the case's steps. */
void hx_case_sequence(struct case_ctx *c);

#define CASE_NS_TYPES 8
extern const char *const hx_case_ns_types[CASE_NS_TYPES];

/* case_facts.c: the value of an outside fact now; a fresh value, NULL: not observed. */
struct json *hx_case_fact(struct case_ctx *c, const char *name);
/* Takes every fact that is later compared with its value before the case. 0 or -errno. */
int hx_case_take_known(struct case_ctx *c, struct err *e);

/* case_judge.c */
/* Judges the outside checks of @phase. */
void hx_case_outside(struct case_ctx *c, enum phase phase);
/* Judges one outside check under the name that it is reported by. */
void hx_case_check(struct case_ctx *c, const struct check *k, const char *when);
/* Reads both channels and judges the inside checks. */
void hx_case_inside(struct case_ctx *c);
/* Whether anything stands on a channel that the probe alone writes. */
bool hx_case_probe_has_run(struct case_ctx *c);
/* Text of a file of the case's directory, "" where it cannot be read; the caller frees; NULL:
 * memory is short. */
char *hx_case_text(struct case_ctx *c, const char *name);
/* What came on the container's descriptor 1, or through its terminal; the caller frees; NULL:
 * memory is short. */
char *hx_case_stdout(struct case_ctx *c);
/* Adds a check that only failures show: "create exits with 0, observed 1 (words of the runtime)".
 */
void hx_case_failed(struct case_ctx *c, const char *name, const char *op, int64_t expected,
		    int64_t observed, const char *note);

/* case_clean.c: remembers the sysctls that the case owns, which cleanup puts back. 0 or -errno. */
int hx_case_take_owned(struct case_ctx *c, struct err *e);
/* Kills, thaws, removes, and says what was left. */
void hx_case_residue(struct case_ctx *c);
void hx_case_cleanup(struct case_ctx *c);

/* case.c: whether a value of the runtime's features says yes to the case: a flag that is true, a
 * list that has the variant, anything else that is there. */
bool hx_case_says_yes(const struct case_ctx *c, const struct json *v);

#endif
