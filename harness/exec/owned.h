/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sysctls that running cases disturb, with the values to put back. The board is memory shared
 * by the run, the processes of its cases and the guardian, so that whoever survives can do it.
 */
#ifndef EXEC_OWNED_H
#define EXEC_OWNED_H

#include <stdbool.h>
#include <stddef.h>

#define HX_OWNED_ANY (-1) /* the entries of every case */

struct hx_owned;

/* Whether @what is one of .owns (a list that ends with NULL, or NULL). */
bool hx_owns(const char *const *owns, const char *what);

/* The shared memory; NULL where there is none. It ends with the last process that has it. */
struct hx_owned *hx_owned_new(void);

/*
 * Writes down, before it is disturbed, that case number @index owns the sysctl @name, a path below
 * /proc/sys, and that it is now @value. Nothing is written for one that belongs to a namespace of
 * the run, which ends with it. 0, or -ENOSPC, -ENAMETOOLONG; a NULL board takes nothing.
 */
int hx_owned_put(struct hx_owned *o, int index, const char *name, const char *value);

/* Puts back what is not as it was written down, and forgets the entries. The number of those that
 * could not be put back. */
size_t hx_owned_restore(struct hx_owned *o, int index);

#endif
