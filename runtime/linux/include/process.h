/* SPDX-License-Identifier: Apache-2.0 */
/* Attributes of the container's process, each applied by the process to itself; one audited
 * function per facility. Order: see runtime/core/init.c. */
#ifndef RUNTIME_PROCESS_H
#define RUNTIME_PROCESS_H

#include "cfg_parse.h"

#include <stdint.h>

/* The five sets as bit masks by capability number (capabilities(7)). */
struct process_caps {
	uint64_t bounding, effective, permitted, inheritable, ambient;
};

/* Host side. Unknown or unavailable names are left out and reported through @warn (1.3: a warning,
 * not an error). @caps NULL: all sets empty. @userns: the process will be in a user namespace that
 * is not the caller's, where all capabilities are to be had, over what it owns. */
int process_caps_resolve(const struct cfg_capabilities *caps, bool userns, struct process_caps *ret,
			 void (*warn)(void *arg, const char *text), void *arg, struct err *e);

/* Host side: which signals the caller has ignored (SigIgn of proc_pid_status(5)), by the bits that
 * the kernel has for them: 1 << (number - 1). All, where procfs does not tell. */
uint64_t process_ignored_signals(void);

/* The capabilities that this runtime knows, for `features`: CAP_*, NULL-terminated, static. */
const char *const *process_capability_names(void);

/* Container side, each by the process for itself: */
/*
 * Raises hard limits to those of process.rlimits, lowers nothing and keeps the soft ones: what
 * `create` can promise for process_set_rlimits(), which comes late, as small limits would hit the
 * runtime itself. Both refuse unknown and duplicate types and a soft limit above the hard one.
 */
int process_raise_rlimits(const struct cfg_doc *doc, const struct cfg_process *p, struct err *e);
/* RLIMIT_NOFILE alone (@files), or all the others. */
int process_set_rlimits(const struct cfg_doc *doc, const struct cfg_process *p, bool files,
			struct err *e);
/* Host side: @pid_fd is /proc/<pid> of the container's process, whose own files a non-dumpable
 * process in a user namespace could not open. */
int process_set_oom_score_adj(int pid_fd, const struct cfg_doc *doc, const struct cfg_process *p,
			      struct err *e);
int process_set_scheduler(const struct cfg_doc *doc, const struct cfg_process *p, struct err *e);
/* Undoes it for SCHED_DEADLINE, which lets nobody fork (sched(7)), until it is called again. */
int process_leave_deadline(const struct cfg_process *p, struct err *e);
int process_set_io_priority(const struct cfg_doc *doc, const struct cfg_process *p, struct err *e);
int process_set_personality(const struct cfg_doc *doc, const struct cfg_personality *p,
			    struct err *e);
int process_set_memory_policy(const struct cfg_doc *doc, const struct cfg_memory_policy *p,
			      struct err *e);
int process_set_labels(int proc_fd, const struct cfg_doc *doc, const struct cfg_process *p,
		       struct err *e); /* AppArmor, SELinux: exec labels */
/*
 * Without a name: one that has a name is joined, whoever has made it. It has the SELinux label of
 * @p, if any (else the runtime's, whose keys the program may not even search); @proc_fd is for
 * that, and @p may be NULL.
 */
int process_new_keyring(int proc_fd, const struct cfg_doc *doc, const struct cfg_process *p,
			struct err *e);
/* Drops the bounding set; still privileged. */
int process_drop_bounding(const struct process_caps *c, struct err *e);
/* setgroups, setresgid, setresuid with capabilities kept, umask; @deny_setgroups: a user namespace
 * forbids setgroups(2), and there are none to set but that of @u itself. */
int process_set_user(const struct cfg_doc *doc, const struct cfg_user *u, bool deny_setgroups,
		     struct err *e);
/* capset(2), ambient set, KEEPCAPS and securebits cleared. */
int process_set_caps(const struct process_caps *c, struct err *e);
int process_set_no_new_privs(struct err *e);
/* Default dispositions for the @ignored signals, empty mask, no PDEATHSIG, default timer slack.
 * Handlers go with execve(2) by themselves. */
int process_reset_inherited(uint64_t ignored, struct err *e);
/* To all the CPUs that the cpuset allows, whatever the caller was pinned to. Not possible for a
 * deadline task, which has been admitted to the CPUs it is on: that is no error. */
void process_reset_affinity(void);
/* To the CPUs of *@list, a member of process.execCPUAffinity; NULL or empty: nothing. */
int process_set_affinity(const struct cfg_doc *doc, char *const *list, struct err *e);
/*
 * chdir(2) to process.cwd, through no magic link (@make: made where missing, inside the root), then
 * the proof that it lies inside the root: getcwd(3) starts with "/". Where the caller's rights do
 * not suffice, that is no error but true in *ret_denied, unless it is NULL: the user's may.
 */
int process_set_cwd(const struct cfg_doc *doc, const struct cfg_process *p, bool make,
		    bool *ret_denied, struct err *e);
/* $HOME from the container's /etc/passwd, read below "/" and through no magic link, where
 * process.env has none. Returns a heap string or NULL. */
char *process_home(uint64_t uid);
/* The same in the text of a passwd(5). */
char *process_home_in(const char *text, size_t len, uint64_t uid);
/* Finds args[0] in the container's PATH as execvp(3) does, with errors that callers recognise:
 * "executable file not found in $PATH", "permission denied"; what only the user may be able to
 * reach counts as found. Heap path in *ret. */
int process_find_program(const struct cfg_doc *doc, const struct cfg_process *p, char **ret,
			 struct err *e);
/*
 * execve(2) of @program, which process_find_program() has found with the runtime's rights. Where
 * the user's do not suffice, what stands behind it in PATH is tried, as execvp(3) does. A filter
 * may stand by now, so nothing else is called. Returns the failure, in the words of above.
 */
int process_execute(const struct cfg_doc *doc, const struct cfg_process *p, const char *program,
		    char *const *env, struct err *e);

#endif
