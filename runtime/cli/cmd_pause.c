/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

static struct pause_flags {
	bool help;
} flags;
static const struct option options[] = {
	{"help", 'h', OPTION_FLAG, offsetof(struct pause_flags, help), NULL, "show this"},
	OPTION_END,
};

static int run(struct cli *cli, void *f, int argc, char **argv, struct err *e)
{
	(void)f;
	(void)argc;
	return rt_pause(cli->root, argv[0], e);
}

const struct cli_command cli_pause = {
	.name = "pause",
	.arguments = "<container-id>",
	.summary = "suspend all processes of a container",
	.options = options,
	.min_args = 1,
	.max_args = 1,
	.run = run,
	.flags = &flags,
	.help = &flags.help,
};
