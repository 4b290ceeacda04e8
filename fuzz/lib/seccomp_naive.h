/* SPDX-License-Identifier: Apache-2.0 */
/* linux.seccomp read naively: which rules speak of a system call. */
#ifndef FUZZ_SECCOMP_NAIVE_H
#define FUZZ_SECCOMP_NAIVE_H

#include "cfg_parse.h"
#include "input.h"

#include <linux/seccomp.h>

/* A call of this machine's architecture that the profile has something to say about: one of its
 * names, arguments at and beside the values of its rules. */
struct seccomp_data seccomp_naive_call(const struct cfg_seccomp *s, uint64_t dice);

/*
 * Whether the profile can be understood as giving @answer (SECCOMP_RET_* with its data) to the
 * call. Where rules overlap, the specification does not say which of them decides: an unconditional
 * one does here, and otherwise any that matches.
 */
bool seccomp_naive_accepts(const struct cfg_seccomp *s, const struct seccomp_data *call,
			   uint32_t answer);

#endif
