/* SPDX-License-Identifier: Apache-2.0 */
#include "create_flags.h"
#include "inherit.h"

static struct create_flags flags;
static const struct option options[] = {CREATE_OPTIONS, OPTION_END};

static int run(struct cli *cli, void *f, int argc, char **argv, struct err *e)
{
	struct rt_create_options o;
	int r;

	(void)argc;
	r = create_flags_apply(cli, f, argv[0], &o, e);
	if (r < 0)
		return r;
	r = inherit_protect(cli, e);
	return r < 0 ? r : rt_create(&o, e);
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
