/* SPDX-License-Identifier: Apache-2.0 */
#include "criu_flags.h"

static struct checkpoint_flags {
	struct criu_flags criu;
	bool leave_running, pre_dump, help;
} flags;
#define AT(member)	offsetof(struct checkpoint_flags, member)
#define CRIU_AT(member) AT(criu.member)

static const struct option options[] = {
	CRIU_OPTIONS(CRIU_AT),
	{"parent-path", 0, OPTION_TEXT, CRIU_AT(parent_path), "DIR",
	 "images of an earlier --pre-dump, relative to those of this one"},
	{"leave-running", 0, OPTION_FLAG, AT(leave_running), NULL, "let the container go on"},
	{"pre-dump", 0, OPTION_FLAG, AT(pre_dump), NULL, "memory only, and let it go on"},
	{"page-server", 0, OPTION_TEXT, CRIU_AT(page_server), "ADDRESS:PORT",
	 "send the memory there"},
	{"tcp-skip-in-flight", 0, OPTION_FLAG, CRIU_AT(tcp_skip_in_flight), NULL,
	 "leave out connections that are being made"},
	{"help", 'h', OPTION_FLAG, AT(help), NULL, "show this"},
	OPTION_END,
};

static int run(struct cli *cli, void *flag_memory, int argc, char **argv, struct err *e)
{
	struct checkpoint_flags *f = flag_memory;
	struct rt_checkpoint_options o = {.root = cli->root,
					  .id = argv[0],
					  .leave_running = f->leave_running,
					  .pre_dump = f->pre_dump,
					  .log = cli_rt_log(cli)};
	int r;

	(void)argc;
	r = criu_flags_apply(&f->criu, &o.criu, e);
	o.criu.program = cli->criu;
	return r < 0 ? r : rt_checkpoint(&o, e);
}

const struct cli_command cli_checkpoint = {
	.name = "checkpoint",
	.arguments = "<container-id>",
	.summary = "write the processes of a container to files, by criu(8)",
	.options = options,
	.min_args = 1,
	.max_args = 1,
	.run = run,
	.flags = &flags,
	.help = &flags.help,
};
