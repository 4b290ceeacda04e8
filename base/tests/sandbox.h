/* SPDX-License-Identifier: Apache-2.0 */
/* What several tests of base need: system calls that fail on demand, and clean-up. Every test of
 * check(3) is a process of its own, so nothing is undone. */
#ifndef TESTS_SANDBOX_H
#define TESTS_SANDBOX_H

/* From now on, for this process and its children, system call @nr fails with @error. Aborts where
 * that cannot be had. */
void sandbox_deny(long nr, int error);

/* rm -r, without following links. */
void sandbox_remove_tree(const char *path);

/* The number that the next open(2) would yield. */
int sandbox_lowest_free_fd(void);

#endif
