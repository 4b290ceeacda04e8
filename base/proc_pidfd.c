/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Descriptors of processes. Linux 5.3 has all of pidfd_open(2), poll(2) on such a descriptor and
 * pidfd_send_signal(2). Before, an open directory of procfs stands for the process: it belongs to
 * one for good, and is empty once that has gone, whoever has its number then.
 */
#include "cleanup.h"
#include "fd.h"
#include "proc_priv.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* How long a directory is not looked at again: it wakes nobody. */
#define LOOK_MIN_MS 1
#define LOOK_MAX_MS 16

#define FDINFO_MAX 4096

static int open_directory(pid_t pid)
{
	char path[32];
	int fd;

	if (pid <= 0)
		return -EINVAL;
	(void)snprintf(path, sizeof(path), "/proc/%d", pid);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	return fd;
}

int proc_pidfd_open(pid_t pid)
{
	long fd = syscall(SYS_pidfd_open, pid, 0);

	if (fd < 0 && errno == ENOSYS)
		return open_directory(pid);
	return fd < 0 ? -errno : (int)fd;
}

bool proc_pidfd_is_native(int pidfd)
{
	struct stat st;

	return fstat(pidfd, &st) == 0 && !S_ISDIR(st.st_mode);
}

pid_t proc_pidfd_parse(char *fdinfo)
{
	static const char key[] = "Pid:\t";
	char *line = fdinfo, *end;
	uint64_t pid;

	while (!str_starts(line, key)) {
		line = strchr(line, '\n');
		if (!line)
			return -EBADF;
		line++;
	}
	line += strlen(key);
	end = line + strcspn(line, "\n");
	*end = '\0';
	if (str_to_u64(line, INT_MAX, &pid) < 0 || pid == 0)
		return -ESRCH;
	return (pid_t)pid;
}

/* The process's number, or -errno. */
static pid_t number_of(int pidfd)
{
	cleanup_free char *text = NULL;
	char path[32];
	size_t len;
	int r;

	(void)snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", pidfd);
	r = fd_read_file_at(AT_FDCWD, path, FDINFO_MAX, &text, &len, NULL);
	return r < 0 ? r : proc_pidfd_parse(text);
}

int proc_pidfd_signal(int pidfd, int sig)
{
	pid_t pid;

	/* it takes a directory of procfs as well */
	if (syscall(SYS_pidfd_send_signal, pidfd, sig, NULL, 0) == 0)
		return 0;
	if (errno != ENOSYS)
		return -errno;
	/* before Linux 5.1, or under who hides it: the number is the process's unless it is reaped
	 * right now, and another one has got the number at once */
	pid = proc_pidfd_is_native(pidfd) ? number_of(pidfd) : proc_number_in(pidfd);
	if (pid <= 0)
		return pid < 0 ? pid : -ESRCH;
	return kill(pid, sig) < 0 ? -errno : 0;
}

static bool has_ended(int dir)
{
	struct proc_stat s;
	int r = proc_stat_read(dir, "stat", &s);

	return r == -ESRCH || (r == 0 && proc_stat_is_dead(&s));
}

static int poll_directory(struct pollfd *p, size_t n, int timeout_ms)
{
	int64_t deadline = timeout_ms < 0 ? -1 : proc_now_ms() + timeout_ms;
	int look_ms = LOOK_MIN_MS;

	for (;;) {
		bool ended = has_ended(p[0].fd);
		int left = proc_poll_timeout(deadline);
		int wait = left < 0 || left > look_ms ? look_ms : left;
		int r = poll(p + 1, n - 1, ended ? 0 : wait);

		if (r < 0)
			return r;
		p[0].revents = ended ? POLLIN : 0;
		if (r > 0 || ended || left == 0)
			return r + ended;
		look_ms = look_ms < LOOK_MAX_MS ? look_ms * 2 : LOOK_MAX_MS;
	}
}

int proc_pidfd_poll(struct pollfd *p, size_t n, int timeout_ms)
{
	/* nobody can write to a pidfd, while poll(2) finds a directory ready for everything */
	struct pollfd *first = &p[0];
	int r;

	first->events = POLLIN | POLLOUT;
	r = poll(p, n, timeout_ms);
	if (r > 0 && first->fd >= 0 && (first->revents & POLLOUT))
		return poll_directory(p, n, timeout_ms);
	return r;
}
