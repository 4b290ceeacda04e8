/* SPDX-License-Identifier: Apache-2.0 */
/* What entry.c, which runs before libc, leaves to main(). */
#ifndef RUNTIME_CLI_ENTRY_H
#define RUNTIME_CLI_ENTRY_H

/* main.c: the mount by which the executable is read-only, still open and in no namespace; or
 * FD_NONE. */
extern int entry_tree;

#endif
