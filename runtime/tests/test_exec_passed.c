/* SPDX-License-Identifier: Apache-2.0 */
/* `exec`: what the caller passes on to the new process by flags and descriptors, and nothing
 * beside it. */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXEC(...) REFRUN("exec", __VA_ARGS__)
#define STATUS	  "/program", "cat", "/proc/self/status"

static void run_container(const char *process)
{
	write_config(process, "", "");
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
}

/* ---- no_new_privs ---- */

static void privileges_are(int code, const char *line, const char *when)
{
	ck_assert_msg(code == 0, "%s: %s", when, text);
	ck_assert_msg(strstr(out, line), "%s: %s", when, out);
}

/* A process file with @member, which may be none. */
static int exec_file(const char *member)
{
	cleanup_free char *path = str_format("%s/process.json", work);
	cleanup_free char *process =
		str_format("{\"cwd\":\"/\",\"user\":{\"uid\":0,\"gid\":0},\"args\":[\"/program\","
			   "\"cat\",\"/proc/self/status\"]%s}",
			   member);

	put_file(work, "process.json", process);
	return EXEC("-p", path, id);
}

#define IS_SET	 "NoNewPrivs:\t1\n"
#define IS_CLEAR "NoNewPrivs:\t0\n"

START_TEST(test_no_new_privs)
{
	run_container(WAIT);
	privileges_are(EXEC(id, STATUS), IS_CLEAR, "without the flag");
	privileges_are(EXEC("--no-new-privs", id, STATUS), IS_SET, "with the flag");
	privileges_are(EXEC("--no-new-privs=false", id, STATUS), IS_CLEAR, "with a false flag");
	privileges_are(exec_file(""), IS_CLEAR, "a file without it");
	privileges_are(exec_file(",\"noNewPrivileges\":true"), IS_SET, "a file with it");
	privileges_are(exec_file(",\"noNewPrivileges\":false"), IS_CLEAR, "a file against it");
	/* theirs alone */
	privileges_are(EXEC(id, "/program", "cat", "/proc/1/status"), IS_CLEAR, "the container");
}
END_TEST

/* No flag lifts what the container's process has; a file that says so does. */
START_TEST(test_no_new_privs_of_the_container)
{
	run_container(WAIT ",\"noNewPrivileges\":true");
	privileges_are(EXEC(id, STATUS), IS_SET, "without the flag");
	privileges_are(EXEC("--no-new-privs=false", id, STATUS), IS_SET, "with a false flag");
	privileges_are(exec_file(""), IS_SET, "a file without it");
	privileges_are(exec_file(",\"noNewPrivileges\":false"), IS_CLEAR, "a file against it");
}
END_TEST

/* ---- descriptors ---- */

/* What a caller has open: a file each, whose content is the descriptor's number. */
struct open_files {
	int last, hole;		/* 3 to @last, but for @hole (0: none) */
	const char *listen_fds; /* for this process, or, with @another, for its parent */
	bool another;
};

static int open_them(void *arg, struct err *e)
{
	const struct open_files *o = arg;
	char pid[16];

	for (int n = 3; n <= o->last; n++) {
		cleanup_free char *path = str_format("%s/fd-%d", work, n);
		int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

		if (fd < 0 || dprintf(fd, "%d\n", n) < 0)
			return err_set(e, errno, "open '%s': %m", path);
		/* without O_CLOEXEC, and out of the way of the others */
		if (fd != n && (dup2(fd, n) < 0 || close(fd) < 0))
			return err_set(e, errno, "dup2: %m");
		if (fd == n && fcntl(fd, F_SETFD, 0) < 0)
			return err_set(e, errno, "fcntl: %m");
	}
	if (o->hole)
		(void)close(o->hole);
	if (!o->listen_fds)
		return 0;
	(void)snprintf(pid, sizeof(pid), "%d", (int)(o->another ? getppid() : getpid()));
	return setenv("LISTEN_FDS", o->listen_fds, 1) < 0 || setenv("LISTEN_PID", pid, 1) < 0
		       ? err_set(e, errno, "setenv: %m")
		       : 0;
}

static int with(struct open_files o, const char *const *args)
{
	return command_after(open_them, &o, args);
}
#define WITH(files, ...) with((struct open_files)files, (const char *const[]){__VA_ARGS__, NULL})
#define FILES(...)                                                                                 \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}

/* The program has 0 to @last, and what it has opened to see that. */
static void has_up_to(int last)
{
	CLEANUP(strbuf_done) struct strbuf want = STRBUF_INIT;

	strbuf_addf(&want, ".\n..\n");
	for (int fd = 0; fd <= last + 1; fd++)
		strbuf_addf(&want, "%d\n", fd);
	ck_assert_str_eq(out, want.buf);
}

/* Also with a log, which is open beside them, and moves. */
START_TEST(test_preserved)
{
	cleanup_free char *log = str_format("%s/log", work);
	const char *const option = _i ? "--log" : "--log-format", *const value = _i ? log : "text";

	run_container(WAIT);
	for (int n = 0; n < 6; n++) {
		cleanup_free char *number = str_format("%d", n);

		ck_assert_msg(WITH(FILES(.last = 9), option, value, "exec", "--preserve-fds",
				   number, id, "/program", "ls", "/proc/self/fd") == 0,
			      "%s", text);
		has_up_to(2 + n);
	}
	/* each is where it was */
	for (int n = 3; n < 8; n++) {
		cleanup_free char *path = str_format("/proc/self/fd/%d", n);
		cleanup_free char *content = str_format("%d\n", n);

		ck_assert_msg(WITH(FILES(.last = 9), option, value, "exec", "--preserve-fds", "5",
				   id, "/program", "cat", path) == 0,
			      "%s", text);
		ck_assert_str_eq(out, content);
	}
	(void)unlink(log);
}
END_TEST

