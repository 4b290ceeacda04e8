/* SPDX-License-Identifier: Apache-2.0 */
/* The life of containers, from create to delete. */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "json.h"
#include "netlink.h"
#include "proc.h"
#include "str.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/capability.h>
#include <linux/if_link.h>
#include <linux/magic.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

START_TEST(test_lifecycle)
{
	char pid_file[80], digits[32];
	pid_t pid;

	write_config(PAUSE, "", "");
	(void)snprintf(pid_file, sizeof(pid_file), "%s/pid", work);
	ck_assert_msg(REFRUN("create", "--bundle", bundle, "--pid-file", pid_file, id) == 0, "%s",
		      text);
	ck_assert_str_eq(out, "");
	ck_assert_str_eq(text, "");
	status_is("created");
	pid = pid_of();
	read_into(pid_file, out, sizeof(out));
	(void)snprintf(digits, sizeof(digits), "%d", (int)pid);
	ck_assert_str_eq(out, digits);
	/* runtime.md#delete: only what is stopped */
	ck_assert_int_eq(REFRUN("delete", id), 1);
	ck_assert_ptr_nonnull(strstr(text, "not stopped: created"));
	ck_assert_int_eq(REFRUN("create", "--bundle", bundle, id), 1);
	ck_assert_ptr_nonnull(strstr(text, "container with given ID already exists"));
	status_is("created");
	ck_assert_msg(REFRUN("start", id) == 0, "%s", text);
	status_is("running");
	ck_assert_int_eq(REFRUN("start", id), 1);
	ck_assert_ptr_nonnull(strstr(text, "cannot start an already running container"));
	ck_assert_int_eq(REFRUN("delete", id), 1);
	ck_assert_int_eq(REFRUN("list", "-q"), 0);
	ck_assert_ptr_nonnull(strstr(out, id));
	ck_assert_int_eq(REFRUN("kill", id, "NOSUCH"), 1);
	ck_assert_ptr_nonnull(strstr(text, "unknown signal \\\"NOSUCH\\\""));
	ck_assert_int_eq(REFRUN("kill", id, "0"), 0);
	ck_assert_int_eq(REFRUN("kill", id, "KILL"), 0);
	wait_until_dead(pid);
	status_is("stopped");
	ck_assert_int_eq(REFRUN("kill", id, "KILL"), 1);
	ck_assert_ptr_nonnull(strstr(text, "container not running"));
	/* containerd clears up like this behind the first process */
	ck_assert_int_eq(REFRUN("kill", "--all", id, "KILL"), 0);
	ck_assert_int_eq(REFRUN("start", id), 1);
	ck_assert_ptr_nonnull(strstr(text, "cannot start a container that has stopped"));
	ck_assert_msg(REFRUN("delete", id) == 0, "%s", text);
	check_no_residue("delete");
	ck_assert_int_eq(REFRUN("delete", id), 1);
	ck_assert_ptr_nonnull(strstr(text, "container does not exist"));
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	ck_assert_int_eq(REFRUN("state", id), 1);
	ck_assert_ptr_nonnull(strstr(text, "container does not exist"));
	(void)unlink(pid_file);
}
END_TEST

/* The first process of a pid namespace gets what it has asked for, and SIGKILL. */
START_TEST(test_signals_for_a_created_one)
{
	static const char *const signals[] = {"TERM", "HUP", "QUIT", "RTMIN+3"};

	write_config(PAUSE, "", "");
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		pid_t pid;

		ck_assert_msg(REFRUN("create", "-b", bundle, id) == 0, "%s", text);
		pid = pid_of();
		ck_assert_int_eq(REFRUN("kill", id, "WINCH"), 0);
		status_is("created");
		ck_assert_msg(REFRUN("kill", id, signals[i]) == 0, "%s", text);
		wait_until_dead(pid);
		status_is("stopped");
		ck_assert_msg(REFRUN("delete", id) == 0, "%s", text);
		check_no_residue(signals[i]);
	}
}
END_TEST

