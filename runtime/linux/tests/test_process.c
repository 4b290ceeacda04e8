/* SPDX-License-Identifier: Apache-2.0 */
/* Each attribute is set in a child, which then asks the kernel what it got. */
#include "idmap.h"
#include "process.h"

#include "cleanup.h"
#include "proc.h"

#include <check.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#define BIT(cap) (1ull << (cap))

static struct cfg_doc *parse(const char *process, const char *linux_members)
{
	cleanup_free char *text = str_format(
		"{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"r\"},\"process\":{\"cwd\":\"/\","
		"\"user\":{\"uid\":0,\"gid\":0}%s%s},\"linux\":{%s}}",
		*process ? "," : "", process, linux_members);
	struct cfg_doc *d = NULL;
	struct err e = {0};

	/* members that come twice are the test's own */
	ck_assert_msg(cfg_parse(CFG_CONFIG, text, strlen(text), &d, NULL, &e) >= 0, "%s: %s", text,
		      e.msg);
	return d;
}

struct child {
	const struct cfg_doc *doc;
	int (*act)(const struct cfg_doc *d, struct err *e);
};

static int child_main(void *arg)
{
	struct child *c = arg;
	struct err e = {0};
	int r = c->act(c->doc, &e);

	if (r < 0)
		(void)fd_write_all(2, e.msg, strlen(e.msg));
	return r < 0 ? 100 : r;
}

/* The child's result: 0 and more what @act returned, 100 for an error, whose words go to @why. */
static int in_child(const struct cfg_doc *doc, int (*act)(const struct cfg_doc *, struct err *),
		    char **why)
{
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct child c = {.doc = doc, .act = act};
	cleanup_free char *text = NULL;
	struct err e = {0};
	int r;

	s.run = child_main;
	s.run_arg = &c;
	r = proc_run(&s, 20000, 4096, NULL, &text, &e);
	ck_assert_msg(r >= 0, "%s", e.msg);
	if (why)
		*why = take_ptr(&text);
	else
		ck_assert_msg(r != 100, "%s", text);
	return r;
}

static void expect_error(const struct cfg_doc *doc,
			 int (*act)(const struct cfg_doc *, struct err *), const char *words)
{
	cleanup_free char *why = NULL;

	ck_assert_int_eq(in_child(doc, act, &why), 100);
	ck_assert_msg(strstr(why, words) != NULL, "%s", why);
}

/* ---- capabilities ---- */

static void count_warning(void *arg, const char *text)
{
	ck_assert_ptr_nonnull(strstr(text, "process.capabilities."));
	++*(int *)arg;
}

START_TEST(capability_names)
{
	const char *const *n = process_capability_names();

	ck_assert_str_eq(n[CAP_CHOWN], "CAP_CHOWN");
	ck_assert_str_eq(n[CAP_SYS_ADMIN], "CAP_SYS_ADMIN");
	ck_assert_str_eq(n[CAP_SETFCAP], "CAP_SETFCAP");
	ck_assert_str_eq(n[CAP_CHECKPOINT_RESTORE], "CAP_CHECKPOINT_RESTORE");
	ck_assert_ptr_null(n[CAP_CHECKPOINT_RESTORE + 1]);
}
END_TEST

