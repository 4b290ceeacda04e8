/* SPDX-License-Identifier: Apache-2.0 */
#include "caller.h"

#include "cleanup.h"
#include "manager.h"
#include "rootfs.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/keyctl.h>
#include <linux/mempolicy.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int number(const char *text, int64_t *ret, struct err *e)
{
	int r = str_to_i64(text, INT32_MIN, INT32_MAX, ret);

	return r < 0 ? err_set(e, -r, "caller: '%s' is no number", text) : 0;
}

static int set_umask(const char *arg, struct err *e)
{
	mode_t m = 0;

	for (const char *p = arg; *p; p++) {
		if (*p < '0' || *p > '7')
			return err_set(e, EINVAL, "caller: '%s' is no umask", arg);
		m = m * 8 + (mode_t)(*p - '0');
	}
	(void)umask(m);
	return 0;
}

static int set_nothing(const char *arg, struct err *e)
{
	/* there before the child exists */
	(void)arg;
	(void)e;
	return 0;
}

static int set_group(const char *arg, struct err *e)
{
	int64_t gid;
	gid_t g;
	int r = number(arg, &gid, e);

	if (r < 0)
		return r;
	g = (gid_t)gid;
	return setgroups(1, &g) < 0 ? err_set(e, errno, "caller: setgroups: %m") : 0;
}

static int set_fd(const char *arg, struct err *e)
{
	int64_t n;
	int fd, r = number(arg, &n, e);

	if (r < 0)
		return r;
	fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == (int)n && fcntl(fd, F_SETFD, 0) == 0)
		return 0;
	if (fd < 0 || dup2(fd, (int)n) < 0)
		return err_set(e, errno, "caller: open descriptor %s: %m", arg);
	(void)close(fd);
	return 0;
}

static int set_close(const char *arg, struct err *e)
{
	int64_t n;
	int r = number(arg, &n, e);

	return r < 0 ? r : close((int)n) < 0 ? err_set(e, errno, "caller: close %s: %m", arg) : 0;
}

static int set_oom(const char *arg, struct err *e)
{
	return fd_write_file_at(AT_FDCWD, "/proc/self/oom_score_adj", arg, strlen(arg), e);
}

static int set_nice(const char *arg, struct err *e)
{
	int64_t n;
	int r = number(arg, &n, e);

	if (r < 0)
		return r;
	return setpriority(PRIO_PROCESS, 0, (int)n) < 0
		       ? err_set(e, errno, "caller: nice %s: %m", arg)
		       : 0;
}

static int set_cpu(const char *arg, struct err *e)
{
	cpu_set_t set;
	int64_t n;
	int r = number(arg, &n, e);

	if (r < 0)
		return r;
	CPU_ZERO(&set);
	CPU_SET((size_t)n, &set);
	return sched_setaffinity(0, sizeof(set), &set) < 0
		       ? err_set(e, errno, "caller: cpu %s: %m", arg)
		       : 0;
}

static int set_fifo(const char *arg, struct err *e)
{
	struct sched_param p = {.sched_priority = 0};
	int64_t n;
	int r = number(arg, &n, e);

	if (r < 0)
		return r;
	p.sched_priority = (int)n;
	return sched_setscheduler(0, SCHED_FIFO, &p) < 0
		       ? err_set(e, errno, "caller: SCHED_FIFO %s: %m", arg)
		       : 0;
}

static int block_signals(const char *arg, struct err *e)
{
	sigset_t all;

	(void)arg;
	(void)sigfillset(&all);
	return sigprocmask(SIG_SETMASK, &all, NULL) < 0
		       ? err_set(e, errno, "caller: block signals: %m")
		       : 0;
}

static int ignore_signals(const char *arg, struct err *e)
{
	(void)arg;
	(void)e;
	for (int s = 1; s < NSIG; s++) {
		/* who ignores it cannot wait for children, and no program expects that of its
		 * caller */
		if (s != SIGCHLD)
			(void)signal(s, SIG_IGN);
	}
	return 0;
}

