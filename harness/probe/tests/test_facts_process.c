/* SPDX-License-Identifier: Apache-2.0 */
/* Facts about a process that this test has put into a state that it knows. */
#include "run.h"

#include "cleanup.h"
#include "fd.h"
#include "json.h"
#include "proc.h"
#include "str.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Fails the setup of the child with a sentence. */
#define TRY_CALL(e, call)                                                                          \
	do {                                                                                       \
		if ((call) < 0)                                                                    \
			return err_set(e, errno, #call ": %m");                                    \
	} while (0)

START_TEST(frame_stands_around_all_observations)
{
	struct report r;

	report_take(&r, "uts.sysname\nexit:7", NULL);
	ck_assert(r.framed);
	ck_assert(!r.bye);
	ck_assert_int_eq(r.exit, 7);
	ck_assert_str_eq(r.loose, "");
	ck_assert_str_eq(r.err, "");
	report_expect(&r, "uts.sysname", "\"Linux\"");
	report_done(&r);
}
END_TEST

START_TEST(always_reported)
{
	static const char *const names[] = {
		"process.args",	    "process.cwd",	"user.uids",
		"user.gids",	    "caps.bounding",	"caps.effective",
		"caps.permitted",   "caps.inheritable", "caps.ambient",
		"fds.open",	    "signals.blocked",	"signals.ignored",
		"ns.cgroup",	    "ns.ipc",		"ns.mount",
		"ns.network",	    "ns.pid",		"ns.time",
		"ns.user",	    "ns.uts",		"process.no_new_privs",
		"mounts",	    "user.groups",	"process.securebits",
		"process.terminal",
	};
	size_t count = sizeof(names) / sizeof(names[0]);
	struct report r;

	/* asked for or not, each once: report_take() fails on two */
	report_take(&r, "user.uids\nmounts", NULL);
	for (size_t i = 0; i < count; i++)
		(void)report_text(&r, names[i]);
	ck_assert_uint_eq(r.facts->count, count);
	report_done(&r);
}
END_TEST

START_TEST(unknown_names_are_said_so)
{
	struct report r;

	report_take(&r,
		    "uts.nodenam\nuts.nodename:x\nread\ntry:nothing:1\ntry:uts.nodename\nexit:x",
		    NULL);
	ck_assert(r.framed);
	report_expect(&r, "uts.nodenam", "{\"error\":\"unknown fact\"}");
	report_expect(&r, "uts.nodename:x", "{\"error\":\"unknown fact\"}");
	report_expect(&r, "read", "{\"error\":\"unknown fact\"}");
	report_expect(&r, "try:nothing:1", "{\"error\":\"unknown action\"}");
	report_expect(&r, "try:uts.nodename", "{\"error\":\"unknown action\"}");
	report_expect(&r, "exit:x", "{\"error\":\"malformed ending\"}");
	report_done(&r);
}
END_TEST

static int go_to_usr(void *arg, struct err *e)
{
	(void)arg;
	TRY_CALL(e, chdir("/usr"));
	return 0;
}

START_TEST(arguments_and_environment)
{
	char *env[] = {(char[]){"B=2=3"}, (char[]){"A=\xff\"\\\n"}, (char[]){"EMPTY="}, NULL};
	struct run how = {.setup = go_to_usr, .envp = env};
	struct report r;

	report_take(&r, "process.env\nenv:B\nenv:EMPTY\nenv:NONE\nenv:", &how);
	report_expect(&r, "process.args", "[\"conform-probe\",\"--ask\"]");
	report_expect(&r, "process.cwd", "\"/usr\"");
	report_expect(&r, "process.env", "[\"B=2=3\",\"A=\\ufffd\\\"\\\\\\n\",\"EMPTY=\"]");
	report_expect(&r, "env:B", "\"2=3\"");
	report_expect(&r, "env:EMPTY", "\"\"");
	report_expect(&r, "env:NONE", "null");
	report_expect(&r, "env:", "null");
	report_done(&r);
}
END_TEST

static int set_attributes(void *arg, struct err *e)
{
	struct rlimit nofile = {.rlim_cur = 77, .rlim_max = 88};

	(void)arg;
	(void)umask(0137);
	TRY_CALL(e, setrlimit(RLIMIT_NOFILE, &nofile));
	TRY_CALL(e, prctl(PR_SET_TIMERSLACK, 4242L));
	TRY_CALL(e, prctl(PR_SET_PDEATHSIG, (long)SIGHUP));
	TRY_CALL(e, prctl(PR_SET_SECUREBITS, 0x10L)); /* SECBIT_KEEP_CAPS: cleared by execve */
	TRY_CALL(e, prctl(PR_SET_SECUREBITS, 0x20L)); /* SECBIT_KEEP_CAPS_LOCKED */
	TRY_CALL(e, prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L));
	TRY_CALL(e, personality(ADDR_NO_RANDOMIZE));
	return fd_write_file_at(AT_FDCWD, "/proc/self/oom_score_adj", "321", 3, e);
}

