/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands that make a process get from their caller, and must not hand on. */
#ifndef RUNTIME_CLI_INHERIT_H
#define RUNTIME_CLI_INHERIT_H

#include "cli.h"

/*
 * Closes every descriptor that the program is not to have: all but 0 to 2, those of LISTEN_FDS,
 * which begin at 3 (sd_listen_fds(3)), the @preserve ones behind them (--preserve-fds), and the
 * log, which may move. Sets how many stay in all, and how many of them are LISTEN_FDS.
 */
int inherit_settle(struct cli *cli, unsigned int preserve, unsigned int *ret_preserve,
		   unsigned int *ret_listen, struct err *e);

/* self_protect(), which may execute this program again: with the umask that the caller gave it. */
int inherit_protect(const struct cli *cli, struct err *e);

#endif
