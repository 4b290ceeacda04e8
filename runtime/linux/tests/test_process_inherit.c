/* SPDX-License-Identifier: Apache-2.0 */
/* What a process would inherit, what is written through procfs, and what is looked for below the
 * container's root. */
#include "process_fixture.h"
#include "suite.h"

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
	int r = process_new_keyring(FD_NONE, d, d->config->process, e);

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
	if (file < 0)
		return 1;
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

static int act_keyring_label(const struct cfg_doc *d, struct err *e)
{
	cleanup_fd int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);

	return process_new_keyring(proc, d, d->config->process, e);
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
	expect_error(se, act_keyring_label, "/process/selinuxLabel");
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
	r = process_set_cwd(d, d->config->process, true, NULL, e);
	if (r < 0)
		return r;
	if (!getcwd(where, sizeof(where)) || !str_eq(where, d->config->process->cwd))
		return 1;
	if (stat(".", &st) < 0 || (st.st_mode & 07777) != 0755)
		return 2;
	return umask(0) == 0777 ? 0 : 3;
}

/* A directory outside as descriptor 42, which procfs has a link to. */
static int leave_open(void)
{
	if (own_mounts() < 0 || mount("none", "/tmp", "tmpfs", 0, NULL) < 0 ||
	    mkdir("/tmp/out", 0755) < 0 ||
	    put("/tmp/out/passwd", "root:x:0:0::/victim:\n", 0644) < 0)
		return -1;
	int leak = open("/tmp/out", O_PATH | O_DIRECTORY);

	if (leak < 0 || dup2(leak, 42) < 0 || enter_root() < 0 || mkdir("/proc", 0755) < 0 ||
	    mount("proc", "/proc", "proc", 0, NULL) < 0)
		return -1;
	return symlink("/proc/self/fd/42", "/w");
}

static int act_cwd_outside(const struct cfg_doc *d, struct err *e)
{
	int r;

	if (leave_open() < 0)
		return 9;
	r = process_set_cwd(d, d->config->process, true, NULL, e);
	if (faccessat(42, "made", F_OK, 0) == 0 || faccessat(42, "../made", F_OK, 0) == 0)
		return 8;
	return r;
}

static int act_cwd_by_links(const struct cfg_doc *d, struct err *e)
{
	struct stat st;
	int r;

	if (enter_root() < 0 || symlink("../..//etc/there", "/etc/w") < 0)
		return 9;
	r = process_set_cwd(d, d->config->process, true, NULL, e);
	if (r < 0)
		return r;
	return stat("/etc/there/made/here", &st) == 0 && (st.st_mode & 07777) == 0755 ? 0 : 1;
}

static int act_home_outside(const struct cfg_doc *d, struct err *e)
{
	(void)d;
	(void)e;
	if (leave_open() < 0 || symlink("/w/passwd", "/etc/passwd") < 0)
		return 9;
	cleanup_free char *out = process_home(0);

	if (out)
		return 1;
	if (unlink("/etc/passwd") < 0 || symlink("/../bin/passwd", "/etc/passwd") < 0 ||
	    put("/bin/passwd", "root:x:0:0::/inside:\n", 0644) < 0)
		return 8;
	cleanup_free char *in = process_home(0);

	return str_eq(in, "/inside") ? 0 : 2;
}

START_TEST(working_directory)
{
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = parse("", "");

	d->config->process->cwd = (char *)"/etc/new/deeper";
	ck_assert_int_eq(in_child(d, act_cwd, NULL), 0);
	d->config->process->cwd = (char *)"/etc/w/made/here";
	ck_assert_int_eq(in_child(d, act_cwd_by_links, NULL), 0);
	d->config->process->cwd = (char *)"/proc/self/fd/42";
	expect_error(d, act_cwd_outside, "/process/cwd");
	d->config->process->cwd = (char *)"/w/made/here";
	expect_error(d, act_cwd_outside, "out of the container");
	d->config->process->cwd = (char *)"/w/../made";
	expect_error(d, act_cwd_outside, "out of the container");
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

/* Of three the user may reach the second, and execute the third, which is no program. */
static int act_execute_as_user(const struct cfg_doc *d, struct err *e)
{
	struct cfg_user user = {.uid = 1000, .gid = 1000};
	char *const env[] = {NULL};
	cleanup_free char *path = NULL;
	int r;

	if (enter_root() < 0 || mkdir("/root", 0700) < 0 || put("/root/tool", "x", 0755) < 0 ||
	    put("/sbin/tool", "x", 0700) < 0 || put("/bin/tool", "x", 0755) < 0)
		return 9;
	r = process_find_program(d, d->config->process, &path, e);
	if (r < 0 || process_set_user(d, &user, false, e) < 0)
		return 8;
	if (process_set_caps(&(struct process_caps){0}, e) < 0)
		return 7;
	return process_execute(d, d->config->process, path, env, e);
}

START_TEST(execute_what_the_user_may)
{
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *d =
		parse("\"args\":[\"tool\"],\"env\":[\"PATH=/none:/root:/sbin:/bin\"]", "");
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *none = parse("\"args\":[\"tool\"],\"env\":[\"PATH=/root:/sbin\"]", "");
	CLEANUP(cfg_doc_freep)
	struct cfg_doc *slash = parse("\"args\":[\"/sbin/tool\"],\"env\":[\"PATH=/bin\"]", "");

	expect_error(d, act_execute_as_user, "exec format error");
	expect_error(none, act_execute_as_user, "permission denied");
	expect_error(slash, act_execute_as_user, "permission denied");
}
END_TEST

START_TEST(homes)
{
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = parse("", "");

	ck_assert_int_eq(in_child(d, act_home, NULL), 0);
	ck_assert_int_eq(in_child(d, act_home_outside, NULL), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("process_inherit");
	TCase *t = tcase_create("process_inherit");

	if (geteuid() != 0)
		return 77;
	tcase_set_timeout(t, 60);
	tcase_add_test(t, inherited);
	tcase_add_test(t, through_procfs);
	tcase_add_test(t, execute_what_the_user_may);
	tcase_add_test(t, homes);
	tcase_add_test(t, working_directory);
	tcase_add_loop_test(t, find_program, 0, (int)(sizeof(programs) / sizeof(*programs)));
	suite_add_tcase(s, t);
	return suite_run(s);
}