START_TEST(capabilities_resolve)
{
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *d =
		parse("\"capabilities\":{\"bounding\":[\"CAP_CHOWN\",\"CAP_KILL\",\"CAP_OF_2077\"],"
		      "\"permitted\":[\"CAP_CHOWN\",\"CAP_KILL\"],\"effective\":[\"CAP_CHOWN\","
		      "\"CAP_FOWNER\"],\"inheritable\":[\"CAP_CHOWN\",\"CAP_MKNOD\"],"
		      "\"ambient\":[\"CAP_CHOWN\",\"CAP_KILL\",\"cap_chown\"]}",
		      "");
	struct process_caps c;
	struct err e = {0};
	int warnings = 0;

	ck_assert_int_eq(process_caps_resolve(d, d->config->process->capabilities, &c,
					      count_warning, &warnings, &e),
			 0);
	ck_assert_uint_eq(c.bounding, BIT(CAP_CHOWN) | BIT(CAP_KILL));
	ck_assert_uint_eq(c.permitted, BIT(CAP_CHOWN) | BIT(CAP_KILL));
	ck_assert_uint_eq(c.effective, BIT(CAP_CHOWN));
	ck_assert_uint_eq(c.inheritable, BIT(CAP_CHOWN));
	ck_assert_uint_eq(c.ambient, BIT(CAP_CHOWN));
	ck_assert_int_eq(warnings, 5);
	ck_assert_int_eq(process_caps_resolve(d, NULL, &c, count_warning, &warnings, &e), 0);
	ck_assert_uint_eq(c.bounding | c.permitted | c.effective | c.inheritable | c.ambient, 0);
	ck_assert_int_eq(warnings, 5);
}
END_TEST

static int act_caps(const struct cfg_doc *d, struct err *e)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];
	struct process_caps c;
	int r = process_caps_resolve(d, d->config->process->capabilities, &c, NULL, NULL, e);

	/* a dirty caller */
	if (prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0) < 0)
		return 9;
	if (r >= 0)
		r = process_drop_bounding(&c, e);
	if (r >= 0)
		r = process_set_user(d, d->config->process->user, false, e);
	/* still privileged, for what is left to do */
	if (r >= 0 &&
	    (syscall(SYS_capget, &head, data) < 0 || !(data[0].effective & BIT(CAP_SYS_ADMIN))))
		return 8;
	if (r >= 0)
		r = process_set_caps(&c, e);
	if (r < 0)
		return r;
	if (prctl(PR_GET_SECUREBITS, 0, 0, 0, 0) != 0 || prctl(PR_GET_KEEPCAPS, 0, 0, 0, 0) != 0)
		return 1;
	if (syscall(SYS_capget, &head, data) < 0 || data[0].permitted != c.permitted ||
	    data[0].effective != c.effective || data[0].inheritable != c.inheritable ||
	    data[1].permitted)
		return 2;
	for (int i = 0; i < 41; i++) {
		if (prctl(PR_CAPBSET_READ, (long)i, 0, 0, 0) != !!(c.bounding & BIT(i)))
			return 3;
		if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, (long)i, 0, 0) !=
		    !!(c.ambient & BIT(i)))
			return 4;
	}
	return 0;
}

START_TEST(capabilities_apply)
{
	static const char *const sets =
		"\"capabilities\":{\"bounding\":[\"CAP_CHOWN\",\"CAP_KILL\"],\"permitted\":"
		"[\"CAP_CHOWN\",\"CAP_KILL\"],\"effective\":[\"CAP_KILL\"],\"inheritable\":"
		"[\"CAP_KILL\"],\"ambient\":[\"CAP_KILL\"]}";
	CLEANUP(cfg_doc_freep) struct cfg_doc *root = parse(sets, "");
	CLEANUP(cfg_doc_freep) struct cfg_doc *none = parse("", "");

	ck_assert_int_eq(in_child(root, act_caps, NULL), 0);
	root->config->process->user->uid = 1000;
	root->config->process->user->gid = 1000;
	ck_assert_int_eq(in_child(root, act_caps, NULL), 0);
	ck_assert_int_eq(in_child(none, act_caps, NULL), 0);
}
END_TEST

/* ---- user ---- */

