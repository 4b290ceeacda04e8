/* SPDX-License-Identifier: Apache-2.0 */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "guard.h"
#include "json.h"
#include "str.h"
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

const char *refrun;
static const char *program;
char work[] = "/tmp/refrun-test.XXXXXX";
char root[64], bundle[64], id[32], out_path[64], err_path[64];
char out[8192], text[8192];

void read_into(const char *path, char *buf, size_t size)
{
	cleanup_free char *all = NULL;
	size_t len;

	buf[0] = '\0';
	if (fd_read_file_at(AT_FDCWD, path, size - 1, &all, &len, NULL) == 0)
		memcpy(buf, all, len + 1);
}

static int open_output(const char *path)
{
	int fd;

	/* a new file, since containers of earlier commands may still write to the old one */
	(void)unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	ck_assert_int_ge(fd, 0);
	return fd;
}

void put_file(const char *dir, const char *name, const char *content)
{
	cleanup_free char *path = str_format("%s/%s", dir, name);

	ck_assert_int_eq(
		fd_replace_file_at(AT_FDCWD, path, 0640, content, strlen(content), 0, NULL), 0);
}

void start_command_after(int (*setup)(void *arg, struct err *e), void *setup_arg,
			 const char *const *args, struct proc *p)
{
	const char *argv[32] = {refrun, "--root", root};
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct err e;
	size_t n = 3;

	for (; *args && n < 31; args++)
		argv[n++] = *args;
	s.path = refrun;
	s.argv = (char *const *)argv;
	s.setup = setup;
	s.setup_arg = setup_arg;
	s.out_fd = open_output(out_path);
	s.err_fd = open_output(err_path);
	ck_assert_msg(proc_spawn(&s, p, &e) == 0, "%s", e.msg);
	fd_close(&s.out_fd);
	fd_close(&s.err_fd);
}

void start_command(const char *const *args, struct proc *p)
{
	start_command_after(NULL, NULL, args, p);
}

int command_after(int (*setup)(void *arg, struct err *e), void *setup_arg, const char *const *args)
{
	struct proc p = PROC_INIT;
	int code;

	start_command_after(setup, setup_arg, args, &p);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + TIMEOUT_MS), 0);
	code = proc_exit_code(&p);
	proc_done(&p);
	read_into(out_path, out, sizeof(out));
	read_into(err_path, text, sizeof(text));
	return code;
}

int command(const char *const *args)
{
	return command_after(NULL, NULL, args);
}

pid_t start_traced(const char *const *args)
{
	const char *argv[16] = {refrun, "--root", root};
	size_t count = 3;
	pid_t pid;

	for (; *args && count < 15; args++)
		argv[count++] = *args;
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		(void)dup2(null, 0);
		(void)dup2(null, 1);
		(void)dup2(null, 2);
		/* LeakSanitizer would trace it as well */
		(void)setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
		(void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		(void)execv(refrun, (char *const *)argv);
		_exit(127);
	}
	return pid;
}

bool has_stopped(pid_t pid, int *status)
{
	ck_assert_int_eq(waitpid(pid, status, 0), pid);
	return !WIFEXITED(*status) && !WIFSIGNALED(*status);
}

bool killed_at(unsigned long n, const char *const *args)
{
	pid_t pid = start_traced(args);
	int status;

	for (;;) {
		if (!has_stopped(pid, &status))
			return false;
		if (n-- == 0)
			break;
		ck_assert_int_eq(ptrace(PTRACE_SYSCALL, pid, NULL, NULL), 0);
	}
	(void)kill(pid, SIGKILL);
	while (has_stopped(pid, &status))
		;
	return true;
}