START_TEST(attributes_of_the_process)
{
	cleanup_free char *parent = str_format("%d", getpid());
	struct run how = {.setup = set_attributes};
	struct report r;

	report_take(&r,
		    "process.umask\nrlimit:RLIMIT_NOFILE\nrlimit:RLIMIT_X\nprocess.timerslack\n"
		    "process.pdeathsig\nprocess.securebits\nprocess.personality\noom.score_adj\n"
		    "process.dumpable\nprocess.ppid",
		    &how);
	report_expect(&r, "process.umask", "\"0137\"");
	report_expect(&r, "rlimit:RLIMIT_NOFILE", "{\"soft\":77,\"hard\":88}");
	report_expect(&r, "rlimit:RLIMIT_X", "{\"error\":\"unknown limit\"}");
	report_expect(&r, "process.timerslack", "4242");
	report_expect(&r, "process.pdeathsig", "1");
	report_expect(&r, "process.securebits", "32");
	report_expect(&r, "process.personality", "262144");
	report_expect(&r, "process.no_new_privs", "true");
	report_expect(&r, "oom.score_adj", "321");
	report_expect(&r, "process.dumpable", "1");
	report_expect(&r, "process.ppid", parent);
	report_done(&r);
}
END_TEST

START_TEST(unlimited_is_the_largest_number)
{
	struct rlimit now;
	struct report r;

	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &now), 0);
	ck_assert_uint_eq(now.rlim_cur, RLIM_INFINITY);
	report_take(&r, "rlimit:RLIMIT_FSIZE", NULL);
	report_expect(&r, "rlimit:RLIMIT_FSIZE",
		      "{\"soft\":18446744073709551615,\"hard\":18446744073709551615}");
	report_done(&r);
}
END_TEST

static int close_some(void *arg, struct err *e)
{
	(void)arg;
	TRY_CALL(e, fd_close_from(3));
	TRY_CALL(e, close(0));
	TRY_CALL(e, open("/dev/zero", O_RDWR)); /* 0 */
	TRY_CALL(e, dup2(0, 40));
	TRY_CALL(e, close(0));
	return 0;
}

START_TEST(descriptors)
{
	struct run how = {.setup = close_some};
	cleanup_fd int same = open("/dev/zero", O_RDWR); /* O_LARGEFILE is every machine's own */
	cleanup_free char *fd40 = str_format("{\"target\":\"/dev/zero\",\"type\":\"chr\","
					     "\"flags\":%d,\"major\":1,\"minor\":5}",
					     fcntl(same, F_GETFL));
	struct report r;

	report_take(&r, "fd:0\nfd:40\nfd:3\nfd:x\nfd:100", &how);
	report_expect(&r, "fds.open", "[1,2,40]");
	report_expect(&r, "fd:0", "null");
	report_expect(&r, "fd:3", "null");
	report_expect(&r, "fd:100", "null");
	report_expect(&r, "fd:x", "{\"error\":\"malformed descriptor\"}");
	report_expect(&r, "fd:40", fd40);
	report_done(&r);
}
END_TEST

