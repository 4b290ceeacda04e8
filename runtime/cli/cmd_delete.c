/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

static struct delete_flags {
	bool force, help;
} flags;
static const struct option options[] = {
	{"force", 'f', OPTION_FLAG, offsetof(struct delete_flags, force), NULL,
	 "kill it first; a container that is not there is no error"},
	{"help", 'h', OPTION_FLAG, offsetof(struct delete_flags, help), NULL, "show this"},
	OPTION_END,
};

static int run(struct cli *cli, void *f, int argc, char **argv, struct err *e)
{
	const struct delete_flags *d = f;
	const struct rt_log log = cli_rt_log(cli);

	(void)argc;
	return rt_delete(cli->root, argv[0], d->force, &log, e);
}

const struct cli_command cli_delete = {
	.name = "delete",
	.arguments = "<container-id>",
	.summary = "delete what a stopped container holds",
	.options = options,
	.min_args = 1,
	.max_args = 1,
	.run = run,
	.flags = &flags,
	.help = &flags.help,
};
