/* SPDX-License-Identifier: Apache-2.0 */
/* `exec`: the new process is one of the container's in every respect, and nothing of its caller's
 * comes along. */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
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
#include <sys/fanotify.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define EXEC(...) REFRUN("exec", __VA_ARGS__)

static void run_container(const char *process)
{
	write_config(process, "", "");
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
}

static void write_process(const char *members, char path[80])
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;

	(void)snprintf(path, 80, "%s/process.json", work);
	strbuf_addf(&b, "{\"cwd\":\"/\",\"user\":{\"uid\":0,\"gid\":0},%s}", members);
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, path, 0600, b.buf, b.len, 0, NULL), 0);
}

static bool prints(const char *line)
{
	return strstr(out, line) != NULL;
}

START_TEST(test_exit_codes)
{
	run_container(WAIT);
	ck_assert_int_eq(EXEC(id, "/program", "exit", "0"), 0);
	ck_assert_int_eq(EXEC(id, "/program", "exit", "7"), 7);
	ck_assert_str_eq(text, "");
	ck_assert_int_eq(EXEC(id, "/program", "die", "09"), 137);
	ck_assert_int_eq(EXEC(id, "/nope"), 255);
	/* a command line that is none is nobody's program that failed */
	ck_assert_int_eq(EXEC("--nosuch", id, "/program", "true"), 1);
	ck_assert_int_eq(EXEC("--pid-file"), 1);
	ck_assert_int_eq(REFRUN("exec"), 1);
	ck_assert_int_eq(EXEC(id, "/nope"), 255);
	ck_assert_ptr_nonnull(strstr(text, "exec failed: "));
	ck_assert_ptr_nonnull(strstr(text, "no such file or directory"));
	ck_assert_int_eq(EXEC("-e", "PATH=/", id, "nope"), 255);
	ck_assert_ptr_nonnull(strstr(text, "executable file not found in $PATH"));
	ck_assert_int_eq(EXEC("-e", "PATH=/", id, "program"), 0);
	ck_assert_int_eq(EXEC("--cwd", "/nope", id, "/program"), 255);
	ck_assert_ptr_nonnull(strstr(text, "cwd '/nope'"));
	ck_assert_int_eq(EXEC(id), 255);
	ck_assert_ptr_nonnull(strstr(text, "process args cannot be empty"));
	ck_assert_int_eq(EXEC("nobody-there", "/program"), 255);
	ck_assert_ptr_nonnull(strstr(text, "container does not exist"));
	ck_assert_int_eq(REFRUN("kill", id, "KILL"), 0);
	wait_until_dead(pid_of());
	status_is("stopped");
	ck_assert_int_eq(EXEC(id, "/program"), 255);
	ck_assert_ptr_nonnull(strstr(text, "cannot exec in a stopped container"));
}
END_TEST

/* What a flag has said is not said of a file. */
START_TEST(test_errors_name_the_flag)
{
	char path[80];

	run_container(WAIT);
	ck_assert_int_eq(EXEC("--cwd", "tmp", id, "/program"), 255);
	ck_assert_msg(strstr(text, "exec failed: --cwd: cwd must be"), "%s", text);
	ck_assert_int_eq(EXEC("--cwd", "/nope", id, "/program"), 255);
	ck_assert_msg(strstr(text, "exec failed: --cwd: cwd '/nope': "), "%s", text);
	write_process("\"cwd\":\"/\",\"args\":[\"/nope\"]", path);
	ck_assert_int_eq(EXEC("--process", path, id), 255);
	ck_assert_ptr_null(strstr(text, "--"));
}
END_TEST

