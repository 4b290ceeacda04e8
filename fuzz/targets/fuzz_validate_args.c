/* SPDX-License-Identifier: Apache-2.0 */
/* links: harness_validate specs_validate specs_model base fuzz/lib/input.c
 * fuzz/lib/args_validate_naive.c */
/* The words of the command line of `conform validate`, one per line: where options are written in
 * full they are what they say, and all other words are paths, in their order. */
#include "args_validate_naive.h"
#include "cleanup.h"
#include "fuzz.h"
#include "input.h"
#include "str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_words w CLEANUP(input_words_done);
	struct args_validate_naive want;
	struct validate_options o;
	struct err e = {0};

	input_words_cut(&w, data, size < 4096 ? size : 4096, '\n');
	if (!w.count)
		return 0;
	bool plain = args_validate_naive_read(w.items, &want);

	if (validate_options_parse((int)w.count, w.items, &o, &e) < 0) {
		fuzz_check(*e.msg && (!plain || !want.npaths));
		return 0;
	}
	fuzz_check(o.help || (o.paths > w.items && o.paths < w.items + w.count));
	if (!plain)
		return 0;
	fuzz_check(!o.help && o.json == want.o.json && o.must_only == want.o.must_only);
	fuzz_check(o.kind_forced == want.o.kind_forced && o.kind == want.o.kind);
	fuzz_check(o.options.target == want.o.options.target && str_eq(o.target, want.o.target));
	for (size_t i = 0; i <= want.npaths; i++)
		fuzz_check(o.paths[i] == want.paths[i]);
	return 0;
}