/* A place that is empty is not ours to fill. */
START_TEST(test_not_open)
{
	static const struct {
		struct open_files files;
		const char *number, *words;
	} rows[] = {
		{FILES(.last = 2), "1", "preserved-fd 1 (of 1) is present"},
		{FILES(.last = 4), "3", "preserved-fd 3 (of 3) is present"},
		{FILES(.last = 6, .hole = 4), "3", "preserved-fd 2 (of 3) is present"},
		{FILES(.last = 6, .hole = 4), "65535", "preserved-fd 2 (of 65535) is present"},
		/* counted behind the sockets, as the descriptors are */
		{FILES(.last = 4, .listen_fds = "2"), "1", "preserved-fd 3 (of 3) is present"},
	};
	cleanup_free char *log = str_format("%s/log", work);
	const char *const option = _i ? "--log" : "--log-format", *const value = _i ? log : "text";
	cleanup_free char *pid_file = str_format("%s/pid", work);

	run_container(WAIT);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int code = with(rows[i].files,
				(const char *const[]){option, value, "exec", "-d", "--pid-file",
						      pid_file, "--preserve-fds", rows[i].number,
						      id, "/program", "wait", NULL});

		ck_assert_msg(code == 255, "%zu: %d %s", i, code, text);
		ck_assert_msg(strstr(text, "exec failed: ") && strstr(text, rows[i].words),
			      "%zu: %s", i, text);
		ck_assert_int_ne(access(pid_file, F_OK), 0);
	}
	(void)unlink(log);
}
END_TEST

/* The pid as the process itself sees it, which is the last one (proc_pid_status(5)). */
static void own_pid_of(pid_t pid, char own[32])
{
	cleanup_free char *path = str_format("/proc/%d/status", (int)pid);
	char status[4096];
	const char *line;

	read_into(path, status, sizeof(status));
	line = strstr(status, "NSpid:");
	ck_assert_ptr_nonnull(line);
	ck_assert_int_eq(sscanf(line, "NSpid: %*d %31s", own), 1);
}

/* Whether the variables of the process have this one. */
static bool has_variable(pid_t pid, const char *variable)
{
	cleanup_free char *path = str_format("/proc/%d/environ", (int)pid), *env = NULL;
	size_t len, n = strlen(variable);

	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, path, 1 << 16, &env, &len, NULL), 0);
	for (const char *one = env; one < env + len; one += strlen(one) + 1)
		if (strncmp(one, variable, n) == 0 && (variable[n - 1] == '=' || !one[n]))
			return true;
	return false;
}

static pid_t pid_from(const char *path)
{
	char digits[32];
	uint64_t pid;

	read_into(path, digits, sizeof(digits));
	ck_assert_int_eq(str_to_u64(digits, INT32_MAX, &pid), 0);
	return (pid_t)pid;
}

/* sd_listen_fds(3): the sockets begin at 3, and LISTEN_PID is who may take them. What
 * --preserve-fds counts is behind them, and nothing is behind that. */
START_TEST(test_sockets)
{
	cleanup_free char *pid_file = str_format("%s/pid", work), *variable = NULL;
	char own[32];
	pid_t pid;

	run_container(WAIT);
	ck_assert_msg(WITH(FILES(.last = 9, .listen_fds = "2"), "exec", "--preserve-fds", "1", id,
			   "/program", "ls", "/proc/self/fd") == 0,
		      "%s", text);
	has_up_to(5);
	ck_assert_msg(WITH(FILES(.last = 9, .listen_fds = "2"), "exec", "-d", "--pid-file",
			   pid_file, id, "/program", "wait") == 0,
		      "%s", text);
	pid = pid_from(pid_file);
	own_pid_of(pid, own);
	variable = str_format("LISTEN_PID=%s", own);
	ck_assert(has_variable(pid, "LISTEN_FDS=2"));
	ck_assert(has_variable(pid, variable));
	/* of another process they are nothing to us */
	ck_assert_msg(WITH(FILES(.last = 9, .listen_fds = "2", .another = true), "exec", "-d",
			   "--pid-file", pid_file, id, "/program", "wait") == 0,
		      "%s", text);
	pid = pid_from(pid_file);
	ck_assert(!has_variable(pid, "LISTEN_FDS="));
	ck_assert(!has_variable(pid, "LISTEN_PID="));
	ck_assert_msg(WITH(FILES(.last = 9, .listen_fds = "2", .another = true), "exec",
			   "--preserve-fds", "1", id, "/program", "ls", "/proc/self/fd") == 0,
		      "%s", text);
	has_up_to(3);
	(void)unlink(pid_file);
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_no_new_privs);
	tcase_add_test(c, test_no_new_privs_of_the_container);
	tcase_add_loop_test(c, test_preserved, 0, 2);
	tcase_add_loop_test(c, test_not_open, 0, 2);
	tcase_add_test(c, test_sockets);
}

int main(int argc, char **argv)
{
	return driver_main("exec_passed", argc, argv, add);
}
