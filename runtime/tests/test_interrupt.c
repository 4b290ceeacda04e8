/* SPDX-License-Identifier: Apache-2.0 */
/* A `run` that hangs in a hook ends when its caller has waited enough, and nothing is left of it;
 * and one whose container is gone leaves the next one of that id alone. */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The first hook of @kind shows that it has come that far, the second does not end. */
static void write_hooks(const char *process, const char *kind, bool inside, const char *timeout)
{
	cleanup_free char *program = str_format("%s/rootfs/program", bundle);
	cleanup_free char *marker = str_format("%s/rootfs/marker", bundle);
	cleanup_free char *after = str_format("%s/rootfs/after", bundle);
	const char *path = inside ? "/program" : program;
	cleanup_free char *hooks = str_format(
		",\"hooks\":{\"%s\":[{\"path\":\"%s\",\"args\":[\"program\",\"make\",\"%s\"]},"
		"{\"path\":\"%s\",\"args\":[\"program\",\"wait\"]%s}],"
		"\"poststop\":[{\"path\":\"%s\",\"args\":[\"program\",\"make\",\"%s\"]}]}",
		kind, path, inside ? "/marker" : marker, path, timeout, program, after);

	write_config(process, "", hooks);
}

static void wait_for_marker(struct proc *p, const char *kind)
{
	cleanup_free char *marker = str_format("%s/rootfs/marker", bundle);

	for (int i = 0; i < 2000 && access(marker, F_OK) < 0; i++)
		ck_assert_int_eq(proc_wait(p, proc_now_ms() + 5), -ETIMEDOUT);
	ck_assert_msg(access(marker, F_OK) == 0, "%s", kind);
}

/* It ends with an error that says @why, and what has begun is cleared up after. */
static void check_end(struct proc *p, const char *kind, const char *why)
{
	cleanup_free char *marker = str_format("%s/rootfs/marker", bundle);
	cleanup_free char *after = str_format("%s/rootfs/after", bundle);

	ck_assert_msg(proc_wait(p, proc_now_ms() + TIMEOUT_MS) == 0, "%s: it goes on", kind);
	ck_assert_int_eq(proc_exit_code(p), 1);
	proc_done(p);
	read_into(err_path, text, sizeof(text));
	ck_assert_msg(strstr(text, why), "%s: %s", kind, text);
	ck_assert_msg(access(after, F_OK) == 0, "%s: no poststop hook", kind);
	check_no_residue(kind);
	ck_assert_int_eq(unlink(marker), 0);
	ck_assert_int_eq(unlink(after), 0);
}

static void run_and_interrupt(const char *process, const char *kind, bool inside,
			      const char *timeout, int sig)
{
	struct proc p = PROC_INIT;

	write_hooks(process, kind, inside, timeout);
	start_command((const char *const[]){"run", "-b", bundle, id, NULL}, &p);
	wait_for_marker(&p, kind);
	ck_assert_int_eq(proc_pidfd_signal(p.pidfd, sig), 0);
	check_end(&p, kind, "interrupted by a signal");
}

START_TEST(test_in_hooks_of_the_runtime)
{
	run_and_interrupt(TRUE, "prestart", false, "", SIGINT);
	run_and_interrupt(TRUE, "createRuntime", false, "", SIGTERM);
}
END_TEST

START_TEST(test_in_hooks_of_the_container)
{
	run_and_interrupt(TRUE, "createContainer", false, "", SIGINT);
	run_and_interrupt(TRUE, "startContainer", true, "", SIGTERM);
}
END_TEST

/* The program runs by then, and is stopped: runtime.md#lifecycle, step 9. */
START_TEST(test_in_hooks_beside_the_program)
{
	run_and_interrupt(WAIT, "poststart", false, "", SIGTERM);
	run_and_interrupt(WAIT, "poststart", false, "", SIGINT);
	/* long before its own time is over */
	run_and_interrupt(WAIT, "poststart", false, ",\"timeout\":60", SIGTERM);
}
END_TEST

START_TEST(test_their_own_time)
{
	struct proc p = PROC_INIT;

	write_hooks(WAIT, "poststart", false, ",\"timeout\":1");
	start_command((const char *const[]){"run", "-b", bundle, id, NULL}, &p);
	wait_for_marker(&p, "poststart");
	check_end(&p, "poststart", "timed out after 1 s");
}
END_TEST

static int ignore_hangups(void *arg, struct err *e)
{
	(void)arg;
	return signal(SIGHUP, SIG_IGN) == SIG_ERR ? err_set(e, errno, "signal: %m") : 0;
}

/* Below nohup(1). */
START_TEST(test_ignored)
{
	struct proc p = PROC_INIT;

	write_hooks(WAIT, "prestart", false, ",\"timeout\":2");
	start_command_after(ignore_hangups, NULL,
			    (const char *const[]){"run", "-b", bundle, id, NULL}, &p);
	wait_for_marker(&p, "prestart");
	ck_assert_int_eq(proc_pidfd_signal(p.pidfd, SIGHUP), 0);
	check_end(&p, "prestart", "timed out after 2 s");
}
END_TEST

/* `run` is done with the beginning, so that others may do what they like with the container. */
static bool is_unlocked(void)
{
	char path[160];
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	(void)snprintf(path, sizeof(path), "%s/%s/lock", root, id);
	cleanup_fd int fd = open(path, O_RDWR | O_CLOEXEC);

	return fd >= 0 && fcntl(fd, F_OFD_GETLK, &l) == 0 && l.l_type == F_UNLCK;
}

/* While `run` stands still its container is deleted, and the id becomes another one's. */
START_TEST(test_deleted_by_another_command)
{
	struct proc p = PROC_INIT;

	write_config(WAIT, "", "");
	start_command((const char *const[]){"run", "-b", bundle, id, NULL}, &p);
	for (int i = 0; i < 2000 && (REFRUN("state", id) != 0 || !strstr(out, "running")); i++)
		ck_assert_int_eq(proc_wait(&p, proc_now_ms() + 5), -ETIMEDOUT);
	status_is("running");
	for (int i = 0; i < 2000 && !is_unlocked(); i++)
		ck_assert_int_eq(proc_wait(&p, proc_now_ms() + 5), -ETIMEDOUT);
	ck_assert_int_eq(proc_pidfd_signal(p.pidfd, SIGSTOP), 0);
	ck_assert_msg(REFRUN("delete", "--force", id) == 0, "%s", text);
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
	ck_assert_int_eq(proc_pidfd_signal(p.pidfd, SIGCONT), 0);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + TIMEOUT_MS), 0);
	ck_assert_int_eq(proc_exit_code(&p), 128 + SIGKILL);
	proc_done(&p);
	status_is("running");
	ck_assert_msg(REFRUN("delete", "--force", id) == 0, "%s", text);
	check_no_residue("deleted by another command");
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_in_hooks_of_the_runtime);
	tcase_add_test(c, test_in_hooks_of_the_container);
	tcase_add_test(c, test_in_hooks_beside_the_program);
	tcase_add_test(c, test_their_own_time);
	tcase_add_test(c, test_ignored);
	tcase_add_test(c, test_deleted_by_another_command);
}

int main(int argc, char **argv)
{
	return driver_main("interrupt", argc, argv, add);
}
