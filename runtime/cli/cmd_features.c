/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

static struct features_flags {
	bool help;
} flags;
static const struct option options[] = {
	{"help", 'h', OPTION_FLAG, offsetof(struct features_flags, help), NULL, "show this"},
	OPTION_END,
};

static int run(struct cli *cli, void *f, int argc, char **argv, struct err *e)
{
	(void)f;
	(void)argc;
	(void)argv;
	return cli_print_features(&cli->out, e);
}

const struct cli_command cli_features = {
	.name = "features",
	.arguments = "",
	.summary = "print what this runtime supports (features.md)",
	.options = options,
	.min_args = 0,
	.max_args = 0,
	.run = run,
	.flags = &flags,
	.help = &flags.help,
	.stateless = true,
};
