/* SPDX-License-Identifier: Apache-2.0 */
/* --console-socket of create, run and exec: who listens there gets the terminal, and nothing else
 * can be made of a path but an error. */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#define EXEC(...)     REFRUN("exec", __VA_ARGS__)
#define WITH_TERMINAL ",\"terminal\":true,\"consoleSize\":{\"height\":33,\"width\":77}"

static char path[80]; /* of the socket */

static void set_path(void)
{
	(void)snprintf(path, sizeof(path), "%s/console", work);
}

static void run_container(void)
{
	write_config(WAIT, "", "");
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
}

/* ---- the terminal ---- */

/* The next line on it, however it comes in pieces. */
static void reads(int master, const char *line)
{
	struct pollfd p = {.fd = master, .events = POLLIN};
	char got[64] = "";

	for (size_t n = 0; n < sizeof(got) - 1 && !strchr(got, '\n'); n++) {
		ck_assert_int_eq(poll(&p, 1, TIMEOUT_MS), 1);
		ck_assert_int_eq(read(master, got + n, 1), 1);
	}
	ck_assert_str_eq(got, line);
}

static void is_at_end(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char byte;

	ck_assert_int_eq(poll(&p, 1, TIMEOUT_MS), 1);
	ck_assert_int_le(read(fd, &byte, 1), 0);
}

/* The other end of @master is the terminal of @pid, who leads its session and has no more of the
 * runtime's than its three streams. */
static void is_terminal_of(int master, pid_t pid)
{
	cleanup_free char *pattern = str_format("/proc/%d/fd/*", (int)pid);
	glob_t g = {0};

	ck_assert_int_eq(isatty(master), 1);
	ck_assert_int_eq(tcgetsid(master), pid);
	ck_assert_int_eq(glob(pattern, 0, NULL, &g), 0);
	ck_assert_uint_eq(g.gl_pathc, 3);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		char target[64] = "";

		ck_assert_int_gt(readlink(g.gl_pathv[i], target, sizeof(target) - 1), 0);
		ck_assert_msg(str_starts(target, "/dev/pts/") || str_starts(target, "/pts/") ||
				      strspn(target, "/0123456789") == strlen(target),
			      "%s", target);
	}
	globfree(&g);
}

static void has_size(int master, unsigned int height, unsigned int width)
{
	struct winsize size = {0};

	ck_assert_int_eq(ioctl(master, TIOCGWINSZ, &size), 0);
	ck_assert_uint_eq(size.ws_row, height);
	ck_assert_uint_eq(size.ws_col, width);
}

static pid_t pid_from(const char *file)
{
	char digits[32];
	uint64_t pid;

	read_into(file, digits, sizeof(digits));
	ck_assert_int_eq(str_to_u64(digits, INT32_MAX, &pid), 0);
	return (pid_t)pid;
}

START_TEST(test_exec)
{
	cleanup_fd int listener = FD_NONE, master = FD_NONE, conn = FD_NONE, second = FD_NONE;
	cleanup_free char *pid_file = str_format("%s/pid", work);
	cleanup_free char *process = str_format("%s/process.json", work);
	struct pollfd end = {.events = POLLIN};
	cleanup_fd int pidfd = FD_NONE;

	set_path();
	listener = listen_at(path);
	run_container();
	ck_assert_msg(EXEC("-t", "-d", "--console-socket", path, "--pid-file", pid_file, id,
			   "/program", "pause") == 0,
		      "%s", text);
	master = receive_terminal(listener, &conn);
	/* nobody holds the connection any more */
	is_at_end(conn);
	reads(master, "ready\r\n");
	is_terminal_of(master, pid_from(pid_file));
	/* ^C is typed, and strikes */
	pidfd = end.fd = proc_pidfd_open(pid_from(pid_file));
	ck_assert_int_ge(pidfd, 0);
	ck_assert_int_eq(write(master, "\003", 1), 1);
	ck_assert_int_eq(poll(&end, 1, TIMEOUT_MS), 1);
	status_is("running");
	/* from a file, with a size; of a program that ends the last words are there */
	put_file(work, "process.json",
		 "{\"cwd\":\"/\",\"user\":{\"uid\":0,\"gid\":0},"
		 "\"args\":[\"/program\",\"tty\"]" WITH_TERMINAL "}");
	ck_assert_msg(EXEC("--process", process, "--detach", "--console-socket", path, id) == 0,
		      "%s", text);
	second = receive_terminal(listener, NULL);
	has_size(second, 33, 77);
	reads(second, "111 0\r\n");
	is_at_end(second);
	(void)unlink(path);
	(void)unlink(pid_file);
}
END_TEST

