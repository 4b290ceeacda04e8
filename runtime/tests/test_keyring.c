/* SPDX-License-Identifier: Apache-2.0 */
/* Session keyrings (keyrings(7)) of a container, and of the processes of `exec`. */
#include "driver.h"

#include "str.h"

#include <errno.h>
#include <linux/keyctl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EXEC(...) REFRUN("exec", __VA_ARGS__)

static void run_container(const char *process)
{
	write_config(process, "", "");
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
}

/* The caller's keys are found only by a container that was made to have them. */
START_TEST(test_keyring)
{
	static const char name[] = "refrun-test-key";

	ck_assert_int_ge(syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL), 0);
	ck_assert_int_ge(
		syscall(SYS_add_key, "user", name, "x", (size_t)1, KEY_SPEC_SESSION_KEYRING), 0);
	run_container(WAIT);
	ck_assert_int_eq(EXEC(id, "/program", "key", name), ENOKEY);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	ck_assert_msg(REFRUN("run", "-d", "--no-new-keyring", "-b", bundle, id) == 0, "%s", text);
	ck_assert_int_eq(EXEC(id, "/program", "key", name), 0);
	ck_assert_int_ge(syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL), 0);
}
END_TEST

/* A keyring of the container's name, or of the word that the kernel has for none, open to
 * everybody: as another container could make one. */
START_TEST(test_keyring_of_the_same_name)
{
	static const char name[] = "refrun-test-key";
	long planted = syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, _i ? "_ses" : id);

	ck_assert_int_ge(planted, 0);
	ck_assert_int_ge(syscall(SYS_add_key, "user", name, "x", (size_t)1, planted), 0);
	ck_assert_int_eq(syscall(SYS_keyctl, KEYCTL_SETPERM, planted, 0x3f3f3f3f), 0);
	/* it stays, but is not what the container would inherit */
	ck_assert_int_ge(syscall(SYS_keyctl, KEYCTL_LINK, planted, KEY_SPEC_PROCESS_KEYRING), 0);
	ck_assert_int_ge(syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL), 0);
	run_container(WAIT);
	ck_assert_int_eq(EXEC(id, "/program", "key", name), ENOKEY);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	write_config("\"args\":[\"/program\",\"key\",\"refrun-test-key\"]", "", "");
	ck_assert_int_eq(REFRUN("run", "-b", bundle, id), ENOKEY);
	ck_assert_int_eq(syscall(SYS_keyctl, KEYCTL_UNLINK, planted, KEY_SPEC_PROCESS_KEYRING), 0);
}
END_TEST

/* "_ses" is the kernel's word for one without a name, which nobody can join. Each has its own. */
START_TEST(test_keyrings_have_no_name)
{
	static const char no_name[] = ";_ses\n";
	char first[256], second[256];
	const char *const of_container[] = {"run", "-b", bundle, id, NULL};

	write_config("\"args\":[\"/program\",\"keyring\"]", "", "");
	ck_assert_int_eq(command(of_container), 0);
	ck_assert_msg(str_ends(out, no_name), "%s", out);
	(void)snprintf(first, sizeof(first), "%.255s", out);
	ck_assert_int_eq(command(of_container), 0);
	ck_assert_str_ne(out, first);
	run_container(WAIT);
	ck_assert_int_eq(EXEC(id, "/program", "keyring"), 0);
	ck_assert_msg(str_ends(out, no_name), "%s", out);
	(void)snprintf(second, sizeof(second), "%.255s", out);
	ck_assert_int_eq(EXEC(id, "/program", "keyring"), 0);
	ck_assert_msg(str_ends(out, no_name), "%s", out);
	ck_assert_str_ne(out, second);
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_keyring);
	tcase_add_loop_test(c, test_keyring_of_the_same_name, 0, 2);
	tcase_add_test(c, test_keyrings_have_no_name);
}

int main(int argc, char **argv)
{
	return driver_main("keyring", argc, argv, add);
}
