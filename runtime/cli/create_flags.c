/* SPDX-License-Identifier: Apache-2.0 */
#include "create_flags.h"

#include "inherit.h"

#include <stdlib.h>

int create_flags_run(struct cli *cli, const struct create_flags *f, const char *id,
		     int (*operation)(const struct rt_create_options *o, struct err *e),
		     struct err *e)
{
	struct rt_create_options o = {
		.root = cli->root,
		.id = id,
		.bundle = f->bundle ? f->bundle : ".",
		.pid_file = f->pid_file,
		.console_socket = f->console_socket,
		.pidfd_socket = f->pidfd_socket,
		.notify_socket = getenv("NOTIFY_SOCKET"),
		.no_pivot = f->no_pivot,
		.no_new_keyring = f->no_new_keyring,
		.rootless = cli->rootless,
		.systemd_cgroup = cli->systemd_cgroup,
		.no_cgroup = cli->no_cgroup,
		.umask = cli->umask,
		.detach = f->detach,
		.keep = f->keep,
	};
	int r = inherit_settle(cli, f->preserve_fds, &o.preserve_fds, &o.listen_fds, e);

	/* they may have moved */
	o.log = cli_rt_log(cli);
	o.exe_tree = cli->exe_tree;
	if (r >= 0)
		r = inherit_protect(cli, e);
	return r < 0 ? r : operation(&o, e);
}