/* Before `start` it is there, and it has the size of the configuration. */
START_TEST(test_create)
{
	cleanup_fd int listener = FD_NONE, master = FD_NONE, conn = FD_NONE;
	pid_t pid;

	set_path();
	listener = listen_at(path);
	write_config("\"args\":[\"/program\",\"pause\"]" WITH_TERMINAL, "", "");
	ck_assert_msg(REFRUN("create", "--console-socket", path, "-b", bundle, id) == 0, "%s",
		      text);
	master = receive_terminal(listener, &conn);
	is_at_end(conn);
	has_size(master, 33, 77);
	pid = pid_of();
	ck_assert_int_eq(tcgetsid(master), pid);
	ck_assert_msg(REFRUN("start", id) == 0, "%s", text);
	reads(master, "ready\r\n");
	is_terminal_of(master, pid);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	is_at_end(master);
	check_no_residue("a terminal");
	(void)unlink(path);
}
END_TEST

START_TEST(test_run)
{
	cleanup_fd int listener = FD_NONE, master = FD_NONE, conn = FD_NONE;

	set_path();
	listener = listen_at(path);
	write_config("\"args\":[\"/program\",\"tty\"]" WITH_TERMINAL, "", "");
	ck_assert_msg(REFRUN("run", "-d", "--console-socket", path, "-b", bundle, id) == 0, "%s",
		      text);
	master = receive_terminal(listener, &conn);
	is_at_end(conn);
	reads(master, "111 0\r\n");
	is_at_end(master);
	(void)unlink(path);
}
END_TEST

/* ---- paths ---- */

static int go_to(void *arg, struct err *e)
{
	return chdir(arg) < 0 ? err_set(e, errno, "chdir: %m") : 0;
}

/* unix(7) takes 107 bytes; a name of a file may have 255, and the caller be anywhere. */
static const struct {
	int dir, name; /* lengths */
	enum { ABSOLUTE, RELATIVE, BARE } way;
} places[] = {
	{1, 7, ABSOLUTE},   {1, 7, RELATIVE},	  {1, 7, BARE},	  {150, 7, ABSOLUTE},
	{150, 7, RELATIVE}, {1, 255, ABSOLUTE},	  {1, 255, BARE}, {1, 107, BARE},
	{1, 108, BARE},	    {255, 255, ABSOLUTE},
};