/* Callers write out what they leave unset; nothing of the container's confinement goes by it. */
START_TEST(test_empty_flags)
{
	char path[80];

	write_config(WAIT ",\"rlimits\":[{\"type\":\"RLIMIT_NOFILE\",\"soft\":77,\"hard\":88}]", "",
		     "");
	ck_assert_msg(REFRUN("run", "-d", "--pid-file", "", "--console-socket", "",
			     "--pidfd-socket=", "-b", bundle, id) == 0,
		      "%s", text);
	ck_assert_msg(EXEC("--process", "", "--cwd", "", "--apparmor", "", "--process-label", "",
			   "--pid-file", "", "--console-socket", "", "--pidfd-socket", "", id,
			   "/program", "cat", "/proc/self/limits") == 0,
		      "%s", text);
	ck_assert_msg(prints("Max open files            77                   88 "), "%s", out);
	write_process("\"args\":[\"/program\",\"cat\",\"/proc/self/limits\"],\"rlimits\":[]", path);
	ck_assert_msg(EXEC("--process", path, id) == 0, "%s", text);
	ck_assert_msg(prints("Max open files            77                   88 "), "%s", out);
	ck_assert_int_eq(EXEC("--user", "", id, "/program", "true"), 255);
}
END_TEST

START_TEST(test_joins_every_namespace)
{
	static const char *const kinds[] = {"pid", "mnt", "ipc", "uts", "cgroup", "net", "user"};
	pid_t pid;

	run_container(WAIT);
	pid = pid_of();
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		cleanup_free char *host = str_format("/proc/%d/ns/%s", (int)pid, kinds[i]);
		cleanup_free char *inside = str_format("/proc/self/ns/%s", kinds[i]);
		char link[64] = "";

		ck_assert_int_gt(readlink(host, link, sizeof(link) - 1), 0);
		ck_assert_int_eq(EXEC(id, "/program", "link", inside), 0);
		ck_assert_msg(prints(link), "%s: %s is not %s", kinds[i], out, link);
	}
}
END_TEST

static void read_of_pid(pid_t pid, const char *name, char *buf, size_t size)
{
	cleanup_free char *path = str_format("/proc/%d/%s", (int)pid, name);

	read_into(path, buf, size);
}

/* And sets no offsets of a namespace that has processes, which is an error. */
START_TEST(test_joins_the_time_namespace)
{
	static const char config[] =
		"{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"rootfs\"},\"mounts\":["
		"{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"}],\"process\":{"
		"\"cwd\":\"/\",\"user\":{\"uid\":0,\"gid\":0}," WAIT "},\"linux\":{\"namespaces\":["
		"{\"type\":\"pid\"},{\"type\":\"mount\"},{\"type\":\"time\"}],"
		"\"timeOffsets\":{\"boottime\":{\"secs\":5000000}}}}";
	cleanup_free char *path = str_format("%s/config.json", bundle);
	char theirs[64] = "", link[64];

	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, path, 0600, config, strlen(config), 0, NULL),
			 0);
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
	(void)snprintf(link, sizeof(link), "/proc/%d/ns/time", (int)pid_of());
	ck_assert_int_gt(readlink(link, theirs, sizeof(theirs) - 1), 0);
	ck_assert_msg(EXEC(id, "/program", "link", "/proc/self/ns/time") == 0, "%s", text);
	ck_assert(prints(theirs));
	ck_assert_int_eq(EXEC(id, "/program", "cat", "/proc/self/timens_offsets"), 0);
	ck_assert(prints("5000000"));
}
END_TEST

START_TEST(test_joins_the_cgroups)
{
	char pid_file[80], digits[32], own[4096], others[4096];
	uint64_t pid;

	(void)snprintf(pid_file, sizeof(pid_file), "%s/exec-pid", work);
	run_container(WAIT);
	ck_assert_msg(EXEC("--detach", "--pid-file", pid_file, id, "/program", "wait") == 0, "%s",
		      text);
	read_into(pid_file, digits, sizeof(digits));
	/* the whole file is the number: no newline */
	ck_assert_int_eq(str_to_u64(digits, INT32_MAX, &pid), 0);
	read_of_pid((pid_t)pid, "cgroup", own, sizeof(own));
	read_of_pid(pid_of(), "cgroup", others, sizeof(others));
	ck_assert_str_ne(own, "");
	ck_assert_str_eq(own, others);
	ck_assert_int_eq(REFRUN("ps", "--format", "json", id), 0);
	ck_assert_ptr_nonnull(strstr(out, digits));
	(void)unlink(pid_file);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	check_no_residue("exec");
}
END_TEST

