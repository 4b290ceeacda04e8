/* SPDX-License-Identifier: Apache-2.0 */
/* The records that hooks, and the container's program where it is asked to, leave in a case's io
 * directory: one line of JSON each, in the order in which they came. */
#ifndef PROBE_RECORD_H
#define PROBE_RECORD_H

#include "err.h"

#include <stddef.h>
#include <stdint.h>

/* Appends @line, which ends with a newline, to IODIR/hooks in one write(2), so that two who record
 * at the same time do not mix: 0, or -errno. */
int record_append(const char *iodir, const char *line, size_t len, struct err *e);

/* Until @wanted records stand in IODIR/hooks, @seconds at most: 0, or 1 where they do not. */
int record_wait(const char *iodir, uint64_t wanted, unsigned int seconds);

#endif
