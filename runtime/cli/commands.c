/* SPDX-License-Identifier: Apache-2.0 */
/* The table of the commands, and the way from a command line to one of them. */
#include "cli.h"

#include "cleanup.h"
#include "fd.h"
#include "near.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct option global_options[] = {
	{"root", 0, OPTION_TEXT_AS_IS, offsetof(struct cli, root), "DIR",
	 "directory of the containers' state"},
	{"log", 0, OPTION_TEXT, offsetof(struct cli, log_path), "FILE",
	 "write errors and warnings there, and errors to standard error, too"},
	{"log-format", 0, OPTION_TEXT, offsetof(struct cli, log_format), "FORMAT", "text or json"},
	{"debug", 0, OPTION_FLAG, offsetof(struct cli, debug), NULL,
	 "accepted: there is no more to log"},
	{"criu", 0, OPTION_TEXT, offsetof(struct cli, criu), "PROGRAM",
	 "what checkpoint and restore run (default: criu, along PATH)"},
	{"systemd-cgroup", 0, OPTION_FLAG, offsetof(struct cli, systemd_cgroup), NULL,
	 "cgroups by systemd"},
	{"cgroup-manager", 0, OPTION_TEXT, offsetof(struct cli, cgroup_manager), "MANAGER",
	 "cgroupfs, systemd, or disabled: no cgroup"},
	{"rootless", 0, OPTION_TEXT, offsetof(struct cli, rootless_text), "VALUE",
	 "true, false or auto"},
	{"help", 'h', OPTION_FLAG, offsetof(struct cli, help), NULL, "show this"},
	{"version", 'v', OPTION_FLAG, offsetof(struct cli, version), NULL, "show the version"},
	OPTION_END,
};

static const struct cli_command *const commands[] = {
	&cli_create,  &cli_start,  &cli_run,	&cli_exec,   &cli_state,    &cli_ps,
	&cli_kill,    &cli_pause,  &cli_resume, &cli_update, &cli_events,   &cli_checkpoint,
	&cli_restore, &cli_delete, &cli_list,	&cli_spec,   &cli_features,
};

static void print_help(struct strbuf *out)
{
	strbuf_adds(
		out,
		"refrun - containers as the OCI runtime specification says\n\n"
		"USAGE:\n   refrun [global options] command [options] [arguments]\n\nCOMMANDS:\n");
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		strbuf_addf(out, "   %-12s%s\n", commands[i]->name, commands[i]->summary);
	strbuf_adds(out, "   help        show this, or the help of a command\n\nGLOBAL OPTIONS:\n");
	options_help(global_options, out);
}

static void print_command_help(const struct cli_command *c, struct strbuf *out)
{
	strbuf_addf(out,
		    "NAME:\n   refrun %s - %s\n\nUSAGE:\n   refrun %s [options]%s%s\n\nOPTIONS:\n",
		    c->name, c->summary, c->name, *c->arguments ? " " : "", c->arguments);
	options_help(c->options, out);
}

static const struct cli_command *find_command(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (str_eq(commands[i]->name, name))
			return commands[i];
	return NULL;
}

/* @words are said of the name, for which there is no command. */
static int no_command(const char *words, const char *name, struct err *e)
{
	struct near n = {.word = name};
	char hint[NEAR_HINT_SIZE];

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		near_offer(&n, commands[i]->name);
	near_offer(&n, "help");
	return err_set(e, EINVAL, "%s: %s%s", words, name, near_hint(&n, "", hint));
}

/* What the kernel numbers the first user namespace: PROC_USER_INIT_INO of linux/proc_ns.h. */
#define FIRST_USER_NAMESPACE 0xEFFFFFFDu

/* Root of a further user namespace may do little outside of it: podman without privileges calls us
 * as such a one. */
static bool is_root_of_the_host(void)
{
	struct stat st;

	return geteuid() == 0 &&
	       (stat("/proc/self/ns/user", &st) < 0 || st.st_ino == FIRST_USER_NAMESPACE);
}

/* Where state lives that must not outlive the machine's uptime: /run, or what the login session has
 * for it. USER tells root of a container, who has a /run of his own, from somebody who has only
 * become root of a user namespace. */
static int choose_root(struct cli *cli, struct err *e)
{
	const char *runtime_dir = getenv("XDG_RUNTIME_DIR"), *user = getenv("USER");
	bool have_dir = runtime_dir && *runtime_dir;

	if (cli->root)
		return *cli->root ? 0 : err_set(e, EINVAL, "--root is empty");
	if (geteuid() == 0 && (!have_dir || is_root_of_the_host() || str_eq(user, "root"))) {
		cli->root = "/run/refrun";
		return 0;
	}
	if (!have_dir)
		return err_set(e, ENOENT,
			       "neither --root nor XDG_RUNTIME_DIR says where the state lives");
	cli->default_root = str_format("%s/refrun", runtime_dir);
	cli->root = cli->default_root;
	return cli->root ? 0 : err_set(e, ENOMEM, "%m");
}