static int set_cwd(const char *arg, struct err *e)
{
	return chdir(arg) < 0 ? err_set(e, errno, "caller: chdir '%s': %m", arg) : 0;
}

static int raise_ambient(const char *arg, struct err *e)
{
	cap_t caps = cap_get_proc();
	int failed;

	(void)arg;
	if (!caps)
		return err_set(e, errno, "caller: read capabilities: %m");
	for (cap_value_t c = 0; c <= CAP_LAST_CAP; c++) {
		cap_flag_value_t v;

		if (cap_get_flag(caps, c, CAP_PERMITTED, &v) == 0 && v == CAP_SET)
			(void)cap_set_flag(caps, CAP_INHERITABLE, 1, &c, CAP_SET);
	}
	failed = cap_set_proc(caps);
	(void)cap_free(caps);
	if (failed < 0)
		return err_set(e, errno, "caller: raise inheritable capabilities: %m");
	/* those that are missing are refused, which is fine */
	for (unsigned long c = 0; c <= CAP_LAST_CAP; c++)
		(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, c, 0, 0);
	return 0;
}

static int join_keyring(const char *arg, struct err *e)
{
	(void)arg;
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, "conform-caller") < 0 ||
	    syscall(SYS_add_key, "user", "conform-caller-key", "x", 1, KEY_SPEC_SESSION_KEYRING) <
		    0)
		return err_set(e, errno, "caller: make a session keyring: %m");
	return 0;
}

static int set_securebits(const char *arg, struct err *e)
{
	(void)arg;
	return prctl(PR_SET_SECUREBITS, (unsigned long)SECBIT_NO_SETUID_FIXUP, 0L, 0L, 0L) < 0
		       ? err_set(e, errno, "caller: set securebits: %m")
		       : 0;
}

/* Memory from node 0 alone: what is inherited until somebody sets another policy. */
static int set_mempolicy(const char *arg, struct err *e)
{
	unsigned long nodes = 1;

	(void)arg;
	return syscall(SYS_set_mempolicy, MPOL_BIND, &nodes, 8 * sizeof(nodes)) < 0
		       ? err_set(e, errno, "caller: set a memory policy: %m")
		       : 0;
}

static int set_personality(const char *arg, struct err *e)
{
	int64_t n;
	int r = number(arg, &n, e);

	if (r < 0)
		return r;
	return personality((unsigned long)n) < 0
		       ? err_set(e, errno, "caller: personality %s: %m", arg)
		       : 0;
}

/*
 * A mount namespace in which the host shows nothing of what it has: no sysfs (security modules,
 * resctrl, cgroups), no lists of file systems and cgroup controllers, no kernel settings.
 */
static int blind(const char *arg, struct err *e)
{
	static const char *const dirs[] = {"/sys", "/proc/sys"};
	static const char *const files[] = {"/proc/filesystems", "/proc/cgroups", "/proc/cpuinfo"};

	(void)arg;
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return err_set(e, errno, "caller: make a mount namespace: %m");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (mount("/dev/null", files[i], NULL, MS_BIND, NULL) < 0 && errno != ENOENT)
			return err_set(e, errno, "caller: hide '%s': %m", files[i]);
	}
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		if (mount("conform", dirs[i], "tmpfs", MS_RDONLY, NULL) < 0)
			return err_set(e, errno, "caller: hide '%s': %m", dirs[i]);
	}
	return 0;
}

/* A mount namespace in which /sys/kernel/cgroup has a file `delegate` with the lines @text, or none
 * where it is NULL. */
