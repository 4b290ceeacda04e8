/* SPDX-License-Identifier: Apache-2.0 */
/* config.md#posix-platform-hooks: run in order, state on stdin, with exactly their own environment.
 */
#ifndef RUNTIME_HOOKS_H
#define RUNTIME_HOOKS_H

#include "cfg_parse.h"
#include "fd.h"

/*
 * Where hooks of the host's side begin, whoever calls the runtime from wherever: in the bundle, or
 * in "/" where that is gone by now. A descriptor that is the caller's, or FD_NONE.
 */
int hooks_open_bundle(const char *bundle);

/* What ends a hook before its time, as its timeout does. Descriptors, borrowed; FD_NONE: nothing.
 */
struct hooks_watch {
	int interrupt; /* can be read once the caller has waited enough: -EINTR */
	int first;     /* a socket whose other end is the first process's alone: -ECHILD once that
			  has ended, where nothing can come of the container without it */
};
#define HOOKS_WATCH_NONE ((struct hooks_watch){.interrupt = FD_NONE, .first = FD_NONE})

struct hooks_how {
	int dir;	 /* where each begins; borrowed; FD_NONE: the process's own */
	bool keep_going; /* a failure is a warning, and the next hook runs (poststop) */
	struct hooks_watch watch;
	void (*warn)(void *arg, const char *text); /* may be NULL */
	int (*confine)(void *arg, struct err *e);  /* in each hook's process, before it is executed:
						      what it may do; may be NULL */
	void *arg;
};
#define HOOKS_HOW_INIT ((struct hooks_how){.dir = FD_NONE, .watch = HOOKS_WATCH_NONE})

/*
 * Runs the list in order in the calling process's namespaces. @state_json is written to each hook's
 * stdin. The environment is exactly hook.env; descriptors 0-2 only; its own process group, which is
 * killed when the timeout (seconds) passes, or what how->watch tells of comes. Non-zero exit, a
 * signal or a timeout ends the list with an error that names kind, index, path and what it printed
 * to stderr (its end, cleaned).
 */
int hooks_run(const struct cfg_doc *doc, const char *kind, const struct cfg_hook_list *hooks,
	      const char *state_json, size_t len, const struct hooks_how *how, struct err *e);

#endif
