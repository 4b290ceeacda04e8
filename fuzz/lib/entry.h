/* SPDX-License-Identifier: Apache-2.0 */
/* The entry that engines call, by its own name. */
#ifndef FUZZ_ENTRY_H
#define FUZZ_ENTRY_H

#include "fuzz.h"

#undef LLVMFuzzerTestOneInput
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