static int set_delegate(const char *text, struct err *e)
{
	static const char dir[] = "/sys/kernel/cgroup";
	cleanup_fd int fd = FD_NONE;
	int r;

	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return err_set(e, errno, "caller: make a mount namespace: %m");
	if (mount("conform", dir, "tmpfs", 0, "mode=0755,size=64k") < 0)
		return err_set(e, errno, "caller: hide '%s': %m", dir);
	if (!text)
		return 0;
	fd = open("/sys/kernel/cgroup/delegate", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
	if (fd < 0)
		return err_set(e, errno, "caller: make a list of delegated files: %m");
	for (const char *p = text; *p; p += strspn(p, " ")) {
		size_t n = strcspn(p, " ");

		r = fd_write_all(fd, p, n);
		if (r == 0)
			r = fd_write_all(fd, "\n", 1);
		if (r < 0)
			return err_set(e, -r, "caller: write a list of delegated files: %m");
		p += n;
	}
	return 0;
}

static int no_delegate(const char *arg, struct err *e)
{
	(void)arg;
	return set_delegate(NULL, e);
}

/* What a case's directory @dir has for the runtime to write: the pid file, its state, and the
 * bundle of one that lies (harness/mutants). */
static int give_case(const char *dir, const struct hx_manager *m, struct err *e)
{
	static const char *const places[] = {".", HX_DIR_STATE, HX_DIR_BUNDLE,
					     HX_DIR_BUNDLE "/config.json"};
	cleanup_fd int fd = open(dir, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (fd < 0 || fchownat(fd, places[i], m->uid, m->gid, AT_SYMLINK_NOFOLLOW) < 0)
			return err_set(e, errno, "caller: give '%s/%s' to user %u: %m", dir,
				       places[i], (unsigned int)m->uid);
	}
	return 0;
}

static int become_manager(const char *dir, struct err *e)
{
	CLEANUP(hx_manager_done) struct hx_manager m = HX_MANAGER_NONE;
	CLEANUP(hx_cgroups_done) struct hx_cgroups cgroups = {.count = 0};
	int r = hx_cgroups_read(&cgroups, e);

	if (r < 0)
		return r;
	if (hx_manager_find(&cgroups, &m) < 0)
		return err_set(e, ENOENT, "caller: no user has a systemd of its own");
	r = give_case(dir, &m, e);
	return r < 0 ? r : hx_manager_become(&m, e);
}

static const struct {
	const char *name; /* with the colon where an argument follows */
	int (*set)(const char *arg, struct err *e);
} kinds[] = {
	{"umask:", set_umask},
	{"env:", set_nothing},
	{"group:", set_group},
	{"fd:", set_fd},
	{"close:", set_close},
	{"oom:", set_oom},
	{"nice:", set_nice},
	{"fifo:", set_fifo},
	{"cpu:", set_cpu},
	{"block-signals", block_signals},
	{"ignore-signals", ignore_signals},
	{"cwd:", set_cwd},
	{"ambient", raise_ambient},
	{"keyring", join_keyring},
	{"securebits", set_securebits},
	{"mempolicy", set_mempolicy},
	{"personality:", set_personality},
	{"blind", blind},
	{"terminal", set_nothing}, /* that of the case's own process */
	{"manager:", become_manager},
	{"delegate:", set_delegate},
	{"no-delegate", no_delegate},
};

static int find(const char *item)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (str_ends(kinds[i].name, ":") ? str_starts(item, kinds[i].name)
						 : str_eq(item, kinds[i].name))
			return (int)i;
	}
	return -ENOENT;
}

int hx_caller_known(const char *item)
{
	return find(item) >= 0;
}

void hx_caller_env(const char *const *items, char **env, size_t used)
{
	for (; items && *items && used < CALLER_ENV_MAX - 1; items++) {
		/* execve(2) does not write to it */
		if (str_starts(*items, "env:"))
			env[used++] = (char *)(uintptr_t)(*items + strlen("env:"));
	}
	env[used] = NULL;
}

int hx_caller_setup(void *arg, struct err *e)
{
	for (const char *const *item = arg; *item; item++) {
		int k = find(*item), r;

		if (k < 0)
			return err_set(e, EINVAL, "caller: no such state '%s'", *item);
		r = kinds[k].set(*item + strlen(kinds[k].name), e);
		if (r < 0)
			return r;
	}
	return 0;
}