static int be_deaf(void *arg, struct err *e)
{
	sigset_t set;

	(void)arg;
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	if (signal(SIGHUP, SIG_IGN) == SIG_ERR || sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return err_set(e, errno, "ignore and block: %m");
	return 0;
}

/* What the caller ignores or blocks is nothing to who waits for `start`. */
START_TEST(test_signals_that_the_caller_does_not_hear)
{
	const char *const create[] = {"create", "-b", bundle, id, NULL};
	cleanup_free char *path = str_format("%s/config.json", bundle), *config = NULL;
	static const char own[] = "{\"type\":\"pid\"},";
	char *at;
	size_t len;

	write_config(PAUSE, "", "");
	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, path, 65536, &config, &len, NULL), 0);
	at = strstr(config, own);
	ck_assert_ptr_nonnull(at);
	/* and without a pid namespace */
	if (_i & 1)
		memset(at, ' ', strlen(own));
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, path, 0600, config, len, 0, NULL), 0);
	ck_assert_msg(command_after(be_deaf, NULL, create) == 0, "%s", text);
	ck_assert_msg(REFRUN("kill", id, _i & 2 ? "HUP" : "TERM") == 0, "%s", text);
	for (int i = 0; i < 100 && (i == 0 || strstr(out, "\"created\"")); i++) {
		(void)usleep(20000);
		ck_assert_int_eq(REFRUN("state", id), 0);
	}
	status_is("stopped");
	ck_assert_msg(REFRUN("delete", id) == 0, "%s", text);
}
END_TEST

/* What is longer than a column is usual still does not touch the next one. */
START_TEST(test_list)
{
	cleanup_free char *name = str_format("%s-0123456789abcdef", id);
	char pid[32], one[96];
	const char *row;

	write_config(PAUSE, "", "");
	ck_assert_msg(REFRUN("create", "-b", bundle, name) == 0, "%s", text);
	ck_assert_int_eq(REFRUN("list"), 0);
	(void)snprintf(one, sizeof(one), "%-*sPID         STATUS      ", (int)strlen(name) + 3,
		       "ID");
	ck_assert_msg(str_starts(out, one), "%s", out);
	row = strchr(out, '\n') + 1;
	ck_assert_int_eq(sscanf(row, "%95s %31s", one, pid), 2);
	ck_assert_str_eq(one, name);
	(void)snprintf(one, sizeof(one), " %s   2", bundle);
	ck_assert_msg(strspn(pid, "0123456789") == strlen(pid) && strstr(row, one), "%s", out);
	ck_assert_int_eq(REFRUN("list", "--format", "json"), 0);
	ck_assert_msg(strstr(out, "\"owner\":\"root\""), "%s", out);
	ck_assert_msg(REFRUN("delete", "--force", name) == 0, "%s", text);
	ck_assert_int_eq(REFRUN("list"), 0);
	ck_assert_str_eq(out,
			 "ID          PID         STATUS      BUNDLE      CREATED     OWNER\n");
}
END_TEST

