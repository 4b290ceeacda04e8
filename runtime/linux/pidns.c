/* SPDX-License-Identifier: Apache-2.0 */
#include "pidns.h"

#include "cleanup.h"
#include "fd.h"
#include "idmap.h"
#include "proc.h"
#include "str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/nsfs.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

/* As deep as the kernel lets them be (pid_namespaces(7)), and one more. */
#define LEVELS_MAX 33

static int open_own(int pid_dir, struct stat *ret, struct err *e)
{
	struct stat caller;

	if (fstatat(pid_dir, "ns/pid", ret, 0) < 0 ||
	    fstatat(AT_FDCWD, "/proc/self/ns/pid", &caller, 0) < 0)
		return err_set(e, errno, "the container's pid namespace: %m");
	if (ret->st_ino == caller.st_ino && ret->st_dev == caller.st_dev)
		return err_set(e, EOPNOTSUPP,
			       "it has neither a cgroup nor a pid namespace of its own");
	return 0;
}

/* Whether the process is in the namespace, or in one whose ancestor that is. One that may not be
 * looked at, or has ended, is not. */
static bool is_below(int proc, const char *pid, const struct stat *top)
{
	cleanup_free char *path = str_format("%s/ns/pid", pid);
	cleanup_fd int fd = path ? openat(proc, path, O_RDONLY | O_CLOEXEC) : FD_NONE;

	for (int level = 0; fd >= 0 && level < LEVELS_MAX; level++) {
		struct stat st;
		int parent;

		if (fstat(fd, &st) < 0)
			return false;
		if (st.st_ino == top->st_ino && st.st_dev == top->st_dev)
			return true;
		parent = ioctl(fd, NS_GET_PARENT);
		fd_close(&fd);
		fd = parent;
	}
	return false;
}

static int compare(const void *a, const void *b)
{
	const pid_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int collect(int proc, const struct stat *top, pid_t **ret, size_t *ret_count)
{
	cleanup_dir DIR *d = fd_open_dir(proc);
	cleanup_free pid_t *list = NULL;
	const struct dirent *de;
	size_t n = 0;

	if (!d)
		return -errno;
	while ((de = readdir(d))) {
		uint64_t pid;
		pid_t *more;

		if (str_to_u64(de->d_name, INT_MAX, &pid) < 0 || !is_below(proc, de->d_name, top))
			continue;
		more = reallocarray(list, n + 1, sizeof(*list));
		if (!more)
			return -ENOMEM;
		list = more;
		list[n++] = (pid_t)pid;
	}
	if (n)
		qsort(list, n, sizeof(*list), compare);
	*ret = take_ptr(&list);
	*ret_count = n;
	return 0;
}

/* The namespace in *top, and who is in it; a descriptor of /proc, or -errno. */
static int look(int pid_dir, struct stat *top, pid_t **ret, size_t *ret_count, struct err *e)
{
	cleanup_fd int proc = FD_NONE;
	int r = open_own(pid_dir, top, e);

	if (r < 0)
		return r;
	proc = idmap_open_proc(e);
	if (proc < 0)
		return proc;
	r = collect(proc, top, ret, ret_count);
	return r < 0 ? err_set(e, -r, "read /proc: %m") : take_fd(&proc);
}

int pidns_processes(int pid_dir, pid_t **ret, size_t *ret_count, struct err *e)
{
	struct stat top;
	cleanup_fd int proc = look(pid_dir, &top, ret, ret_count, e);

	return proc < 0 ? proc : 0;
}

static int signal_one(int proc, pid_t pid, const struct stat *top, int sig)
{
	cleanup_free char *name = str_format("%d", (int)pid);
	cleanup_fd int pidfd = proc_pidfd_open(pid);

	if (!name)
		return -ENOMEM;
	/* It has ended since it was listed; of a number that still names a session or a thread the
	 * kernel says the other two, which one depends on its version. */
	if (pidfd == -ESRCH || pidfd == -EINVAL || pidfd == -ENOENT)
		return 0;
	if (pidfd < 0)
		return pidfd;
	/* the number may be somebody else's by now */
	return is_below(proc, name, top) ? proc_pidfd_signal(pidfd, sig) : 0;
}

int pidns_signal(int pid_dir, int sig, pid_t but, struct err *e)
{
	cleanup_free pid_t *pids = NULL;
	size_t n = 0;
	struct stat top;
	cleanup_fd int proc = look(pid_dir, &top, &pids, &n, e);
	int failed = 0;

	if (proc < 0)
		return proc;
	for (size_t i = 0; i < n; i++) {
		int r = pids[i] == but ? 0 : signal_one(proc, pids[i], &top, sig);

		/* one that is out of reach does not save the others */
		if (r < 0 && r != -ESRCH && failed == 0)
			failed = err_set(e, -r, "signal process %d: %m", (int)pids[i]);
	}
	return failed;
}
