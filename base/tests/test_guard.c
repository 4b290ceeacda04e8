/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guardian of the test programs: this one starts itself once more as a test that leaves what it
 * can (argv[1] is "victim"), ends it as a time limit does or lets it fail, and looks.
 */
#include "guard.h"

#include "cleanup.h"
#include "fd.h"
#include "proc.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define LONG_MS 60000 /* never reached unless something is broken */
#define FREEZER "/sys/fs/cgroup/freezer"

/* ---- the victim ---- */

static void write_into(const char *dir, const char *name, const char *value)
{
	cleanup_free char *path = str_format("%s/%s", dir, name);
	int fd = path ? open(path, O_WRONLY | O_CLOEXEC) : -1;

	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		_exit(9);
	(void)close(fd);
}

/* In a session of its own, deaf, and nobody's child: its pid comes through @told. */
static void leave_process(int told)
{
	pid_t pid = fork();

	if (pid != 0) {
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
		return;
	}
	(void)setsid();
	(void)signal(SIGTERM, SIG_IGN);
	(void)prctl(PR_SET_PDEATHSIG, 0);
	if (fork() != 0)
		_exit(0);
	(void)dprintf(told, "process %d\n", (int)getpid());
	for (;;)
		(void)pause();
}

/* Frozen, two deep, in a cgroup of v1. */
static void leave_cgroup(int told)
{
	cleanup_free char *top = str_format(FREEZER "/%s", guard_name());
	cleanup_free char *sub = str_format("%s/sub", top);
	char digits[16];
	pid_t pid;

	if (geteuid() != 0 || access(FREEZER "/cgroup.procs", W_OK) < 0)
		return;
	if (mkdir(top, 0755) < 0 || mkdir(sub, 0755) < 0)
		_exit(8);
	pid = fork();
	if (pid == 0) {
		for (;;)
			(void)pause();
	}
	(void)snprintf(digits, sizeof(digits), "%d", (int)pid);
	write_into(sub, "cgroup.procs", digits);
	write_into(sub, "freezer.state", "FROZEN");
	(void)dprintf(told, "process %d\ndirectory %s\ndirectory %s\n", (int)pid, top, sub);
}

static void leave_directory(int told)
{
	char dir[] = "/tmp/test-guard.XXXXXX";
	cleanup_free char *sub = NULL, *file = NULL;
	int fd;

	if (!mkdtemp(dir) || !(sub = str_format("%s/sub", dir)) || mkdir(sub, 0700) < 0 ||
	    !(file = str_format("%s/file", sub)))
		_exit(7);
	fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	(void)close(fd);
	(void)dprintf(told, "directory %s\ndirectory %s\n", dir, guard_dir());
}

/* @how: "wait", or the exit status. */
static int victim(const char *how)
{
	int told = STDOUT_FILENO;

	leave_directory(told);
	leave_process(told);
	leave_cgroup(told);
	(void)dprintf(told, "done %d\n", (int)getpid());
	while (str_eq(how, "wait"))
		(void)pause();
	return how[0] - '0';
}

/* ---- the tests ---- */

struct left {
	char *text;
	pid_t main; /* the process that has become the victim's test */
};

static void start_victim(const char *how, struct proc *ret, struct left *left)
{
	char *argv[] = {(char *)"test_guard", (char *)"victim", (char *)how, NULL};
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct err e = {0};
	char buf[4096];
	size_t len = 0;
	int ends[2];

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	s.path = "/proc/self/exe";
	s.argv = argv;
	s.out_fd = ends[1];
	ck_assert_msg(proc_spawn(&s, ret, &e) == 0, "%s", e.msg);
	(void)close(ends[1]);
	buf[0] = '\0';
	while (!strstr(buf, "done ")) {
		ssize_t n = read(ends[0], buf + len, sizeof(buf) - 1 - len);

		ck_assert_msg(n > 0, "it only said: %s", buf);
		len += (size_t)n;
		buf[len] = '\0';
	}
	(void)close(ends[0]);
	ck_assert_int_eq(sscanf(strstr(buf, "done "), "done %d", &left->main), 1);
	left->text = strdup(buf);
}

/* Whether what the line names is there. */
static bool is_there(const char *line)
{
	char name[256];
	uint64_t start;
	int pid;

	if (sscanf(line, "process %d", &pid) == 1)
		return proc_start_time(pid, &start) == 0;
	return sscanf(line, "directory %255s", name) == 1 && access(name, F_OK) == 0;
}

/* The number of them; the first in @ret. */
static int count_left(const char *text, char ret[256])
{
	int n = 0;

	for (const char *line = text; *line; line += strcspn(line, "\n") + 1) {
		if (!is_there(line))
			continue;
		if (n++ == 0)
			(void)snprintf(ret, 256, "%.*s", (int)strcspn(line, "\n"), line);
	}
	return n;
}

static void expect_nothing(struct left *left)
{
	int64_t deadline = proc_now_ms() + LONG_MS;
	char first[256];

	while (count_left(left->text, first)) {
		ck_assert_msg(proc_now_ms() < deadline, "%s is left", first);
		(void)usleep(1000);
	}
	free(left->text);
}

/* The tests' own group and children die with it, as under ctest(1): the guardian is none of them.
 */
START_TEST(killed)
{
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct left left;
	char first[256];

	start_victim("wait", &p, &left);
	ck_assert_int_ge(count_left(left.text, first), 3);
	ck_assert_int_ne(left.main, p.pid);
	if (_i == 1)
		ck_assert_int_eq(kill(left.main, SIGKILL), 0);
	else
		ck_assert_int_eq(kill(-p.pid, SIGKILL), 0);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + LONG_MS), 0);
	ck_assert_int_eq(proc_exit_code(&p), 128 + SIGKILL);
	expect_nothing(&left);
}
END_TEST

START_TEST(ended)
{
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct left left;

	start_victim(_i ? "3" : "0", &p, &left);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + LONG_MS), 0);
	ck_assert_int_eq(proc_exit_code(&p), _i ? 3 : 0);
	expect_nothing(&left);
}
END_TEST

int main(int argc, char **argv)
{
	Suite *s;
	TCase *t;

	if (argc > 2 && str_eq(argv[1], "victim"))
		return victim(argv[2]);
	s = suite_create("guard");
	t = tcase_create("guard");
	tcase_set_timeout(t, 100);
	tcase_add_loop_test(t, killed, 0, 2);
	tcase_add_loop_test(t, ended, 0, 2);
	suite_add_tcase(s, t);
	return suite_run(s);
}
