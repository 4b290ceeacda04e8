/* SPDX-License-Identifier: Apache-2.0 */
/* A `run` that hangs in a hook ends when its caller has waited enough, and nothing is left of it.
 */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The first hook shows that it has come that far, the second does not end. */
static void run_and_interrupt(const char *kind, bool inside, int sig)
{
	cleanup_free char *program = str_format("%s/rootfs/program", bundle);
	cleanup_free char *marker = str_format("%s/rootfs/marker", bundle);
	cleanup_free char *after = str_format("%s/rootfs/after", bundle);
	const char *path = inside ? "/program" : program;
	cleanup_free char *hooks = str_format(
		",\"hooks\":{\"%s\":[{\"path\":\"%s\",\"args\":[\"program\",\"make\",\"%s\"]},"
		"{\"path\":\"%s\",\"args\":[\"program\",\"wait\"]}],"
		"\"poststop\":[{\"path\":\"%s\",\"args\":[\"program\",\"make\",\"%s\"]}]}",
		kind, path, inside ? "/marker" : marker, path, program, after);
	struct proc p = PROC_INIT;

	write_config(TRUE, "", hooks);
	start_command((const char *const[]){"run", "-b", bundle, id, NULL}, &p);
	for (int i = 0; i < 2000 && access(marker, F_OK) < 0; i++)
		ck_assert_int_eq(proc_wait(&p, proc_now_ms() + 5), -ETIMEDOUT);
	ck_assert_msg(access(marker, F_OK) == 0, "%s", kind);
	ck_assert_int_eq(proc_pidfd_signal(p.pidfd, sig), 0);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + TIMEOUT_MS), 0);
	ck_assert_int_eq(proc_exit_code(&p), 1);
	proc_done(&p);
	read_into(err_path, text, sizeof(text));
	ck_assert_msg(strstr(text, "interrupted by a signal"), "%s: %s", kind, text);
	/* what has begun is cleared up after */
	ck_assert_msg(access(after, F_OK) == 0, "%s: no poststop hook", kind);
	check_no_residue(kind);
	ck_assert_int_eq(unlink(marker), 0);
	ck_assert_int_eq(unlink(after), 0);
}

START_TEST(test_in_hooks_of_the_runtime)
{
	run_and_interrupt("prestart", false, SIGINT);
	run_and_interrupt("createRuntime", false, SIGTERM);
}
END_TEST

START_TEST(test_in_hooks_of_the_container)
{
	run_and_interrupt("createContainer", false, SIGINT);
	run_and_interrupt("startContainer", true, SIGTERM);
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_in_hooks_of_the_runtime);
	tcase_add_test(c, test_in_hooks_of_the_container);
}

int main(int argc, char **argv)
{
	return driver_main("interrupt", argc, argv, add);
}
