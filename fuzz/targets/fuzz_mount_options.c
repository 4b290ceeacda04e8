/* SPDX-License-Identifier: Apache-2.0 */
/* links: runtime_linux specs_model runtime/linux fuzz/lib/input.c
 * fuzz/lib/mount_naive.c */
/* Options behind commas, as the runtime reads them and as the last word on each bit says, of
 * the one mount and of those below. */
#include "cleanup.h"
#include "fuzz.h"
#include "input.h"
#include "mount_naive.h"
#include "mount_options.h"

static void check(const struct mount_options *o, const struct mount_naive *n)
{
	struct mount_attrs flat = mount_options_flat(o);

	fuzz_check(!(o->top.set & o->top.clr) && !(o->tree.set & o->tree.clr));
	fuzz_check(!(flat.set & flat.clr) && !(o->super & o->super_off));
	fuzz_check(mount_naive_is(n, o));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_words w CLEANUP(input_words_done);
	struct mount_options o;

	input_words_cut(&w, data, size < 1024 ? size : 1024, ',');
	struct mount_naive naive = mount_naive_read(w.items, w.count);
	int r = mount_options_parse(&(struct cfg_strs){w.items, w.count, true}, &o);

	fuzz_check(r == naive.error);
	if (r == 0)
		check(&o, &naive);
	mount_options_done(&o);
	return 0;
}
