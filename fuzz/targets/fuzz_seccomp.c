/* SPDX-License-Identifier: Apache-2.0 */
/* links: runtime_linux bpf_run specs_model PkgConfig::SECCOMP runtime/linux
 * fuzz/lib/input.c fuzz/lib/wrap.c fuzz/lib/seccomp_naive.c
 * -Wl,--wrap=seccomp_filter_flag_supported | document: line?+seccomp */
/* Our filter answers calls as the profile says, and libseccomp's where no two rules overlap. */
#include "bpf_run.h"
#include "cleanup.h"
#include "fuzz.h"
#include "seccomp_naive.h"
#include "seccomp_rules.h"
#include "wrap.h"

static void check(const struct cfg_seccomp *s, const struct seccomp_filter *f, uint64_t dice)
{
	fuzz_check(bpf_check(f->insns, f->count) == -1);
	for (uint64_t i = 0; i < 64; i++) {
		struct seccomp_data call = seccomp_naive_call(s, dice + i);
		fuzz_check(seccomp_naive_agrees(s, &call, bpf_run(f->insns, f->count, &call)));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seccomp_filter ours CLEANUP(seccomp_filter_done) = {0},
				   theirs CLEANUP(seccomp_filter_done) = {0};
	struct seccomp_rules rules CLEANUP(seccomp_rules_done) = {0};
	struct input line;
	struct cfg_doc *d CLEANUP(cfg_doc_freep) = wrap_linux("seccomp", data, size, &line);
	const struct cfg_seccomp *s = d ? d->config->linux->seccomp : NULL;
	uint64_t dice = input_u64(&line);

	if (!s || s->syscalls.count > 64 || seccomp_filter_compile(d, s, &ours, NULL) < 0)
		return 0;
	check(s, &ours, dice);
	if (!(dice % 8) && seccomp_naive_is_plain(s) &&
	    seccomp_rules_read(d, s, &rules, NULL) == 0 &&
	    seccomp_library_make(&rules, &theirs, NULL) == 0)
		check(s, &theirs, dice);
	return 0;
}
