/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's constants by the names that the vocabulary of facts uses, shared by the probe and
 * the harness. */
#ifndef PROBE_NAMES_H
#define PROBE_NAMES_H

#include <stddef.h>
#include <stdint.h>

#define NAMES_SIZE 32

/* "CAP_CHOWN", or "CAP_63" for a number without a name; into @buf where need be. */
const char *names_cap(unsigned int cap, char buf[NAMES_SIZE]);

/* "SIGTERM", "SIGRTMIN+1", or "SIG32" for what has no name. */
const char *names_signal(unsigned int sig, char buf[NAMES_SIZE]);

/* "ENOENT" for ENOENT or -ENOENT, or the number. */
const char *names_errno(int num, char buf[NAMES_SIZE]);

/* RLIMIT_X by its name: the resource, or -EINVAL. */
int names_rlimit(const char *name);

struct names_ns {
	const char *oci;  /* "network" */
	const char *proc; /* "net": the link below /proc/PID/ns */
	uint64_t flag;	  /* CLONE_NEWNET */
};

/* The eight kinds of namespace, sorted by .oci; ends with .oci NULL. */
extern const struct names_ns names_namespaces[];

/* The kind whose .oci is @name, or NULL. */
const struct names_ns *names_ns_find(const char *name);

#endif
