/* SPDX-License-Identifier: Apache-2.0 */
/* The runtime's own executable, kept out of the containers' reach. */
#ifndef RUNTIME_SELF_H
#define RUNTIME_SELF_H

#include "err.h"

#include <sys/types.h>

/*
 * Makes sure that /proc/self/exe leads to something that nobody can write through: executes this
 * program once more (with @argv, @callers_umask and the environment) from a read-only clone of its
 * own mount, or where that is not allowed from a sealed copy in memory (memfd_create(2)). Returns 0
 * in the process that is protected, and -errno where neither is possible. No descriptor may be open
 * that a second main() would not expect.
 */
int self_protect(char **argv, mode_t callers_umask, struct err *e);

#endif