#define RESTRICTED                                                                                 \
	WAIT ",\"noNewPrivileges\":true,\"oomScoreAdj\":77,"                                       \
	     "\"rlimits\":[{\"type\":\"RLIMIT_NOFILE\",\"soft\":111,\"hard\":222}],"               \
	     "\"capabilities\":{\"bounding\":[\"CAP_KILL\"],\"effective\":[\"CAP_KILL\"],"         \
	     "\"permitted\":[\"CAP_KILL\"]}"
#define FILTER                                                                                     \
	",\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"swapon\"]" \
	",\"action\":\"SCMP_ACT_ERRNO\"}]}"

/* What it does not say about itself is as the container's own process is. */
START_TEST(test_is_restricted_as_the_container)
{
	char path[80];

	write_config(RESTRICTED, FILTER, "");
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(EXEC(id, "/program", "cat", "/proc/self/status") == 0, "%s", text);
	ck_assert(prints("NoNewPrivs:\t1\n"));
	ck_assert(prints("Seccomp:\t2\n"));
	ck_assert(prints("CapEff:\t0000000000000020\n"));
	ck_assert(prints("CapBnd:\t0000000000000020\n"));
	ck_assert_int_eq(EXEC(id, "/program", "cat", "/proc/self/oom_score_adj"), 0);
	ck_assert_str_eq(out, "77\n");
	ck_assert_int_eq(EXEC(id, "/program", "cat", "/proc/self/limits"), 0);
	ck_assert(prints("Max open files            111                  222"));
	write_process("\"args\":[\"/program\",\"cat\",\"/proc/self/status\"]", path);
	ck_assert_msg(EXEC("--process", path, id) == 0, "%s", text);
	ck_assert(prints("NoNewPrivs:\t1\n"));
	ck_assert(prints("Seccomp:\t2\n"));
	ck_assert(prints("CapBnd:\t0000000000000020\n"));
	write_process("\"args\":[\"/program\",\"cat\",\"/proc/self/oom_score_adj\"]", path);
	ck_assert_msg(EXEC("-p", path, id) == 0, "%s", text);
	ck_assert_str_eq(out, "77\n");
}
END_TEST

/* CVE-2022-29162: none of them inheritable. */
START_TEST(test_added_capabilities)
{
	run_container(RESTRICTED);
	ck_assert_msg(EXEC("--cap", "CAP_CHOWN", "-c", "CAP_FOWNER", id, "/program", "cat",
			   "/proc/self/status") == 0,
		      "%s", text);
	ck_assert(prints("CapInh:\t0000000000000000\n"));
	ck_assert(prints("CapAmb:\t0000000000000000\n"));
	ck_assert(prints("CapPrm:\t0000000000000029\n"));
	ck_assert(prints("CapEff:\t0000000000000029\n"));
	ck_assert(prints("CapBnd:\t0000000000000029\n"));
	ck_assert_int_eq(EXEC("--cap", "CAP_NOSUCH", id, "/program"), 255);
	ck_assert_ptr_nonnull(strstr(text, "CAP_NOSUCH"));
}
END_TEST

/* A number is a number: CVE-2016-3697, CVE-2026-30892. */
START_TEST(test_user)
{
	static const char *const refused[] = {
		"root", "1abc", "-1",	 "+1",	       " 1",  "1:",	      ":1", "4294967295",
		"",	"1:-1", "1:2:3", "4294967296", "0x1", "1:4294967295", "1 ", "1:root"};

	run_container(WAIT);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		ck_assert_msg(EXEC("--user", refused[i], id, "/program") == 255, "'%s'",
			      refused[i]);
	ck_assert_int_eq(EXEC("--user", "1", id, "/program", "cat", "/proc/self/status"), 0);
	ck_assert(prints("Uid:\t1\t1\t1\t1\n"));
	ck_assert(prints("Gid:\t0\t0\t0\t0\n"));
	ck_assert_int_eq(EXEC("-u", "1000:2000", "-g", "7", "--additional-gids=8", id, "/program",
			      "cat", "/proc/self/status"),
			 0);
	ck_assert(prints("Uid:\t1000\t1000\t1000\t1000\n"));
	ck_assert(prints("Gid:\t2000\t2000\t2000\t2000\n"));
	ck_assert(prints("Groups:\t7 8 \n"));
	ck_assert_int_eq(EXEC("-g", "x", id, "/program"), 255);
}
END_TEST

