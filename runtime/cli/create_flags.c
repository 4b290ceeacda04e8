/* SPDX-License-Identifier: Apache-2.0 */
#include "create_flags.h"

#include "inherit.h"

int create_flags_apply(struct cli *cli, const struct create_flags *f, const char *id,
		       struct rt_create_options *ret, struct err *e)
{
	*ret = (struct rt_create_options){
		.root = cli->root,
		.id = id,
		.bundle = f->bundle ? f->bundle : ".",
		.pid_file = f->pid_file,
		.console_socket = f->console_socket,
		.pidfd_socket = f->pidfd_socket,
		.no_pivot = f->no_pivot,
		.no_new_keyring = f->no_new_keyring,
		.rootless = cli->rootless,
		.systemd_cgroup = cli->systemd_cgroup,
		.umask = cli->umask,
		.detach = f->detach,
		.keep = f->keep,
	};
	int r = inherit_settle(cli, f->preserve_fds, &ret->preserve_fds, &ret->listen_fds, e);

	/* they may have moved */
	ret->log = cli_rt_log(cli);
	ret->exe_tree = cli->exe_tree;
	return r;
}
