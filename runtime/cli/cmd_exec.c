/* SPDX-License-Identifier: Apache-2.0 */
#include "inherit.h"

#include <errno.h>
#include <limits.h>

static struct exec_flags {
	const char *process, *cwd, *user, *apparmor, *label;
	const char *pid_file, *console_socket, *pidfd_socket;
	struct option_list env, caps, gids, cgroups;
	unsigned int preserve_fds;
	bool detach, tty, no_new_privs, ignore_paused, help;
} flags;
#define AT(member) offsetof(struct exec_flags, member)

static const struct option options[] = {
	{"process", 'p', OPTION_TEXT, AT(process), "FILE",
	 "the process, as config.json has it; the flags down to --tty are then not used"},
	{"cwd", 0, OPTION_TEXT, AT(cwd), "DIR", "working directory"},
	{"env", 'e', OPTION_LIST, AT(env), "NAME=VALUE", "set a variable; may be repeated"},
	{"user", 'u', OPTION_TEXT_AS_IS, AT(user), "UID[:GID]", "numbers"},
	{"additional-gids", 'g', OPTION_LIST, AT(gids), "GID", "may be repeated"},
	{"cap", 'c', OPTION_LIST, AT(caps), "CAP_NAME", "add a capability; may be repeated"},
	{"no-new-privs", 0, OPTION_FLAG, AT(no_new_privs), NULL, "set no_new_privs"},
	{"apparmor", 0, OPTION_TEXT, AT(apparmor), "PROFILE", "AppArmor profile"},
	{"process-label", 0, OPTION_TEXT, AT(label), "LABEL", "SELinux label"},
	{"tty", 't', OPTION_FLAG, AT(tty), NULL, "give it a terminal"},
	{"console-socket", 0, OPTION_TEXT, AT(console_socket), "PATH", "who receives the terminal"},
	{"pidfd-socket", 0, OPTION_TEXT, AT(pidfd_socket), "PATH", "who receives a pidfd of it"},
	{"pid-file", 0, OPTION_TEXT, AT(pid_file), "FILE", "where to write the process id"},
	{"detach", 'd', OPTION_FLAG, AT(detach), NULL, "do not wait for its end"},
	{"preserve-fds", 0, OPTION_UINT, AT(preserve_fds), "N",
	 "pass N more descriptors, from 3 on"},
	{"cgroup", 0, OPTION_LIST, AT(cgroups), "[CONTROLLER,...:]PATH",
	 "run below the container's cgroup; may be repeated"},
	{"ignore-paused", 0, OPTION_FLAG, AT(ignore_paused), NULL,
	 "a paused container is no error: it runs after resume"},
	{"help", 'h', OPTION_FLAG, AT(help), NULL, "show this"},
	OPTION_END,
};

static struct cfg_strs strings(const struct option_list *l)
{
	return (struct cfg_strs){.items = l->items, .count = l->count, .present = l->count};
}

static int run(struct cli *cli, void *flag_memory, int argc, char **argv, struct err *e)
{
	const struct exec_flags *f = flag_memory;
	struct rt_exec_options o = {
		.root = cli->root,
		.id = argv[0],
		.process_file = f->process,
		.args = argv + 1,
		.cwd = f->cwd,
		.user = f->user,
		.apparmor = f->apparmor,
		.label = f->label,
		.env = strings(&f->env),
		.caps = strings(&f->caps),
		.gids = strings(&f->gids),
		.terminal = f->tty,
		.no_new_privileges = f->no_new_privs,
		.cgroups = strings(&f->cgroups),
		.pid_file = f->pid_file,
		.console_socket = f->console_socket,
		.pidfd_socket = f->pidfd_socket,
		.detach = f->detach,
		.ignore_paused = f->ignore_paused,
		.rootless = cli->rootless,
		.umask = cli->umask,
		.exe_tree = &cli->exe_tree,
	};
	int r;

	(void)argc;
	r = inherit_settle(cli, f->preserve_fds, &o.preserve_fds, &o.listen_fds, e);
	/* its descriptor may have moved */
	o.log = cli_rt_log(cli);
	if (r >= 0)
		r = inherit_protect(cli, e);
	if (r >= 0)
		r = rt_exec(&o, e);
	return r < 0 ? err_wrap(e, "exec failed") : r;
}

const struct cli_command cli_exec = {
	.name = "exec",
	.arguments = "<container-id> <program> [arguments], or --process FILE <container-id>",
	.summary = "run a further process in a container",
	.options = options,
	.min_args = 1,
	.max_args = INT_MAX,
	.run = run,
	.flags = &flags,
	.help = &flags.help,
	/* the program has its own codes: this one none of them uses much */
	.failure = 255,
};