START_TEST(test_environment)
{
	run_container(WAIT ",\"env\":[\"A=1\",\"B=2\"]");
	ck_assert_int_eq(setenv("SECRET", "of the caller", 1), 0);
	ck_assert_int_eq(EXEC("-e", "B=3", "--env=C=4", id, "/program", "env"), 0);
	(void)unsetenv("SECRET");
	ck_assert_str_eq(out, "A=1\nB=3\nC=4\nHOME=/\n");
	ck_assert_int_eq(EXEC("-e", "NOTHING", id, "/program", "env"), 255);
	ck_assert_int_eq(EXEC("--cwd", "/proc", id, "/program", "link", "/proc/self/cwd"), 0);
	ck_assert_str_eq(out, "/proc\n");
}
END_TEST

/* What the caller's process is like is not what the program's is. */
START_TEST(test_dirty_caller)
{
	cpu_set_t before, one;
	sigset_t all, old;
	int code;

	run_container(WAIT);
	ck_assert_int_eq(sched_getaffinity(0, sizeof(before), &before), 0);
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	(void)sched_setaffinity(0, sizeof(one), &one);
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, &old);
	(void)signal(SIGUSR1, SIG_IGN);
	code = EXEC(id, "/program", "cat", "/proc/self/status");
	(void)signal(SIGUSR1, SIG_DFL);
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	(void)sched_setaffinity(0, sizeof(before), &before);
	ck_assert_msg(code == 0, "%s", text);
	ck_assert(prints("SigBlk:\t0000000000000000\n"));
	ck_assert(prints("SigIgn:\t0000000000000000\n"));
	ck_assert(CPU_COUNT(&before) < 2 || !prints("Cpus_allowed_list:\t0\n"));
	ck_assert_int_eq(EXEC(id, "/program", "ls", "/proc/self/fd"), 0);
	/* 3 is ls's own */
	ck_assert(prints("0\n") && prints("1\n") && prints("2\n") && prints("3\n"));
	ck_assert(!prints("4\n") && !prints("5\n"));
}
END_TEST

/* config.md#process: of every process but the first */
START_TEST(test_cpu_affinity)
{
	char path[80];

	run_container(WAIT);
	write_process("\"args\":[\"/program\",\"cat\",\"/proc/self/status\"],"
		      "\"execCPUAffinity\":{\"final\":\"0\"}",
		      path);
	ck_assert_msg(EXEC("-p", path, id) == 0, "%s", text);
	ck_assert(prints("Cpus_allowed_list:\t0\n"));
	/* of the way to the program; where nothing follows, it stays as the kernel leaves it */
	write_process("\"args\":[\"/program\",\"cat\",\"/proc/self/status\"],"
		      "\"execCPUAffinity\":{\"initial\":\"0\"}",
		      path);
	ck_assert_msg(EXEC("-p", path, id) == 0, "%s", text);
	write_process("\"args\":[\"/program\"],\"execCPUAffinity\":{\"final\":\"8191\"}", path);
	ck_assert_int_eq(EXEC("-p", path, id), 255);
	ck_assert_ptr_nonnull(strstr(text, "/execCPUAffinity/final"));
}
END_TEST

