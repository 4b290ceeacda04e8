/* SPDX-License-Identifier: Apache-2.0 */
/* links: runtime_linux specs_model base runtime/linux fuzz/lib/cgroup_naive.c
 * | document: resources */
/* Resources as writes to cgroup files, v1 and v2: nothing that is asked for is lost, and what is
 * written is what the document means. */
#include "cgroup_naive.h"
#include "cleanup.h"
#include "fuzz.h"

static void check(const struct cfg_resources *r, bool v2)
{
	struct cgroup_writes w CLEANUP(cgroup_writes_done) = {0};

	cgroup_naive_plan(r, v2, &w);
	fuzz_check(!w.oom && !cgroup_naive_lost(r, v2, &w));
	for (size_t i = 0; i < w.count; i++)
		fuzz_check(w.items[i].why_not || cgroup_naive_accepts(r, &w.items[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cfg_doc *d CLEANUP(cfg_doc_freep) = NULL;
	struct cfg_findings f CLEANUP(cfg_findings_done) = {0};

	if (cfg_parse(CFG_RESOURCES, (const char *)data, size, &d, &f, NULL) < 0)
		return 0;
	check(d->resources, false);
	check(d->resources, true);
	return 0;
}
