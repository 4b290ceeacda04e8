/* SPDX-License-Identifier: Apache-2.0 */
/* Facts about a process and about files as the host sees them, in the vocabulary of docs/facts.md.
 */
#ifndef HOST_PROCFACTS_H
#define HOST_PROCFACTS_H

#include "json.h"

#include <stdbool.h>
#include <sys/types.h>

/*
 * The fact @name ("ns.network", "rlimit:RLIMIT_NOFILE") of process @pid, read from /proc. A fresh
 * value that the caller frees; JSON null where the process or the thing does not exist;
 * {"error":...} where it cannot be read; NULL where there is no such fact or memory is short.
 */
struct json *hx_pid_fact(pid_t pid, const char *name);

/* Whether there is such a fact. */
bool hx_pid_fact_known(const char *name);

/* What stat(2) says of @path: the object of the `stat:` facts, or JSON null. NULL where memory is
 * short. */
struct json *hx_stat_fact(const char *path);

/* The file name below /proc/PID/ns of a namespace type of the configuration ("network": "net");
 * NULL for unknown types. */
const char *hx_ns_file(const char *type);

#endif