START_TEST(test_bad_process_files)
{
	static const struct {
		const char *members, *words;
	} faults[] = {
		{"\"args\":[]", "/args"},
		{"\"args\":7", "/args"},
		{"\"args\":[\"/program\"],\"oomScoreAdj\":5000", "/oomScoreAdj"},
		{"\"args\":[\"/program\"],\"rlimits\":[{\"type\":\"RLIMIT_NOFILE\",\"soft\":2,"
		 "\"hard\":1}]",
		 "/rlimits/0/soft"},
		{"\"args\":[\"/program\"", "process.json:1:"},
		/* what only the process finds out is told with the name of the same file */
		{"\"args\":[\"/nope\"]", "/process.json:1:"},
	};
	char path[80], pid_file[80];

	(void)snprintf(pid_file, sizeof(pid_file), "%s/exec-pid", work);
	run_container(WAIT);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		write_process(faults[i].members, path);
		ck_assert_msg(EXEC("--process", path, "--detach", "--pid-file", pid_file, id) ==
				      255,
			      "%zu", i);
		ck_assert_msg(strstr(text, faults[i].words), "%zu: %s", i, text);
		ck_assert_int_ne(access(pid_file, F_OK), 0);
	}
	ck_assert_int_eq(EXEC("--process", "/nope", id), 255);
	ck_assert_int_eq(EXEC("--process", work, id), 255);
	ck_assert_ptr_nonnull(strstr(text, "not a regular file"));
}
END_TEST

/* CVE-2016-9962: a process of the container finds nothing of the runtime in the one that waits. */
START_TEST(test_created_container)
{
	static const char *const files[] = {"mem", "environ", "maps", "exe", "root"};
	char code[8];

	write_config(WAIT, "", "");
	ck_assert_msg(REFRUN("create", "-b", bundle, id) == 0, "%s", text);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		cleanup_free char *path = str_format("/proc/1/%s", files[i]);

		ck_assert_msg(EXEC(id, "/program", "open", path) == EACCES, "%s: %s", path, text);
	}
	(void)snprintf(code, sizeof(code), "%d", EXEC(id, "/program", "exit", "3"));
	ck_assert_str_eq(code, "3");
	status_is("created");
	ck_assert_int_eq(REFRUN("start", id), 0);
	status_is("running");
}
END_TEST

/* Who owns the files in /proc of the process that executes the container's program, while it waits
 * for our leave: root where it is not dumpable (proc_pid(5)), else the user that it has become. */
static uid_t owner_before_program(int fan, struct proc *p)
{
	struct fanotify_event_metadata m;
	struct fanotify_response answer;
	struct pollfd ready = {.fd = fan, .events = POLLIN};
	struct stat st = {.st_uid = (uid_t)-1};
	char path[64];

	ck_assert_int_eq(poll(&ready, 1, TIMEOUT_MS), 1);
	ck_assert_int_ge(read(fan, &m, sizeof(m)), (ssize_t)sizeof(m));
	(void)snprintf(path, sizeof(path), "/proc/%d/environ", m.pid);
	(void)stat(path, &st);
	answer = (struct fanotify_response){.fd = m.fd, .response = FAN_ALLOW};
	ck_assert_int_eq(write(fan, &answer, sizeof(answer)), (ssize_t)sizeof(answer));
	(void)close(m.fd);
	ck_assert_int_eq(proc_wait(p, proc_now_ms() + TIMEOUT_MS), 0);
	ck_assert_int_eq(proc_exit_code(p), 0);
	proc_done(p);
	return st.st_uid;
}

/* CVE-2016-9962: with the user and the rights of the container, and the memory of the host. */
START_TEST(test_closed_until_the_program)
{
	cleanup_free char *file = str_format("%s/rootfs/program", bundle);
	cleanup_fd int fan = fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC, O_RDONLY | O_CLOEXEC);
	struct proc p = PROC_INIT;

	if (fan < 0 || fanotify_mark(fan, FAN_MARK_ADD, FAN_OPEN_EXEC_PERM, AT_FDCWD, file) < 0) {
		suite_skip("no fanotify(7) with permissions");
		return;
	}
	/* write_config() has a user 0 */
	write_config(WAIT, "", "");
	start_command((const char *const[]){"run", "-d", "-b", bundle, id, NULL}, &p);
	(void)owner_before_program(fan, &p);
	p = PROC_INIT;
	start_command(
		(const char *const[]){"exec", "--user", "1000:1000", id, "/program", "true", NULL},
		&p);
	ck_assert_uint_eq(owner_before_program(fan, &p), 0);
}
END_TEST

