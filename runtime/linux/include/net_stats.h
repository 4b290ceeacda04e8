/* SPDX-License-Identifier: Apache-2.0 */
/* What the devices of a network namespace have received and sent. */
#ifndef RUNTIME_NET_STATS_H
#define RUNTIME_NET_STATS_H

#include "err.h"
#include "json.h"

/* Of the process whose directory in /proc is @pid_dir: an array of objects, which the caller frees.
 * 0 or -errno. */
int net_stats(int pid_dir, struct json **ret, struct err *e);

/* The same of a text like /proc/PID/net/dev, which it changes. 0 or -ENOMEM. */
int net_stats_parse(char *text, struct json **ret);

#endif