static int set_signals(void *arg, struct err *e)
{
	sigset_t set;

	(void)arg;
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGUSR1);
	(void)sigaddset(&set, SIGALRM);
	(void)sigaddset(&set, SIGRTMIN + 2);
	TRY_CALL(e, sigprocmask(SIG_SETMASK, &set, NULL));
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGCHLD, SIG_IGN);
	return 0;
}

START_TEST(signals)
{
	struct run how = {.setup = set_signals};
	struct report r;

	report_take(&r, "signals.caught\ntry:syscall:getpid\ntry:exec:/bin/false", &how);
	report_expect(&r, "signals.blocked", "[\"SIGALRM\",\"SIGRTMIN+2\",\"SIGUSR1\"]");
	report_expect(&r, "signals.ignored", "[\"SIGCHLD\",\"SIGHUP\"]");
	report_expect(&r, "signals.caught", "[]");
	/* and actions work in spite of them */
	report_expect(&r, "try:syscall:getpid", "\"OK\"");
	report_expect(&r, "try:exec:/bin/false", "\"EXIT:1\"");
	report_done(&r);
}
END_TEST

static int set_ids(void *arg, struct err *e)
{
	gid_t groups[] = {300, 100, 200};

	(void)arg;
	TRY_CALL(e, setgroups(3, groups));
	TRY_CALL(e, setresgid(11, 12, 13));
	TRY_CALL(e, setresuid(21, 22, 23));
	return 0;
}

/* execve(2) copies the effective id to the saved one. */
START_TEST(ids)
{
	struct run how = {.setup = set_ids};
	struct report r;

	report_take(&r, "user.groups", &how);
	report_expect(&r, "user.uids", "[21,22,22,22]");
	report_expect(&r, "user.gids", "[11,12,12,12]");
	report_expect(&r, "user.groups", "[100,200,300]");
	report_expect(&r, "caps.effective", "[]");
	report_done(&r);
}
END_TEST

/* Bounding set of four, permitted as root gets it, one inheritable and ambient. */
static int set_caps(void *arg, struct err *e)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {{0}};
	const unsigned int kept[] = {CAP_CHOWN, CAP_SETPCAP, CAP_SYSLOG, CAP_SYS_CHROOT};

	(void)arg;
	for (unsigned int cap = 0; prctl(PR_CAPBSET_READ, (long)cap) >= 0; cap++) {
		bool keep = false;

		for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
			keep = keep || kept[i] == cap;
		if (!keep)
			TRY_CALL(e, prctl(PR_CAPBSET_DROP, (long)cap));
	}
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		data[kept[i] / 32].permitted |= 1u << kept[i] % 32;
		data[kept[i] / 32].effective |= 1u << kept[i] % 32;
	}
	data[CAP_SYSLOG / 32].inheritable |= 1u << CAP_SYSLOG % 32;
	TRY_CALL(e, syscall(SYS_capset, &header, data));
	TRY_CALL(e, prctl(PR_CAP_AMBIENT, (long)PR_CAP_AMBIENT_RAISE, (long)CAP_SYSLOG, 0L, 0L));
	return 0;
}

START_TEST(capabilities)
{
	struct run how = {.setup = set_caps};
	struct report r;

	report_take(&r, "caps.known", &how);
	report_expect(&r, "caps.bounding",
		      "[\"CAP_CHOWN\",\"CAP_SETPCAP\",\"CAP_SYSLOG\",\"CAP_SYS_CHROOT\"]");
	report_expect(&r, "caps.permitted",
		      "[\"CAP_CHOWN\",\"CAP_SETPCAP\",\"CAP_SYSLOG\",\"CAP_SYS_CHROOT\"]");
	report_expect(&r, "caps.inheritable", "[\"CAP_SYSLOG\"]");
	report_expect(&r, "caps.ambient", "[\"CAP_SYSLOG\"]");
	ck_assert_uint_ge(json_member(r.facts, "caps.known")->count, 38);
	report_done(&r);
}
END_TEST

