/* SPDX-License-Identifier: Apache-2.0 */
#include "process.h"

#include "cleanup.h"

#include <fcntl.h>
#include <linux/keyctl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

/* The kernel's default for processes that are not real-time (prctl(2)). */
#define TIMER_SLACK_NS 50000

static const struct {
	int from, to;
} rlimits[] = {
	{CFG_RLIMIT_AS, RLIMIT_AS},
	{CFG_RLIMIT_CORE, RLIMIT_CORE},
	{CFG_RLIMIT_CPU, RLIMIT_CPU},
	{CFG_RLIMIT_DATA, RLIMIT_DATA},
	{CFG_RLIMIT_FSIZE, RLIMIT_FSIZE},
	{CFG_RLIMIT_LOCKS, RLIMIT_LOCKS},
	{CFG_RLIMIT_MEMLOCK, RLIMIT_MEMLOCK},
	{CFG_RLIMIT_MSGQUEUE, RLIMIT_MSGQUEUE},
	{CFG_RLIMIT_NICE, RLIMIT_NICE},
	{CFG_RLIMIT_NOFILE, RLIMIT_NOFILE},
	{CFG_RLIMIT_NPROC, RLIMIT_NPROC},
	{CFG_RLIMIT_RSS, RLIMIT_RSS},
	{CFG_RLIMIT_RTPRIO, RLIMIT_RTPRIO},
	{CFG_RLIMIT_RTTIME, RLIMIT_RTTIME},
	{CFG_RLIMIT_SIGPENDING, RLIMIT_SIGPENDING},
	{CFG_RLIMIT_STACK, RLIMIT_STACK},
};

static int resource_of(int type)
{
	for (size_t i = 0; i < sizeof(rlimits) / sizeof(*rlimits); i++)
		if (rlimits[i].from == type)
			return rlimits[i].to;
	return -EINVAL;
}

/* The checks that need no system call. @seen collects the resources of earlier entries. */
static int check_rlimit(const struct cfg_doc *doc, const struct cfg_rlimit *l, size_t i,
			uint32_t *seen, struct err *e)
{
	int resource = l->has_type ? resource_of(l->type) : -EINVAL;

	if (resource < 0)
		return cfg_err(doc, &l->type, e, EINVAL, "rlimits[%zu]: unknown resource", i);
	if (*seen & 1u << resource)
		return cfg_err(doc, &l->type, e, EINVAL, "rlimits[%zu]: %s is listed twice", i,
			       cfg_enum_name_rlimit(l->type));
	if (l->soft > l->hard)
		return cfg_err(doc, &l->soft, e, EINVAL,
			       "rlimits[%zu]: the soft limit of %s is above the hard one", i,
			       cfg_enum_name_rlimit(l->type));
	*seen |= 1u << resource;
	return resource;
}

static int set_rlimit(const struct cfg_doc *doc, const struct cfg_rlimit *l, size_t i, int resource,
		      const struct rlimit64 *new, struct err *e)
{
	struct rlimit64 old = {0};
	int num;

	if (prlimit64(0, (unsigned int)resource, new, NULL) == 0)
		return 0;
	num = errno;
	if (num == EPERM && prlimit64(0, (unsigned int)resource, NULL, &old) == 0 &&
	    l->hard > old.rlim_max)
		return cfg_err(doc, &l->hard, e, EPERM,
			       "rlimits[%zu]: cannot raise %s above %llu without CAP_SYS_RESOURCE: "
			       "operation not permitted",
			       i, cfg_enum_name_rlimit(l->type), (unsigned long long)old.rlim_max);
	return cfg_err(doc, l, e, num, "rlimits[%zu]: cannot set %s: %s", i,
		       cfg_enum_name_rlimit(l->type), strerror(num));
}

int process_raise_rlimits(const struct cfg_doc *doc, const struct cfg_process *p, struct err *e)
{
	uint32_t seen = 0;

	for (size_t i = 0; i < p->rlimits.count; i++) {
		const struct cfg_rlimit *l = &p->rlimits.items[i];
		int r = check_rlimit(doc, l, i, &seen, e);
		struct rlimit64 now;

		if (r < 0)
			return r;
		if (prlimit64(0, (unsigned int)r, NULL, &now) < 0)
			return cfg_err(doc, l, e, errno, "rlimits[%zu]: getrlimit: %s", i,
				       strerror(errno));
		if (l->hard <= now.rlim_max)
			continue;
		now.rlim_max = l->hard;
		r = set_rlimit(doc, l, i, r, &now, e);
		if (r < 0)
			return r;
	}
	return 0;
}

int process_set_rlimits(const struct cfg_doc *doc, const struct cfg_process *p, bool files,
			struct err *e)
{
	uint32_t seen = 0;

	for (size_t i = 0; i < p->rlimits.count; i++) {
		const struct cfg_rlimit *l = &p->rlimits.items[i];
		const struct rlimit64 new = {.rlim_cur = l->soft, .rlim_max = l->hard};
		int r = check_rlimit(doc, l, i, &seen, e);

		if (r >= 0 && (r == RLIMIT_NOFILE) == files)
			r = set_rlimit(doc, l, i, r, &new, e);
		if (r < 0)
			return r;
	}
	return 0;
}

/* A file that shows as procfs may be the container's own, laid over it: ask the file system. */
static int check_proc(int fd)
{
	struct statfs st;

	if (fstatfs(fd, &st) < 0)
		return -errno;
	return (unsigned long)st.f_type == PROC_SUPER_MAGIC ? 0 : -EXDEV;
}