START_TEST(test_forwards_signals)
{
	struct proc p = PROC_INIT;

	run_container(WAIT);
	start_command((const char *const[]){"exec", id, "/program", "catch", NULL}, &p);
	out[0] = '\0';
	for (int i = 0; i < 1000 && !prints("ready"); i++) {
		(void)usleep(5000);
		read_into(out_path, out, sizeof(out));
	}
	ck_assert_int_eq(proc_pidfd_signal(p.pidfd, SIGTERM), 0);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + TIMEOUT_MS), 0);
	ck_assert_int_eq(proc_exit_code(&p), 9);
	proc_done(&p);
	status_is("running");
}
END_TEST

/* On a slow machine it has not yet come that far, and would just be ended. */
static void wait_until_blocked(struct proc *p, int sig)
{
	unsigned long long blocked = 0;

	for (int i = 0; i < 2000 && !(blocked >> (sig - 1) & 1); i++) {
		char status[4096], *line;

		ck_assert_int_eq(proc_wait(p, proc_now_ms() + 5), -ETIMEDOUT);
		read_of_pid(p->pid, "status", status, sizeof(status));
		line = strstr(status, "SigBlk:");
		ck_assert(line && sscanf(line, "SigBlk: %llx", &blocked) == 1);
	}
	ck_assert(blocked >> (sig - 1) & 1);
}

START_TEST(test_paused_container)
{
	struct proc p = PROC_INIT;

	run_container(WAIT);
	ck_assert_msg(REFRUN("pause", id) == 0, "%s", text);
	ck_assert_int_eq(EXEC(id, "/program"), 255);
	ck_assert_ptr_nonnull(strstr(text, "cannot exec in a paused container"));
	start_command(
		(const char *const[]){"exec", "--ignore-paused", id, "/program", "exit", "5", NULL},
		&p);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + 100), -ETIMEDOUT);
	ck_assert_msg(REFRUN("resume", id) == 0, "%s", text);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + TIMEOUT_MS), 0);
	ck_assert_int_eq(proc_exit_code(&p), 5);
	proc_done(&p);
	/* who has waited enough may say so, and nothing is left of it */
	ck_assert_int_eq(REFRUN("pause", id), 0);
	start_command((const char *const[]){"exec", "--ignore-paused", id, "/program", NULL}, &p);
	wait_until_blocked(&p, SIGINT);
	ck_assert_int_eq(proc_pidfd_signal(p.pidfd, SIGINT), 0);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + TIMEOUT_MS), 0);
	ck_assert_int_eq(proc_exit_code(&p), 255);
	proc_done(&p);
	ck_assert_int_eq(REFRUN("resume", id), 0);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	check_no_residue("interrupted");
}
END_TEST

START_TEST(test_cgroup_below)
{
	cleanup_free char *pattern = str_format("/sys/fs/cgroup/{,*/}refrun-%s", id);
	bool v2 = access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0;
	glob_t g = {0};

	run_container(WAIT);
	ck_assert_int_eq(glob(pattern, GLOB_BRACE | GLOB_ONLYDIR, NULL, &g), 0);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		cleanup_free char *sub = str_format("%s/sub", g.gl_pathv[i]);

		ck_assert_int_eq(mkdir(sub, 0755), 0);
	}
	/* a new cpuset has no CPUs yet */
	ck_assert_msg(EXEC("--cgroup", v2 ? "sub" : "pids:sub", id, "/program", "cat",
			   "/proc/self/cgroup") == 0,
		      "%s", text);
	ck_assert(prints(v2 ? "0::/sub\n" : ":pids:/sub\n"));
	ck_assert_int_eq(EXEC("--cgroup", "/nope", id, "/program"), 255);
	ck_assert_ptr_nonnull(strstr(text, "does not exist"));
	ck_assert_int_eq(EXEC("--cgroup", "sub/../../x", id, "/program"), 255);
	ck_assert_ptr_nonnull(strstr(text, "is not allowed in a cgroup path"));
	ck_assert_int_eq(EXEC("--cgroup", "nosuch:sub", id, "/program"), 255);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		cleanup_free char *sub = str_format("%s/sub", g.gl_pathv[i]);

		(void)rmdir(sub);
	}
	globfree(&g);
}
END_TEST

