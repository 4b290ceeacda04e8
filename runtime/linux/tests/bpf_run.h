/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Test support: seccomp filters outside of the kernel. A filter is a classic BPF program over
 * struct seccomp_data (Documentation/userspace-api/seccomp_filter.rst); the kernel takes it by the
 * rules of bpf_check() and gives the verdict of bpf_run().
 */
#ifndef RUNTIME_TESTS_BPF_RUN_H
#define RUNTIME_TESTS_BPF_RUN_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Whether seccomp(2) would take the program: instructions that it knows, loads inside of
 * seccomp_data, jumps forward and inside, a return at the end of every way, no memory read before
 * it is written. -1: yes; otherwise the index of an instruction that it refuses (0: the length).
 */
long bpf_check(const struct sock_filter *insns, size_t count);

/* What the program answers: SECCOMP_RET_* and data. The program must have passed bpf_check(). */
uint32_t bpf_run(const struct sock_filter *insns, size_t count, const struct seccomp_data *data);

/* As bpf_run(), and adds to *steps how many instructions were executed. */
uint32_t bpf_run_counted(const struct sock_filter *insns, size_t count,
			 const struct seccomp_data *data, size_t *steps);

#endif