START_TEST(test_force_deletes_at_every_status)
{
	write_config(PAUSE, "", "");
	ck_assert_msg(REFRUN("create", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(REFRUN("delete", "-f", id) == 0, "%s", text);
	check_no_residue("created");
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
	status_is("running");
	ck_assert_msg(REFRUN("delete", "--force", id) == 0, "%s", text);
	check_no_residue("running");
}
END_TEST

static bool first_thread_has_ended(pid_t pid)
{
	cleanup_free char *path = str_format("/proc/%d/stat", (int)pid);
	char line[512];

	read_into(path, line, sizeof(line));
	return strstr(line, ") Z ") != NULL;
}

/* A process ends with its last thread, whatever has become of its first one. */
START_TEST(test_first_thread_has_ended)
{
	pid_t pid;

	write_config("\"args\":[\"/program\",\"outlive\"]", "", "");
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
	status_is("running");
	pid = pid_of();
	for (int i = 0; i < 1000 && !first_thread_has_ended(pid); i++)
		(void)usleep(5000);
	ck_assert(first_thread_has_ended(pid));
	status_is("running");
	ck_assert_int_eq(pid_of(), pid);
	ck_assert_msg(REFRUN("kill", id, "0") == 0, "%s", text);
	ck_assert_msg(REFRUN("pause", id) == 0, "%s", text);
	status_is("paused");
	ck_assert_msg(REFRUN("resume", id) == 0, "%s", text);
	ck_assert_msg(REFRUN("events", "--stats", id) == 0, "%s", text);
	ck_assert_msg(REFRUN("exec", id, "/program", "true") == 0, "%s", text);
	ck_assert_int_eq(REFRUN("delete", id), 1);
	ck_assert_ptr_nonnull(strstr(text, "not stopped: running"));
	ck_assert_msg(REFRUN("delete", "--force", id) == 0, "%s", text);
	wait_until_dead(pid);
	check_no_residue("first thread");
}
END_TEST

START_TEST(test_run_passes_the_exit_code)
{
	struct proc p = PROC_INIT;

	write_config("\"args\":[\"/program\",\"exit\",\"7\"]", "", "");
	ck_assert_int_eq(REFRUN("run", "-b", bundle, id), 7);
	ck_assert_str_eq(text, "");
	check_no_residue("run");
	write_config(PAUSE, "", "");
	start_command((const char *const[]){"run", "-b", bundle, id, NULL}, &p);
	/* the program says when it runs */
	for (int i = 0; i < 1000 && !strstr(out, "ready"); i++) {
		(void)usleep(5000);
		read_into(out_path, out, sizeof(out));
	}
	ck_assert_int_eq(REFRUN("kill", id, "9"), 0);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + TIMEOUT_MS), 0);
	ck_assert_int_eq(proc_exit_code(&p), 128 + SIGKILL);
	proc_done(&p);
	check_no_residue("killed");
}
END_TEST

START_TEST(test_run_forwards_signals)
{
	struct proc p = PROC_INIT;

	write_config("\"args\":[\"/program\",\"catch\"]", "", "");
	start_command((const char *const[]){"run", "-b", bundle, id, NULL}, &p);
	out[0] = '\0';
	for (int i = 0; i < 1000 && !strstr(out, "ready"); i++) {
		(void)usleep(5000);
		read_into(out_path, out, sizeof(out));
	}
	ck_assert_int_eq(proc_pidfd_signal(p.pidfd, SIGTERM), 0);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + TIMEOUT_MS), 0);
	ck_assert_int_eq(proc_exit_code(&p), 9);
	proc_done(&p);
	check_no_residue("forwarded");
}
END_TEST

/* Through the second execution of the runtime, too. */
START_TEST(test_umask_of_the_caller)
{
	mode_t before = umask(027);

	write_config("\"args\":[\"/program\",\"umask\"]", "", "");
	ck_assert_msg(REFRUN("run", "-b", bundle, id) == 0, "%s", text);
	(void)umask(before);
	ck_assert_str_eq(out, "0027\n");
}
END_TEST

START_TEST(test_run_keeps_when_told)
{
	write_config(TRUE, "", "");
	ck_assert_msg(REFRUN("run", "--keep", "-b", bundle, id) == 0, "%s", text);
	status_is("stopped");
	ck_assert_int_eq(REFRUN("delete", id), 0);
	check_no_residue("kept");
}
END_TEST

