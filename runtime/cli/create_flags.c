/* SPDX-License-Identifier: Apache-2.0 */
#include "create_flags.h"

#include "fd.h"
#include "self.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* How many descriptors a socket-activating caller has put behind 2 (sd_listen_fds(3)). */
static unsigned int listen_fds(void)
{
	const char *text = getenv("LISTEN_FDS");
	uint64_t n;

	return text && str_to_u64(text, 1024, &n) == 0 ? (unsigned int)n : 0;
}

/*
 * What is to be passed has to be there: a hole would be filled by a descriptor of this program's
 * own, and that would go to the container. Everything else that the caller left open is closed here
 * and now, so that neither the first process nor a hook ever holds it.
 */
static int settle_descriptors(unsigned int keep, const struct cli *cli, struct err *e)
{
	int first = 3 + (int)keep;
	int r;

	for (int fd = 3; fd < first; fd++) {
		if (fcntl(fd, F_GETFD) < 0 || fd == cli->log.fd)
			return err_set(e, EBADF,
				       "please check that preserved-fd %d (of %u) is present",
				       fd - 2, keep);
	}
	r = cli->log.fd >= first ? fd_cloexec_from(first) : fd_close_from(first);
	return r < 0 ? err_set(e, -r, "close inherited descriptors: %m") : 0;
}

int create_flags_apply(struct cli *cli, const struct create_flags *f, const char *id,
		       struct rt_create_options *ret, struct err *e)
{
	*ret = (struct rt_create_options){
		.root = cli->root,
		.id = id,
		.bundle = f->bundle ? f->bundle : ".",
		.pid_file = f->pid_file,
		.console_socket = f->console_socket,
		.no_pivot = f->no_pivot,
		.no_new_keyring = f->no_new_keyring,
		.rootless = cli->rootless,
		.listen_fds = listen_fds(),
		.umask = cli->umask,
		.log = cli_rt_log(cli),
		.detach = f->detach,
		.keep = f->keep,
	};
	ret->preserve_fds = f->preserve_fds + ret->listen_fds;
	return settle_descriptors(ret->preserve_fds, cli, e);
}

int create_protect(const struct cli *cli, struct err *e)
{
	mode_t ours = umask(cli->umask);
	int r = self_protect(cli->argv, e);

	(void)umask(ours);
	return r;
}
