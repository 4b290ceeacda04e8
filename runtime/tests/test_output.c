/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a program prints in the foreground, by `run` and `exec`, without a terminal (where the
 * program has the caller's pipe) and with one (where each byte goes through the runtime): all of it
 * arrives, whoever reads it and how, and the exit code is the program's.
 */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MUCH	   "209715200"
#define MUCH_BYTES 209715200ul
/* On a terminal: what the runtime copies, it copies in pieces that a terminal holds. */
#define MUCH_TTY       "8388608"
#define MUCH_TTY_BYTES 8388608ul

/* Each of the tests for the four ways to the program. */
enum { EXEC, EXEC_TTY, RUN, RUN_TTY, WAYS };
static bool has_tty(int way)
{
	return way == EXEC_TTY || way == RUN_TTY;
}

static bool is_exec(int way)
{
	return way == EXEC || way == EXEC_TTY;
}

static char pid_file[80];

struct running {
	struct proc proc;
	int from; /* what it prints */
};

static void running_done(struct running *r)
{
	proc_done(&r->proc);
	fd_close(&r->from);
}

/* `/program what argument`, as @way says, in a pipe that holds @room bytes (0: what it is made
 * with). */
static struct running begin(int way, const char *what, const char *argument, int room)
{
	const char *argv[16] = {refrun, "--root", root, NULL};
	const char *const exec[] = {"exec",	"--pid-file", pid_file, id,
				    "/program", what,	      argument, NULL};
	const char *const run[] = {"run", "--pid-file", pid_file, "-b", bundle, id, NULL};
	cleanup_free char *process =
		str_format("\"terminal\":%s,\"args\":[\"/program\",\"%s\",\"%s\"]",
			   has_tty(way) ? "true" : "false", what, argument);
	struct running r = {.proc = PROC_INIT, .from = FD_NONE};
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct err e;
	size_t n = 3;
	int ends[2];

	(void)snprintf(pid_file, sizeof(pid_file), "%s/pid", work);
	(void)unlink(pid_file);
	if (is_exec(way)) {
		write_config(WAIT, "", "");
		ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
	} else {
		write_config(process, "", "");
	}
	for (const char *const *from = is_exec(way) ? exec : run; *from; from++) {
		argv[n++] = *from;
		if (way == EXEC_TTY && n == 4)
			argv[n++] = "--tty";
	}
	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	if (room)
		ck_assert_int_ge(fcntl(ends[1], F_SETPIPE_SZ, room), room);
	s.path = refrun;
	s.argv = (char *const *)argv;
	s.out_fd = ends[1];
	(void)unlink(err_path);
	s.err_fd = open(err_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ck_assert_int_ge(s.err_fd, 0);
	ck_assert_msg(proc_spawn(&s, &r.proc, &e) == 0, "%s", e.msg);
	fd_close(&s.err_fd);
	(void)close(ends[1]);
	r.from = ends[0];
	return r;
}

/* Its end, and what the container leaves. */
static int end(int way, struct running *r)
{
	ck_assert_int_eq(proc_wait(&r->proc, proc_now_ms() + TIMEOUT_MS), 0);
	read_into(err_path, text, sizeof(text));
	ck_assert_str_eq(text, "");
	if (is_exec(way)) {
		status_is("running");
		ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	}
	(void)unlink(pid_file);
	check_no_residue("output");
	return proc_exit_code(&r->proc);
}

/* Reads up to @most bytes, of which the first is number @at. How many there were; 0 at the end. */
static size_t read_some(int from, size_t at, size_t most)
{
	static char buf[1 << 16], pattern[sizeof(buf) + 61];
	struct pollfd p = {.fd = from, .events = POLLIN};
	ssize_t n;

	ck_assert_int_eq(poll(&p, 1, TIMEOUT_MS), 1);
	n = read(from, buf, most < sizeof(buf) ? most : sizeof(buf));
	ck_assert_int_ge(n, 0);
	for (size_t i = 0; !pattern[sizeof(pattern) - 1] && i < sizeof(pattern); i++)
		pattern[i] = (char)('0' + i % 61);
	ck_assert_msg(memcmp(buf, pattern + at % 61, (size_t)n) == 0, "wrong behind byte %zu", at);
	return (size_t)n;
}

/* In kilobytes: the most memory that the runtime has had (proc_pid_status(5)). */
static unsigned long memory_of(pid_t pid)
{
	cleanup_free char *path = str_format("/proc/%d/status", (int)pid);
	unsigned long kilobytes = 0;
	char status[4096];
	const char *line;

	read_into(path, status, sizeof(status));
	line = strstr(status, "VmHWM:");
	ck_assert_ptr_nonnull(line);
	ck_assert_int_eq(sscanf(line, "VmHWM: %lu", &kilobytes), 1);
	return kilobytes;
}

START_TEST(test_much)
{
	CLEANUP(running_done)
	struct running r = begin(_i, "flood", has_tty(_i) ? MUCH_TTY : MUCH, 0);
	size_t want = has_tty(_i) ? MUCH_TTY_BYTES : MUCH_BYTES, at = 0, n;
	unsigned long before, after = 0;

	at = read_some(r.from, 0, 1);
	before = memory_of(r.proc.pid);
	while ((n = read_some(r.from, at, SIZE_MAX)) > 0) {
		at += n;
		/* it is at work as long as there is something to come */
		if (!after && at > want - want / 8)
			after = memory_of(r.proc.pid);
	}
	ck_assert_uint_eq(at, want);
	ck_assert_int_eq(end(_i, &r), 0);
	ck_assert_msg(after && after < before + 1024, "%lu and %lu kB", before, after);
}
END_TEST

/* Through a narrow pipe, a few bytes at a time. */
START_TEST(test_slow_reader)
{
	CLEANUP(running_done) struct running r = begin(_i, "flood", "400000", 4096);
	size_t at = 0, n;

	while ((n = read_some(r.from, at, 97)) > 0)
		at += n;
	ck_assert_uint_eq(at, 400000);
	ck_assert_int_eq(end(_i, &r), 0);
}
END_TEST

/* Waits until there is a pid in the file, and then until that process has ended. Without a terminal
 * the runtime may have ended, too. */
static void wait_for_program(struct running *r)
{
	struct pollfd p = {.events = POLLIN};
	char digits[32] = "";
	bool ended = false;
	uint64_t pid = 0;

	while (!*digits && !ended) {
		ended = proc_wait(&r->proc, proc_now_ms() + 2) == 0;
		read_into(pid_file, digits, sizeof(digits));
	}
	if (ended)
		return;
	ck_assert_int_eq(str_to_u64(digits, INT32_MAX, &pid), 0);
	p.fd = proc_pidfd_open((pid_t)pid);
	/* of one that is gone there is none */
	if (p.fd < 0)
		return;
	ck_assert_int_eq(poll(&p, 1, TIMEOUT_MS), 1);
	fd_close(&p.fd);
}

/* What the program had said when it ended is not lost. It is more than the pipe holds, and no more
 * than that and a terminal do; without one, just what the pipe holds. */
START_TEST(test_late_reader)
{
	size_t want = has_tty(_i) ? 8000 : 4096, at = 0, n;
	cleanup_free char *bytes = str_format("%zu", want);
	CLEANUP(running_done) struct running r = begin(_i, "flood", bytes, 4096);

	wait_for_program(&r);
	while ((n = read_some(r.from, at, 1000)) > 0)
		at += n;
	ck_assert_uint_eq(at, want);
	ck_assert_int_eq(end(_i, &r), 0);
}
END_TEST

/*
 * signal(7), pipe(7): a process that is alone with that gets SIGPIPE; to the first one of a pid
 * namespace no signal comes that it does not ask for (pid_namespaces(7)), but the error does. With
 * a terminal it is hung up: SIGHUP, or EIO where that is what comes first or the signal is ignored.
 */
START_TEST(test_reader_that_goes)
{
	static const struct {
		const char *what;
		int codes[2];
	} rows[WAYS][2] = {
		[EXEC] = {{"flood", {128 + SIGPIPE, 128 + SIGPIPE}}, {"flood-on", {EPIPE, EPIPE}}},
		[EXEC_TTY] = {{"flood", {128 + SIGHUP, EIO}}, {"flood-on", {EIO, EIO}}},
		[RUN] = {{"flood", {EPIPE, EPIPE}}, {"flood-on", {EPIPE, EPIPE}}},
		[RUN_TTY] = {{"flood", {EIO, EIO}}, {"flood-on", {EIO, EIO}}},
	};

	for (size_t i = 0; i < 2; i++) {
		CLEANUP(running_done)
		struct running r = begin(_i, rows[_i][i].what, MUCH, 0);
		int code;

		(void)read_some(r.from, 0, 1000);
		fd_close(&r.from);
		code = end(_i, &r);
		ck_assert_msg(code == rows[_i][i].codes[0] || code == rows[_i][i].codes[1],
			      "%s: %d", rows[_i][i].what, code);
	}
}
END_TEST

/* Of a program that says nothing more nothing is taken away. */
START_TEST(test_reader_that_was_never_there)
{
	CLEANUP(running_done) struct running r = begin(_i, "exit", "7", 0);

	fd_close(&r.from);
	ck_assert_int_eq(end(_i, &r), 7);
}
END_TEST

static int speak_to_nobody(void *arg, struct err *e)
{
	int ends[2];

	(void)arg;
	if (pipe2(ends, O_CLOEXEC) < 0 || close(ends[0]) < 0 || dup2(ends[1], 2) < 0)
		return err_set(e, errno, "pipe: %m");
	return 0;
}
#define UNHEARD(...) command_after(speak_to_nobody, NULL, (const char *const[]){__VA_ARGS__, NULL})

/* Warnings, and errors, of the runtime itself are not its end. */
START_TEST(test_words_that_nobody_reads)
{
	static const char odd[] = PAUSE ",\"capabilities\":{\"bounding\":[\"CAP_NOSUCH\"]}";
	static const char hook[] = ",\"hooks\":{\"poststop\":[{\"path\":\"/bin/false\"}]}";

	write_config(odd, "", hook);
	ck_assert_int_eq(REFRUN("create", "-b", bundle, id), 0);
	ck_assert_msg(strstr(text, "level=warning"), "%s", text);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	ck_assert_msg(strstr(text, "level=warning"), "%s", text);
	ck_assert_int_eq(UNHEARD("create", "-b", bundle, id), 0);
	status_is("created");
	ck_assert_int_eq(UNHEARD("delete", "--force", id), 0);
	check_no_residue("create");
	write_config("\"args\":[\"/program\",\"exit\",\"7\"]", "", hook);
	ck_assert_int_eq(UNHEARD("run", "-b", bundle, id), 7);
	check_no_residue("run");
	ck_assert_int_eq(UNHEARD("state", id), 1);
	ck_assert_int_eq(UNHEARD("exec", id, "/program"), 255);
	/* and the program has the signal as ever */
	write_config(WAIT, "", "");
	ck_assert_int_eq(UNHEARD("run", "-d", "-b", bundle, id), 0);
	ck_assert_int_eq(REFRUN("exec", id, "/program", "cat", "/proc/1/status"), 0);
	ck_assert_msg(strstr(out, "SigBlk:\t0000000000000000\n"), "%s", out);
	ck_assert_msg(strstr(out, "SigIgn:\t0000000000000000\n"), "%s", out);
}
END_TEST

static void add(TCase *c)
{
	tcase_add_loop_test(c, test_much, 0, WAYS);
	tcase_add_loop_test(c, test_slow_reader, 0, WAYS);
	tcase_add_loop_test(c, test_late_reader, 0, WAYS);
	tcase_add_loop_test(c, test_reader_that_goes, 0, WAYS);
	tcase_add_loop_test(c, test_reader_that_was_never_there, 0, WAYS);
	tcase_add_test(c, test_words_that_nobody_reads);
}

int main(int argc, char **argv)
{
	return driver_main("output", argc, argv, add);
}
