/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints libseccomp's numbers of this machine's system calls as a table in C, for
 * ../seccomp_names.c. Run by the build, so that the two are of one version.
 */
#include "../seccomp_names.h"

#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* No machine has as many; x32 counts from its own bit on. */
#define NUMBERS 2048
#define X32_BIT 0x40000000

/* The machines that one kernel serves, its own first. */
static const uint32_t families[][SECCOMP_NAMES_ARCHS] = {
	{SCMP_ARCH_X86_64, SCMP_ARCH_X32, SCMP_ARCH_X86},
	{SCMP_ARCH_AARCH64, SCMP_ARCH_ARM, 0},
	{SCMP_ARCH_RISCV64, 0, 0},
};

static char *table[SECCOMP_NAMES_SLOTS];
static size_t count;

static void add(char *name)
{
	size_t at = seccomp_names_hash(name);

	while (table[at] && strcmp(table[at], name) != 0)
		at = (at + 1) % SECCOMP_NAMES_SLOTS;
	if (table[at]) {
		free(name);
		return;
	}
	table[at] = name;
	/* the search ends at a free slot */
	if (++count > SECCOMP_NAMES_SLOTS * 3 / 4) {
		fprintf(stderr, "seccomp_names: SECCOMP_NAMES_SLOTS is too small\n");
		exit(1);
	}
}

static void collect(const uint32_t archs[SECCOMP_NAMES_ARCHS])
{
	for (size_t i = 0; i < SECCOMP_NAMES_ARCHS && archs[i]; i++) {
		int first = archs[i] == SCMP_ARCH_X32 ? X32_BIT : 0;

		for (int nr = 0; nr < NUMBERS; nr++) {
			char *name = seccomp_syscall_resolve_num_arch(archs[i], first + nr);

			if (name)
				add(name);
		}
	}
}

static void print(const uint32_t archs[SECCOMP_NAMES_ARCHS])
{
	size_t offset = 1;

	printf("static const uint32_t archs[SECCOMP_NAMES_ARCHS] = {");
	for (size_t i = 0; i < SECCOMP_NAMES_ARCHS; i++)
		printf("%s%#x", i ? ", " : "", archs[i]);
	printf("};\nstatic const char text[] = \"\\0\"\n");
	for (size_t at = 0; at < SECCOMP_NAMES_SLOTS; at++)
		if (table[at])
			printf("\t\"%s\\0\"\n", table[at]);
	printf("\t;\nstatic const struct row rows[SECCOMP_NAMES_SLOTS] = {\n");
	for (size_t at = 0; at < SECCOMP_NAMES_SLOTS; at++) {
		if (!table[at])
			continue;
		printf("\t[%zu] = {%zu, {", at, offset);
		for (size_t i = 0; i < SECCOMP_NAMES_ARCHS && archs[i]; i++)
			printf("%s%d", i ? ", " : "",
			       seccomp_syscall_resolve_name_arch(archs[i], table[at]));
		printf("}},\n");
		offset += strlen(table[at]) + 1;
	}
	printf("};\n");
}

int main(void)
{
	static const uint32_t none[SECCOMP_NAMES_ARCHS];
	const uint32_t *archs = none;

	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (families[i][0] == seccomp_arch_native())
			archs = families[i];
	collect(archs);
	print(archs);
	return ferror(stdout) || fflush(stdout) ? 1 : 0;
}