/* runtime.md#lifecycle, step 2 */
START_TEST(test_later_config_has_no_effect)
{
	cleanup_free char *kept = str_format("%s/kept", work);
	pid_t pid;

	write_config("\"args\":[\"/program\",\"print\",\"before\"]", "", "");
	ck_assert_msg(REFRUN("create", "-b", bundle, id) == 0, "%s", text);
	/* what create was given for standard output is the program's */
	ck_assert_int_eq(link(out_path, kept), 0);
	pid = pid_of();
	write_config("\"args\":[\"/program\",\"print\",\"after\"]", "", "");
	ck_assert_int_eq(REFRUN("start", id), 0);
	wait_until_dead(pid);
	read_into(kept, out, sizeof(out));
	(void)unlink(kept);
	ck_assert_str_eq(out, "before\n");
	ck_assert_int_eq(REFRUN("delete", "-f", id), 0);
	check_no_residue("config");
}
END_TEST

/* Before 1.3 the text has no meaning for 0; callers write it for no limit. */
START_TEST(test_no_pids_limit_before_1_3)
{
	static const char *const versions[][2] = {
		{"1.0.2-dev", "max"}, {"1.2.1", "max"}, {"1.3.0", "0"}};
	cleanup_free char *path = str_format("%s/config.json", bundle);

	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		cleanup_free char *whole = NULL, *written = NULL;
		size_t len;

		write_config(WAIT, ",\"resources\":{\"pids\":{\"limit\":0}}", "");
		ck_assert_int_eq(fd_read_file_at(AT_FDCWD, path, 1 << 16, &written, &len, NULL), 0);
		whole = str_format("{\"ociVersion\":\"%s\"%s", versions[i][0],
				   written + strlen("{\"ociVersion\":\"1.3.0\""));
		ck_assert_int_eq(
			fd_replace_file_at(AT_FDCWD, path, 0600, whole, strlen(whole), 0, NULL), 0);
		ck_assert_msg(REFRUN("create", "-b", bundle, id) == 0, "%s", text);
		attribute_is("pids.max", versions[i][1]);
		ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	}
}
END_TEST

START_TEST(test_no_process_cannot_start)
{
	write_config(NULL, "", "");
	ck_assert_msg(REFRUN("create", "-b", bundle, id) == 0, "%s", text);
	ck_assert_int_eq(REFRUN("start", id), 1);
	ck_assert_ptr_nonnull(strstr(text, "has no process"));
	status_is("created");
	ck_assert_int_eq(REFRUN("start", id), 1);
	status_is("created");
	ck_assert_int_eq(REFRUN("delete", "-f", id), 0);
	ck_assert_int_eq(REFRUN("run", "-b", bundle, id), 1);
	check_no_residue("no process");
}
END_TEST

/* The test's configurations share the host's network. */
static void own_network(void)
{
	static const char last[] = "{\"type\":\"cgroup\"}";
	cleanup_free char *path = str_format("%s/config.json", bundle);
	cleanup_free char *config = NULL;
	cleanup_free char *with = NULL;
	size_t len;
	char *at;

	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, path, 1u << 20, &config, &len, NULL), 0);
	at = strstr(config, last);
	ck_assert_ptr_nonnull(at);
	with = str_format("%.*s{\"type\":\"network\"},%s", (int)(at - config), config, at);
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, path, 0644, with, strlen(with), 0, NULL), 0);
}

static void make_pair(void)
{
	const struct ifinfomsg info = {0};
	struct netlink_request m;
	struct err e = {0};
	int sock = netlink_open(&e);
	size_t nest;

	ck_assert_int_ge(sock, 0);
	netlink_begin(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof(info));
	netlink_put_string(&m, IFLA_IFNAME, "rf0");
	nest = netlink_nest(&m, IFLA_LINKINFO);
	netlink_put_string(&m, IFLA_INFO_KIND, "veth");
	netlink_nest_end(&m, nest);
	ck_assert_msg(netlink_call(sock, &m, NULL, NULL, &e) == 0, "%s", e.msg);
	(void)close(sock);
}

