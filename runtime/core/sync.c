/* SPDX-License-Identifier: Apache-2.0 */
#include "sync.h"

#include "fd.h"

#include <stddef.h>
#include <string.h>

/* Only the text that is there travels. */
static size_t msg_size(const struct sync_msg *m)
{
	return offsetof(struct sync_msg, err.msg) + strlen(m->err.msg) + 1;
}

int sync_send(int sock, enum sync_kind kind, int number, int fd)
{
	struct sync_msg m = {.kind = kind, .number = number};

	return fd_send(sock, &m, msg_size(&m), &fd, fd >= 0 ? 1 : 0);
}

int sync_send_err(int sock, enum sync_kind kind, const struct err *e)
{
	struct sync_msg m = {.kind = kind, .err = *e};

	return fd_send(sock, &m, msg_size(&m), NULL, 0);
}

int sync_recv(int sock, struct sync_msg *ret, int *ret_fd)
{
	ssize_t n;

	memset(ret, 0, sizeof(*ret));
	n = fd_recv(sock, ret, sizeof(*ret), ret_fd, 1);
	if (n == -ECONNRESET)
		return 0;
	if (n <= 0)
		return (int)n;
	if ((size_t)n <= offsetof(struct sync_msg, err.msg)) {
		fd_close(ret_fd);
		return -EPROTO;
	}
	ret->err.msg[sizeof(ret->err.msg) - 1] = '\0';
	return 1;
}

int sync_wait_go(int sock, struct err *e)
{
	struct sync_msg m;
	int fd = FD_NONE;
	int r = sync_recv(sock, &m, &fd);

	fd_close(&fd);
	if (r == 0)
		return err_set(e, EPIPE, "the runtime went away");
	if (r < 0)
		return err_set(e, -r, "wait for the runtime: %m");
	if (m.kind != SYNC_GO)
		return err_set(e, EPROTO, "the runtime said something else");
	return 0;
}
