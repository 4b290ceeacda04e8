/* SPDX-License-Identifier: Apache-2.0 */
#include "criu_flags.h"

static struct restore_flags {
	struct criu_flags criu;
	const char *bundle, *pid_file, *console_socket, *pidfd_socket;
	bool detach, no_subreaper, no_pivot, help;
} flags;
#define AT(member)	offsetof(struct restore_flags, member)
#define CRIU_AT(member) AT(criu.member)

static const struct option options[] = {
	CRIU_OPTIONS(CRIU_AT),
	{"tcp-close", 0, OPTION_FLAG, CRIU_AT(tcp_close), NULL, "close the TCP connections"},
	{"lsm-profile", 0, OPTION_TEXT, CRIU_AT(lsm_profile), "TYPE:NAME",
	 "another security profile"},
	{"lsm-mount-context", 0, OPTION_TEXT, CRIU_AT(lsm_mount_context), "CONTEXT",
	 "another security context of the mounts"},
	{"bundle", 'b', OPTION_TEXT, AT(bundle), "DIR",
	 "the bundle (default: the current directory)"},
	{"pid-file", 0, OPTION_TEXT, AT(pid_file), "FILE", "where to write the process id"},
	{"console-socket", 0, OPTION_TEXT, AT(console_socket), "PATH",
	 "who receives the terminal of process.terminal"},
	{"pidfd-socket", 0, OPTION_TEXT, AT(pidfd_socket), "PATH",
	 "who receives a pidfd of the program's process"},
	{"detach", 'd', OPTION_FLAG, AT(detach), NULL, "do not wait for the program's end"},
	{"no-subreaper", 0, OPTION_FLAG, AT(no_subreaper), NULL,
	 "accepted: this runtime is never a subreaper"},
	{"no-pivot", 0, OPTION_FLAG, AT(no_pivot), NULL, "accepted: criu changes the root"},
	{"help", 'h', OPTION_FLAG, AT(help), NULL, "show this"},
	OPTION_END,
};

static int run(struct cli *cli, void *flag_memory, int argc, char **argv, struct err *e)
{
	struct restore_flags *f = flag_memory;
	const struct rt_create_options o = {
		.root = cli->root,
		.id = argv[0],
		.bundle = f->bundle ? f->bundle : ".",
		.pid_file = f->pid_file,
		.console_socket = f->console_socket,
		.pidfd_socket = f->pidfd_socket,
		.detach = f->detach,
		.rootless = cli->rootless,
		.systemd_cgroup = cli->systemd_cgroup,
		.no_cgroup = cli->no_cgroup,
		.umask = cli->umask,
		.log = cli_rt_log(cli),
	};
	struct rt_criu_options criu;
	int r;

	(void)argc;
	r = criu_flags_apply(&f->criu, &criu, e);
	criu.program = cli->criu;
	return r < 0 ? r : rt_restore(&o, &criu, e);
}

const struct cli_command cli_restore = {
	.name = "restore",
	.arguments = "<container-id>",
	.summary = "make a container from the files of checkpoint",
	.options = options,
	.min_args = 1,
	.max_args = 1,
	.run = run,
	.flags = &flags,
	.help = &flags.help,
};
