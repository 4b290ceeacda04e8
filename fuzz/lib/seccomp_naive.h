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
 * SECCOMP_RET_* with its data. Where rules for one call overlap, the specification does not say
 * which of them decides: here one without conditions does, and else the first that matches.
 */
uint32_t seccomp_naive_answer(const struct cfg_seccomp *s, const struct seccomp_data *call);

/* Whether no two rules speak of one call: there libseccomp's program can be relied upon, too
 * (FINDINGS.md). */
bool seccomp_naive_is_plain(const struct cfg_seccomp *s);

#endif
