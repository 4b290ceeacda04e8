/* SPDX-License-Identifier: Apache-2.0 */
/* `pause` and `resume`: one operation and its opposite. */
#include "cli.h"

static struct pause_flags {
	bool help;
} flags;
static const struct option options[] = {
	{"help", 'h', OPTION_FLAG, offsetof(struct pause_flags, help), NULL, "show this"},
	OPTION_END,
};

static int run_pause(struct cli *cli, void *f, int argc, char **argv, struct err *e)
{
	(void)f;
	(void)argc;
	return rt_pause(cli->root, argv[0], e);
}

static int run_resume(struct cli *cli, void *f, int argc, char **argv, struct err *e)
{
	(void)f;
	(void)argc;
	return rt_resume(cli->root, argv[0], e);
}

#define COMMAND(NAME, SUMMARY, RUN)                                                                \
	{                                                                                          \
		.name = NAME, .arguments = "<container-id>", .summary = SUMMARY,                   \
		.options = options, .min_args = 1, .max_args = 1, .run = RUN, .flags = &flags,     \
		.help = &flags.help                                                                \
	}

const struct cli_command cli_pause =
	COMMAND("pause", "suspend all processes of a container", run_pause);
const struct cli_command cli_resume =
	COMMAND("resume", "let the processes of a paused container go on", run_resume);
