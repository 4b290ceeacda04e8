/* SPDX-License-Identifier: Apache-2.0 */
#include "entry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return size <= FUZZ_MAX_BYTES ? fuzz_target_one_input(data, size) : 0;
}

/*
 * AddressSanitizer keeps what was freed poisoned until so much more was. An input takes a few MB at
 * most; the 256 MB of the default would be page faults and cache misses to each.
 */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "quarantine_size_mb=16";
}
