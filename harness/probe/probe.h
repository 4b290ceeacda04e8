/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The probe: what it found when it was started, and the tables of what it can tell and do. The
 * vocabulary is docs/facts.md; a new fact is one function and one row.
 */
#ifndef PROBE_PROBE_H
#define PROBE_PROBE_H

#include "out.h"
#include "procfs.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROBE_MAX_FDS	   4096
#define PROBE_STATUS_SIZE  (16 << 10)
#define PROBE_SCRATCH_SIZE (1 << 20)
#define PROBE_TEXT_SIZE	   (1 << 20)

/* The state in which the runtime left the process, read before the probe changes any of it. */
struct self {
	int argc;
	char **argv, **envp;
	int fds[PROBE_MAX_FDS]; /* open descriptors, ascending */
	size_t nfds;
	int fds_error; /* 0 or the -errno that kept them from being read */
	struct procfs_status status;
	int status_error; /* 0 or -errno: no procfs, say; then the system calls are asked */
	char status_text[PROBE_STATUS_SIZE];
};

struct probe {
	struct self self;
	struct out out;
	char text[PROBE_TEXT_SIZE]; /* the buffer of .out */
	/* for whoever runs at the moment; aligned for direct I/O */
	_Alignas(4096) char scratch[PROBE_SCRATCH_SIZE];
};

/* Reads the state of the calling process: fills p->self. First thing in main(). */
void self_take(struct probe *p, int argc, char **argv, char **envp);
bool self_has_fd(const struct self *self, int fd);

enum fact_kind {
	FACT_PLAIN,  /* `name` */
	FACT_ALWAYS, /* the same, and reported without being asked */
	FACT_PARAM,  /* `name:parameter` */
};

struct fact {
	const char *name;
	enum fact_kind kind;
	/* Says exactly one value. @parameter is what stands behind the colon, or .fixed. */
	void (*report)(struct probe *p, const char *parameter);
	const char *fixed;
};

/* Each ends with a row without name. */
extern const struct fact facts_process[], facts_user[], facts_ns[], facts_mount[], facts_path[],
	facts_sys[], facts_sched[], facts_fd[], facts_net[];

/* All tables, in the order in which unasked facts are reported; ends with NULL. */
extern const struct fact *const vocabulary_facts[];

/* The row for `name` or `name:parameter`, with the parameter; NULL: there is none. */
const struct fact *vocabulary_find_fact(const char *name, const char **ret_parameter);

/* What the action functions return, beside -errno of the thing tried. */
enum action_result {
	ACTION_OK = 0,
	ACTION_VALUE = 1,     /* *ret_value is the result */
	ACTION_MALFORMED = 2, /* the parameter does not read */
	ACTION_UNKNOWN = 3,   /* it names what this probe does not know */
	ACTION_UNTRIED = 4,   /* something on the way failed, *ret_value is the errno value */
};

struct action {
	const char *name;
	enum {
		ACTION_CHILD, /* tried in a child, which may be killed */
		ACTION_SELF,  /* in the probe itself */
	} where;
	/* @parameter may be cut up. Returns -errno or enum action_result. */
	int (*run)(struct probe *p, char *parameter, int64_t *ret_value);
};

extern const struct action actions_fs[], actions_proc[], actions_resource[], actions_syscall[];
extern const struct action *const vocabulary_actions[];

/* The row for `name:parameter`, with the parameter; NULL: there is none. */
const struct action *vocabulary_find_action(const char *name, const char **ret_parameter);

/* Tries the action and says the one value that came of it. */
void action_report(struct probe *p, const struct action *a, const char *parameter);

/* The modes of main(); each returns the exit status. */
int ask_run(struct probe *p, const char *request);
int hook_run(struct probe *p);

#endif