/* What arrives is a pidfd of the very process. */
START_TEST(test_pidfd_socket)
{
	cleanup_free char *pid_file = str_format("%s/exec-pid", work);
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	cleanup_fd int sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	cleanup_fd int conn = FD_NONE, fd = FD_NONE;
	char name[32] = "", digits[32], path[64], info[512], want[64];

	(void)snprintf(a.sun_path, sizeof(a.sun_path), "%s/pidfd", work);
	ck_assert_int_eq(bind(sock, (struct sockaddr *)&a, sizeof(a)), 0);
	ck_assert_int_eq(listen(sock, 1), 0);
	run_container(WAIT);
	ck_assert_msg(EXEC("-d", "--pid-file", pid_file, "--pidfd-socket", a.sun_path, id,
			   "/program", "wait") == 0,
		      "%s", text);
	conn = accept4(sock, NULL, NULL, SOCK_CLOEXEC);
	ck_assert_int_gt(fd_recv(conn, name, sizeof(name) - 1, &fd, 1), 0);
	ck_assert_int_ge(fd, 0);
	read_into(pid_file, digits, sizeof(digits));
	(void)snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	read_into(path, info, sizeof(info));
	(void)snprintf(want, sizeof(want), "Pid:\t%s\n", digits);
	ck_assert_msg(strstr(info, want), "%s", info);
	ck_assert_int_eq(EXEC("--pidfd-socket", "/nope", id, "/program"), 255);
	ck_assert_ptr_nonnull(strstr(text, "pidfd socket"));
	(void)unlink(a.sun_path);
	(void)unlink(pid_file);
}
END_TEST

/* Through pipes there is nobody to type: what the program prints to its terminal comes out. */
START_TEST(test_terminal)
{
	run_container(WAIT);
	ck_assert_msg(EXEC("--tty", id, "/program", "tty") == 0, "%s", text);
	ck_assert_str_eq(out, "111 0\r\n");
	/* no controlling terminal: ENXIO */
	ck_assert_int_eq(EXEC(id, "/program", "tty"), 0);
	ck_assert_str_eq(out, "000 6\n");
	ck_assert_int_eq(EXEC("--tty", "--detach", id, "/program"), 255);
	ck_assert_ptr_nonnull(strstr(text, "console socket"));
	ck_assert_int_eq(EXEC("--console-socket", "/nope", "-d", id, "/program"), 255);
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_cgroup_below);
	tcase_add_test(c, test_pidfd_socket);
	tcase_add_test(c, test_terminal);
	tcase_add_test(c, test_exit_codes);
	tcase_add_test(c, test_errors_name_the_flag);
	tcase_add_test(c, test_empty_flags);
	tcase_add_test(c, test_joins_every_namespace);
	tcase_add_test(c, test_joins_the_time_namespace);
	tcase_add_test(c, test_joins_the_cgroups);
	tcase_add_test(c, test_is_restricted_as_the_container);
	tcase_add_test(c, test_added_capabilities);
	tcase_add_test(c, test_user);
	tcase_add_test(c, test_environment);
	tcase_add_test(c, test_dirty_caller);
	tcase_add_test(c, test_cpu_affinity);
	tcase_add_test(c, test_bad_process_files);
	tcase_add_test(c, test_created_container);
	tcase_add_test(c, test_closed_until_the_program);
	tcase_add_test(c, test_forwards_signals);
	tcase_add_test(c, test_paused_container);
}

int main(int argc, char **argv)
{
	return driver_main("exec", argc, argv, add);
}