START_TEST(test_long_and_relative_paths)
{
	cleanup_free char *sub = str_format("%0*d", places[_i].dir, 0);
	cleanup_free char *name = str_format("%0*d", places[_i].name, 1);
	cleanup_free char *dir = str_format("%s/%s", work, sub);
	cleanup_free char *absolute = str_format("%s/%s", dir, name);
	cleanup_free char *relative = str_format("%s/%s", sub, name);
	const char *const ways[] = {absolute, relative, name};
	const char *const argument = ways[places[_i].way];
	const char *const create[] = {"create", "-b", bundle, "--console-socket",
				      argument, id,   NULL};
	const char *const exec[] = {"exec",	"-t",	"-d", "--console-socket", argument, id,
				    "/program", "wait", NULL};

	set_path();
	(void)mkdir(dir, 0755);
	for (int i = 0; i < 2; i++) {
		cleanup_fd int listener = listen_at(path), master = FD_NONE;

		/* what bind(2) could not name itself */
		ck_assert_int_eq(rename(path, absolute), 0);
		if (i)
			run_container();
		else
			write_config(WAIT WITH_TERMINAL, "", "");
		ck_assert_msg(command_after(go_to, places[_i].way == BARE ? dir : work,
					    i ? exec : create) == 0,
			      "%s", text);
		master = receive_terminal(listener, NULL);
		ck_assert_int_eq(isatty(master), 1);
		ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
		check_no_residue("a path");
	}
	ck_assert_int_eq(unlink(absolute), 0);
	ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

/* ---- what is no socket that takes a terminal ---- */

static int keep_bound; /* the socket at the path */

static int bind_a(int type, const char *at)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};

	keep_bound = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	(void)snprintf(a.sun_path, sizeof(a.sun_path), "%s", at);
	return keep_bound < 0 ? -1 : bind(keep_bound, (struct sockaddr *)&a, sizeof(a));
}

static int make_nothing(const char *at)
{
	(void)at;
	return 0;
}

static int make_file(const char *at)
{
	return mknod(at, S_IFREG | 0666, 0);
}

static int make_fifo(const char *at)
{
	return mkfifo(at, 0666);
}

static int make_directory(const char *at)
{
	return mkdir(at, 0777);
}

static int make_null_device(const char *at)
{
	return mknod(at, S_IFCHR | 0666, makedev(1, 3));
}

static int make_loop(const char *at)
{
	return symlink("console", at);
}

static int make_bound(const char *at)
{
	return bind_a(SOCK_STREAM, at);
}

static int make_left(const char *at)
{
	int r = bind_a(SOCK_STREAM, at);

	(void)close(keep_bound);
	keep_bound = FD_NONE;
	return r;
}

static int make_datagram(const char *at)
{
	return bind_a(SOCK_DGRAM, at);
}

static int make_seqpacket(const char *at)
{
	return bind_a(SOCK_SEQPACKET, at) < 0 ? -1 : listen(keep_bound, 4);
}

static const struct bad {
	const char *what;
	int (*make)(const char *at);
	const char *words;
} bad[] = {
	{"nothing", make_nothing, "No such file or directory"},
	{"a regular file", make_file, "Connection refused"},
	{"a FIFO", make_fifo, "Connection refused"},
	{"a directory", make_directory, "Connection refused"},
	{"a device", make_null_device, "Connection refused"},
	{"a link to itself", make_loop, "Too many levels of symbolic links"},
	{"nobody listens", make_bound, "Connection refused"},
	{"nobody is left", make_left, "Connection refused"},
	{"datagrams", make_datagram, "Protocol wrong type for socket"},
	{"packets", make_seqpacket, "Protocol wrong type for socket"},
};

/* The running container has its one process, as before. */
static void has_one_process(void)
{
	cleanup_free char *alone = NULL;

	alone = str_format("[%d]\n", (int)pid_of());
	ck_assert_int_eq(REFRUN("ps", "--format", "json", id), 0);
	ck_assert_str_eq(out, alone);
}

static void is_refused(int code, int want, const char *who, const char *words)
{
	cleanup_free char *place = str_format("'%s': %s", path, words);

	ck_assert_msg(code == want, "%s: %d, '%s'", who, code, text);
	ck_assert_msg(strstr(text, "console socket") && strstr(text, place), "%s: %s", who, text);
}

