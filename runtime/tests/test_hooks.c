/* SPDX-License-Identifier: Apache-2.0 */
#include "hooks.h"

#include "cleanup.h"
#include "proc.h"
#include "suite.h"

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/refrun-test-hooks-XXXXXX";

/* @hooks is the JSON of createRuntime; HERE in it stands for the test's directory. */
static struct cfg_doc *config(const char *hooks)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;
	struct cfg_doc *d = NULL;
	struct err e = {0};

	strbuf_adds(&b, "{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"rootfs\"},"
			"\"hooks\":{\"createRuntime\":");
	while (*hooks) {
		if (str_starts(hooks, "HERE")) {
			strbuf_adds(&b, dir);
			hooks += 4;
		} else {
			strbuf_addc(&b, *hooks++);
		}
	}
	strbuf_adds(&b, "}}");
	ck_assert_msg(cfg_parse(CFG_CONFIG, b.buf, b.len, &d, NULL, &e) >= 0, "%s", e.msg);
	return d;
}

static int run_text(const char *hooks, const char *state, size_t len, struct err *e)
{
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = config(hooks);

	return hooks_run(d, "createRuntime", &d->config->hooks->create_runtime, state, len,
			 &HOOKS_HOW_INIT, e);
}

static int run(const char *hooks, struct err *e)
{
	return run_text(hooks, "{\"id\":\"x\"}", 10, e);
}

static char *read_out(const char *name)
{
	cleanup_free char *path = str_format("%s/%s", dir, name);
	char *text = NULL;
	size_t len;

	return fd_read_file_at(AT_FDCWD, path, 1 << 22, &text, &len, NULL) < 0 ? NULL : text;
}

static void expect_out(const char *name, const char *want)
{
	cleanup_free char *have = read_out(name);

	ck_assert_msg(str_eq(have, want), "%s: '%s', not '%s'", name, have, want);
}

#define SH(script) "{\"path\":\"/bin/sh\",\"args\":[\"sh\",\"-c\",\"" script "\"]}"

START_TEST(state_and_order)
{
	struct err e = {0};

	ck_assert_msg(run("[" SH("cat > HERE/a; echo 1 >> HERE/order") "," SH(
				  "cat > HERE/b; echo 2 >> HERE/order") "]",
			  &e) >= 0,
		      "%s", e.msg);
	expect_out("a", "{\"id\":\"x\"}");
	expect_out("b", "{\"id\":\"x\"}");
	expect_out("order", "1\n2\n");
}
END_TEST

START_TEST(nothing_is_inherited)
{
	struct err e = {0};
	int leak = open("/dev/null", O_RDWR);
	sigset_t all;
	mode_t mask = umask(0777);

	ck_assert_int_eq(dup2(leak, 77), 77);
	ck_assert_int_eq(setenv("SECRET", "1", 1), 0);
	(void)signal(SIGTERM, SIG_IGN);
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, NULL);
	ck_assert_msg(run("[{\"path\":\"/usr/bin/env\",\"args\":[\"env\"],\"env\":[]},"
			  "{\"path\":\"/bin/sh\",\"args\":[\"name\",\"-c\",\"echo $0 $A $SECRET > "
			  "HERE/env; umask > HERE/umask; ls /proc/self/fd > HERE/fds; grep -E "
			  "'^Sig(Blk|Ign)' /proc/$$/status > HERE/sig; exec grep SigBlk "
			  "/proc/self/status > "
			  "HERE/blocked\"],\"env\":[\"A=b\"]}]",
			  &e) >= 0,
		      "%s", e.msg);
	(void)umask(mask);
	expect_out("env", "name b\n");
	expect_out("umask", "0022\n");
	/* 3 is ls reading the directory */
	expect_out("fds", "0\n1\n2\n3\n");
	/* as the shell has it before it does anything itself */
	expect_out("blocked", "SigBlk:\t0000000000000000\n");
	cleanup_free char *sig = read_out("sig");

	/* what the shell itself holds back while it waits is not ours */
	ck_assert_ptr_nonnull(strstr(sig, "SigIgn:\t0000000000000000"));
}
END_TEST

