/* SPDX-License-Identifier: Apache-2.0 */
#include "seccomp_names.h"

#include <seccomp.h>
#include <string.h>

struct row {
	uint16_t name; /* where it begins in the text; 0: a free slot */
	int32_t nr[SECCOMP_NAMES_ARCHS];
};

#include "seccomp_names.inc"

static const struct row *find(const char *name)
{
	size_t at = seccomp_names_hash(name);

	for (; rows[at].name; at = (at + 1) % SECCOMP_NAMES_SLOTS)
		if (strcmp(text + rows[at].name, name) == 0)
			return &rows[at];
	return NULL;
}

static int number_of(const struct row *row, const char *name, uint32_t arch)
{
	for (size_t i = 0; row && i < SECCOMP_NAMES_ARCHS; i++)
		if (archs[i] == arch)
			return row->nr[i];
	/* names and machines that this one does not have */
	return seccomp_syscall_resolve_name_arch(arch, name);
}

void seccomp_names_resolve(const char *name, const uint32_t *of, size_t count, int *ret)
{
	const struct row *row = find(name);

	for (size_t i = 0; i < count; i++)
		ret[i] = number_of(row, name, of[i]);
}
