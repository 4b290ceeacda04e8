/* SPDX-License-Identifier: Apache-2.0 */
/* refrun: containers as the OCI runtime specification says, with runc's command line. */
#include "cli.h"
#include "entry.h"
#include "fd.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

int entry_tree = FD_NONE;

/* Of a caller who has closed 0, 1 or 2 it has got the number, and whoever is executed would have
 * that one closed. */
static void move_tree_up(void)
{
	int up;

	if (entry_tree < 0 || entry_tree > 2)
		return;
	up = fcntl(entry_tree, F_DUPFD_CLOEXEC, 3);
	fd_close(&entry_tree);
	entry_tree = up < 0 ? FD_NONE : up;
}

int main(int argc, char **argv)
{
	struct cli cli = {.log = {.fd = FD_NONE}};
	struct err e = {0};
	int r;

	/* Before anything opens a descriptor that could become 0, 1 or 2. */
	move_tree_up();
	cli.exe_tree = entry_tree;
	r = fd_fill_stdio();
	if (r < 0)
		return 1;
	cli.no_stdout = r & 1 << STDOUT_FILENO;
	/* What a caller may have left behind in a process: with SIGCHLD ignored no child could be
	 * waited for. */
	(void)signal(SIGCHLD, SIG_DFL);
	/* What the caller's RLIMIT_FSIZE keeps from being written is an error, behind which we
	 * clear up. Programs have the default (process_reset_inherited(), proc_spawn()). */
	(void)signal(SIGXFSZ, SIG_IGN);
	cli.umask = umask(022);
	cli.argv = argv;
	r = cli_main(&cli, argc, argv, &e);
	if (r >= 0 && cli.out.len && cli_write(&cli, cli.out.buf, cli.out.len, &e) < 0)
		r = -e.num;
	if (r < 0)
		cli_log_write(&cli.log, "error", e.msg);
	cli_done(&cli);
	return r >= 0 ? r : cli.failure ? cli.failure : 1;
}
