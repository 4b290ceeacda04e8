/* SPDX-License-Identifier: Apache-2.0 */
/* linux.seccomp read naively: which rules speak of a system call. */
#ifndef FUZZ_SECCOMP_NAIVE_H
#define FUZZ_SECCOMP_NAIVE_H

#include "cfg_parse.h"
#include "input.h"

#include <linux/seccomp.h>

/* A call that the profile has something to say about: one of its names, arguments at and beside the
 * values of its rules. Some come from another machine, from x32, or have the number -1. */
struct seccomp_data seccomp_naive_call(const struct cfg_seccomp *s, uint64_t dice);

/*
 * Whether @says, SECCOMP_RET_* with its data, is what the profile says. Where rules for one call
 * overlap, the specification does not say which of them decides: here one without conditions does,
 * and else the first that matches. True where that is not known here: of i386's ways to sockets and
 * System V IPC, and of a machine that is listed, but whose calls no kernel of this machine has.
 */
bool seccomp_naive_agrees(const struct cfg_seccomp *s, const struct seccomp_data *call,
			  uint32_t says);

/* Whether no two rules speak of one call: there libseccomp's program can be relied upon, too
 * (FINDINGS.md). */
bool seccomp_naive_is_plain(const struct cfg_seccomp *s);

#endif
