/* SPDX-License-Identifier: Apache-2.0 */
/* `run` and `exec` that wait for their program: which signals of the caller reach it, and that its
 * exit code comes back whatever else goes wrong. */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CATCH "\"args\":[\"/program\",\"catch\"]"

static void wait_until_ready(struct proc *p)
{
	for (int i = 0; i < 4000; i++) {
		read_into(out_path, out, sizeof(out));
		if (strstr(out, "ready"))
			return;
		ck_assert_int_eq(proc_wait(p, proc_now_ms() + 5), -ETIMEDOUT);
	}
	ck_abort_msg("it never gets ready");
}

/* Whether it still waits for @pid to take it. */
static bool is_pending(pid_t pid, int sig)
{
	cleanup_free char *path = str_format("/proc/%d/status", (int)pid);
	static const char name[] = "\nShdPnd:\t";
	const char *at;

	read_into(path, out, sizeof(out));
	at = strstr(out, name);
	ck_assert_ptr_nonnull(at);
	return strtoull(at + strlen(name), NULL, 16) >> (sig - 1) & 1;
}

static void send_and_see_it_taken(const struct proc *p, int sig)
{
	ck_assert_int_eq(proc_pidfd_signal(p->pidfd, sig), 0);
	for (int i = 0; i < 4000 && is_pending(p->pid, sig); i++)
		(void)usleep(5000);
	ck_assert(!is_pending(p->pid, sig));
}

/* The program would end at once, with another exit code. */
static void disturb_and_end(const char *const *args)
{
	struct proc p = PROC_INIT;

	start_command(args, &p);
	wait_until_ready(&p);
	send_and_see_it_taken(&p, SIGWINCH);
	send_and_see_it_taken(&p, SIGURG);
	ck_assert_int_eq(proc_pidfd_signal(p.pidfd, SIGTERM), 0);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + TIMEOUT_MS), 0);
	ck_assert_int_eq(proc_exit_code(&p), 9);
	proc_done(&p);
}

/* A terminal in the background of which the program knows nothing has another size, and a socket of
 * refrun's has urgent bytes. */
START_TEST(test_signals_about_the_caller_alone)
{
	write_config(CATCH, "", "");
	disturb_and_end((const char *const[]){"run", "-b", bundle, id, NULL});
	check_no_residue("run");
	write_config(WAIT, "", "");
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
	disturb_and_end((const char *const[]){"exec", id, "/program", "catch", NULL});
}
END_TEST

/* Somebody keeps the state from being removed. */
START_TEST(test_exit_code_of_what_cannot_be_deleted)
{
	cleanup_free char *dir = str_format("%s/%s/something", root, id);
	struct proc p = PROC_INIT;

	write_config(CATCH, "", "");
	start_command((const char *const[]){"run", "-b", bundle, id, NULL}, &p);
	wait_until_ready(&p);
	ck_assert_int_eq(mkdir(dir, 0700), 0);
	ck_assert_int_eq(proc_pidfd_signal(p.pidfd, SIGTERM), 0);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + TIMEOUT_MS), 0);
	ck_assert_int_eq(proc_exit_code(&p), 9);
	proc_done(&p);
	read_into(err_path, text, sizeof(text));
	ck_assert_msg(strstr(text, "level=warning") && strstr(text, id), "%s", text);
	ck_assert_int_eq(rmdir(dir), 0);
	*strrchr(dir, '/') = '\0';
	ck_assert_int_eq(rmdir(dir), 0);
	check_no_residue("delete");
}
END_TEST

/* The configuration with @to in place of @from. */
static void edit_config(const char *from, const char *to)
{
	cleanup_free char *path = str_format("%s/config.json", bundle), *config = NULL;
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;
	const char *at;
	size_t len;

	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, path, 65536, &config, &len, NULL), 0);
	at = strstr(config, from);
	ck_assert_ptr_nonnull(at);
	strbuf_addf(&b, "%.*s%s%s", (int)(at - config), config, to, at + strlen(from));
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, path, 0600, b.buf, b.len, 0, NULL), 0);
}

/* It cannot be given to the program's user; he has it open all the same. */
START_TEST(test_terminal_on_a_devpts_that_is_read_only)
{
	write_config("\"terminal\":true,\"args\":[\"/program\",\"tty\"]", "", "");
	edit_config("\"mode=0620\"", "\"mode=0620\",\"ro\"");
	edit_config("\"uid\":0", "\"uid\":1000");
	ck_assert_msg(REFRUN("run", "-b", bundle, id) == 0, "%s", text);
	ck_assert_str_eq(out, "111 0\r\n");
	check_no_residue("terminal");
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_signals_about_the_caller_alone);
	tcase_add_test(c, test_exit_code_of_what_cannot_be_deleted);
	tcase_add_test(c, test_terminal_on_a_devpts_that_is_read_only);
}

int main(int argc, char **argv)
{
	return driver_main("foreground", argc, argv, add);
}
