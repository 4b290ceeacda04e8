/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: what all commands share, and the table of them. */
#ifndef RUNTIME_CLI_H
#define RUNTIME_CLI_H

#include "lifecycle.h"
#include "options.h"

#include <sys/types.h>

struct cli_log {
	int fd; /* of --log, else FD_NONE: standard error */
	bool json;
	bool debug;
};

struct cli {
	/* global flags */
	const char *root;
	const char *log_path;
	const char *log_format;
	const char *rootless_text;
	const char *cgroup_manager;
	const char *criu;
	bool debug;
	bool systemd_cgroup;
	bool help;
	bool version;
	/* made of them */
	bool no_cgroup;
	struct cli_log log;
	bool rootless;
	char *default_root; /* owned; behind root where that was not given */
	int failure;	    /* main()'s exit code for an error; 0: 1 */
	mode_t umask;	    /* of the caller */
	char **argv;	    /* of main(), for the second execution (self.h) */
	int exe_tree;	    /* entry.h */
	bool no_stdout;	    /* of the caller: the program of a container gets a null device */
	struct strbuf out;  /* what the command prints to standard output, written by main() */
};

struct cli_command {
	const char *name;
	const char *arguments; /* "<container-id>" */
	const char *summary;
	const struct option *options;
	int min_args, max_args;
	/* @argv from the flags of the command on have been read into @flags. Returns the exit code
	 * or -errno. */
	int (*run)(struct cli *cli, void *flags, int argc, char **argv, struct err *e);
	/* the static memory of @flags: zero at start */
	void *flags;
	bool *help;	/* its own --help */
	int failure;	/* the exit code for an error; 0: 1 */
	bool stateless; /* it has no use for --root, so nobody need say one */
};

extern const struct cli_command cli_create, cli_start, cli_run, cli_state, cli_kill, cli_delete,
	cli_list, cli_spec, cli_features, cli_exec, cli_ps, cli_pause, cli_resume, cli_update,
	cli_events, cli_checkpoint, cli_restore;

/* One record to the log, or to standard error; @level as logrus names them. An error that went to a
 * log goes to standard error too. */
void cli_log_write(const struct cli_log *log, const char *level, const char *text);
int cli_log_open(struct cli *cli, struct err *e);
/* An rt_log that writes warnings to cli's log. */
struct rt_log cli_rt_log(struct cli *cli);

/* features.c */
int cli_print_features(struct strbuf *out, struct err *e);
/* version.c */
void cli_print_version(struct strbuf *out);

/* Writes to the caller's standard output, if there is one. 0 or -errno. */
int cli_write(const struct cli *cli, const char *buf, size_t len, struct err *e);

/* What is asked for behind the global flags. @command NULL: help about all of them. */
struct cli_call {
	const struct cli_command *command;
	bool help;
	int argc; /* of the command's words behind its flags */
	char **argv;
};
/* The two halves of reading a command line, which do nothing else: the global flags go into @cli
 * (returned is the index of the first word behind them), those of the command into its memory. */
int cli_read_globals(struct cli *cli, int argc, char **argv, struct err *e);
int cli_read_command(int argc, char **argv, struct cli_call *ret, struct err *e);

/* main() without the process: reads the command line, runs the command. Returns the exit code or
 * -errno. */
int cli_main(struct cli *cli, int argc, char **argv, struct err *e);
void cli_done(struct cli *cli);

#endif
