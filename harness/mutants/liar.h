/* SPDX-License-Identifier: Apache-2.0 */
/* The wrapper: a command line of a runtime, taken apart far enough to lie about it. */
#ifndef MUTANTS_LIAR_H
#define MUTANTS_LIAR_H

#include "lie.h"

#include <limits.h>
#include <signal.h>
#include <sys/types.h>

#define LIAR_ARGS_MAX 128

struct liar {
	struct lie lie;
	char *real;		       /* path of the real runtime */
	char *args[LIAR_ARGS_MAX + 1]; /* of the call, without the program's name; borrowed */
	size_t nargs;
	size_t verb;	     /* index of the command; nargs: there is none */
	const char *command; /* "" where there is none */
	const char *root;    /* of --root; NULL */
	const char *id;	     /* first word behind the command that is no option; NULL */
	const char *signal;  /* second such word; NULL */
	const char *pid_file;
	char bundle[PATH_MAX]; /* absolute; the working directory where none is named */
};

/* Reads `LIE -- RUNTIME ARG...`. 0 or -errno; the caller ends *ret with liar_done(). */
int liar_parse(int argc, char **argv, struct liar *ret, struct err *e);
void liar_done(struct liar *l);

/* Inserts @word before the argument at @at. 0 or -E2BIG. */
int liar_insert(struct liar *l, size_t at, const char *word);

/*
 * Calls the real runtime with the arguments of @l, in the state in which the wrapper was called
 * (descriptors, signals), and waits. @out_fd is its standard output. @extra_fd, unless FD_NONE, it
 * gets as descriptor 3. The exit status as a shell has it, or -errno.
 */
int liar_call(const struct liar *l, int out_fd, int extra_fd, struct err *e);

/* liar_call() with the caller's standard output where the command is @command; else it becomes the
 * real runtime. The exit status of the former, or -errno. */
int liar_call_of(const struct liar *l, const char *command, struct err *e);

/* As liar_call() with other words than those of @l behind the options of the runtime, and what it
 * prints caught: the caller frees *ret_out. */
int liar_ask(const struct liar *l, const char *const *words, char **ret_out, struct err *e);

/* As liar_call(), but @argv is what is executed, and @setup runs in the child before it. */
int liar_run(char **argv, int (*setup)(void *arg, struct err *e), void *arg, struct err *e);

/* Becomes the real runtime: returns only on failure. */
int liar_become(const struct liar *l, struct err *e);

/* What `state` prints, as a tree that the caller frees; NULL where it is none. */
struct json *liar_state(const struct liar *l, struct err *e);

#endif
