/* SPDX-License-Identifier: Apache-2.0 */
/* links: harness_cli harness_lie harness_mutants harness harness_report base
 * fuzz/lib/input.c fuzz/lib/cwd.c -Wl,--wrap=getcwd */
/* The words of conform's command lines, one per line: the run, and the wrapper that lies. */
#include "cleanup.h"
#include "fuzz.h"
#include "input.h"
#include "liar.h"
#include "options.h"

static void check_options(int argc, char **argv)
{
	struct cli_options o;
	struct err e = {0};

	if (cli_options_parse(argc, argv, 3, &o, &e) < 0) {
		fuzz_check(*e.msg);
		return;
	}
	fuzz_check(o.nruntimes <= OPTIONS_MAX && o.nreports <= OPTIONS_MAX);
	fuzz_check(o.jobs > 0 && o.timeout_s > 0 && o.nwords < (size_t)argc);
	fuzz_check(o.words + o.nwords == (const char *const *)argv + argc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_words w CLEANUP(input_words_done);
	struct liar l CLEANUP(liar_done) = {.real = NULL};

	input_words_cut(&w, data, size < 4096 ? size : 4096, '\n');
	if (w.count && liar_parse((int)w.count, w.items, &l, NULL) == 0)
		fuzz_check(l.nargs == w.count - 3 && l.verb <= l.nargs && l.command &&
			   *l.bundle == '/');
	if (w.count)
		check_options((int)w.count, w.items);
	return 0;
}
