/* SPDX-License-Identifier: Apache-2.0 */
/* links: runtime_linux devices_run specs_model fuzz/lib/input.c
 * fuzz/lib/wrap.c fuzz/lib/devices_naive.c | document: line?+linux */
/* Device rules: the program for cgroup v2 and the list for v1 allow what the document allows. */
#include "cleanup.h"
#include "devices_naive.h"
#include "fuzz.h"
#include "wrap.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cgroup_devices list CLEANUP(cgroup_devices_done) = {0};
	cleanup_free struct bpf_insn *insns = NULL;
	struct input line;
	struct cfg_doc *d CLEANUP(cfg_doc_freep) = wrap_linux(NULL, data, size, &line);
	struct cgroup_devices_v1 v1 = {0};
	uint64_t dice = input_u64(&line);
	size_t count;

	if (!d)
		return 0;
	const struct cfg_linux *l = d->config->linux;

	fuzz_check((cgroup_devices_collect(d, l->resources, &list, NULL) == 0) ==
		   devices_are_known(l));
	if (!list.items)
		return 0;
	bool has_v1 = cgroup_devices_to_v1(d, &list, &v1, NULL) == 0;
	fuzz_check(cgroup_devices_to_bpf(&list, &insns, &count) == 0);
	fuzz_check(devices_bpf_check(insns, count));
	for (int i = 0; i < 64; i++, dice = dice * 6364136223846793005u + 1442695040888963407u) {
		const struct device_access a = devices_pick(l, dice);

		fuzz_check(devices_bpf_allows(insns, count, &a) == devices_are_allowed(l, &a));
		fuzz_check(!has_v1 || devices_v1_allows(&v1, &a) == devices_are_allowed(l, &a));
	}
	free(v1.items);
	return 0;
}
