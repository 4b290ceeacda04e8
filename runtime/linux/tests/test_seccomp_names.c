/* SPDX-License-Identifier: Apache-2.0 */
/* Every name of every machine, and none, has the number that libseccomp gives it. */
#include "seccomp_names.h"
#include "suite.h"

#include <check.h>
#include <seccomp.h>
#include <stdlib.h>

#define NUMBERS 2048
#define X32_BIT 0x40000000

static const uint32_t archs[] = {
	SCMP_ARCH_X86_64, SCMP_ARCH_X32,     SCMP_ARCH_X86,	SCMP_ARCH_AARCH64,
	SCMP_ARCH_ARM,	  SCMP_ARCH_RISCV64, SCMP_ARCH_PPC64LE, SCMP_ARCH_S390X,
};
#define ARCHS (sizeof(archs) / sizeof(archs[0]))

static void expect_same(const char *name)
{
	int nr[ARCHS];

	seccomp_names_resolve(name, archs, ARCHS, nr);
	for (size_t i = 0; i < ARCHS; i++)
		ck_assert_msg(nr[i] == seccomp_syscall_resolve_name_arch(archs[i], name),
			      "%s on machine %#x", name, archs[i]);
}

START_TEST(names_of_all_machines)
{
	size_t count = 0;

	for (size_t i = 0; i < ARCHS; i++) {
		int first = archs[i] == SCMP_ARCH_X32 ? X32_BIT : 0;

		for (int nr = 0; nr < NUMBERS; nr++) {
			char *name = seccomp_syscall_resolve_num_arch(archs[i], first + nr);

			if (name) {
				expect_same(name);
				count++;
			}
			free(name);
		}
	}
	ck_assert_uint_gt(count, 2000);
}
END_TEST

START_TEST(other_names)
{
	static const char *const names[] = {"",	    "rea",	    "readx",
					    "READ", "no_such_call", "breakpoint"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		expect_same(names[i]);
}
END_TEST

int main(void)
{
	TCase *c = tcase_create("names");
	Suite *s = suite_create("seccomp_names");

	tcase_add_test(c, names_of_all_machines);
	tcase_add_test(c, other_names);
	suite_add_tcase(s, c);
	return suite_run(s);
}