static int act_user(const struct cfg_doc *d, struct err *e)
{
	static const gid_t callers[] = {4242, 4243};
	uid_t ids[3];
	gid_t groups[8];
	int r;

	if (syscall(SYS_setgroups, 2, callers) < 0)
		return 9;
	(void)umask(0027);
	r = process_set_user(d, d->config->process->user, false, e);
	if (r < 0)
		return r;
	if (getresuid(&ids[0], &ids[1], &ids[2]) < 0 || ids[0] != 1000 || ids[1] != 1000 ||
	    ids[2] != 1000 || getegid() != 1001)
		return 1;
	if (getgroups(8, groups) != 2 || groups[0] != 5 || groups[1] != 6)
		return 2;
	if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
		return 3;
	return umask(0) == (d->config->process->user->has_umask ? 0077 : 0027) ? 0 : 4;
}

static int act_deny_setgroups(const struct cfg_doc *d, struct err *e)
{
	return process_set_user(d, d->config->process->user, true, e);
}

START_TEST(users)
{
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = parse("", "");
	uint32_t gids[] = {5, 6};
	struct cfg_user *u = d->config->process->user;

	u->uid = 1000;
	u->gid = 1001;
	u->additional_gids.items = gids;
	u->additional_gids.count = 2;
	ck_assert_int_eq(in_child(d, act_user, NULL), 0);
	u->has_umask = true;
	u->umask = 63;
	ck_assert_int_eq(in_child(d, act_user, NULL), 0);
	expect_error(d, act_deny_setgroups, "additionalGids");
	u->additional_gids.items = NULL;
	u->additional_gids.count = 0;
	ck_assert_int_eq(in_child(d, act_deny_setgroups, NULL), 0);
}
END_TEST

/* ---- limits ---- */

static int act_rlimits(const struct cfg_doc *d, struct err *e)
{
	struct rlimit l;
	int r = process_raise_rlimits(d, d->config->process, e);

	if (r < 0)
		return r;
	if (getrlimit(RLIMIT_NOFILE, &l) < 0 || l.rlim_max == 100)
		return 1;
	r = process_set_rlimits(d, d->config->process, e);
	if (r < 0)
		return r;
	if (getrlimit(RLIMIT_NOFILE, &l) < 0 || l.rlim_cur != 50 || l.rlim_max != 100)
		return 2;
	return getrlimit(RLIMIT_CORE, &l) < 0 || l.rlim_cur != 0 || l.rlim_max != 0 ? 3 : 0;
}

static int act_set_rlimits(const struct cfg_doc *d, struct err *e)
{
	return process_set_rlimits(d, d->config->process, e);
}

static int act_raise_rlimits(const struct cfg_doc *d, struct err *e)
{
	struct rlimit l = {100, 100};

	if (setrlimit(RLIMIT_NOFILE, &l) < 0)
		return 1;
	/* without the capability; dropping it takes a change of the sets that we may make */
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2] = {{0}};

	if (syscall(SYS_capset, &head, none) < 0)
		return 2;
	return process_raise_rlimits(d, d->config->process, e);
}

START_TEST(rlimits)
{
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *d = parse("\"rlimits\":[{\"type\":\"RLIMIT_NOFILE\",\"soft\":50,\"hard\":"
				  "100},{\"type\":\"RLIMIT_CORE\",\"soft\":0,\"hard\":0}]",
				  "");
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *twice =
		parse("\"rlimits\":[{\"type\":\"RLIMIT_CORE\",\"soft\":0,\"hard\":0},"
		      "{\"type\":\"RLIMIT_CORE\",\"soft\":0,\"hard\":0}]",
		      "");
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *swapped =
		parse("\"rlimits\":[{\"type\":\"RLIMIT_CORE\",\"soft\":2,\"hard\":1}]", "");
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *more =
		parse("\"rlimits\":[{\"type\":\"RLIMIT_NOFILE\",\"soft\":50,\"hard\":101}]", "");

	ck_assert_int_eq(in_child(d, act_rlimits, NULL), 0);
	expect_error(twice, act_set_rlimits, "rlimits[1]");
	expect_error(swapped, act_set_rlimits, "/process/rlimits/0/soft");
	expect_error(more, act_raise_rlimits, "/process/rlimits/0/hard");
}
END_TEST

