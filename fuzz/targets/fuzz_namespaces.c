/* SPDX-License-Identifier: Apache-2.0 */
/* links: runtime_linux specs_model base fuzz/lib/input.c fuzz/lib/wrap.c
 * | document: linux */
/* Namespaces: made anew is what the document lists without a path; a look at its bytes is safe. */
#include "cleanup.h"
#include "fuzz.h"
#include "namespace.h"
#include "wrap.h"
#include <sched.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input line;
	struct cfg_doc *d CLEANUP(cfg_doc_freep) = wrap_linux(NULL, data, size, &line);
	const struct cfg_namespace_list *l = d ? &d->config->linux->namespaces : NULL;
	struct ns_plan p;
	uint64_t fresh = 0, joined = 0, flags;

	(void)ns_ahead_guess((const char *)data, size);
	if (!d || ns_plan_read(d, d->config->linux, &p, NULL) < 0)
		return 0;
	for (size_t i = 0; i < l->count; i++)
		*(l->items[i].path ? &joined : &fresh) |= ns_clone_flag(l->items[i].type);
	fuzz_check(!(fresh & joined));
	for (int t = 0; t < NS_COUNT; t++)
		fuzz_check(p.mode[t] == (fresh & ns_clone_flag(t)    ? NS_NEW
					 : joined & ns_clone_flag(t) ? NS_JOIN
								     : NS_INHERIT));
	flags = ns_plan_clone_flags(&p);
	/* the first process makes these itself; a stage makes those two by itself */
	fresh &= ~(ns_clone_flag(CFG_NS_CGROUP) | ns_clone_flag(CFG_NS_IPC));
	if (!(fresh & CLONE_NEWUSER))
		fresh &= ~(uint64_t)(CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWUTS);
	fuzz_check(!(flags & ~fresh));
	fuzz_check(ns_plan_staged(&p) ? !(~flags & fresh & ~ns_clone_flag(CFG_NS_USER) &
					  ~ns_clone_flag(CFG_NS_TIME))
				      : flags == fresh);
	(void)ns_plan_check(&p, NULL);
	return 0;
}
