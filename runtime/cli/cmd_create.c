/* SPDX-License-Identifier: Apache-2.0 */
#include "create_flags.h"

static struct create_flags flags;
static const struct option options[] = {CREATE_OPTIONS, OPTION_END};

static int run(struct cli *cli, void *f, int argc, char **argv, struct err *e)
{
	(void)argc;
	return create_flags_run(cli, f, argv[0], rt_create, e);
}

const struct cli_command cli_create = {
	.name = "create",
	.arguments = "<container-id>",
	.summary = "create a container",
	.options = options,
	.min_args = 1,
	.max_args = 1,
	.run = run,
	.flags = &flags,
	.help = &flags.help,
};
