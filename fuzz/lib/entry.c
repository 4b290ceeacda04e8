/* SPDX-License-Identifier: Apache-2.0 */
#include "entry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return size <= FUZZ_MAX_BYTES ? fuzz_target_one_input(data, size) : 0;
}