static int all_states(void *arg, struct err *e)
{
	int r = set_signals(arg, e);

	if (r >= 0)
		r = close_some(arg, e);
	(void)umask(0123);
	if (r >= 0)
		r = set_caps(arg, e);
	if (r < 0)
		return r;
	TRY_CALL(e, prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L));
	return 0;
}

/* Where there is no procfs the system calls are asked instead: both ways must agree. */
START_TEST(procfs_and_system_calls_agree)
{
	static const char names[] = "process.umask\nsignals.caught\nseccomp.mode";
	static const char *const same[] = {
		"user.uids",
		"user.gids",
		"caps.bounding",
		"caps.effective",
		"caps.permitted",
		"caps.inheritable",
		"caps.ambient",
		"fds.open",
		"signals.blocked",
		"signals.ignored",
		"signals.caught",
		"process.umask",
		"process.no_new_privs",
		"seccomp.mode",
	};
	char *root = root_make();
	struct run with = {.setup = all_states}, without = {.setup = all_states, .root = root};
	struct report a, b;

	report_take(&a, names, &with);
	report_take(&b, names, &without);
	report_expect(&b, "ns.uts", "{\"error\":\"ENOENT\"}");
	report_expect(&b, "mounts", "{\"error\":\"ENOENT\"}");
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		report_expect(&b, same[i], report_text(&a, same[i]));
	report_done(&a);
	report_done(&b);
	free(root);
}
END_TEST

static int set_schedule(void *arg, struct err *e)
{
	struct sched_param param = {.sched_priority = 0};
	cpu_set_t cpus;

	(void)arg;
	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus);
	TRY_CALL(e, setpriority(PRIO_PROCESS, 0, 7));
	TRY_CALL(e, sched_setscheduler(0, SCHED_BATCH | SCHED_RESET_ON_FORK, &param));
	TRY_CALL(e, sched_setaffinity(0, sizeof(cpus), &cpus));
	TRY_CALL(e, syscall(SYS_ioprio_set, 1, 0, 2 << 13 | 6));
	return 0;
}

START_TEST(schedule)
{
	struct run how = {.setup = set_schedule};
	struct report r;

	report_take(&r,
		    "sched.policy\nsched.nice\nsched.priority\nsched.runtime\nsched.deadline\n"
		    "sched.period\nsched.flags\nsched.affinity\nioprio.class\nioprio.level",
		    &how);
	report_expect(&r, "sched.policy", "\"SCHED_BATCH\"");
	report_expect(&r, "sched.nice", "7");
	report_expect(&r, "sched.priority", "0");
	report_expect(&r, "sched.deadline", "0");
	report_expect(&r, "sched.period", "0");
	report_expect(&r, "sched.flags", "[\"SCHED_FLAG_RESET_ON_FORK\"]");
	report_expect(&r, "sched.affinity", "\"0\"");
	report_expect(&r, "ioprio.class", "\"IOPRIO_CLASS_BE\"");
	report_expect(&r, "ioprio.level", "6");
	report_done(&r);
}
END_TEST

static int bind_memory(void *arg, struct err *e)
{
	unsigned long node0 = 1;

	(void)arg;
	/* MPOL_BIND | MPOL_F_STATIC_NODES */
	TRY_CALL(e, syscall(SYS_set_mempolicy, 2 | 1 << 15, &node0, 64));
	return 0;
}

START_TEST(memory_policy)
{
	struct run how = {.setup = bind_memory};
	static const char names[] = "mempolicy.mode\nmempolicy.flags\nmempolicy.nodes";
	struct report r;

	report_take(&r, names, &how);
	report_expect(&r, "mempolicy.mode", "\"MPOL_BIND\"");
	report_expect(&r, "mempolicy.flags", "[\"MPOL_F_STATIC_NODES\"]");
	report_expect(&r, "mempolicy.nodes", "\"0\"");
	report_done(&r);
	report_take(&r, names, NULL);
	report_expect(&r, "mempolicy.mode", "\"MPOL_DEFAULT\"");
	report_expect(&r, "mempolicy.nodes", "\"\"");
	report_done(&r);
}
END_TEST

