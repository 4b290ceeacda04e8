/* SPDX-License-Identifier: Apache-2.0 */
/* links: runtime_cli runtime_core base fuzz/lib/input.c
 * fuzz/lib/args_naive.c */
/* The words of refrun's command line, one per line: what is left for a command is the end of them,
 * and an error has words. */
#include "args_naive.h"
#include "cleanup.h"
#include "fuzz.h"
#include "input.h"

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
	fuzz_check(!args_is_flag(w.items[n]) || (n && str_eq(w.items[n - 1], "--")));
	int r = cli_read_command(argc - n, w.items + n, &call, &e);
	fuzz_check(r == 0 ? call.command || call.help : *e.msg);
	fuzz_check(r < 0 || !call.help || args_ask_help(argc - n, w.items + n));
	if (r == 0 && !call.help) {
		fuzz_check(call.argv + call.argc == w.items + argc);
		args_check(&call);
	}
	args_reset(w.items[n]);
	return 0;
}
