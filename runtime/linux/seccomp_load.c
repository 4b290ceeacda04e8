/* SPDX-License-Identifier: Apache-2.0 */
/* A filter on its way: to the kernel, and its listener to who answers. */
#include "seccomp_filter.h"

#include "cleanup.h"
#include "fd.h"
#include "seccomp_flags.h"
#include "unix_socket.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

void seccomp_filter_done(struct seccomp_filter *f)
{
	free(f->insns);
	*f = (struct seccomp_filter){0};
}

int seccomp_filter_load(const struct seccomp_filter *f, int *ret_listener, struct err *e)
{
	struct sock_fprog program = {.len = (unsigned short)f->count, .filter = f->insns};
	long r;

	*ret_listener = FD_NONE;
	if (!f->insns)
		return 0;
	r = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, f->flags, &program);
	if (r < 0)
		return err_set(e, errno, "load the seccomp filter: %m");
	if (f->notify)
		*ret_listener = (int)r;
	return 0;
}

int seccomp_filter_load_deaf(const struct seccomp_filter *f, struct err *e)
{
	struct seccomp_filter deaf = *f;
	int listener;

	deaf.notify = false;
	/* the second is for listeners alone */
	deaf.flags &= ~(SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
	return seccomp_filter_load(&deaf, &listener, e);
}

int seccomp_filter_send_listener(const char *path, const char *state_json, size_t len,
				 int listener_fd, struct err *e)
{
	cleanup_fd int sock = unix_socket_connect(path, e);
	int r;

	if (sock < 0)
		return err_wrap(e, "seccomp listener");
	r = fd_send(sock, state_json, len, &listener_fd, 1);
	return r < 0 ? err_set(e, -r, "send to the seccomp listener '%s': %m", path) : 0;
}