/* A device moves with the container, and comes back from one that could not be made. */
START_TEST(test_network_devices)
{
	static const char devices[] = ",\"netDevices\":{\"rf0\":{\"name\":\"inner\"}}";

	ck_assert_int_eq(unshare(CLONE_NEWNET), 0);
	make_pair();
	write_config(TRUE, devices, ",\"hooks\":{\"createRuntime\":[{\"path\":\"/bin/false\"}]}");
	own_network();
	ck_assert_int_eq(REFRUN("create", "-b", bundle, id), 1);
	ck_assert_ptr_nonnull(strstr(text, "createRuntime"));
	check_no_residue("failed");
	ck_assert_uint_ne(if_nametoindex("rf0"), 0);
	write_config(PAUSE, devices, "");
	own_network();
	ck_assert_msg(REFRUN("create", "-b", bundle, id) == 0, "%s", text);
	ck_assert_uint_eq(if_nametoindex("rf0"), 0);
	ck_assert_msg(REFRUN("delete", "--force", id) == 0, "%s", text);
	check_no_residue("moved");
	/* the kernel has taken it down with its namespace (config-linux.md#network-devices) */
	ck_assert_uint_eq(if_nametoindex("rf0"), 0);
}
END_TEST

/* Each fails at another place; none leaves anything. */
START_TEST(test_failed_create_leaves_nothing)
{
	static const struct {
		const char *process, *linux_more, *more, *words;
	} faults[] = {
		{"\"args\":[\"/nope\"]", "", "", "no such file or directory"},
		{"\"args\":[\"nope\"],\"env\":[\"PATH=/bin\"]", "", "",
		 "executable file not found in $PATH"},
		{TRUE, ",\"sysctl\":{\"net.no.such\":\"1\"}", "", "sysctl"},
		{TRUE, ",\"resources\":{\"cpu\":{\"cpus\":\"9999\"}}", "", "cpus"},
		{TRUE, ",\"netDevices\":{\"eth0\":{}}", "", "netDevices"},
		{TRUE, ",\"intelRdt\":{\"closID\":\"x\"}", "", "intelRdt"},
		{TRUE, ",\"rootfsPropagation\":\"sideways\"", "", "rootfsPropagation"},
		{TRUE, "", ",\"hostname\":5", "hostname"},
		/* what is wrong is named without steering the terminal that it is shown on */
		{TRUE, "", ",\"annotations\":{\"a\\u001b[31m\\u009b2Jb\":7}",
		 "/annotations/a?[31m??2Jb: "},
		{TRUE, "", ",\"hooks\":{\"prestart\":[{\"path\":\"/bin/false\"}]}", "prestart"},
		{TRUE, "", ",\"hooks\":{\"createRuntime\":[{\"path\":\"/bin/false\"}]}",
		 "createRuntime"},
		{TRUE, "", ",\"hooks\":{\"createContainer\":[{\"path\":\"/bin/false\"}]}",
		 "createContainer"},
		{TRUE ",\"terminal\":true", "", "", "console socket"},
		{TRUE ",\"apparmorProfile\":\"no-such-profile\"", "", "", "apparmor"},
	};

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		write_config(faults[i].process, faults[i].linux_more, faults[i].more);
		if (REFRUN("create", "-b", bundle, id) == 0) {
			/* labels are applied where the program starts */
			ck_assert_msg(REFRUN("start", id) == 1, "fault %zu is accepted", i);
		}
		ck_assert_msg(strcasestr(text, faults[i].words), "fault %zu: %s", i, text);
		check_no_residue(faults[i].words);
	}
}
END_TEST

