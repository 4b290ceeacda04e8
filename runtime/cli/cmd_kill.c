/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"
#include "proc.h"

#include <errno.h>

static struct kill_flags {
	bool all, help;
} flags;
static const struct option options[] = {
	{"all", 'a', OPTION_FLAG, offsetof(struct kill_flags, all), NULL,
	 "signal every process of the container"},
	{"help", 'h', OPTION_FLAG, offsetof(struct kill_flags, help), NULL, "show this"},
	OPTION_END,
};

static int run(struct cli *cli, void *f, int argc, char **argv, struct err *e)
{
	const struct kill_flags *k = f;
	const char *name = argc > 1 ? argv[1] : "TERM";
	/* kill(2): 0 asks whether somebody is there */
	int sig = str_eq(name, "0") ? 0 : proc_signal_parse(name);

	if (sig < 0)
		return err_set(e, EINVAL, "unknown signal \"%s\"", name);
	return rt_kill(cli->root, argv[0], sig, k->all, e);
}

const struct cli_command cli_kill = {
	.name = "kill",
	.arguments = "<container-id> [signal]",
	.summary = "send a signal (TERM) to the first process of a container",
	.options = options,
	.min_args = 1,
	.max_args = 2,
	.run = run,
	.flags = &flags,
	.help = &flags.help,
};