static int join_keyring(void *arg, struct err *e)
{
	(void)arg;
	TRY_CALL(e, syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, "conform-probe;test"));
	return 0;
}

START_TEST(keyring)
{
	struct run how = {.setup = join_keyring};
	struct report r;

	report_take(&r, "keyring.session", &how);
	ck_assert_str_eq(
		json_string(json_at(json_member(r.facts, "keyring.session"), "/description")),
		"conform-probe;test");
	report_done(&r);
}
END_TEST

/* The child of the process that is to be the probe is the probe's child. */
static int have_a_child(void *arg, struct err *e)
{
	pid_t pid = fork();

	TRY_CALL(e, pid);
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, (long)SIGKILL);
		for (int fd = 0; fd < 64; fd++)
			(void)close(fd);
		(void)sleep(20);
		_exit(0);
	}
	*(pid_t *)arg = pid;
	return 0;
}

START_TEST(processes)
{
	pid_t unused;
	struct run how = {.setup = have_a_child, .arg = &unused};
	struct report r;
	const struct json *children, *all;
	int64_t child, pid;
	bool found = false;

	report_take(&r, "process.children\nprocess.processes\nprocess.pid\nprocess.pgid", &how);
	children = json_member(r.facts, "process.children");
	ck_assert_int_eq(children->type, JSON_ARRAY);
	ck_assert_uint_eq(children->count, 1);
	ck_assert_int_eq(json_int(children->items[0], &child), 0);
	all = json_member(r.facts, "process.processes");
	for (size_t i = 0; i < all->count; i++)
		found = found || (json_int(all->items[i], &pid) == 0 && pid == child);
	ck_assert(found);
	report_expect(&r, "process.pgid", report_text(&r, "process.pid"));
	report_done(&r);
}
END_TEST

/* The other way to ask: what an `exec` prints. */
START_TEST(facts_as_one_object)
{
	char name[] = "conform-probe",
	     names[] = "--facts=process.cwd,sched.affinity,rlimit:RLIMIT_NOFILE,no.such";
	char *argv[] = {name, names, NULL};
	struct proc_spawn s = PROC_SPAWN_INIT;
	CLEANUP(json_freep) struct json *j = NULL;
	cleanup_free char *text = NULL;
	struct err e;

	s.path = PROBE_PATH;
	s.argv = argv;
	ck_assert_int_eq(proc_run(&s, 10000, 1 << 16, &text, NULL, &e), 0);
	ck_assert_msg(json_parse(text, strlen(text), &j, &e) == 0, "%s: %s", e.msg, text);
	ck_assert_uint_eq(j->count, 4);
	ck_assert_ptr_nonnull(json_string(json_member(j, "process.cwd")));
	ck_assert_ptr_nonnull(json_string(json_member(j, "sched.affinity")));
	ck_assert_ptr_nonnull(json_at(j, "/rlimit:RLIMIT_NOFILE/soft"));
	ck_assert_str_eq(json_string(json_at(j, "/no.such/error")), "unknown fact");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("facts about the process");
	TCase *t = tcase_create("facts");

	suite_add_tcase(s, t);
	tcase_add_test(t, frame_stands_around_all_observations);
	tcase_add_test(t, always_reported);
	tcase_add_test(t, unknown_names_are_said_so);
	tcase_add_test(t, arguments_and_environment);
	tcase_add_test(t, attributes_of_the_process);
	tcase_add_test(t, unlimited_is_the_largest_number);
	tcase_add_test(t, descriptors);
	tcase_add_test(t, signals);
	tcase_add_test(t, ids);
	tcase_add_test(t, capabilities);
	tcase_add_test(t, procfs_and_system_calls_agree);
	tcase_add_test(t, schedule);
	tcase_add_test(t, memory_policy);
	tcase_add_test(t, keyring);
	tcase_add_test(t, processes);
	tcase_add_test(t, facts_as_one_object);
	return run_suite(s, true);
}
