/* SPDX-License-Identifier: Apache-2.0 */
/* A process number out of the state that a runtime gives its hooks, for the probe, which has no
 * reader of JSON. Pure. */
#ifndef PROBE_STATE_PID_H
#define PROBE_STATE_PID_H

#include <stddef.h>

/* The member "pid" of the object itself, not of what is in it, if it is a number of a process; 0
 * where there is none. A name that is written with escapes is not known. */
unsigned long state_pid(const char *state, size_t len);

#endif