START_TEST(args_default_to_the_path)
{
	cleanup_free char *script = str_format("%s/self.sh", dir);
	struct err e = {0};
	int fd = open(script, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	cleanup_free char *text = str_format("#!/bin/sh\necho $0 $# > %s/self\n", dir);
	cleanup_free char *want = str_format("%s 0\n", script);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fd_write_all(fd, text, strlen(text)), 0);
	(void)close(fd);
	ck_assert_msg(run("[{\"path\":\"HERE/self.sh\"}]", &e) >= 0, "%s", e.msg);
	expect_out("self", want);
}
END_TEST

START_TEST(failures_name_the_hook)
{
	static const struct {
		const char *hooks, *want[4];
	} t[] = {
		{"[" SH("echo ok") "," SH("echo no luck >&2; exit 3") "]",
		 {"createRuntime hook 1", "/bin/sh", "exit status 3", "no luck"}},
		{"[" SH("kill -9 $$") "]", {"createRuntime hook 0", "signal 9"}},
		{"[{\"path\":\"/nonexistent\"}]", {"createRuntime hook 0", "/nonexistent"}},
		{"[" SH("printf 'a\\\\001\\\\nb' >&2; exit 1") "]", {"exit status 1", "a  b"}},
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		struct err e = {0};

		ck_assert_int_lt(run(t[i].hooks, &e), 0);
		for (size_t k = 0; k < 4 && t[i].want[k]; k++)
			ck_assert_msg(strstr(e.msg, t[i].want[k]) != NULL, "%zu: %s", i, e.msg);
	}
}
END_TEST

START_TEST(a_failure_ends_the_list)
{
	struct err e = {0};

	ck_assert_int_lt(run("[" SH("exit 1") "," SH("touch HERE/never") "]", &e), 0);
	ck_assert_ptr_null(read_out("never"));
}
END_TEST

static void count(void *arg, const char *text)
{
	ck_assert_ptr_nonnull(strstr(text, "createRuntime hook"));
	++*(int *)arg;
}

START_TEST(keep_going_warns)
{
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *d = config("[" SH("exit 1") "," SH("touch HERE/kept") "," SH("exit 2") "]");
	struct hooks_how how = HOOKS_HOW_INIT;
	struct err e = {0};
	int warnings = 0;

	how.keep_going = true;
	how.warn = count;
	how.arg = &warnings;
	ck_assert_int_eq(
		hooks_run(d, "createRuntime", &d->config->hooks->create_runtime, "{}", 2, &how, &e),
		0);
	ck_assert_int_eq(warnings, 2);
	expect_out("kept", "");
}
END_TEST

/* The text has no greatest timeout: in milliseconds this one is not a number any more. */
START_TEST(timeout_without_an_end)
{
	struct err e = {0};

	ck_assert_msg(run("[{\"path\":\"/bin/true\",\"timeout\":9223372036854775807},"
			  "{\"path\":\"/bin/true\",\"timeout\":9223372036854775}]",
			  &e) >= 0,
		      "%s", e.msg);
}
END_TEST

START_TEST(timeout_takes_the_whole_group)
{
	struct err e = {0};
	int64_t begin = proc_now_ms();

	/* the background process holds the pipe that we read */
	ck_assert_int_eq(run("[{\"path\":\"/bin/sh\",\"timeout\":1,\"args\":[\"sh\",\"-c\","
			     "\"sleep 20 & echo $! > HERE/pid; echo waiting; sleep 20\"]}]",
			     &e),
			 -ETIMEDOUT);
	ck_assert_ptr_nonnull(strstr(e.msg, "timed out after 1 s"));
	ck_assert_ptr_nonnull(strstr(e.msg, "waiting"));
	ck_assert_int_lt(proc_now_ms() - begin, 10000);
	cleanup_free char *text = read_out("pid");
	uint64_t pid = 0;

	ck_assert_ptr_nonnull(text);
	text[strcspn(text, "\n")] = '\0';
	ck_assert_int_eq(str_to_u64(text, INT32_MAX, &pid), 0);
	/* dead or about to be reaped by whoever inherited it */
	for (int i = 0; i < 100; i++) {
		uint64_t start;

		if (proc_start_time((pid_t)pid, &start) < 0)
			return;
		(void)usleep(10000);
	}
	ck_abort_msg("process %d lives on", (int)pid);
}
END_TEST