void write_config(const char *process, const char *linux_more, const char *more)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;
	struct err e;

	strbuf_addf(&b,
		    "{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"rootfs\"},"
		    "\"mounts\":[{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"},"
		    "{\"destination\":\"/dev/pts\",\"type\":\"devpts\",\"source\":\"devpts\","
		    "\"options\":[\"newinstance\",\"ptmxmode=0666\",\"mode=0620\"]}],"
		    "%s%s%s"
		    "\"linux\":{\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"mount\"},{\"type\":"
		    "\"ipc\"},"
		    "{\"type\":\"uts\"},{\"type\":\"cgroup\"}]%s}%s}",
		    process ? "\"process\":{\"cwd\":\"/\",\"user\":{\"uid\":0,\"gid\":0}," : "",
		    process ? process : "", process ? "}," : "", linux_more, more);
	cleanup_free char *path = str_format("%s/config.json", bundle);

	ck_assert_msg(fd_replace_file_at(AT_FDCWD, path, 0600, b.buf, b.len, 0, &e) == 0, "%s",
		      e.msg);
}

static bool matches(const char *pattern)
{
	glob_t g = {0};
	bool any = glob(pattern, GLOB_ONLYDIR | GLOB_BRACE, NULL, &g) == 0 && g.gl_pathc > 0;

	globfree(&g);
	return any;
}

void speak_as_systemd(const char *answer)
{
	static const char *real;
	static char copy[64];
	cleanup_free char *bin = str_format("%s/bin", work), *bytes = NULL,
			  *helper = str_format("%s/refrun-systemd", bin),
			  *asked = str_format("%s/asked", bin),
			  *script = str_format("#!/bin/sh\nid=%s asked=%s\nwhile read -r line; do "
					       "echo \"$line\" >>$asked; %s; done\n",
					       id, asked, answer);
	size_t len;

	real = real ? real : refrun;
	(void)snprintf(copy, sizeof(copy), "%s/refrun", bin);
	ck_assert(mkdir(bin, 0755) == 0 || errno == EEXIST);
	(void)unlink(asked);
	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, real, 64u << 20, &bytes, &len, NULL), 0);
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, copy, 0755, bytes, len, 0, NULL), 0);
	ck_assert_int_eq(
		fd_replace_file_at(AT_FDCWD, helper, 0755, script, strlen(script), 0, NULL), 0);
	refrun = copy;
}

bool asked_systemd(const char *words)
{
	cleanup_free char *path = str_format("%s/bin/asked", work), *asked = NULL;
	size_t len;

	return fd_read_file_at(AT_FDCWD, path, 1u << 20, &asked, &len, NULL) == 0 &&
	       strstr(asked, words);
}

void check_no_residue(const char *when)
{
	char pattern[128];

	(void)snprintf(pattern, sizeof(pattern), "%s/{*,.[!.]*}", root);
	ck_assert_msg(!matches(pattern), "%s: state is left", when);
	/* v1 and v2, wherever this runtime puts it by default */
	(void)snprintf(pattern, sizeof(pattern), "/sys/fs/cgroup/{,*/,*/*/}*%s*", id);
	ck_assert_msg(!matches(pattern), "%s: cgroups are left", when);
}

void status_is(const char *status)
{
	CLEANUP(json_freep) struct json *j = NULL;
	struct err e;

	ck_assert_msg(REFRUN("state", id) == 0, "%s", text);
	ck_assert_int_eq(json_parse(out, strlen(out), &j, &e), 0);
	ck_assert_str_eq(json_string(json_member(j, "status")), status);
}

pid_t pid_of(void)
{
	CLEANUP(json_freep) struct json *j = NULL;
	struct err e;
	int64_t pid = 0;

	ck_assert_int_eq(REFRUN("state", id), 0);
	ck_assert_int_eq(json_parse(out, strlen(out), &j, &e), 0);
	ck_assert_int_eq(json_int(json_member(j, "pid"), &pid), 0);
	return (pid_t)pid;
}

void wait_until_dead(pid_t pid)
{
	struct proc p = {.pid = pid, .pidfd = proc_pidfd_open(pid)};

	if (p.pidfd >= 0)
		(void)proc_wait(&p, proc_now_ms() + TIMEOUT_MS);
	fd_close(&p.pidfd);
}

static void clear_up(void)
{
	(void)REFRUN("delete", "--force", id);
}