/* ---- scheduling ---- */

static int act_scheduler(const struct cfg_doc *d, struct err *e)
{
	const struct cfg_scheduler *s = d->config->process->scheduler;
	int r = process_set_scheduler(d, d->config->process, e), got;

	if (r < 0)
		return r;
	got = sched_getscheduler(0);
	if (s->flags.count && !(got & SCHED_RESET_ON_FORK))
		return 1;
	got &= ~SCHED_RESET_ON_FORK;
	if (got != (s->policy == CFG_SCHED_BATCH  ? SCHED_BATCH
		    : s->policy == CFG_SCHED_IDLE ? SCHED_IDLE
						  : SCHED_OTHER))
		return 2;
	return getpriority(PRIO_PROCESS, 0) == s->nice ? 0 : 3;
}

START_TEST(scheduler)
{
	static const char *const good[] = {
		"\"scheduler\":{\"policy\":\"SCHED_BATCH\",\"nice\":5}",
		"\"scheduler\":{\"policy\":\"SCHED_OTHER\",\"nice\":-3}",
		("\"scheduler\":{\"policy\":\"SCHED_IDLE\","
		 "\"flags\":[\"SCHED_FLAG_RESET_ON_FORK\"]}"),
		"\"scheduler\":{\"policy\":\"SCHED_OTHER\"}",
	};
	static const struct {
		const char *text, *words;
	} bad[] = {
		{"\"scheduler\":{\"policy\":\"SCHED_ISO\"}", "SCHED_ISO"},
		{"\"scheduler\":{\"policy\":\"SCHED_OTHER\",\"nice\":20}", "/scheduler/nice"},
		{"\"scheduler\":{\"policy\":\"SCHED_OTHER\",\"priority\":1}", "/process/scheduler"},
		{"\"scheduler\":{\"policy\":\"SCHED_FIFO\",\"priority\":100}", "SCHED_FIFO"},
		{"\"scheduler\":{\"policy\":\"SCHED_DEADLINE\"}", "SCHED_DEADLINE"},
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		CLEANUP(cfg_doc_freep) struct cfg_doc *d = parse(good[i], "");

		ck_assert_int_eq(in_child(d, act_scheduler, NULL), 0);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CLEANUP(cfg_doc_freep) struct cfg_doc *d = parse(bad[i].text, "");

		expect_error(d, act_scheduler, bad[i].words);
	}
}
END_TEST

static int act_io_priority(const struct cfg_doc *d, struct err *e)
{
	int r = process_set_io_priority(d, d->config->process, e);

	return r < 0 ? r : syscall(SYS_ioprio_get, 1, 0) == (2 << 13 | 3) ? 0 : 1;
}

START_TEST(io_priority)
{
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *d =
		parse("\"ioPriority\":{\"class\":\"IOPRIO_CLASS_BE\",\"priority\":3}", "");
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *bad =
		parse("\"ioPriority\":{\"class\":\"IOPRIO_CLASS_BE\",\"priority\":8}", "");

	ck_assert_int_eq(in_child(d, act_io_priority, NULL), 0);
	expect_error(bad, act_io_priority, "/process/ioPriority/priority");
}
END_TEST

static int act_personality(const struct cfg_doc *d, struct err *e)
{
	int r = process_set_personality(d, d->config->linux->personality, e);

	return r < 0 ? r : personality(0xffffffff) == PER_LINUX32 ? 0 : 1;
}

START_TEST(personalities)
{
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *d = parse("", "\"personality\":{\"domain\":\"LINUX32\"}");
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *bad = parse("", "\"personality\":{\"domain\":\"LINUX\",\"flags\":[\"X\"]}");

	ck_assert_int_eq(in_child(d, act_personality, NULL), 0);
	expect_error(bad, act_personality, "/linux/personality/flags/0");
}
END_TEST

