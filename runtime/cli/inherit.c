/* SPDX-License-Identifier: Apache-2.0 */
#include "inherit.h"

#include "fd.h"
#include "self.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * How many descriptors a socket-activating caller has put behind 2 (sd_listen_fds(3)). Unless
 * LISTEN_PID names us they are another process's, whose environment came down to us without them:
 * what is open here at 3 is none of its sockets.
 */
static unsigned int listen_fds(void)
{
	const char *text = getenv("LISTEN_FDS"), *whose = getenv("LISTEN_PID");
	uint64_t n, pid;

	if (!whose || str_to_u64(whose, INT32_MAX, &pid) < 0 || (pid_t)pid != getpid())
		return 0;
	return text && str_to_u64(text, 1024, &n) == 0 ? (unsigned int)n : 0;
}

/*
 * What is to be passed has to be there: a hole would be filled by a descriptor of this program's
 * own, and that would go to the container. Everything else that the caller left open is closed here
 * and now, so that neither the first process nor a hook ever holds it.
 */
static int settle(unsigned int keep, struct cli *cli, struct err *e)
{
	/* ours: they move to the first places, so that all behind them can go */
	int *own[] = {&cli->exe_tree, &cli->log.fd};
	int first = 3 + (int)keep;
	int r;

	for (int fd = 3; fd < first; fd++) {
		if (fcntl(fd, F_GETFD) < 0 || fd == *own[0] || fd == *own[1])
			return err_set(e, EBADF,
				       "please check that preserved-fd %d (of %u) is present",
				       fd - 2, keep);
	}
	/* the lower one first: nothing of ours is in its way */
	if (*own[0] > *own[1]) {
		own[0] = &cli->log.fd;
		own[1] = &cli->exe_tree;
	}
	for (size_t i = 0; i < 2; i++) {
		/* the log may be standard error */
		if (*own[i] < first)
			continue;
		if (*own[i] > first && dup3(*own[i], first, O_CLOEXEC) < 0)
			return err_set(e, errno, "close inherited descriptors: %m");
		*own[i] = first++;
	}
	r = fd_close_from(first);
	return r < 0 ? err_set(e, -r, "close inherited descriptors: %m") : 0;
}

int inherit_settle(struct cli *cli, unsigned int preserve, unsigned int *ret_preserve,
		   unsigned int *ret_listen, struct err *e)
{
	*ret_listen = listen_fds();
	*ret_preserve = preserve + *ret_listen;
	return settle(*ret_preserve, cli, e);
}

int inherit_protect(const struct cli *cli, struct err *e)
{
	return self_protect(cli->argv, cli->umask, e);
}
