/* SPDX-License-Identifier: Apache-2.0 */
/* links: runtime_linux specs_model base runtime/linux fuzz/lib/input.c
 * fuzz/lib/counts_naive.c -Wl,--wrap=cgroup_dir_read */
/* Any text as each file in which the kernel counts: the statistics say what another reading finds
 * there, and are JSON whatever a container calls its devices. And of "<schema>\n<schemata>",
 * whether a class has what a configuration asks for. */
#include "cgroup_internal.h"
#include "counts_naive.h"
#include "fuzz.h"
#include "input.h"
#include "net_stats.h"
#include "resctrl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *text = input_text(data, size < 4096 ? size : 4096), *cut = strdup(text);
	struct json *net CLEANUP(json_freep) = NULL, *all CLEANUP(json_freep) = NULL;
	struct strbuf b CLEANUP(strbuf_done) = STRBUF_INIT;
	const char *l3 = resctrl_find_schema(text, "L3", 2);

	fuzz_check(counts_hold(text));
	fuzz_check(net_stats_parse(cut, &net) == 0 && counts_are_of(net, text));
	json_print(net, 0, &b);
	fuzz_check(json_parse(b.buf, b.len, &all, NULL) == 0 && all->count == net->count);
	fuzz_check(cgroup_has_controller(text, "cpu") == counts_names(text, "cpu"));
	fuzz_check(!l3 || *l3 == ':' || *l3 == '\n' || !*l3);
	const char *file = text + strcspn(text, "\n");
	cleanup_free char *schema = strndup(text, (size_t)(file - text));

	fuzz_check(resctrl_schema_holds(schema, file) == counts_schema_holds(schema, file));
	return 0;
}
