/* SPDX-License-Identifier: Apache-2.0 */
/* links: runtime_linux bpf_run base runtime/linux fuzz/lib/input.c */
/* Comparisons that lead to earlier ones, as a program: it answers as they do, or is full. */
#include "bpf_run.h"
#include "cleanup.h"
#include "fuzz.h"
#include "input.h"
#include "seccomp_code.h"

#define NODES 4500
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint32_t ks[NODES];
	static size_t yes[NODES], at[NODES]; /* an answer where yes is no node */
	static struct sock_filter insns[BPF_MAXINSNS];
	struct seccomp_filter f CLEANUP(seccomp_filter_done) = {0};
	struct seccomp_code c = {.insns = insns};
	struct input in = {data, size};
	size_t n = 0, i;
	while (in.n > 0) {
		uint64_t op = input_u64(&in), times = 1 + (op & 255) * (op & 255) / 8;
		for (; times > 0 && n < NODES; times--, n++) {
			ks[n] = op >> 8 & 255;
			yes[n] = n && op >> 32 & 1 ? (op >> 16 & 0xffff) % n : NODES;
			at[n] = yes[n] == NODES ? seccomp_code_return(&c, ks[n])
						: seccomp_code_jump(&c, BPF_JGE, ks[n], at[yes[n]],
								    at[n - 1]);
		}
	}
	seccomp_code_follow(&c, n ? at[n - 1] : seccomp_code_return(&c, 0));
	if (!n || !seccomp_code_load(&c, 0) || seccomp_code_finish(&c, &f) < 0)
		return 0;
	fuzz_check(bpf_check(f.insns, f.count) == -1);
	for (struct seccomp_data call = {.nr = 0}; call.nr < 256; call.nr += 37) {
		for (i = n - 1; yes[i] < NODES;)
			i = (uint32_t)call.nr >= ks[i] ? yes[i] : i - 1;
		fuzz_check(bpf_run(f.insns, f.count, &call) == ks[i]);
	}
	return 0;
}
