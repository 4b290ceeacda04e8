/* SPDX-License-Identifier: Apache-2.0 */
/* A caller whose files may not grow (RLIMIT_FSIZE), with SIGXFSZ ignored or not: what cannot be
 * written is an error that leaves nothing behind, and the container has the signal as it should. */
#include "driver.h"

#include "cleanup.h"
#include "str.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define CATCH "\"args\":[\"/program\",\"catch\"]"

struct caller {
	rlim_t bytes;
	bool ignores;
};

static int be_caller(void *arg, struct err *e)
{
	const struct caller *c = arg;
	struct rlimit l = {c->bytes, RLIM_INFINITY};

	if (signal(SIGXFSZ, c->ignores ? SIG_IGN : SIG_DFL) == SIG_ERR)
		return err_set(e, errno, "signal: %m");
	return setrlimit(RLIMIT_FSIZE, &l) < 0 ? err_set(e, errno, "setrlimit: %m") : 0;
}

#define AFTER(c, ...) command_after(be_caller, c, (const char *const[]){__VA_ARGS__, NULL})

/* What the program writes is not what this is about. */
#define UNLIMITED                                                                                  \
	"\"rlimits\":[{\"type\":\"RLIMIT_FSIZE\",\"soft\":18446744073709551615,\"hard\":"          \
	"18446744073709551615}],"

/* What is told in the log. */
#define UNKNOWN "\"capabilities\":{\"bounding\":[\"CAP_NONE_SUCH\"]},"

/* The copy of the configuration does not fit, the message does. */
START_TEST(test_state_does_not_fit)
{
	static const char *const verbs[][2] = {
		{"create", NULL}, {"run", NULL}, {"run", "-d"}, {"run", "--keep"}};
	struct caller c = {.bytes = 600, .ignores = _i};

	write_config(WAIT, "", "");
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		const char *const args[] = {verbs[i][0],
					    "-b",
					    bundle,
					    verbs[i][1] ? verbs[i][1] : id,
					    verbs[i][1] ? id : NULL,
					    NULL};

		ck_assert_int_eq(command_after(be_caller, &c, args), 1);
		ck_assert_msg(strstr(text, "File too large"), "%s", text);
		check_no_residue(verbs[i][0]);
	}
}
END_TEST

START_TEST(test_pid_file_does_not_fit)
{
	cleanup_free char *file = str_format("%s/pid", work), *procs = NULL;
	struct caller c = {.bytes = 1, .ignores = _i};

	write_config(WAIT, "", "");
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
	ck_assert_int_eq(AFTER(&c, "exec", "-d", "--pid-file", file, id, "/program", "wait"), 255);
	ck_assert_int_eq(access(file, F_OK), -1);
	procs = str_format("[%d]\n", (int)pid_of());
	ck_assert_msg(REFRUN("ps", "--format", "json", id) == 0, "%s", text);
	ck_assert_msg(str_eq(out, procs), "%s", out);
}
END_TEST

static void wait_until_ready(struct proc *p)
{
	out[0] = '\0';
	for (int i = 0; i < 4000 && !strstr(out, "ready"); i++) {
		int r = proc_wait(p, proc_now_ms() + 5);

		read_into(err_path, text, sizeof(text));
		ck_assert_msg(r == -ETIMEDOUT, "%d: %s", proc_exit_code(p), text);
		read_into(out_path, out, sizeof(out));
	}
	ck_assert_ptr_nonnull(strstr(out, "ready"));
}

static void ends_by(struct proc *p, int sig, int code)
{
	ck_assert_int_eq(proc_pidfd_signal(p->pidfd, sig), 0);
	ck_assert_int_eq(proc_wait(p, proc_now_ms() + TIMEOUT_MS), 0);
	ck_assert_int_eq(proc_exit_code(p), code);
	proc_done(p);
}

/* A word that does not fit into the log is no signal to the program. */
START_TEST(test_log_does_not_fit)
{
	cleanup_free char *log = str_format("%s/log", work);
	struct caller c = {.bytes = 600, .ignores = _i};
	struct proc p = PROC_INIT;

	put_file(work, "log", "");
	ck_assert_int_eq(truncate(log, (off_t)c.bytes), 0);
	ck_assert_int_eq(AFTER(&c, "--log", log, "state", id), 1);
	ck_assert_int_eq(truncate(log, 8192), 0);
	c.bytes = 8192;
	write_config(UNLIMITED UNKNOWN CATCH, "", "");
	start_command_after(be_caller, &c,
			    (const char *const[]){"--log", log, "run", "-b", bundle, id, NULL}, &p);
	wait_until_ready(&p);
	/* one that was sent before this would be what it ends by */
	ends_by(&p, SIGTERM, 9);
	(void)unlink(log);
	check_no_residue("log");
}
END_TEST

static void has_default_signals(void)
{
	ck_assert_msg(strstr(out, "SigBlk:\t0000000000000000\n"), "%s", out);
	ck_assert_msg(strstr(out, "SigIgn:\t0000000000000000\n"), "%s", out);
}

/* Whatever the caller does with it, as with all others. */
START_TEST(test_signal_of_the_program)
{
	struct caller c = {.bytes = RLIM_INFINITY, .ignores = _i};

	write_config("\"args\":[\"/program\",\"cat\",\"/proc/self/status\"]", "", "");
	ck_assert_msg(AFTER(&c, "run", "-b", bundle, id) == 0, "%s", text);
	has_default_signals();
	write_config(WAIT, "", "");
	ck_assert_msg(AFTER(&c, "run", "-d", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(AFTER(&c, "exec", id, "/program", "cat", "/proc/self/status") == 0, "%s",
		      text);
	has_default_signals();
	ck_assert_int_eq(AFTER(&c, "exec", id, "/program", "die", "25"), 128 + SIGXFSZ);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
}
END_TEST

/* Somebody sends it, and means the program. */
START_TEST(test_signal_from_outside)
{
	struct caller c = {.bytes = RLIM_INFINITY, .ignores = _i};
	struct proc p = PROC_INIT;

	write_config(CATCH, "", "");
	start_command_after(be_caller, &c, (const char *const[]){"run", "-b", bundle, id, NULL},
			    &p);
	wait_until_ready(&p);
	ends_by(&p, SIGXFSZ, 8);
	check_no_residue("outside");
}
END_TEST

static void add(TCase *c)
{
	tcase_add_loop_test(c, test_state_does_not_fit, 0, 2);
	tcase_add_loop_test(c, test_pid_file_does_not_fit, 0, 2);
	tcase_add_loop_test(c, test_log_does_not_fit, 0, 2);
	tcase_add_loop_test(c, test_signal_of_the_program, 0, 2);
	tcase_add_loop_test(c, test_signal_from_outside, 0, 2);
}

int main(int argc, char **argv)
{
	return driver_main("file_size", argc, argv, add);
}