static int act_memory_policy(const struct cfg_doc *d, struct err *e)
{
	int r = process_set_memory_policy(d, d->config->linux->memory_policy, e), mode = -1;
	unsigned long mask[32] = {0};

	if (r < 0)
		return r;
	if (syscall(SYS_get_mempolicy, &mode, mask, 1024L, 0L, 0L) < 0)
		return 2;
	return mode == 2 /* MPOL_BIND */ && mask[0] == 1 ? 0 : 1;
}

/* which exclude each other */
#define BOTH_FLAGS                                                                                 \
	"{\"mode\":\"MPOL_BIND\",\"nodes\":\"0\",\"flags\":[\"MPOL_F_STATIC_NODES\","              \
	"\"MPOL_F_RELATIVE_NODES\"]}"

START_TEST(memory_policies)
{
	static const struct {
		const char *text, *words;
	} bad[] = {
		{"{\"mode\":\"MPOL_BIND\"}", "at least one node"},
		{"{\"mode\":\"MPOL_DEFAULT\",\"nodes\":\"0\"}", "/memoryPolicy/nodes"},
		{"{\"mode\":\"MPOL_BIND\",\"nodes\":\"0-\"}", "/memoryPolicy/nodes"},
		{"{\"mode\":\"MPOL_BIND\",\"nodes\":\"3-1\"}", "/memoryPolicy/nodes"},
		{"{\"mode\":\"MPOL_BIND\",\"nodes\":\"0,\"}", "/memoryPolicy/nodes"},
		{"{\"mode\":\"MPOL_BIND\",\"nodes\":\"9999\"}", "/memoryPolicy/nodes"},
		{"{\"mode\":\"MPOL_BIND\",\"nodes\":\"1000\"}", "/memoryPolicy"},
		{(BOTH_FLAGS), "/memoryPolicy"},
	};
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *d =
		parse("", "\"memoryPolicy\":{\"mode\":\"MPOL_BIND\",\"nodes\":\"0-0\"}");

	ck_assert_int_eq(in_child(d, act_memory_policy, NULL), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		cleanup_free char *text = str_format("\"memoryPolicy\":%s", bad[i].text);
		CLEANUP(cfg_doc_freep) struct cfg_doc *b = parse("", text);

		expect_error(b, act_memory_policy, bad[i].words);
	}
}
END_TEST

/* ---- what is inherited, and the rest ---- */

static int act_reset(const struct cfg_doc *d, struct err *e)
{
	cpu_set_t one, now;
	struct sigaction sa;
	sigset_t all, mask;
	int online = (int)sysconf(_SC_NPROCESSORS_ONLN);

	(void)d;
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	(void)sched_setaffinity(0, sizeof(one), &one);
	for (int sig = 1; sig < NSIG; sig++)
		(void)signal(sig, SIG_IGN);
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, NULL);
	(void)prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
	process_reset_affinity();
	int r = process_reset_inherited(process_ignored_signals(), e);

	if (r < 0)
		return r;
	if (sigprocmask(SIG_SETMASK, NULL, &mask) < 0 || !sigisemptyset(&mask))
		return 1;
	for (int sig = 1; sig < NSIG; sig++)
		if (sigaction(sig, NULL, &sa) == 0 && sa.sa_handler != SIG_DFL)
			return 2;
	if (prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0) != 50000)
		return 3;
	if (sched_getaffinity(0, sizeof(now), &now) < 0 || CPU_COUNT(&now) < online)
		return 4;
	return 0;
}

