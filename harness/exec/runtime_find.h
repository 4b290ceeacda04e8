/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_EXEC_RUNTIME_FIND_H
#define HARNESS_EXEC_RUNTIME_FIND_H

/* The file behind a name, as execvp(3) would find it, or NULL with errno. The caller frees. */
char *hx_runtime_find(const char *name);

/* A program that may have been meant by a name behind which there is no file: of the same name
 * elsewhere, else of a name near to it beside it. NULL: there is none. The caller frees. */
char *hx_runtime_guess(const char *name);

#endif