/* runtime.md#lifecycle, steps 7, 9 and 12 */
START_TEST(test_failed_start_hooks_destroy)
{
	write_config(PAUSE, "",
		     ",\"hooks\":{\"startContainer\":[{\"path\":\"/"
		     "program\",\"args\":[\"program\",\"exit\",\"3\"]}]}");
	ck_assert_msg(REFRUN("create", "-b", bundle, id) == 0, "%s", text);
	ck_assert_int_eq(REFRUN("start", id), 1);
	ck_assert_ptr_nonnull(strstr(text, "startContainer"));
	check_no_residue("startContainer");
	write_config(PAUSE, "", ",\"hooks\":{\"poststart\":[{\"path\":\"/bin/false\"}]}");
	ck_assert_msg(REFRUN("create", "-b", bundle, id) == 0, "%s", text);
	ck_assert_int_eq(REFRUN("start", id), 1);
	ck_assert_ptr_nonnull(strstr(text, "poststart"));
	check_no_residue("poststart");
	/* the hook leaves its mark where `run` fails in its second half */
	{
		cleanup_free char *mark = str_format("%s/mark", work);
		cleanup_free char *hooks = str_format(
			",\"hooks\":{\"poststart\":[{\"path\":\"/bin/false\"}],"
			"\"poststop\":[{\"path\":\"/bin/mkdir\",\"args\":[\"mkdir\",\"%s\"]}]}",
			mark);

		write_config(PAUSE, "", hooks);
		ck_assert_int_eq(REFRUN("run", "-b", bundle, id), 1);
		ck_assert_msg(rmdir(mark) == 0, "the poststop hook has not run");
		check_no_residue("poststart of run");
	}
	write_config(
		TRUE, "",
		",\"hooks\":{\"poststop\":[{\"path\":\"/bin/false\"},{\"path\":\"/bin/true\"}]}");
	ck_assert_int_eq(REFRUN("run", "-b", bundle, id), 0);
	ck_assert_ptr_nonnull(strstr(text, "level=warning"));
	check_no_residue("poststop");
}
END_TEST

/* sched(7): a process of SCHED_DEADLINE cannot fork, and so run no hook. */
START_TEST(test_start_hooks_of_a_deadline)
{
	if (prctl(PR_CAPBSET_READ, CAP_SYS_NICE, 0, 0, 0) <= 0)
		return;
	write_config(PAUSE ",\"scheduler\":{\"policy\":\"SCHED_DEADLINE\",\"runtime\":1000000,"
			   "\"deadline\":20000000}",
		     "",
		     ",\"hooks\":{\"startContainer\":[{\"path\":\"/"
		     "program\",\"args\":[\"program\",\"true\"]}]}");
	ck_assert_msg(REFRUN("create", "-b", bundle, id) == 0, "%s", text);
	ck_assert_msg(REFRUN("start", id) == 0, "%s", text);
	ck_assert_int_eq(sched_getscheduler(pid_of()), 6); /* SCHED_DEADLINE */
	ck_assert_int_eq(REFRUN("delete", "-f", id), 0);
	check_no_residue("deadline");
}
END_TEST

/* CVE-2019-5736, CVE-2024-21626: what the waiting first process shows of the host. */
START_TEST(test_created_process_is_closed)
{
	char path[64], link[256];
	struct statvfs fs;
	struct statfs proc;
	char log[80];
	pid_t pid;

	(void)snprintf(log, sizeof(log), "%s/log", work);
	write_config(PAUSE, "", "");
	ck_assert_msg(REFRUN("--log", log, "create", "-b", bundle, id) == 0, "%s", text);
	pid = pid_of();
	(void)snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
	ck_assert_int_eq(statvfs(path, &fs), 0);
	ck_assert_msg(fs.f_flag & ST_RDONLY, "/proc/%d/exe could be written", (int)pid);
	for (int fd = 3; fd < 64; fd++) {
		ssize_t n;

		(void)snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)pid, fd);
		n = readlink(path, link, sizeof(link) - 1);
		if (n < 0)
			continue;
		link[n] = '\0';
		/* the socket of `start`, and the container's own procfs */
		if (str_starts(link, "socket:"))
			continue;
		ck_assert_int_eq(statfs(path, &proc), 0);
		ck_assert_msg((unsigned long)proc.f_type == PROC_SUPER_MAGIC, "descriptor %d is %s",
			      fd, link);
	}
	ck_assert_int_eq(REFRUN("delete", "-f", id), 0);
	ck_assert_int_eq(unlink(log), 0);
	check_no_residue("closed");
}
END_TEST

