/* SPDX-License-Identifier: Apache-2.0 */
/* A runtime under test: how its command line is called, and what it says about itself. */
#ifndef EXEC_RUNTIME_H
#define EXEC_RUNTIME_H

#include "err.h"
#include "json.h"
#include "loop.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#define RUNTIME_ARGS_MAX 32
/* the environment of a call: not the user's */
#define RUNTIME_ENV_PATH "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define CALL_ARGS_MAX	 64
#define CALL_OUTPUT_MAX	 (1u << 20)  /* what is kept of it */
#define CALL_FLOOD	 (16u << 20) /* beyond this it is ended: the memory is the host's */

struct hx_runtime {
	char *name;		      /* unique in a run */
	char *path;		      /* absolute */
	char *args[RUNTIME_ARGS_MAX]; /* come before everything else on each call */
	size_t nargs;
	bool hide_unified; /* its cases see no /sys/fs/cgroup/unified */
	char *option;	   /* as the user wrote it, for the repeat command */
	char *version;	   /* first line of --version */
	char *spec; /* the version of the specification that it says to implement, "1.0.2"; ""
		       unknown */
	unsigned int minor;    /* of that; the catalogue's newest where unknown */
	struct json *features; /* NULL: it has no such command, or */
	bool features_bad;     /* the command gives no document: no JSON, a crash, no end */
	struct stat binary;    /* to see whether a container got at it */
};

/* Frees what it owns. */
void hx_runtime_done(struct hx_runtime *rt);

/*
 * "PATH[,name=NAME][,arg=ARG]...[,hide-unified]". PATH is looked up in $PATH where it has no slash.
 * A file that is missing or cannot be executed is -ENOENT / -EACCES with a sentence. The caller
 * ends *ret with hx_runtime_done().
 */
int hx_runtime_parse(const char *option, struct hx_runtime *ret, struct err *e);

/* -EEXIST, and what to do about two runtimes that are called @name. */
int hx_runtime_same_name(const char *name, struct err *e);

/* Asks it for --version and features, in a process of their own that leaves nothing of it alive.
 * -ENOEXEC and a sentence where it cannot be executed at all or answers neither. */
int hx_runtime_ask(struct hx_runtime *rt, int64_t timeout_ms, struct err *e);

/* What became of a call. */
struct hx_call {
	bool made;
	bool timed_out;	 /* it was killed with its children */
	bool flooded;	 /* it printed more than CALL_FLOOD, and was killed if it had not ended */
	int exit;	 /* as a shell has it; -1: it could not be started or was killed by us */
	char *out, *err; /* owned; never NULL once made, unless memory is short */
	size_t out_len, err_len; /* there may be a NUL among them; one more follows */
	double ms;
};

void hx_call_done(struct hx_call *c);

/* Whether a signal has ended it, by its exit status. */
bool hx_call_by_signal(int status);

struct hx_call_io {
	int dir_fd;	    /* to start in */
	int in_fd;	    /* its own null device */
	int out_fd, err_fd; /* files of the caller; FD_NONE: caught into the result */
	struct hx_loop *loop;
	int64_t deadline_ms;	   /* of proc_now_ms() */
	const char *const *caller; /* the state in which it is called (conform.h, .caller); NULL: a
				      clean one */
};

/*
 * Calls the runtime with its own arguments followed by @argv (NULL-terminated). Fills *ret in any
 * case. 0, or -errno where the runtime could not be started.
 */
int hx_runtime_call(const struct hx_runtime *rt, const char *const *argv,
		    const struct hx_call_io *io, struct hx_call *ret, struct err *e);

/* The error of one that has printed too much at @command: -ENOEXEC. */
int hx_runtime_floods(const struct hx_runtime *rt, const char *command, struct err *e);

/* Whether its command line has @name, which no specification asks for: 1, 0, or -errno. */
int hx_runtime_offers(const struct hx_runtime *rt, const char *name, int64_t timeout_ms,
		      struct err *e);

/* Whether the file is still the one that hx_runtime_ask() saw, byte count and time of change. */
bool hx_runtime_binary_unchanged(const struct hx_runtime *rt);

#endif