/* libc hides the two signals that it keeps to itself from signal(3), but not from who looks. */
static int act_ignored(const struct cfg_doc *d, struct err *e)
{
	uint64_t before = process_ignored_signals(), usr1 = 1ull << (SIGUSR1 - 1);
	struct {
		void *handler;
		unsigned long flags;
		void *restorer;
		uint64_t mask;
	} ignore = {.handler = SIG_IGN};

	(void)d;
	(void)e;
	(void)signal(SIGUSR1, SIG_DFL);
	if (process_ignored_signals() & usr1)
		return 1;
	(void)signal(SIGUSR1, SIG_IGN);
	if (process_ignored_signals() != (before | usr1))
		return 2;
	if (syscall(SYS_rt_sigaction, 33, &ignore, NULL, sizeof(uint64_t)) < 0 ||
	    !(process_ignored_signals() & 1ull << 32))
		return 3;
	if (syscall(SYS_rt_sigaction, 64, &ignore, NULL, sizeof(uint64_t)) < 0 ||
	    !(process_ignored_signals() & 1ull << 63))
		return 4;
	return process_ignored_signals() == UINT64_MAX ? 5 : 0;
}

static int act_no_new_privs(const struct cfg_doc *d, struct err *e)
{
	int r = process_set_no_new_privs(e);

	(void)d;
	return r < 0 ? r : prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : 1;
}

static int act_keyring(const struct cfg_doc *d, struct err *e)
{
	long before = syscall(SYS_keyctl, 0L, -3L, 0L), after; /* KEYCTL_GET_KEYRING_ID, session */
	int r = process_new_keyring(e);

	(void)d;
	after = syscall(SYS_keyctl, 0L, -3L, 0L);
	return r < 0 ? r : after != before || after < 0 ? 0 : 1;
}

START_TEST(inherited)
{
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = parse("", "");

	ck_assert_int_eq(in_child(d, act_reset, NULL), 0);
	ck_assert_int_eq(in_child(d, act_ignored, NULL), 0);
	ck_assert_int_eq(in_child(d, act_no_new_privs, NULL), 0);
	ck_assert_int_eq(in_child(d, act_keyring, NULL), 0);
}
END_TEST

static int act_oom(const struct cfg_doc *d, struct err *e)
{
	cleanup_fd int self = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	cleanup_free char *text = NULL;
	size_t len;
	int r = process_set_oom_score_adj(self, d, d->config->process, e);

	if (r < 0)
		return r;
	if (fd_read_file_at(self, "oom_score_adj", 64, &text, &len, NULL) < 0)
		return 1;
	return str_eq(text, "321\n") ? 0 : 2;
}

/* A directory that only looks like procfs. */
static int act_oom_elsewhere(const struct cfg_doc *d, struct err *e)
{
	char dir[] = "/tmp/refrun-test-proc-XXXXXX";
	cleanup_fd int fd = FD_NONE, file = FD_NONE;
	int r;

	if (!mkdtemp(dir))
		return 1;
	fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	file = openat(fd, "oom_score_adj", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	r = process_set_oom_score_adj(fd, d, d->config->process, e);
	(void)unlinkat(fd, "oom_score_adj", 0);
	(void)rmdir(dir);
	return r;
}

static int own_mounts(void)
{
	return unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0
		       ? -1
		       : 0;
}

/* CVE-2025-52881: another file of procfs in the place of the one that is meant. */
static int act_oom_diverted(const struct cfg_doc *d, struct err *e)
{
	cleanup_fd int self = FD_NONE;

	if (own_mounts() < 0 || mount("/proc/self/coredump_filter", "/proc/self/oom_score_adj",
				      NULL, MS_BIND, NULL) < 0)
		return 1;
	self = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return process_set_oom_score_adj(self, d, d->config->process, e);
}

static int act_false_proc(const struct cfg_doc *d, struct err *e)
{
	int r;

	(void)d;
	if (own_mounts() < 0 || mount("none", "/proc", "tmpfs", 0, NULL) < 0 ||
	    mkdir("/proc/1", 0755) < 0)
		return 1;
	r = idmap_open_pid(1, e);
	return r < 0 ? r : 0;
}

static int act_labels(const struct cfg_doc *d, struct err *e)
{
	cleanup_fd int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);

	return process_set_labels(proc, d, d->config->process, e);
}

