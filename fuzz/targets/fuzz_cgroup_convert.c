/* SPDX-License-Identifier: Apache-2.0 */
/* links: runtime_linux specs_model base runtime/linux fuzz/lib/input.c */
/* Weights of v1 as those of v2: in range, monotone, with the ends and the default where they
 * belong. */
#include "cgroup_internal.h"
#include "fuzz.h"
#include "input.h"

static void check(uint64_t (*convert)(uint64_t), uint64_t a, uint64_t b, uint64_t low,
		  uint64_t high)
{
	uint64_t x = convert(a), y = convert(b);

	fuzz_check(x >= 1 && x <= 10000 && y >= 1 && y <= 10000);
	fuzz_check(a <= b ? x <= y : x >= y);
	fuzz_check((a > low || x == 1) && (a < high || x == 10000));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size < 256 ? size : 256};

	fuzz_check(cgroup_convert_shares(1024) == 100);
	while (in.n > 0) {
		uint64_t a = input_number(&in), b = input_number(&in);

		check(cgroup_convert_shares, a, b, 2, 262144);
		check(cgroup_convert_blkio_weight, a, b, 10, 1000);
		/* neighbours, where steps are small */
		check(cgroup_convert_shares, a % 262144, a % 262144 + 1, 2, 262144);
		check(cgroup_convert_blkio_weight, b % 1000, b % 1000 + 1, 10, 1000);
	}
	return 0;
}
