/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a rule asks of one argument of a system call, as instructions: classic BPF looks at words of
 * 32 bits, and an argument is two of them.
 */
#ifndef RUNTIME_SECCOMP_COMPARE_H
#define RUNTIME_SECCOMP_COMPARE_H

#include <seccomp.h>

#include "seccomp_code.h"

/*
 * The comparison @a, which leads to @yes or to @no; @narrow: of the argument's lower half alone,
 * all that a machine of 32 bits has. Returns the place where it begins. seccomp_rule_add(3)
 */
size_t seccomp_compare_put(struct seccomp_code *c, const struct scmp_arg_cmp *a, bool narrow,
			   size_t yes, size_t no);

#endif