/* One failed test must not fail the others. */
static int copy_program(void)
{
	cleanup_free char *buf = NULL, *path = str_format("%s/rootfs/program", bundle);
	size_t len;
	int r;

	r = path ? fd_read_file_at(AT_FDCWD, program, 64u << 20, &buf, &len, NULL) : -ENOMEM;
	return r < 0 ? r : fd_replace_file_at(AT_FDCWD, path, 0755, buf, len, 0, NULL);
}

static int skip(const char *why)
{
	(void)fprintf(stderr, "skipped: %s\n", why);
	return 77;
}

/*
 * Whoever a killed create or a detached exec leaves behind has to be reaped at once: the first
 * process of a pid namespace is not gone before they are. So the tests run in a child, and what
 * loses its parent becomes this process's.
 */
static void reap_orphans(void)
{
	pid_t tests, pid;
	int status = 0;

	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	tests = proc_clone(0, FD_NONE, NULL);
	if (tests == 0)
		return;
	do
		pid = tests < 0 ? -1 : waitpid(-1, &status, __WALL);
	while (pid != tests && (pid > 0 || (tests > 0 && errno == EINTR)));
	_exit(pid == tests && WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE);
}

int driver_main(const char *name, int argc, char **argv, void (*add)(TCase *c))
{
	TCase *c = tcase_create(name);
	Suite *s = suite_create(name);
	int status;

	if (argc < 3)
		return 2;
	refrun = argv[1];
	program = argv[2];
	if (geteuid() != 0)
		return skip("containers with cgroups of their own need root");
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return skip("no mount namespace of its own");
	reap_orphans();
	if (!mkdtemp(work) || mount("refrun-test", work, "tmpfs", 0, "mode=0755") < 0)
		return skip("no tmpfs to work on");
	(void)snprintf(root, sizeof(root), "%s/root", work);
	(void)snprintf(bundle, sizeof(bundle), "%s/bundle", work);
	(void)snprintf(out_path, sizeof(out_path), "%s/out", work);
	(void)snprintf(err_path, sizeof(err_path), "%s/err", work);
	(void)snprintf(id, sizeof(id), "%s", guard_name());
	(void)mkdir(bundle, 0755);
	{
		cleanup_free char *rootfs = str_format("%s/rootfs", bundle);

		(void)mkdir(rootfs, 0755);
	}
	if (copy_program() < 0)
		return 2;

	tcase_set_timeout(c, 100);
	/* before each, since a test that fails goes without what comes after it; and after all */
	tcase_add_checked_fixture(c, clear_up, NULL);
	tcase_add_unchecked_fixture(c, NULL, clear_up);
	add(c);
	suite_add_tcase(s, c);
	/* one process: the namespace and the work directory are shared */
	status = suite_run(s);
	(void)umount2(work, MNT_DETACH);
	(void)rmdir(work);
	return status;
}

void attribute_is(const char *name, const char *value)
{
	cleanup_free char *pattern =
		str_format("/sys/fs/cgroup/{,*/}refrun-%s{,.scope}/%s", id, name);
	char now[256];
	glob_t g = {0};

	ck_assert_int_eq(glob(pattern, GLOB_BRACE, NULL, &g), 0);
	read_into(g.gl_pathv[0], now, sizeof(now));
	globfree(&g);
	now[strcspn(now, "\n")] = '\0';
	ck_assert_str_eq(now, value);
}

int listen_at(const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)unlink(path);
	(void)snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	ck_assert_int_eq(bind(sock, (struct sockaddr *)&a, sizeof(a)), 0);
	ck_assert_int_eq(listen(sock, 4), 0);
	return sock;
}

int receive_terminal(int listener, int *ret_conn)
{
	struct pollfd p = {.fd = listener, .events = POLLIN};
	cleanup_fd int conn = FD_NONE;
	int master = FD_NONE;
	char name[64];

	ck_assert_int_eq(poll(&p, 1, TIMEOUT_MS), 1);
	conn = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	ck_assert_int_ge(conn, 0);
	ck_assert_int_gt(fd_recv(conn, name, sizeof(name), &master, 1), 0);
	ck_assert_int_ge(master, 0);
	if (ret_conn)
		*ret_conn = take_fd(&conn);
	return master;
}
