/* SPDX-License-Identifier: Apache-2.0 */
/* links: runtime_cli runtime_core base fuzz/lib/input.c */
/* The words of refrun's command line, one per line: what is left for a command is the end of them,
 * and an error has words. */
#include "cleanup.h"
#include "cli.h"
#include "fuzz.h"
#include "input.h"

#include <limits.h>

/* Wherever the flags stood, none is left among the words but behind "--", which then stands in
 * front of them; what another program gets is as it was. */
static void check_words(const struct cli_call *call)
{
	for (int i = 0; call->command->max_args < INT_MAX && i < call->argc; i++)
		if (call->argv[i][0] == '-' && call->argv[i][1])
			fuzz_check(str_eq(call->argv[-1], "--"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_words w CLEANUP(input_words_done);
	struct cli cli = {.log.fd = FD_NONE};
	struct cli_call call;
	struct err e = {0};

	input_words_cut(&w, data, size < 4096 ? size : 4096, '\n');
	int argc = (int)w.count, n = cli_read_globals(&cli, argc, w.items, &e);

	fuzz_check(n >= 0 ? n <= argc : n == -EINVAL && *e.msg);
	if (n < 0)
		return 0;
	/* no flag is left over */
	if (n < argc && w.items[n][0] == '-' && w.items[n][1])
		fuzz_check(n && str_eq(w.items[n - 1], "--"));
	if (cli_read_command(argc - n, w.items + n, &call, &e) < 0) {
		fuzz_check(*e.msg);
		return 0;
	}
	fuzz_check(call.command || call.help);
	if (call.command && !call.help) {
		fuzz_check(call.argv + call.argc == w.items + argc);
		fuzz_check(call.argc >= call.command->min_args);
		fuzz_check(call.argc <= call.command->max_args);
		check_words(&call);
	}
	if (call.command)
		*call.command->help = false;
	return 0;
}
