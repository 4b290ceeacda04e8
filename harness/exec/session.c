/* SPDX-License-Identifier: Apache-2.0 */
#include "session.h"

#include "cleanup.h"
#include "fd.h"
#include "owned.h"
#include "proc.h"
#include "resctrl.h"
#include "rootfs.h"
#include "snapshot.h"
#include "str.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define PROBE_MAX     (64u << 20)
#define LEAVE_MS      5000
#define TMPFS_OPTIONS "mode=0755,size=1g"
#define WORK_LETTERS  8

static int loopback_up(struct err *e)
{
	cleanup_fd int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq ifr = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING};

	if (s < 0 || ioctl(s, SIOCSIFFLAGS, &ifr) < 0)
		return err_set(e, errno, "bring the loopback interface up: %m");
	return 0;
}

/* Where the work directory will be, and how cgroups will be called. The names are known before
 * anything is made, so that the guardian knows them from the beginning. */
static int name_run(struct hx_session *s, bool keep, struct err *e)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	const char *tmp = getenv("TMPDIR");
	const char *base = keep			       ? (tmp && *tmp == '/' ? tmp : "/tmp")
			   : access("/run", W_OK) == 0 ? "/run"
						       : "/tmp";
	/* whether it is below /tmp is asked later; what cannot be resolved fails later */
	cleanup_free char *real = realpath(base, NULL);
	unsigned char random[WORK_LETTERS];
	char suffix[WORK_LETTERS + 1] = {0};
	int n;

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return err_set(e, errno, "getrandom: %m");
	for (size_t i = 0; i < sizeof(random); i++)
		suffix[i] = letters[random[i] % (sizeof(letters) - 1)];
	n = snprintf(s->work, sizeof(s->work), "%s/conform-%s", real ? real : base, suffix);
	if (n < 0 || (size_t)n >= sizeof(s->work)) {
		s->work[0] = '\0';
		return err_set(e, ENAMETOOLONG, "the temporary directory's name: %m");
	}
	/* by its number a person finds the run, and by that alone would a run in another pid
	 * namespace be taken for it */
	(void)snprintf(s->host.run, sizeof(s->host.run), "conform-%d-%s", s->pid, suffix);
	return 0;
}

static int make_work(struct hx_session *s, bool keep, struct err *e)
{
	if (mkdir(s->work, 0700) < 0) {
		int r = err_set(e, errno, "make the work directory '%s': %m", s->work);

		s->work[0] = '\0';
		return r;
	}
	s->made = true;
	if (chmod(s->work, 0755) < 0)
		return err_set(e, errno, "open '%s' to containers: %m", s->work);
	/* its name as the source: the guardian finds by it what lives in there */
	if (!keep && mount(strrchr(s->work, '/') + 1, s->work, "tmpfs", 0, TMPFS_OPTIONS) < 0)
		return err_set(e, errno, "mount a tmpfs on '%s': %m", s->work);
	return 0;
}

static int copy_probe(struct hx_session *s, const char *probe, struct err *e)
{
	cleanup_free char *text = NULL;
	cleanup_fd int fd = FD_NONE;
	size_t len;
	int n, r = fd_read_file_at(AT_FDCWD, probe, PROBE_MAX, &text, &len, e);

	if (r < 0)
		return err_wrap(e, "the probe");
	n = snprintf(s->probe, sizeof(s->probe), "%s/probe", s->work);
	if (n < 0 || (size_t)n >= sizeof(s->probe))
		return err_set(e, ENAMETOOLONG, "the probe's copy: %m");
	fd = open(s->probe, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
	if (fd < 0)
		return err_set(e, errno, "make '%s': %m", s->probe);
	r = fd_write_all(fd, text, len);
	if (r < 0)
		return err_set(e, -r, "write '%s': %m", s->probe);
	return fstat(fd, &s->probe_stat) < 0 ? err_set(e, errno, "look at '%s': %m", s->probe) : 0;
}

/* Where the hierarchies of cgroup v1 hang, many hosts have a plain tmpfs: a directory that is made
 * in there is no cgroup, and nobody would remove it. */
static void lock_cgroup_tmpfs(void)
{
	struct statfs f;

	if (statfs("/sys/fs/cgroup", &f) == 0 && f.f_type == TMPFS_MAGIC)
		(void)mount(NULL, "/sys/fs/cgroup", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL);
}

/* What a remount of a mount with these flags has to repeat of them: they may be locked. */
static unsigned long atime_flags(unsigned long f)
{
	return f & ST_NOATIME ? MS_NOATIME : f & ST_RELATIME ? MS_RELATIME : 0;
}

/*
 * Directories for temporary files are often mounted without devices, set-user-ID bits or programs,
 * and bundles have all of them: the runtime would be blamed. Our own mount of a kept one is free of
 * that.
 */
static int lift_flags(struct hx_session *s, struct err *e)
{
	static const struct {
		unsigned long flag;
		const char *name;
	} flags[] = {{ST_NOSUID, "nosuid"}, {ST_NODEV, "nodev"}, {ST_NOEXEC, "noexec"}};
	struct statvfs v;
	size_t len = 0;

	if (mount(s->work, s->work, NULL, MS_BIND, NULL) < 0 || statvfs(s->work, &v) < 0)
		return err_set(e, errno, "bind '%s': %m", s->work);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (!(v.f_flag & flags[i].flag))
			continue;
		(void)snprintf(s->lifted + len, sizeof(s->lifted) - len, "%s%s", len ? "," : "",
			       flags[i].name);
		len = strlen(s->lifted);
	}
	if (len == 0 ||
	    mount(NULL, s->work, NULL, MS_REMOUNT | MS_BIND | atime_flags(v.f_flag), NULL) == 0)
		return 0;
	return err_set(e, errno, "'%s' is mounted %s, TMPDIR may name another place: %m", s->work,
		       s->lifted);
}