START_TEST(through_procfs)
{
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = parse("\"oomScoreAdj\":321", "");
	CLEANUP(cfg_doc_freep) struct cfg_doc *bad = parse("\"oomScoreAdj\":1001", "");
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *aa = parse("\"apparmorProfile\":\"refrun-test-none\"", "");
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *se = parse("\"selinuxLabel\":\"refrun:test:none:s0\"", "");

	ck_assert_int_eq(in_child(d, act_oom, NULL), 0);
	expect_error(bad, act_oom, "/process/oomScoreAdj");
	expect_error(d, act_oom_elsewhere, "/process/oomScoreAdj");
	expect_error(d, act_oom_diverted, "/process/oomScoreAdj");
	expect_error(d, act_false_proc, "/proc is not a proc file system");
	/* no such profile, no such module: never silence */
	expect_error(aa, act_labels, "/process/apparmorProfile");
	expect_error(se, act_labels, "/process/selinuxLabel");
}
END_TEST

/* ---- below the root ---- */

/* A root of its own for the child, in a mount namespace of its own. */
static int enter_root(void)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", "/mnt", "tmpfs", 0, NULL) < 0 || chroot("/mnt") < 0 || chdir("/") < 0)
		return -1;
	return mkdir("/etc", 0755) < 0 || mkdir("/bin", 0755) < 0 || mkdir("/sbin", 0755) < 0 ? -1
											      : 0;
}

static int put(const char *path, const char *text, mode_t mode)
{
	cleanup_fd int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, mode);

	return fd < 0 ? -1 : fd_write_all(fd, text, strlen(text));
}

static int act_home(const struct cfg_doc *d, struct err *e)
{
	static const char passwd[] = "# comment\nroot:x:0:0:root:/root:/bin/sh\n"
				     "1000:x:7:7::/seven:\nshort:x:8\nrel:x:9:9::home:\n"
				     "user:x:1000:1000::/home/user";

	(void)d;
	(void)e;
	if (enter_root() < 0)
		return 9;
	if (process_home(0))
		return 8; /* there is no file */
	if (put("/etc/passwd", passwd, 0644) < 0)
		return 7;
	cleanup_free char *root = process_home(0), *user = process_home(1000);
	cleanup_free char *seven = process_home(7), *none = process_home(8);
	cleanup_free char *relative = process_home(9);

	if (!str_eq(root, "/root") || !str_eq(user, "/home/user") || !str_eq(seven, "/seven"))
		return 1;
	if (none || relative)
		return 2;
	if (unlink("/etc/passwd") < 0 || mkfifo("/etc/passwd", 0600) < 0)
		return 6;
	return process_home(0) ? 3 : 0;
}

static int act_cwd(const struct cfg_doc *d, struct err *e)
{
	char where[256];
	struct stat st;
	int r;

	if (enter_root() < 0)
		return 9;
	(void)umask(0777);
	r = process_set_cwd(d, d->config->process, true, e);
	if (r < 0)
		return r;
	if (!getcwd(where, sizeof(where)) || !str_eq(where, d->config->process->cwd))
		return 1;
	if (stat(".", &st) < 0 || (st.st_mode & 07777) != 0755)
		return 2;
	return umask(0) == 0777 ? 0 : 3;
}

static int act_cwd_outside(const struct cfg_doc *d, struct err *e)
{
	int leak = open("/tmp", O_PATH | O_DIRECTORY);

	if (leak < 0 || dup2(leak, 42) < 0 || enter_root() < 0 || mkdir("/proc", 0755) < 0 ||
	    mount("proc", "/proc", "proc", 0, NULL) < 0)
		return 9;
	return process_set_cwd(d, d->config->process, true, e);
}