START_TEST(test_bad_sockets)
{
	const struct bad *b = &bad[_i];

	set_path();
	keep_bound = FD_NONE;
	ck_assert_msg(b->make(path) == 0, "%s: %m", b->what);
	write_config(PAUSE WITH_TERMINAL, "", "");
	is_refused(REFRUN("create", "--console-socket", path, "-b", bundle, id), 1, "create",
		   b->words);
	check_no_residue(b->what);
	is_refused(REFRUN("run", "-d", "--console-socket", path, "-b", bundle, id), 1, "run",
		   b->words);
	check_no_residue(b->what);
	run_container();
	is_refused(EXEC("-t", "-d", "--console-socket", path, id, "/program", "wait"), 255, "exec",
		   b->words);
	has_one_process();
	fd_close(&keep_bound);
	(void)remove(path);
}
END_TEST

/* A socket whose queue holds one connection, and that one is ours. */
static int listen_and_fill(const char *at, int *ret_first)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int sock = listen_at(at);

	ck_assert_int_eq(listen(sock, 0), 0);
	(void)snprintf(a.sun_path, sizeof(a.sun_path), "%s", at);
	*ret_first = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(connect(*ret_first, (struct sockaddr *)&a, sizeof(a)), 0);
	return sock;
}

/*
 * Takes the connection and is gone before the terminal comes: the runtime connects to the pidfd
 * socket after the one for the console, and there it is held until all that has happened.
 */
static int with_a_peer_that_goes(const char *const *args)
{
	cleanup_free char *gate_path = str_format("%s/gate", work);
	cleanup_fd int listener = listen_at(path), first = FD_NONE, gate = FD_NONE;
	cleanup_fd int conn = FD_NONE, held = FD_NONE, last = FD_NONE;
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct pollfd there = {.fd = listener, .events = POLLIN};

	gate = listen_and_fill(gate_path, &first);
	start_command(args, &p);
	ck_assert_int_eq(poll(&there, 1, TIMEOUT_MS), 1);
	conn = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	ck_assert_int_ge(conn, 0);
	fd_close(&conn);
	fd_close(&listener);
	held = accept4(gate, NULL, NULL, SOCK_CLOEXEC);
	ck_assert_int_ge(held, 0);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + TIMEOUT_MS), 0);
	read_into(out_path, out, sizeof(out));
	read_into(err_path, text, sizeof(text));
	/* and this connection was closed without a pidfd */
	last = accept4(gate, NULL, NULL, SOCK_CLOEXEC);
	ck_assert_int_ge(last, 0);
	is_at_end(last);
	(void)unlink(gate_path);
	(void)unlink(path);
	return proc_exit_code(&p);
}
#define THAT_GOES(...) with_a_peer_that_goes((const char *const[]){__VA_ARGS__, NULL})

START_TEST(test_peer_that_goes)
{
	cleanup_free char *gate = str_format("%s/gate", work);

	set_path();
	write_config(PAUSE WITH_TERMINAL, "", "");
	if (_i < 2) {
		is_refused(THAT_GOES(_i ? "run" : "create", _i ? "-d" : "--no-pivot=false",
				     "--console-socket", path, "--pidfd-socket", gate, "-b", bundle,
				     id),
			   1, _i ? "run" : "create", "Broken pipe");
		check_no_residue("a peer that goes");
		return;
	}
	run_container();
	is_refused(THAT_GOES("exec", "-t", "-d", "--console-socket", path, "--pidfd-socket", gate,
			     id, "/program", "wait"),
		   255, "exec", "Broken pipe");
	has_one_process();
}
END_TEST

/* Lets go what is held by @held until somebody writes. */
static void release(const char *held)
{
	cleanup_fd int fd = open(held, O_WRONLY | O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, "\n", 1), 1);
}