int hx_lock_mount(const char *path, struct err *e)
{
	unsigned long flags = MS_REMOUNT | MS_BIND | MS_RDONLY;
	struct statvfs v;

	if (statvfs(path, &v) < 0)
		return err_set(e, errno, "look at '%s': %m", path);
	/* flags that are set may be locked, and a remount must repeat them */
	flags |= v.f_flag & ST_NOSUID ? MS_NOSUID : 0;
	flags |= v.f_flag & ST_NODEV ? MS_NODEV : 0;
	flags |= v.f_flag & ST_NOEXEC ? MS_NOEXEC : 0;
	flags |= atime_flags(v.f_flag);
	return mount(NULL, path, NULL, flags, NULL) < 0
		       ? err_set(e, errno, "make '%s' read-only: %m", path)
		       : 0;
}

/*
 * The root file system of the host is read-only for everything that runs from here on: a runtime
 * that removes or writes the wrong thing finds no victim. What is mounted elsewhere stays as it is,
 * above all the work directory, which keeps its own flags by being a mount. Runtimes keep temporary
 * files in /tmp, so that has to stay writable; each case puts a layer of its own over it.
 */
static int lock_root(struct hx_session *s, struct err *e)
{
	int r;

	if (mount("/tmp", "/tmp", NULL, MS_BIND | MS_REC, NULL) < 0)
		return err_set(e, errno, "keep /tmp writable: %m");
	lock_cgroup_tmpfs();
	r = s->keep ? lift_flags(s, e) : 0;
	if (r == 0 && hx_lock_mount("/", e) < 0)
		r = err_wrap(e, "the host's root file system");
	return r;
}

/* Where the kernel has no pidfds, what stands in for them serves a runtime, but not what waits here
 * for many processes at once. */
static int need_pidfds(struct err *e)
{
	cleanup_fd int own = proc_pidfd_open(getpid());

	if (own < 0)
		return err_set(e, -own, "pidfd_open: %m");
	return proc_pidfd_is_native(own) ? 0 : err_set(e, ENOSYS, "pidfd_open (Linux 5.3): %m");
}

/* Without it no process of a runtime's would be found, and every case would fail for it. */
static int need_children(struct err *e)
{
	static const char file[] = "/proc/thread-self/children";

	return access(file, R_OK) < 0 ? err_set(e, errno, "%s (CONFIG_PROC_CHILDREN): %m", file)
				      : 0;
}

int hx_session_enter(struct hx_session *s, const char *probe, bool keep, struct err *e)
{
	int r;

	s->pid = getpid();
	s->keep = keep;
	s->guardian.fd = FD_NONE;
	s->owned = hx_owned_new();
	if (!s->owned)
		return err_set(e, errno, "share memory with the guardian: %m");
	r = need_pidfds(e);
	if (r == 0)
		r = need_children(e);
	if (r == 0)
		r = hx_cgroup2_read(&s->cgroup2, e);
	if (r >= 0)
		r = name_run(s, keep, e);
	if (r == 0)
		r = hx_guardian_start(&s->guardian, s, e);
	if (r < 0)
		return r;
	if (unshare(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC) < 0)
		return err_set(e, errno, "make namespaces of our own: %m");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return err_set(e, errno, "make the mounts private: %m");
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		return err_set(e, errno, "become the reaper of orphans: %m");
	(void)umask(0);
	r = loopback_up(e);
	if (r == 0)
		r = make_work(s, keep, e);
	if (r == 0)
		r = copy_probe(s, probe, e);
	s->host.work = s->work;
	s->host.probe = s->probe;
	return r < 0 ? r : lock_root(s, e);
}

/* For the work directory's own removal; the namespace, and with it the lock, ends with this
 * process. */
static void unlock_root(void)
{
	(void)mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL);
}

void hx_session_clean(const struct hx_session *s)
{
	char prefix[HX_RUN_SIZE + 1];

	if (!s->host.run[0])
		return;
	(void)snprintf(prefix, sizeof(prefix), "%s-", s->host.run);
	(void)hx_cgroups_destroy_prefixed(&s->host.cgroups, prefix);
	hx_resctrl_remove(HX_RESCTRL, s->host.run);
	(void)hx_cgroup2_put_back(&s->cgroup2, NULL);
}

void hx_session_leave(struct hx_session *s)
{
	if (s->pid != getpid())
		return;
	(void)hx_kill_descendants(NULL, 0, proc_now_ms() + LEAVE_MS);
	/* cases do so themselves; this is for those that were killed */
	hx_session_clean(s);
	if (s->made && !s->keep) {
		(void)umount2("/tmp", MNT_DETACH);
		(void)umount2(s->work, MNT_DETACH);
		unlock_root();
		/* empty, unless something is still mounted there: then it must not be emptied */
		(void)rmdir(s->work);
		s->made = false;
	}
	hx_guardian_dismiss(&s->guardian);
	hx_cgroup2_done(&s->cgroup2);
}
