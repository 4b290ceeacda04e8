/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Test support: what a list of device rules allows, by three ways that share nothing: the list read
 * rule by rule, its cgroup v1 form as the kernel evaluates that, and the program for cgroup v2 as
 * the kernel runs it.
 */
#ifndef RUNTIME_TESTS_DEVICES_RUN_H
#define RUNTIME_TESTS_DEVICES_RUN_H

#include "cgroup_internal.h"

struct device_access {
	unsigned int type, access; /* CGROUP_DEV_CHAR or _BLOCK; CGROUP_DEV_R and so on */
	uint32_t major, minor;
};

/* For each kind of access by itself the last rule that speaks of it decides. */
bool devices_list_allows(const struct cgroup_devices *d, const struct device_access *a);

bool devices_v1_allows(const struct cgroup_devices_v1 *v, const struct device_access *a);

/* Whether the kernel's verifier could take the shape of the program: instructions known here, jumps
 * forward and inside, none that is never reached, no register read before it is written. */
bool devices_bpf_check(const struct bpf_insn *insns, size_t count);

/* The program must have passed devices_bpf_check(). */
bool devices_bpf_allows(const struct bpf_insn *insns, size_t count, const struct device_access *a);

#endif
