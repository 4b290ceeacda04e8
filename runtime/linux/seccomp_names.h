/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers of system calls by name, as libseccomp has them. It compares a name with some thirty
 * others before it looks for it among those of i386, which for an engine's profile took longer than
 * all else that is done with the profile.
 */
#ifndef RUNTIME_SECCOMP_NAMES_H
#define RUNTIME_SECCOMP_NAMES_H

#include <stddef.h>
#include <stdint.h>

/* The shape of the table, which generate/seccomp_names.c fills. */
#define SECCOMP_NAMES_ARCHS 3
#define SECCOMP_NAMES_SLOTS 1024

/* Where the search for @name begins: FNV-1a. */
static inline size_t seccomp_names_hash(const char *name)
{
	uint32_t h = 2166136261u;

	for (; *name; name++)
		h = (h ^ (unsigned char)*name) * 16777619u;
	return (h ^ h >> 16) % SECCOMP_NAMES_SLOTS;
}

/* seccomp_syscall_resolve_name_arch(3) for each of the machines @of (SCMP_ARCH_*): into @ret
 * numbers, pseudo numbers below -1, or __NR_SCMP_ERROR. */
void seccomp_names_resolve(const char *name, const uint32_t *of, size_t count, int *ret);

#endif
