/* SPDX-License-Identifier: Apache-2.0 */
/* The flags that `create` and `run` share. */
#ifndef RUNTIME_CLI_CREATE_FLAGS_H
#define RUNTIME_CLI_CREATE_FLAGS_H

#include "cli.h"

struct create_flags {
	const char *bundle, *pid_file, *console_socket, *pidfd_socket;
	bool no_pivot, no_new_keyring;
	unsigned int preserve_fds;
	bool help;
	/* `run` only */
	bool detach, keep, no_subreaper;
};

#define CREATE_OPTIONS                                                                             \
	{"bundle",    'b',                                                                         \
	 OPTION_TEXT, offsetof(struct create_flags, bundle),                                       \
	 "DIR",	      "the bundle (default: the current directory)"},                              \
		{"pid-file",  0,                                                                   \
		 OPTION_TEXT, offsetof(struct create_flags, pid_file),                             \
		 "FILE",      "where to write the process id"},                                    \
		{"console-socket", 0,                                                              \
		 OPTION_TEXT,	   offsetof(struct create_flags, console_socket),                  \
		 "PATH",	   "who receives the terminal"},                                   \
		{"pidfd-socket", 0,                                                                \
		 OPTION_TEXT,	 offsetof(struct create_flags, pidfd_socket),                      \
		 "PATH",	 "who receives a pidfd of the program's process"},                 \
		{"no-pivot",  0,                                                                   \
		 OPTION_FLAG, offsetof(struct create_flags, no_pivot),                             \
		 NULL,	      "move the root instead of pivot_root"},                              \
		{"no-new-keyring",                                                                 \
		 0,                                                                                \
		 OPTION_FLAG,                                                                      \
		 offsetof(struct create_flags, no_new_keyring),                                    \
		 NULL,                                                                             \
		 "keep the session keyring"},                                                      \
		{"preserve-fds",                                                                   \
		 0,                                                                                \
		 OPTION_UINT,                                                                      \
		 offsetof(struct create_flags, preserve_fds),                                      \
		 "N",                                                                              \
		 "pass N more descriptors, from 3 on"},                                            \
	{                                                                                          \
		"help", 'h', OPTION_FLAG, offsetof(struct create_flags, help), NULL, "show this"   \
	}

/* Closes every descriptor that the program is not to have, protects the executable, and goes on
 * with
 * @operation, rt_create() or rt_run(), whose result it has. */
int create_flags_run(struct cli *cli, const struct create_flags *f, const char *id,
		     int (*operation)(const struct rt_create_options *o, struct err *e),
		     struct err *e);

#endif