START_TEST(test_foreign_directory_is_spared)
{
	char path[128];

	ck_assert_int_eq(mkdir(root, 0700) < 0 && errno != EEXIST, 0);
	(void)snprintf(path, sizeof(path), "%s/%s", root, id);
	ck_assert_int_eq(mkdir(path, 0755), 0);
	ck_assert_int_eq(REFRUN("delete", id), 1);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	ck_assert_int_eq(REFRUN("delete", "--force", ".."), 0);
	ck_assert_int_eq(access(path, F_OK), 0);
	write_config(TRUE, "", "");
	ck_assert_int_eq(REFRUN("run", "-b", bundle, id), 1);
	ck_assert_int_eq(rmdir(path), 0);
	check_no_residue("foreign");
}
END_TEST

START_TEST(test_errors_in_a_log)
{
	CLEANUP(json_freep) struct json *j = NULL;
	cleanup_free char *buf = NULL;
	char log[80];
	struct err e;
	size_t len;

	(void)snprintf(log, sizeof(log), "%s/log", work);
	ck_assert_int_eq(REFRUN("--log", log, "--log-format=json", "state", id), 1);
	ck_assert_str_eq(text, "container does not exist\n");
	ck_assert_int_eq(fd_read_file_at(AT_FDCWD, log, 4096, &buf, &len, &e), 0);
	/* the whole file is one object */
	ck_assert_msg(json_parse(buf, len, &j, &e) == 0, "%s", e.msg);
	ck_assert_str_eq(json_string(json_member(j, "level")), "error");
	ck_assert_str_eq(json_string(json_member(j, "msg")), "container does not exist");
	ck_assert_ptr_nonnull(json_string(json_member(j, "time")));
	(void)unlink(log);
	ck_assert_int_eq(REFRUN("--log-format", "xml", "state", id), 1);
	write_config(TRUE, ",\"cgroupsPath\":\"/of/cgroupfs\"", "");
	ck_assert_int_eq(REFRUN("--systemd-cgroup", "run", "-b", bundle, id), 1);
	ck_assert_ptr_nonnull(strstr(text, "--systemd-cgroup"));
	ck_assert_int_eq(REFRUN("nonsense"), 1);
	ck_assert_int_eq(REFRUN("state"), 1);
	ck_assert_int_eq(REFRUN("run", "--preserve-fds", "3", "-b", bundle, id), 1);
	ck_assert_ptr_nonnull(strstr(text, "preserved-fd"));
	/* who reads it may come or not */
	ck_assert_int_eq(mkfifo(log, 0600), 0);
	ck_assert_int_eq(REFRUN("--log", log, "state", id), 1);
	ck_assert_ptr_nonnull(strstr(text, "open log"));
	(void)unlink(log);
}
END_TEST

/* What only execve(2) finds, in the words and with the place of what is found before. */
START_TEST(test_programs_that_cannot_be_executed)
{
	static const struct {
		const char *content, *words;
	} rows[] = {
		{"#!/nonexistent\n", "exec: \\\"/odd\\\": no such file or directory"},
		{"no script\n", "exec: \\\"/odd\\\": exec format error"},
		{"#!/odd\n", "exec: \\\"/odd\\\": too many levels of symbolic links"},
		{"", "exec: \\\"/odd\\\": exec format error"},
	};
	cleanup_free char *odd = str_format("%s/rootfs/odd", bundle);
	struct err e;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		write_config("\"args\":[\"/odd\"]", "", "");
		ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, odd, 0755, rows[i].content,
						    strlen(rows[i].content), 0, &e),
				 0);
		ck_assert_int_eq(REFRUN("run", "-b", bundle, id), 1);
		ck_assert_msg(strstr(text, rows[i].words) && strstr(text, "/process/args/0"), "%s",
			      text);
		check_no_residue(rows[i].words);
	}
	ck_assert_int_eq(unlink(odd), 0);
}
END_TEST