START_TEST(a_background_process_does_not_hold_us)
{
	struct err e = {0};
	int64_t begin = proc_now_ms();

	ck_assert_int_eq(run("[" SH("sleep 3 & exit 0") "]", &e), 0);
	ck_assert_int_lt(proc_now_ms() - begin, 2500);
}
END_TEST

/* While set: of a pipe that has nothing more for now, read(2) gets more all the same, as if
 * somebody wrote faster than can be read; but not for ever. */
static int flood;
#define FLOOD_MAX 10000

ssize_t __real_read(int fd, void *buf, size_t len);
ssize_t __wrap_read(int fd, void *buf, size_t len);
ssize_t __wrap_read(int fd, void *buf, size_t len)
{
	ssize_t n = __real_read(fd, buf, len);

	if (n >= 0 || errno != EAGAIN || !flood)
		return n;
	if (flood++ == FLOOD_MAX)
		return 0;
	memset(buf, 'y', len);
	return (ssize_t)len;
}

/* In a session of its own, so that the death of the group does not reach it. */
#define LEFT_BEHIND "setsid sleep 5 & "

START_TEST(a_background_process_that_prints_does_not_hold_us)
{
	struct err e = {0};

	flood = 1;
	ck_assert_int_eq(run("[" SH(LEFT_BEHIND "exit 0") "]", &e), 0);
	ck_assert_int_lt(flood, FLOOD_MAX);
	flood = 1;
	ck_assert_int_eq(run("[{\"path\":\"/bin/sh\",\"timeout\":1,\"args\":[\"sh\",\"-c\","
			     "\"" LEFT_BEHIND "sleep 20\"]}]",
			     &e),
			 -ETIMEDOUT);
	ck_assert_int_lt(flood, FLOOD_MAX);
}
END_TEST

/* A state larger than any pipe: read in full, or not at all. */
START_TEST(large_states)
{
	size_t len = 3u << 20;
	cleanup_free char *state = malloc(len);
	struct err e = {0};
	sigset_t pending;

	memset(state, 'x', len);
	ck_assert_msg(run_text("[" SH("wc -c > HERE/wc") "]", state, len, &e) >= 0, "%s", e.msg);
	expect_out("wc", "3145728\n");
	ck_assert_msg(run_text("[" SH("exit 0") "]", state, len, &e) >= 0, "%s", e.msg);
	ck_assert_msg(run_text("[" SH("exec <&-; sleep 0.1") "]", state, len, &e) >= 0, "%s",
		      e.msg);
	(void)sigpending(&pending);
	ck_assert(!sigismember(&pending, SIGPIPE));
}
END_TEST

START_TEST(much_output)
{
	struct err e = {0};

	ck_assert_int_lt(
		run("[" SH("head -c 1000000 /dev/zero | tr '\\\\000' y; echo the end; exit "
			   "1") "]",
		    &e),
		0);
	ck_assert_ptr_nonnull(strstr(e.msg, "yyyythe end"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("hooks");
	TCase *t = tcase_create("hooks");

	if (!mkdtemp(dir))
		return 1;
	tcase_set_timeout(t, 60);
	tcase_add_test(t, state_and_order);
	tcase_add_test(t, nothing_is_inherited);
	tcase_add_test(t, args_default_to_the_path);
	tcase_add_test(t, failures_name_the_hook);
	tcase_add_test(t, a_failure_ends_the_list);
	tcase_add_test(t, keep_going_warns);
	tcase_add_test(t, timeout_without_an_end);
	tcase_add_test(t, timeout_takes_the_whole_group);
	tcase_add_test(t, a_background_process_does_not_hold_us);
	tcase_add_test(t, a_background_process_that_prints_does_not_hold_us);
	tcase_add_test(t, large_states);
	tcase_add_test(t, much_output);
	suite_add_tcase(s, t);
	return suite_run(s);
}