/* crun's way to say it, in which podman asks for no cgroup. */
static int read_cgroup_manager(struct cli *cli, struct err *e)
{
	const char *manager = cli->cgroup_manager;
	bool systemd = str_eq(manager, "systemd");

	if (!manager)
		return 0;
	cli->no_cgroup = str_eq(manager, "disabled");
	if (!systemd && !cli->no_cgroup && !str_eq(manager, "cgroupfs"))
		return err_set(e, EINVAL,
			       "--cgroup-manager is cgroupfs, systemd or disabled, not '%s'",
			       manager);
	if (cli->systemd_cgroup && !systemd)
		return err_set(e, EINVAL, "--systemd-cgroup and --cgroup-manager %s", manager);
	cli->systemd_cgroup = systemd;
	return 0;
}

static int check_globals(struct cli *cli, bool stateless, struct err *e)
{
	const char *rootless = cli->rootless_text;
	int r = read_cgroup_manager(cli, e);

	if (r < 0)
		return r;
	if (!rootless || str_eq(rootless, "auto"))
		cli->rootless = !is_root_of_the_host();
	else if (str_eq(rootless, "true") || str_eq(rootless, "false"))
		cli->rootless = str_eq(rootless, "true");
	else
		return err_set(e, EINVAL, "--rootless is true, false or auto, not '%s'", rootless);
	return stateless ? 0 : choose_root(cli, e);
}

int cli_read_globals(struct cli *cli, int argc, char **argv, struct err *e)
{
	return options_parse(global_options, cli, argc, argv, e);
}

/* "help", "help COMMAND" */
static int read_help(int argc, char **argv, struct cli_call *ret, struct err *e)
{
	*ret = (struct cli_call){.help = true};
	if (argc > 2)
		return err_set(e, EINVAL,
			       "refrun: \"help\" takes at most 1 argument(s), here are %d",
			       argc - 1);
	if (argc < 2 || str_eq(argv[1], "help") || str_eq(argv[1], "-h") ||
	    str_eq(argv[1], "--help"))
		return 0;
	ret->command = find_command(argv[1]);
	return ret->command ? 0 : no_command("no help topic", argv[1], e);
}

static int check_count(const struct cli_command *c, int argc, struct err *e)
{
	const char *words = c->min_args == c->max_args ? "requires exactly"
			    : argc < c->min_args       ? "requires at least"
						       : "takes at most";

	if (argc >= c->min_args && argc <= c->max_args)
		return 0;
	return err_set(e, EINVAL, "refrun: \"%s\" %s %d argument(s), here are %d", c->name, words,
		       argc < c->min_args ? c->min_args : c->max_args, argc);
}

int cli_read_command(int argc, char **argv, struct cli_call *ret, struct err *e)
{
	const struct cli_command *c;
	int n;

	if (argc == 0 || str_eq(argv[0], "help"))
		return read_help(argc, argv, ret, e);
	c = find_command(argv[0]);
	if (!c)
		return no_command("no such command", argv[0], e);
	/* behind what is for another program its flags are its own */
	n = c->max_args == INT_MAX
		    ? options_parse(c->options, c->flags, argc - 1, argv + 1, e)
		    : options_parse_anywhere(c->options, c->flags, argc - 1, argv + 1, e);
	if (n < 0)
		return err_wrap(e, "%s", c->name);
	*ret = (struct cli_call){
		.command = c, .help = *c->help, .argc = argc - 1 - n, .argv = argv + 1 + n};
	return ret->help ? 0 : check_count(c, ret->argc, e);
}

int cli_main(struct cli *cli, int argc, char **argv, struct err *e)
{
	struct cli_call call = {0};
	int n, r;

	n = cli_read_globals(cli, argc - 1, argv + 1, e);
	if (n < 0)
		return n;
	/* first: every error after this belongs there, and in the form that was asked for */
	r = cli_log_open(cli, e);
	if (r < 0)
		return r;
	if (cli->version) {
		cli_print_version(&cli->out);
		return 0;
	}
	if (cli->help) {
		print_help(&cli->out);
		return 0;
	}
	r = cli_read_command(argc - 1 - n, argv + 1 + n, &call, e);
	if (r < 0)
		return r;
	if (call.help || !call.command) {
		if (call.command)
			print_command_help(call.command, &cli->out);
		else
			print_help(&cli->out);
		return 0;
	}
	r = check_globals(cli, call.command->stateless, e);
	if (r < 0)
		return r;
	cli->failure = call.command->failure;
	return call.command->run(cli, call.command->flags, call.argc, call.argv, e);
}

int cli_write(const struct cli *cli, const char *buf, size_t len, struct err *e)
{
	int r = cli->no_stdout ? -EBADF : fd_write_all(STDOUT_FILENO, buf, len);

	return r < 0 ? err_set(e, -r, "write to standard output: %m") : 0;
}

void cli_done(struct cli *cli)
{
	strbuf_done(&cli->out);
	free(cli->default_root);
	fd_close(&cli->log.fd);
	fd_close(&cli->exe_tree);
}