/* The same of who is to have a pidfd: a hook, or the freezer, holds what has connected to it. */
START_TEST(test_peer_of_pidfd_that_goes)
{
	cleanup_free char *fifo = str_format("%s/fifo", work), *said = str_format("%s/said", work);
	cleanup_free char *pid_file = str_format("%s/pid", work);
	cleanup_free char *hook =
		str_format(",\"hooks\":{\"createRuntime\":[{\"path\":\"/bin/sh\",\"args\":[\"sh\","
			   "\"-c\",\"read x <%s\"]}]}",
			   fifo);
	const char *const make[] = {_i ? "run" : "create",
				    _i ? "-d" : "--no-pivot=false",
				    "--pidfd-socket",
				    path,
				    "--pid-file",
				    pid_file,
				    "-b",
				    bundle,
				    id,
				    NULL};
	const char *const exec[] = {
		"exec",	  "-d", "--ignore-paused", "--pidfd-socket", path, "--pid-file",
		pid_file, id,	"/program",	   "wait",	     NULL};
	cleanup_fd int listener = FD_NONE, conn = FD_NONE;
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct pollfd there = {.events = POLLIN};

	set_path();
	listener = there.fd = listen_at(path);
	(void)unlink(pid_file);
	(void)mkfifo(fifo, 0600);
	if (_i < 2) {
		write_config(PAUSE, "", hook);
	} else {
		run_container();
		ck_assert_int_eq(REFRUN("pause", id), 0);
	}
	start_command(_i < 2 ? make : exec, &p);
	/* the next command has a file of its own */
	ck_assert_int_eq(link(err_path, said), 0);
	ck_assert_int_eq(poll(&there, 1, TIMEOUT_MS), 1);
	conn = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	fd_close(&conn);
	if (_i < 2)
		release(fifo);
	else
		ck_assert_int_eq(REFRUN("resume", id), 0);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + TIMEOUT_MS), 0);
	read_into(said, text, sizeof(text));
	(void)unlink(said);
	ck_assert_msg(proc_exit_code(&p) == (_i < 2 ? 1 : 255), "%d %s", proc_exit_code(&p), text);
	ck_assert_msg(strstr(text, "pidfd socket") && strstr(text, path) &&
			      strstr(text, "Broken pipe"),
		      "%s", text);
	ck_assert_int_ne(access(pid_file, F_OK), 0);
	(void)unlink(fifo);
	(void)unlink(path);
	if (_i < 2)
		check_no_residue("a peer that goes");
	else
		has_one_process();
}
END_TEST

/* With nobody to send it to there would be no terminal, or two. */
START_TEST(test_where_it_is_of_no_use)
{
	set_path();
	write_config(TRUE, "", "");
	ck_assert_int_eq(REFRUN("create", "--console-socket", path, "-b", bundle, id), 1);
	ck_assert_msg(strstr(text, "process.terminal is not true"), "%s", text);
	check_no_residue("no terminal");
	write_config(TRUE WITH_TERMINAL, "", "");
	ck_assert_int_eq(REFRUN("create", "-b", bundle, id), 1);
	ck_assert_msg(strstr(text, "without setting console socket"), "%s", text);
	check_no_residue("no socket");
	ck_assert_int_eq(REFRUN("run", "--console-socket", path, "-b", bundle, id), 1);
	ck_assert_msg(strstr(text, "container is not detached"), "%s", text);
	check_no_residue("in the foreground");
	run_container();
	ck_assert_int_eq(EXEC("-t", "--console-socket", path, id, "/program", "true"), 255);
	ck_assert_msg(strstr(text, "container is not detached"), "%s", text);
	has_one_process();
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_exec);
	tcase_add_test(c, test_create);
	tcase_add_test(c, test_run);
	tcase_add_loop_test(c, test_long_and_relative_paths, 0, sizeof(places) / sizeof(places[0]));
	tcase_add_loop_test(c, test_bad_sockets, 0, sizeof(bad) / sizeof(bad[0]));
	tcase_add_loop_test(c, test_peer_that_goes, 0, 3);
	tcase_add_loop_test(c, test_peer_of_pidfd_that_goes, 0, 3);
	tcase_add_test(c, test_where_it_is_of_no_use);
}

int main(int argc, char **argv)
{
	return driver_main("console_socket", argc, argv, add);
}
