/* SPDX-License-Identifier: Apache-2.0 */
#include "create_flags.h"

static struct create_flags flags;
static const struct option options[] = {
	CREATE_OPTIONS,
	{"detach", 'd', OPTION_FLAG, offsetof(struct create_flags, detach), NULL,
	 "do not wait for the program's end"},
	{"keep", 0, OPTION_FLAG, offsetof(struct create_flags, keep), NULL,
	 "do not delete the container after its end"},
	{"no-subreaper", 0, OPTION_FLAG, offsetof(struct create_flags, no_subreaper), NULL,
	 "accepted: this runtime is never a subreaper"},
	OPTION_END,
};

static int run(struct cli *cli, void *f, int argc, char **argv, struct err *e)
{
	(void)argc;
	return create_flags_run(cli, f, argv[0], rt_run, e);
}

const struct cli_command cli_run = {
	.name = "run",
	.arguments = "<container-id>",
	.summary = "create and start a container, and wait for its end",
	.options = options,
	.min_args = 1,
	.max_args = 1,
	.run = run,
	.flags = &flags,
	.help = &flags.help,
};
