/* SPDX-License-Identifier: Apache-2.0 */
/* process.terminal: a pseudoterminal made on the container's own devpts, its master handed out over
 * a unix socket. */
#ifndef RUNTIME_CONSOLE_H
#define RUNTIME_CONSOLE_H

#include "beside.h"
#include "cfg_parse.h"

struct signalfd_siginfo;

/*
 * Container side, after mounts, before pivot: opens a pair on the container's /dev/ptmx below
 * @root_fd (checked to be devpts; TIOCGPTPEER for the slave), sets the size, and returns both.
 */
int console_open(int root_fd, const struct cfg_console_size *size, int *ret_master, int *ret_slave,
		 struct err *e);
/* Connects to the unix socket at @path (host side); sends the master there. */
int console_connect(const char *path, int *ret_sock, struct err *e);
int console_send_master(int sock, const char *path, int master_fd, struct err *e);
/* Container side: setsid(2) was called; makes @slave_fd the controlling terminal and 0, 1, 2. */
int console_attach(int slave_fd, struct err *e);
/* To the program, but for what this process has brought upon itself. */
void console_pass_signal(const struct signalfd_siginfo *info, int pidfd);
/*
 * `run` in the foreground: copies between the caller's terminal (raw mode, restored) and @master_fd
 * until @pidfd ends. @sigfd is a signalfd(2) of signals that the caller has blocked: SIGWINCH
 * resizes, every other goes to @pidfd. Where nobody reads any more what comes out, the terminal is
 * hung up. Takes @master_fd. @beside may be NULL.
 */
int console_relay(int *master_fd, int pidfd, int sigfd, struct beside *beside, struct err *e);

#endif
