/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A classic BPF program written from its end to its beginning: what a jump leads to lies ahead of
 * it, and so is there when the jump is written. A place is the number of instructions that follow
 * it.
 */
#ifndef RUNTIME_SECCOMP_CODE_H
#define RUNTIME_SECCOMP_CODE_H

#include "seccomp_filter.h"

/* The answers that were written last, to be jumped to again. */
#define SECCOMP_CODE_ANSWERS 8

struct seccomp_code {
	struct sock_filter *insns; /* owned, room for BPF_MAXINSNS; the last instruction first */
	size_t count;
	bool full;		 /* nothing more was written, and the program is void */
	uint32_t default_action; /* of numbers without a rule, and where no rule matches */
	struct {
		uint32_t action;
		size_t at;
	} answers[SECCOMP_CODE_ANSWERS];
	size_t nanswers; /* so many were ever remembered */
};

/* Each returns the place of what it wrote; a further call writes what is executed before. */
size_t seccomp_code_put(struct seccomp_code *c, struct sock_filter insn);
/* BPF_LD of a word of seccomp_data. */
size_t seccomp_code_load(struct seccomp_code *c, size_t offset);
/* BPF_RET: written, or one that is near. */
size_t seccomp_code_return(struct seccomp_code *c, uint32_t action);
/* BPF_JEQ, BPF_JGT, BPF_JGE: to two places, however far. */
size_t seccomp_code_jump(struct seccomp_code *c, unsigned int op, uint32_t k, size_t yes,
			 size_t no);
/* What is written next is followed by @at. */
void seccomp_code_follow(struct seccomp_code *c, size_t at);
/* Turned around, at its own size. -ENOMEM. */
int seccomp_code_finish(const struct seccomp_code *c, struct seccomp_filter *ret);

#endif
