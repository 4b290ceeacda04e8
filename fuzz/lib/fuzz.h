/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/*
 * A target defines libFuzzer's entry. What its engine calls is the entry of entry.c, which is
 * linked to every target: it passes on what has no more bytes than this, whatever the engine was
 * told (AFL++ has no -max_len).
 */
#define FUZZ_MAX_BYTES	       65536
#define LLVMFuzzerTestOneInput fuzz_target_one_input
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold for any input. As assert(3), but there whatever NDEBUG says. */
#define fuzz_check(x) ((x) ? (void)0 : __builtin_trap())

#endif
