/* SPDX-License-Identifier: Apache-2.0 */
/* Points in time as RFC 3339 writes them, in UTC. gmtime(3) would read /etc/localtime for it. */
#ifndef RUNTIME_TIMESTAMP_H
#define RUNTIME_TIMESTAMP_H

#include <time.h>

/* "2026-01-02T03:04:05.000000006Z" and its NUL, for the years that have four digits. */
#define TIMESTAMP_SIZE 40

/* Writes @ts, with nine digits of a second where @nanoseconds. Returns @buf; "" for what has no
 * four-digit year. */
const char *timestamp_print(const struct timespec *ts, int nanoseconds, char buf[TIMESTAMP_SIZE]);

#endif