START_TEST(working_directory)
{
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = parse("", "");

	d->config->process->cwd = (char *)"/etc/new/deeper";
	ck_assert_int_eq(in_child(d, act_cwd, NULL), 0);
	d->config->process->cwd = (char *)"/proc/self/fd/42";
	expect_error(d, act_cwd_outside, "outside of the container");
	d->config->process->cwd = (char *)"etc";
	expect_error(d, act_cwd, "/process/cwd");
}
END_TEST

static int act_home_and_programs(const struct cfg_doc *d, struct err *e)
{
	cleanup_free char *path = NULL;
	int r;

	if (enter_root() < 0 || put("/bin/tool", "x", 0755) < 0 ||
	    put("/bin/data", "x", 0644) < 0 || put("/sbin/data", "x", 0644) < 0 ||
	    put("/sbin/both", "x", 0755) < 0 || put("/bin/both", "x", 0644) < 0 ||
	    mkdir("/bin/dir", 0755) < 0)
		return 9;
	r = process_find_program(d, d->config->process, &path, e);
	if (r < 0)
		return r;
	return str_eq(path, d->config->process->command_line) ? 0 : 1;
}

static const struct {
	const char *arg, *env, *found, *words;
} programs[] = {
	{"tool", "PATH=/sbin:/bin", "/bin/tool", NULL},
	{"both", "PATH=/bin:/sbin", "/sbin/both", NULL},
	{"tool", "HOME=/", "/bin/tool", NULL},
	{"/bin/tool", "PATH=", "/bin/tool", NULL},
	{"./bin/tool", "PATH=", "./bin/tool", NULL},
	{"tool", "PATH=bin", "bin/tool", NULL},
	{"nosuch", "PATH=/sbin:/bin", NULL, "executable file not found in $PATH"},
	{"", "PATH=/bin", NULL, "executable file not found in $PATH"},
	{"/bin/nosuch", "PATH=/bin", NULL, "no such file or directory"},
	{"/bin/tool/x", "PATH=/bin", NULL, "no such file or directory"},
	{"data", "PATH=/bin:/sbin", NULL, "permission denied"},
	{"/bin/data", "PATH=/bin", NULL, "permission denied"},
	{"/bin", "PATH=/bin", NULL, "permission denied"},
	{"dir", "PATH=/bin", NULL, "permission denied"},
};

START_TEST(find_program)
{
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *d = parse("\"args\":[\"x\"],\"env\":[\"A=1\",\"B=2\"]", "");
	struct cfg_process *p = d->config->process;
	char *arg = p->args.items[0], *env = p->env.items[1];

	p->args.items[0] = (char *)programs[_i].arg;
	p->env.items[1] = (char *)programs[_i].env;
	p->command_line = (char *)programs[_i].found;
	if (programs[_i].found)
		ck_assert_int_eq(in_child(d, act_home_and_programs, NULL), 0);
	else
		expect_error(d, act_home_and_programs, programs[_i].words);
	p->args.items[0] = arg;
	p->env.items[1] = env;
}
END_TEST

START_TEST(homes)
{
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = parse("", "");

	ck_assert_int_eq(in_child(d, act_home, NULL), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("process");
	TCase *t = tcase_create("process");
	SRunner *r;
	int failed;

	if (geteuid() != 0)
		return 77;
	tcase_set_timeout(t, 60);
	tcase_add_test(t, capability_names);
	tcase_add_test(t, capabilities_resolve);
	tcase_add_test(t, capabilities_apply);
	tcase_add_test(t, users);
	tcase_add_test(t, rlimits);
	tcase_add_test(t, scheduler);
	tcase_add_test(t, io_priority);
	tcase_add_test(t, personalities);
	tcase_add_test(t, memory_policies);
	tcase_add_test(t, inherited);
	tcase_add_test(t, through_procfs);
	tcase_add_test(t, homes);
	tcase_add_test(t, working_directory);
	tcase_add_loop_test(t, find_program, 0, (int)(sizeof(programs) / sizeof(*programs)));
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? 1 : 0;
}
