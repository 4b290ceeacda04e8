/* SPDX-License-Identifier: Apache-2.0 */
/* links: runtime_linux base runtime/linux fuzz/lib/input.c fuzz/lib/bits_naive.c */
/* A list of memory nodes or processors as bits, in a mask of its own: each bit is set if the list
 * has its number, and what is no such list is refused. */
#include "bit_list.h"
#include "bits_naive.h"
#include "cleanup.h"
#include "fuzz.h"
#include "input.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *text = input_text(data, size < 4096 ? size : 4096);
	/* those of memoryPolicy, of a scope and of the process */
	const unsigned int max = size % 2 ? 1024 : 8192;
	cleanup_free unsigned long *mask = calloc(max / BIT_LIST_WORD_BITS, sizeof(*mask));
	cleanup_free bool *want = calloc(max, sizeof(*want));
	int end = 0, n = bit_list_parse(text, max, mask);

	fuzz_check((n >= 0) == bits_naive_read(text, want, max));
	for (unsigned int i = 0; n >= 0 && i < max; i++) {
		fuzz_check((mask[i / BIT_LIST_WORD_BITS] >> i % BIT_LIST_WORD_BITS & 1) == want[i]);
		end = want[i] ? (int)i + 1 : end;
	}
	fuzz_check(n < 0 || n == end);
	return 0;
}
