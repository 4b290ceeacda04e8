/* SPDX-License-Identifier: Apache-2.0 */
/* A pair from a devpts of the test's own, below a root of its own. */
#include "console.h"

#include "cleanup.h"
#include "proc.h"
#include "suite.h"

#include <check.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/* Runs @act in a child with its own mount namespace; its result must be 0. */
static int child_main(void *arg)
{
	int (*act)(void) = *(int (**)(void))arg;

	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", "/mnt", "tmpfs", 0, NULL) < 0 || mkdir("/mnt/dev", 0755) < 0 ||
	    mkdir("/mnt/dev/pts", 0755) < 0)
		return 99;
	return act();
}

static void in_child(int (*act)(void))
{
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct err e = {0};

	s.run = child_main;
	s.run_arg = &act;
	ck_assert_msg(proc_spawn(&s, &p, &e) >= 0, "%s", e.msg);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + 20000), 0);
	ck_assert_int_eq(proc_exit_code(&p), 0);
}

static int mount_devpts(void)
{
	return mount("devpts", "/mnt/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
		     "newinstance,ptmxmode=0666,mode=0620");
}

static int root(void)
{
	return open("/mnt", O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static int act_open(void)
{
	const struct cfg_console_size size = {.height = 33, .width = 99};
	cleanup_fd int master = FD_NONE, slave = FD_NONE, root_fd = root();
	struct winsize ws;
	struct stat st;
	char buf[8];

	if (mount_devpts() < 0 || symlink("pts/ptmx", "/mnt/dev/ptmx") < 0)
		return 98;
	if (console_open(root_fd, &size, &master, &slave, NULL) < 0)
		return 1;
	if (fstat(slave, &st) < 0 || major(st.st_rdev) != 136 || !isatty(slave))
		return 2;
	if (ioctl(slave, TIOCGWINSZ, &ws) < 0 || ws.ws_row != 33 || ws.ws_col != 99)
		return 3;
	if (!(fcntl(master, F_GETFD) & FD_CLOEXEC) || !(fcntl(slave, F_GETFD) & FD_CLOEXEC))
		return 4;
	return write(slave, "hi\n", 3) == 3 && read(master, buf, 8) == 4 ? 0 : 5;
}

/* The image put something else in place of /dev/ptmx: it is not opened, the right one is. */
static int act_decoy(void)
{
	cleanup_fd int master = FD_NONE, slave = FD_NONE, root_fd = root();

	if (mount_devpts() < 0 || mkfifo("/mnt/dev/ptmx", 0600) < 0)
		return 98;
	return console_open(root_fd, NULL, &master, &slave, NULL) < 0 ? 1 : 0;
}

static int act_no_devpts(void)
{
	cleanup_fd int master = FD_NONE, slave = FD_NONE, root_fd = root();
	struct err e = {0};

	if (console_open(root_fd, NULL, &master, &slave, &e) >= 0 || !strstr(e.msg, "/dev/ptmx"))
		return 1;
	/* the right numbers, on the wrong file system */
	if (mknod("/mnt/dev/ptmx", S_IFCHR | 0666, makedev(5, 2)) < 0)
		return 98;
	if (console_open(root_fd, NULL, &master, &slave, &e) >= 0)
		return 2;
	/* out of the root */
	if (unlink("/mnt/dev/ptmx") < 0 || symlink("/dev/ptmx", "/mnt/dev/ptmx") < 0)
		return 97;
	return console_open(root_fd, NULL, &master, &slave, &e) >= 0 ? 3 : 0;
}

/* A procfs that the container has made up, or none: the terminal is one of its devpts. */
static int open_with_false_proc(const char *target)
{
	cleanup_fd int master = FD_NONE, slave = FD_NONE, root_fd = root();
	struct stat st, pts;
	char link[32];

	if (mount_devpts() < 0 || symlink("pts/ptmx", "/mnt/dev/ptmx") < 0 ||
	    mount("none", "/proc", "tmpfs", 0, NULL) < 0 || mkdir("/proc/self", 0755) < 0 ||
	    mkdir("/proc/self/fd", 0755) < 0)
		return 98;
	for (int i = 0; target && i < 64; i++) {
		(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", i);
		if (symlink(target, link) < 0)
			return 97;
	}
	if (console_open(root_fd, NULL, &master, &slave, NULL) < 0)
		return 1;
	if (fstat(master, &st) < 0 || stat("/mnt/dev/pts", &pts) < 0 || st.st_dev != pts.st_dev)
		return 2;
	return fcntl(master, F_GETFL) & O_NONBLOCK ? 3 : 0;
}

static int act_no_proc(void)
{
	return open_with_false_proc(NULL);
}

static int act_false_proc(void)
{
	return mkdir("/mnt/other", 0755) < 0 || mount("devpts", "/mnt/other", "devpts", 0,
						      "newinstance,ptmxmode=0666") < 0
		       ? 96
		       : open_with_false_proc("/mnt/other/ptmx");
}

static int attach(void)
{
	cleanup_fd int master = FD_NONE, slave = FD_NONE, root_fd = root();
	struct err e = {0};

	if (mount_devpts() < 0 || console_open(root_fd, NULL, &master, &slave, &e) < 0)
		return 98;
	/* what the session's leader gets when the master goes */
	(void)signal(SIGHUP, SIG_IGN);
	if (setsid() < 0)
		return 97;
	if (console_attach(slave, &e) < 0)
		return 1;
	for (int fd = 0; fd < 3; fd++)
		if (!isatty(fd) || (fcntl(fd, F_GETFD) & FD_CLOEXEC))
			return 2;
	return tcgetsid(0) == getpid() ? 0 : 3;
}

/* setsid(2) is not for the leader of a group, which every spawned child is. */
static int act_attach(void)
{
	pid_t pid = proc_clone(0, FD_NONE, NULL);
	int status;

	if (pid == 0)
		_exit(attach());
	return pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status)
		       ? 96
		       : WEXITSTATUS(status);
}

START_TEST(opening)
{
	in_child(act_open);
	in_child(act_decoy);
	in_child(act_no_proc);
	in_child(act_false_proc);
	in_child(act_no_devpts);
	in_child(act_attach);
}
END_TEST

START_TEST(sending)
{
	char dir[] = "/tmp/refrun-test-console-XXXXXX";
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	cleanup_fd int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), sock = FD_NONE;
	cleanup_fd int conn = FD_NONE, got = FD_NONE, home = FD_NONE;
	cleanup_free char *longer = NULL, *sub = NULL;
	struct err e = {0};
	char buf[64];

	ck_assert_ptr_nonnull(mkdtemp(dir));
	/* longer than sun_path */
	sub = str_format("%s/%0100d", dir, 7);
	longer = str_format("%s/sock", sub);
	ck_assert_int_eq(mkdir(sub, 0700), 0);
	home = open(sub, O_PATH | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_gt(
		snprintf(addr.sun_path, sizeof(addr.sun_path), "/proc/self/fd/%d/sock", home), 0);
	ck_assert_int_lt(console_connect(longer, &sock, &e), 0);
	ck_assert_ptr_nonnull(strstr(e.msg, "console socket"));
	ck_assert_int_eq(bind(server, (const struct sockaddr *)&addr, sizeof(addr)), 0);
	ck_assert_int_eq(listen(server, 1), 0);
	ck_assert_msg(console_connect(longer, &sock, &e) >= 0, "%s", e.msg);
	conn = accept(server, NULL, NULL);
	ck_assert_int_eq(console_send_master(sock, longer, home, &e), 0);
	ck_assert_int_gt(fd_recv(conn, buf, sizeof(buf), &got, 1), 0);
	ck_assert_int_ge(got, 0);
	(void)unlink(longer);
	(void)rmdir(sub);
	(void)rmdir(dir);
}
END_TEST

/* The far side of a relay: a shell on the container's terminal, a person on ours. */
static int relay_child(void *arg)
{
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct proc_spawn s = PROC_SPAWN_INIT;
	char *argv[] = {(char *)"sh", (char *)"-c",
			(char *)"read line; echo got $line; stty size; exit 3", NULL};
	struct winsize ws = {.ws_row = 11, .ws_col = 22};
	struct err e = {0};
	sigset_t set;
	int master, slave, sigfd;

	(void)arg;
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGWINCH);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	sigfd = signalfd(-1, &set, SFD_CLOEXEC);
	if (openpty(&master, &slave, NULL, NULL, &ws) < 0)
		return 99;
	s.path = "/bin/sh";
	s.argv = argv;
	s.in_fd = s.out_fd = s.err_fd = slave;
	if (proc_spawn(&s, &p, &e) < 0)
		return 98;
	(void)close(slave);
	if (console_relay(&master, p.pidfd, sigfd, NULL, &e) < 0)
		return 97;
	if (proc_wait(&p, proc_now_ms() + 10000) < 0)
		return 96;
	return proc_exit_code(&p);
}

START_TEST(relaying)
{
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct err e = {0};
	char text[512] = "";
	size_t len = 0;
	int in[2], out[2];
	ssize_t n;

	ck_assert_int_eq(pipe2(in, O_CLOEXEC), 0);
	ck_assert_int_eq(pipe2(out, O_CLOEXEC), 0);
	s.in_fd = in[0];
	s.out_fd = out[1];
	s.run = relay_child;
	ck_assert_msg(proc_spawn(&s, &p, &e) >= 0, "%s", e.msg);
	(void)close(in[0]);
	(void)close(out[1]);
	ck_assert_int_eq(write(in[1], "hello\n", 6), 6);
	(void)close(in[1]);
	while (len + 1 < sizeof(text) && (n = read(out[0], text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)n;
	(void)close(out[0]);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + 20000), 0);
	ck_assert_int_eq(proc_exit_code(&p), 3);
	ck_assert_msg(strstr(text, "got hello") != NULL, "%s", text);
	ck_assert_msg(strstr(text, "11 22") != NULL, "%s", text);
}
END_TEST

/* Until the relay has read everything, and has the terminal that nobody else has open. */
static bool is_taken(int master)
{
	struct pollfd p = {.fd = master, .events = POLLIN};

	for (int i = 0; i < 10000 && poll(&p, 1, 0) == 1; i++)
		(void)usleep(1000);
	return !p.revents;
}

static int print(int master, const char *text, bool hang_up)
{
	int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	ssize_t len = (ssize_t)strlen(text);

	if (slave < 0 || write(slave, text, (size_t)len) != len || !is_taken(master) ||
	    (hang_up && ioctl(slave, TIOCVHANGUP) < 0))
		return -1;
	return close(slave);
}

/* An init process: it opens its terminal for what it has to say. */
static int init_child(void *arg)
{
	const int master = 3;

	(void)arg;
	for (int fd = 0; fd < 3; fd++)
		(void)close(fd);
	if (!is_taken(master) || print(master, "first\n", false) < 0)
		return 1;
	if (!is_taken(master) || print(master, "second\n", true) < 0)
		return 2;
	return !is_taken(master) || print(master, "third\n", false) < 0 ? 3 : 0;
}

/* A relay between its standard output and @init on a terminal. */
static int leaving_child(void *arg)
{
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct proc_fd fd = {.as = 3};
	struct err e = {0};
	sigset_t set;
	int master, slave;

	(void)arg;
	(void)sigemptyset(&set);
	if (openpty(&master, &slave, NULL, NULL, NULL) < 0)
		return 99;
	fd.fd = master;
	s.run = init_child;
	s.fds = &fd;
	s.nfds = 1;
	s.in_fd = s.out_fd = s.err_fd = slave;
	if (proc_spawn(&s, &p, &e) < 0)
		return 98;
	(void)close(slave);
	if (console_relay(&master, p.pidfd, signalfd(-1, &set, SFD_CLOEXEC), NULL, &e) < 0)
		return 97;
	return proc_wait(&p, proc_now_ms() + 10000) < 0 ? 96 : proc_exit_code(&p);
}

START_TEST(leaving)
{
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct err e = {0};
	char text[512] = "";
	size_t len = 0;
	int out[2];
	ssize_t n;

	ck_assert_int_eq(pipe2(out, O_CLOEXEC), 0);
	s.out_fd = out[1];
	s.run = leaving_child;
	ck_assert_msg(proc_spawn(&s, &p, &e) >= 0, "%s", e.msg);
	(void)close(out[1]);
	while (len + 1 < sizeof(text) && (n = read(out[0], text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)n;
	(void)close(out[0]);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + 20000), 0);
	ck_assert_int_eq(proc_exit_code(&p), 0);
	ck_assert_str_eq(text, "first\r\nsecond\r\nthird\r\n");
}
END_TEST

/* Our own terminal is raw while it lasts, and afterwards what it was. */
static int restore_child(void *arg)
{
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct proc_spawn s = PROC_SPAWN_INIT;
	char *argv[] = {(char *)"true", NULL};
	struct termios before, after;
	struct err e = {0};
	sigset_t set;
	int master, slave;

	(void)arg;
	(void)sigemptyset(&set);
	if (tcgetattr(0, &before) < 0 || openpty(&master, &slave, NULL, NULL, NULL) < 0)
		return 99;
	s.path = "/bin/true";
	s.argv = argv;
	if (proc_spawn(&s, &p, &e) < 0)
		return 98;
	(void)close(slave);
	if (console_relay(&master, p.pidfd, signalfd(-1, &set, SFD_CLOEXEC), NULL, &e) < 0)
		return 97;
	if (tcgetattr(0, &after) < 0 ||
	    memcmp(&before.c_lflag, &after.c_lflag, sizeof(tcflag_t)) != 0 ||
	    before.c_oflag != after.c_oflag || before.c_iflag != after.c_iflag)
		return 1;
	return 0;
}

START_TEST(restoring)
{
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct err e = {0};
	int master, slave;

	ck_assert_int_eq(openpty(&master, &slave, NULL, NULL, NULL), 0);
	s.in_fd = s.out_fd = slave;
	s.run = restore_child;
	ck_assert_msg(proc_spawn(&s, &p, &e) >= 0, "%s", e.msg);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + 20000), 0);
	ck_assert_int_eq(proc_exit_code(&p), 0);
	(void)close(master);
	(void)close(slave);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("console");
	TCase *t = tcase_create("console");

	if (geteuid() != 0)
		return 77;
	tcase_set_timeout(t, 60);
	tcase_add_test(t, opening);
	tcase_add_test(t, sending);
	tcase_add_test(t, relaying);
	tcase_add_test(t, leaving);
	tcase_add_test(t, restoring);
	suite_add_tcase(s, t);
	return suite_run(s);
}
