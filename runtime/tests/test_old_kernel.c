/* SPDX-License-Identifier: Apache-2.0 */
/* A container's life where a filter answers ENOSYS to the system calls of Linux 5.1 and later, as
 * far as refrun uses them. */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "sandbox.h"
#include "str.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif

static const long missing[] = {
	SYS_pidfd_send_signal,							      /* 5.1 */
	SYS_open_tree,	       SYS_move_mount, SYS_fsopen, SYS_fsconfig, SYS_fsmount, /* 5.2 */
	SYS_pidfd_open,	       SYS_clone3,					      /* 5.3 */
	SYS_openat2,								      /* 5.6 */
	SYS_close_range,							      /* 5.9 */
	SYS_mount_setattr,							      /* 5.12 */
};

static int become_old(void *arg, struct err *e)
{
	(void)arg;
	(void)e;
	for (size_t i = 0; i < sizeof(missing) / sizeof(missing[0]); i++)
		sandbox_deny(missing[i], ENOSYS);
	return 0;
}

#define OLD(...) command_after(become_old, NULL, (const char *const[]){__VA_ARGS__, NULL})

START_TEST(test_life)
{
	pid_t pid;

	write_config(WAIT, "", "");
	ck_assert_msg(OLD("create", "-b", bundle, id) == 0, "%s", text);
	status_is("created");
	ck_assert_msg(OLD("start", id) == 0, "%s", text);
	status_is("running");
	ck_assert_msg(OLD("exec", id, "/program", "exit", "7") == 7, "%s", text);
	ck_assert_msg(OLD("exec", id, "/program", "die", "09") == 137, "%s", text);
	pid = pid_of();
	ck_assert_int_eq(OLD("kill", id, "0"), 0);
	ck_assert_msg(OLD("kill", id, "KILL") == 0, "%s", text);
	wait_until_dead(pid);
	status_is("stopped");
	ck_assert_int_eq(OLD("kill", id, "KILL"), 1);
	ck_assert_msg(strstr(text, "container not running"), "%s", text);
	ck_assert_msg(OLD("delete", id) == 0, "%s", text);
	check_no_residue("an old kernel");
}
END_TEST

START_TEST(test_all_are_killed)
{
	write_config(WAIT, "", "");
	ck_assert_msg(OLD("run", "-d", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(OLD("exec", "-d", id, "/program", "wait") == 0, "%s", text);
	ck_assert_msg(OLD("kill", "--all", id, "KILL") == 0, "%s", text);
	wait_until_dead(pid_of());
	status_is("stopped");
	ck_assert_msg(OLD("delete", id) == 0, "%s", text);
	ck_assert_msg(OLD("run", "-d", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(OLD("delete", "--force", id) == 0, "%s", text);
	check_no_residue("deleted by force");
}
END_TEST

START_TEST(test_foreground)
{
	write_config("\"args\":[\"/program\",\"exit\",\"9\"]", "", "");
	ck_assert_msg(OLD("run", "-b", bundle, id) == 9, "%s", text);
	write_config("\"terminal\":true,\"args\":[\"/program\",\"tty\"]", "", "");
	ck_assert_msg(OLD("run", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(strstr(out, "111 0"), "%s", out);
	check_no_residue("foreground");
}
END_TEST

START_TEST(test_signals_are_passed_on)
{
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	const char *const args[] = {"run", "-b", bundle, id, NULL};
	int64_t deadline = proc_now_ms() + TIMEOUT_MS;

	write_config("\"args\":[\"/program\",\"catch\"]", "", "");
	start_command_after(become_old, NULL, args, &p);
	while (!strstr(out, "ready")) {
		ck_assert_int_lt(proc_now_ms(), deadline);
		read_into(out_path, out, sizeof(out));
	}
	ck_assert_int_eq(proc_pidfd_signal(p.pidfd, SIGTERM), 0);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + TIMEOUT_MS), 0);
	ck_assert_int_eq(proc_exit_code(&p), 9);
	check_no_residue("ended by a signal");
}
END_TEST

START_TEST(test_hooks)
{
	write_config(TRUE, "",
		     ",\"hooks\":{\"prestart\":[{\"path\":\"/bin/true\"}],\"poststop\":[{"
		     "\"path\":\"/bin/true\"}]}");
	ck_assert_msg(OLD("run", "-b", bundle, id) == 0, "%s", text);
	ck_assert_str_eq(text, "");
	write_config(TRUE, "",
		     ",\"hooks\":{\"prestart\":[{\"path\":\"/bin/sleep\",\"args\":[\"sleep\","
		     "\"1000\"],\"timeout\":1}]}");
	ck_assert_int_ne(OLD("run", "-b", bundle, id), 0);
	ck_assert_msg(strstr(text, "timed out after 1 s"), "%s", text);
	check_no_residue("hooks");
}
END_TEST

/* As filters say of calls that are younger than they are. */
static int forbid_openat2(void *arg, struct err *e)
{
	(void)arg;
	(void)e;
	sandbox_deny(SYS_openat2, EPERM);
	return 0;
}

#define FILTERED(...) command_after(forbid_openat2, NULL, (const char *const[]){__VA_ARGS__, NULL})

START_TEST(test_old_filter)
{
	write_config(
		"\"oomScoreAdj\":321,\"args\":[\"/program\",\"cat\",\"/proc/self/oom_score_adj\"]",
		"", "");
	ck_assert_msg(FILTERED("run", "-b", bundle, id) == 0, "%s", text);
	ck_assert_str_eq(out, "321\n");
	write_config("\"args\":[\"/program\",\"cat\",\"/proc/sys/kernel/shmmni\"]",
		     ",\"sysctl\":{\"kernel.shmmni\":\"123\"}", "");
	ck_assert_msg(FILTERED("run", "-b", bundle, id) == 0, "%s", text);
	ck_assert_str_eq(out, "123\n");
	check_no_residue("an old filter");
}
END_TEST

/* What nobody could send as a pidfd is not sent as something else. */
START_TEST(test_pidfd_socket_is_refused)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	cleanup_fd int sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(a.sun_path, sizeof(a.sun_path), "%s/pidfd", work);
	ck_assert_int_eq(bind(sock, (struct sockaddr *)&a, sizeof(a)), 0);
	ck_assert_int_eq(listen(sock, 1), 0);
	write_config(TRUE, "", "");
	ck_assert_int_ne(OLD("run", "--pidfd-socket", a.sun_path, "-b", bundle, id), 0);
	ck_assert_msg(strstr(text, "the kernel has no pidfds"), "%s", text);
	(void)unlink(a.sun_path);
	check_no_residue("no pidfds");
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_life);
	tcase_add_test(c, test_all_are_killed);
	tcase_add_test(c, test_foreground);
	tcase_add_test(c, test_signals_are_passed_on);
	tcase_add_test(c, test_hooks);
	tcase_add_test(c, test_old_filter);
	tcase_add_test(c, test_pidfd_socket_is_refused);
}

int main(int argc, char **argv)
{
	return driver_main("old_kernel", argc, argv, add);
}