START_TEST(test_parallel_creates_of_one_id)
{
	struct proc p[8];
	int won = 0;

	write_config(PAUSE, "", "");
	for (int round = 0; round < 5; round++, won = 0) {
		for (int i = 0; i < 8; i++) {
			p[i] = PROC_INIT;
			start_command((const char *const[]){"create", "-b", bundle, id, NULL},
				      &p[i]);
		}
		for (int i = 0; i < 8; i++) {
			ck_assert_int_eq(proc_wait(&p[i], proc_now_ms() + TIMEOUT_MS), 0);
			won += proc_exit_code(&p[i]) == 0;
			proc_done(&p[i]);
		}
		ck_assert_int_eq(won, 1);
		status_is("created");
		ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
		check_no_residue("parallel");
	}
}
END_TEST

/* Containers of one image at once: each meets places that another has made a moment before. */
START_TEST(test_parallel_creates_in_one_root)
{
	cleanup_free char *dev = str_format("%s/rootfs/dev", bundle);
	char ids[6][48];
	struct proc p[6];

	write_config(PAUSE, "", "");
	for (int round = 0; round < 5; round++) {
		cleanup_free char *old = str_format("%s-%d", dev, round);

		for (int i = 0; i < 6; i++) {
			p[i] = PROC_INIT;
			(void)snprintf(ids[i], sizeof(ids[i]), "%s-%d", id, i);
			start_command((const char *const[]){"create", "-b", bundle, ids[i], NULL},
				      &p[i]);
		}
		for (int i = 0; i < 6; i++) {
			ck_assert_int_eq(proc_wait(&p[i], proc_now_ms() + TIMEOUT_MS), 0);
			read_into(err_path, text, sizeof(text));
			ck_assert_msg(proc_exit_code(&p[i]) == 0, "%s: %s", ids[i], text);
			proc_done(&p[i]);
		}
		for (int i = 0; i < 6; i++)
			ck_assert_int_eq(REFRUN("delete", "--force", ids[i]), 0);
		check_no_residue("in one root");
		/* the next ones find none */
		ck_assert_int_eq(rename(dev, old), 0);
	}
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_lifecycle);
	tcase_add_test(c, test_list);
	tcase_add_test(c, test_signals_for_a_created_one);
	tcase_add_loop_test(c, test_signals_that_the_caller_does_not_hear, 0, 4);
	tcase_add_test(c, test_force_deletes_at_every_status);
	tcase_add_test(c, test_first_thread_has_ended);
	tcase_add_test(c, test_run_passes_the_exit_code);
	tcase_add_test(c, test_run_forwards_signals);
	tcase_add_test(c, test_umask_of_the_caller);
	tcase_add_test(c, test_run_keeps_when_told);
	tcase_add_test(c, test_later_config_has_no_effect);
	tcase_add_test(c, test_no_pids_limit_before_1_3);
	tcase_add_test(c, test_no_process_cannot_start);
	tcase_add_test(c, test_failed_create_leaves_nothing);
	tcase_add_test(c, test_network_devices);
	tcase_add_test(c, test_failed_start_hooks_destroy);
	tcase_add_test(c, test_start_hooks_of_a_deadline);
	tcase_add_test(c, test_created_process_is_closed);
	tcase_add_test(c, test_foreign_directory_is_spared);
	tcase_add_test(c, test_errors_in_a_log);
	tcase_add_test(c, test_programs_that_cannot_be_executed);
	tcase_add_test(c, test_parallel_creates_of_one_id);
	tcase_add_test(c, test_parallel_creates_in_one_root);
}

int main(int argc, char **argv)
{
	return driver_main("refrun", argc, argv, add);
}
