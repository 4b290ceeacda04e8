/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

static struct resume_flags {
	bool help;
} flags;
static const struct option options[] = {
	{"help", 'h', OPTION_FLAG, offsetof(struct resume_flags, help), NULL, "show this"},
	OPTION_END,
};

static int run(struct cli *cli, void *f, int argc, char **argv, struct err *e)
{
	(void)f;
	(void)argc;
	return rt_resume(cli->root, argv[0], e);
}

const struct cli_command cli_resume = {
	.name = "resume",
	.arguments = "<container-id>",
	.summary = "let the processes of a paused container go on",
	.options = options,
	.min_args = 1,
	.max_args = 1,
	.run = run,
	.flags = &flags,
	.help = &flags.help,
};
