/* SPDX-License-Identifier: Apache-2.0 */
/* links: runtime_core runtime_linux specs_model base fuzz/lib/input.c
 * fuzz/lib/text_naive.c fuzz/lib/state_naive.c */
/* state.json of a container: what is believed comes back the same, all of it and no more, and leads
 * nowhere but below the cgroup mounts. */
#include "cgroup.h"
#include "cleanup.h"
#include "container.h"
#include "fuzz.h"
#include "state_naive.h"
#include "text_naive.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct container one CLEANUP(container_done) = CONTAINER_INIT;
	struct json *in CLEANUP(json_freep) = NULL, *out CLEANUP(json_freep) = NULL;
	struct json *want CLEANUP(json_freep) = NULL;
	struct strbuf text CLEANUP(strbuf_done) = STRBUF_INIT;

	one.id = strdup("box");
	if (container_parse(&one, (const char *)data, size, NULL) < 0)
		return 0;
	for (size_t i = 0; one.cgroup && i < one.cgroup->count; i++) {
		fuzz_check(text_is_below(one.cgroup->items[i].path));
		fuzz_check(one.cgroup->items[i].kept <= strlen(one.cgroup->items[i].path));
	}
	container_print(&one, &text);
	fuzz_check(json_parse((const char *)data, size, &in, NULL) == 0);
	fuzz_check(json_parse(text.buf, text.len, &out, NULL) == 0);
	want = state_naive(in);
	fuzz_check(json_equal(want, out));
	return 0;
}
