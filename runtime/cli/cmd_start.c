/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <stdlib.h>

static struct start_flags {
	bool help;
} flags;
static const struct option options[] = {
	{"help", 'h', OPTION_FLAG, offsetof(struct start_flags, help), NULL, "show this"},
	OPTION_END,
};

static int run(struct cli *cli, void *f, int argc, char **argv, struct err *e)
{
	const struct rt_log log = cli_rt_log(cli);

	(void)f;
	(void)argc;
	return rt_start(cli->root, argv[0], getenv("NOTIFY_SOCKET"), &log, e);
}

const struct cli_command cli_start = {
	.name = "start",
	.arguments = "<container-id>",
	.summary = "execute the program of a created container",
	.options = options,
	.min_args = 1,
	.max_args = 1,
	.run = run,
	.flags = &flags,
	.help = &flags.help,
};
