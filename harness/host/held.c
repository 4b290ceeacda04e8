/* SPDX-License-Identifier: Apache-2.0 */
#include "held.h"

#include "cleanup.h"
#include "fd.h"

#include <sys/socket.h>
#include <unistd.h>

struct order {
	bool (*become)(void);
};

/* The child: says that it is ready, and stays until its standard input ends. */
static int hold(void *arg)
{
	const struct order *o = arg;
	char byte = 0;

	if (!o->become() || write(STDOUT_FILENO, &byte, 1) != 1)
		return 1;
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	return 0;
}

bool hx_held_start(struct hx_held *ret, bool (*become)(void))
{
	struct order o = {become};
	struct proc_spawn s = PROC_SPAWN_INIT;
	cleanup_fd int its = FD_NONE;
	int pair[2];
	char byte;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return false;
	ret->sock = pair[0];
	its = pair[1];
	s.in_fd = s.out_fd = its;
	s.run = hold;
	s.run_arg = &o;
	if (proc_spawn(&s, &ret->proc, NULL) < 0)
		return false;
	fd_close(&its);
	return read(ret->sock, &byte, 1) == 1;
}

void hx_held_done(struct hx_held *h)
{
	fd_close(&h->sock);
	proc_done(&h->proc);
}