static int write_fd(int fd, const char *text)
{
	ssize_t n;

	do
		n = write(fd, text, strlen(text));
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

/* Opens below a procfs directory without leaving that mount, checks and writes. */
static int write_proc(int dirfd, const char *path, const char *text)
{
	struct open_how how = {.flags = O_WRONLY | O_CLOEXEC,
			       .resolve =
				       RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS};
	cleanup_fd int fd = (int)syscall(SYS_openat2, dirfd, path, &how, sizeof(how));
	int r;

	/* EPERM: fd_open_in_root() */
	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		fd = openat(dirfd, path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = check_proc(fd);
	return r < 0 ? r : write_fd(fd, text);
}

int process_set_oom_score_adj(int pid_fd, const struct cfg_doc *doc, const struct cfg_process *p,
			      struct err *e)
{
	char text[24];
	int r;

	if (!p->has_oom_score_adj)
		return 0;
	if (p->oom_score_adj < -1000 || p->oom_score_adj > 1000)
		return cfg_err(doc, &p->oom_score_adj, e, EINVAL,
			       "oomScoreAdj must be from -1000 to 1000");
	(void)snprintf(text, sizeof(text), "%lld", (long long)p->oom_score_adj);
	r = write_proc(pid_fd, "oom_score_adj", text);
	return r < 0 ? cfg_err(doc, &p->oom_score_adj, e, -r, "cannot set oomScoreAdj %s: %s", text,
			       strerror(-r))
		     : 0;
}

static int set_apparmor(int proc_fd, const struct cfg_doc *doc, const struct cfg_process *p,
			struct err *e)
{
	cleanup_free char *text = str_format("exec %s", p->apparmor_profile);
	int r;

	if (!text)
		return err_set(e, ENOMEM, "apparmorProfile: %m");
	r = write_proc(proc_fd, "thread-self/attr/apparmor/exec", text);
	/* before Linux 5.8 all security modules share one file */
	if (r == -ENOENT)
		r = write_proc(proc_fd, "thread-self/attr/exec", text);
	if (r < 0)
		return cfg_err(doc, &p->apparmor_profile, e, -r,
			       "cannot apply the AppArmor profile '%s': %s", p->apparmor_profile,
			       strerror(-r));
	return 0;
}

static const char *selinux_label(const struct cfg_process *p)
{
	return p && p->selinux_label && *p->selinux_label ? p->selinux_label : NULL;
}

/* @attribute: of those that proc_pid_attr(5) has. */
static int set_selinux(int proc_fd, const char *attribute, const struct cfg_doc *doc,
		       const struct cfg_process *p, struct err *e)
{
	int r = write_proc(proc_fd, attribute, p->selinux_label);

	return r < 0 ? cfg_err(doc, &p->selinux_label, e, -r,
			       "cannot apply the SELinux label '%s': %s", p->selinux_label,
			       strerror(-r))
		     : 0;
}

int process_set_labels(int proc_fd, const struct cfg_doc *doc, const struct cfg_process *p,
		       struct err *e)
{
	int r = 0;

	if (p->apparmor_profile && *p->apparmor_profile)
		r = set_apparmor(proc_fd, doc, p, e);
	if (r >= 0 && selinux_label(p))
		r = set_selinux(proc_fd, "thread-self/attr/exec", doc, p, e);
	return r;
}

#define KEYCREATE "thread-self/attr/keycreate"

int process_new_keyring(int proc_fd, const struct cfg_doc *doc, const struct cfg_process *p,
			struct err *e)
{
	int r = selinux_label(p) ? set_selinux(proc_fd, KEYCREATE, doc, p, e) : 0;

	if (r < 0)
		return r;
	/* a kernel without keys has none to hide */
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 && errno != ENOSYS)
		return err_set(e, errno, "new session keyring: %m");
	/* no other key is meant; an empty line takes it back */
	r = selinux_label(p) ? write_proc(proc_fd, KEYCREATE, "\n") : 0;
	return r < 0 ? err_set(e, -r, "take back the label of new keys: %m") : 0;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static uint64_t read_hex(const char *s)
{
	uint64_t value = 0;

	for (; hex_digit(*s) >= 0; s++)
		value = value << 4 | (uint64_t)hex_digit(*s);
	return value;
}

uint64_t process_ignored_signals(void)
{
	cleanup_fd int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	/* a list of thousands of groups may leave no room: then it is not found */
	char text[4096];
	const char *line;
	ssize_t n;

	n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return UINT64_MAX;
	text[n] = '\0';
	line = strstr(text, "\nSigIgn:\t");
	return line && strchr(line + 1, '\n') ? read_hex(line + strlen("\nSigIgn:\t")) : UINT64_MAX;
}

/* The raw call: libc keeps two of the signals to itself, and a caller may have ignored them too. */
static int default_signals(uint64_t ignored)
{
	struct {
		void *handler;
		unsigned long flags;
		void *restorer;
		uint64_t mask;
	} action = {.handler = SIG_DFL};
	uint64_t none = 0;

	for (int sig = 1; sig <= 64; sig++) {
		if (sig == SIGKILL || sig == SIGSTOP || !(ignored & 1ull << (sig - 1)))
			continue;
		if (syscall(SYS_rt_sigaction, sig, &action, NULL, sizeof(none)) < 0)
			return -errno;
	}
	return syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, sizeof(none)) < 0 ? -errno : 0;
}

int process_reset_inherited(uint64_t ignored, struct err *e)
{
	int r = default_signals(ignored);

	if (r < 0)
		return err_set(e, -r, "reset the signals: %m");
	if (prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0) < 0)
		return err_set(e, errno, "PR_SET_PDEATHSIG: %m");
	if (prctl(PR_SET_TIMERSLACK, TIMER_SLACK_NS, 0, 0, 0) < 0)
		return err_set(e, errno, "PR_SET_TIMERSLACK: %m");
	return 0;
}
