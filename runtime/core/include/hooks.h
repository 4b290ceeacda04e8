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

/*
 * Runs the list in order in the calling process's namespaces, each hook in the directory @dir
 * (FD_NONE: the process's own). @state_json is written to each hook's
 * stdin. The environment is exactly hook.env; descriptors 0-2 only; its own process group, which is
 * killed when the timeout (seconds) passes. Non-zero exit, a signal or a timeout ends the list with
 * an error that names kind, index, path and what it printed to stderr (its end, cleaned). With
 * @keep_going each failure goes to @warn and the next hook runs (poststop). What @watch tells of
 * kills the hook that runs, as its timeout does.
 */
int hooks_run(const struct cfg_doc *doc, const char *kind, const struct cfg_hook_list *hooks,
	      int dir, const char *state_json, size_t len, bool keep_going,
	      const struct hooks_watch *watch, void (*warn)(void *arg, const char *text), void *arg,
	      struct err *e);

#endif
