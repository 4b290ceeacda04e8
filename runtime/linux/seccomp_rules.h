/* SPDX-License-Identifier: Apache-2.0 */
/*
 * linux.seccomp in the kernel's words: what seccomp_filter_compile() reads from the document, and
 * the two ways from there to a program. Internal to this folder and its tests.
 */
#ifndef RUNTIME_SECCOMP_RULES_H
#define RUNTIME_SECCOMP_RULES_H

#include "seccomp_filter.h"

#include <seccomp.h>

/* One entry of linux.seccomp.syscalls. */
struct seccomp_rule {
	const struct cfg_syscall *from; /* its names, and its place for errors */
	uint32_t action;		/* SCMP_ACT_*, which is SECCOMP_RET_* */
	bool is_default;    /* says what the default says: an exception from those behind it */
	unsigned int nargs; /* all must match; each argument once */
	struct scmp_arg_cmp args[6];
};

struct seccomp_rules {
	const struct cfg_doc *doc; /* borrowed */
	uint32_t default_action;
	struct seccomp_rule *items; /* owned; without those that say nothing */
	size_t count;
	uint32_t *archs; /* owned; SCMP_ARCH_*, the machine's own first, each once */
	size_t narchs;
	bool notify; /* some system call that this machine knows has SCMP_ACT_NOTIFY */
};

/* 0 where libseccomp does not know it. */
uint32_t seccomp_rules_arch(int cfg_arch);
/* Whether it has a place in a filter of this machine: one of the other byte order has none. 1, 0 or
 * -ENOMEM. */
int seccomp_rules_arch_fits(uint32_t token);
/* What cannot be applied is an error that names the place. */
int seccomp_rules_read(const struct cfg_doc *doc, const struct cfg_seccomp *s,
		       struct seccomp_rules *ret, struct err *e);
void seccomp_rules_done(struct seccomp_rules *r);

/*
 * Our own program: a binary search over ranges of numbers. 1 where the rules are not of the kind
 * for which it is known to answer as libseccomp's does (seccomp_program.c says which); then
 * seccomp_library_make() is to be asked. -ENOMEM.
 */
int seccomp_program_make(const struct seccomp_rules *rules, struct seccomp_filter *ret);
/* libseccomp's program, which decides what is right, and has no place for an exception that says
 * what the default says: -EOPNOTSUPP with its place. */
int seccomp_library_make(const struct seccomp_rules *rules, struct seccomp_filter *ret,
			 struct err *e);

#endif
