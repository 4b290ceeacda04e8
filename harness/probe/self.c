/* SPDX-License-Identifier: Apache-2.0 */
#include "probe.h"

#include "fd.h"
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>

static void add_fd(struct self *self, int fd)
{
	size_t at = self->nfds;

	if (self->nfds == PROBE_MAX_FDS) {
		self->fds_error = -EOVERFLOW;
		return;
	}
	for (; at > 0 && self->fds[at - 1] > fd; at--)
		self->fds[at] = self->fds[at - 1];
	self->fds[at] = fd;
	self->nfds++;
}

/* Without procfs every number is tried, up to the limit or what a process may reasonably hold. */
static void scan_fds(struct self *self)
{
	struct rlimit limit = {.rlim_cur = 0};
	int end;

	(void)getrlimit(RLIMIT_NOFILE, &limit);
	end = limit.rlim_cur < 1024 ? 1024 : limit.rlim_cur > 65536 ? 65536 : (int)limit.rlim_cur;
	for (int fd = 0; fd < end; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			add_fd(self, fd);
	}
}

static int list_fds(struct self *self)
{
	struct file_dir d = FILE_DIR_INIT;
	const char *name;
	int r = file_dir_open(&d, AT_FDCWD, "/proc/self/fd", true);

	while (r >= 0 && (r = file_dir_next(&d, &name)) > 0) {
		uint64_t fd;

		if (procfs_number_next(&name, 10, &fd) && (int)fd != d.fd)
			add_fd(self, (int)fd);
	}
	file_dir_close(&d);
	return r;
}

void self_take(struct probe *p, int argc, char **argv, char **envp)
{
	struct self *self = &p->self;
	ssize_t n;

	self->argc = argc;
	self->argv = argv;
	self->envp = envp;
	if (list_fds(self) < 0) {
		self->nfds = 0;
		scan_fds(self);
	}
	/* half of it would read as other numbers */
	n = file_read_whole("/proc/self/status", self->status_text, sizeof(self->status_text));
	self->status_error = n < 0 ? (int)n : procfs_status_parse(self->status_text, &self->status);
}

bool self_has_fd(const struct self *self, int fd)
{
	for (size_t i = 0; i < self->nfds; i++) {
		if (self->fds[i] == fd)
			return true;
	}
	return false;
}
