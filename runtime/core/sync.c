/* SPDX-License-Identifier: Apache-2.0 */
#include "sync.h"

#include "fd.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

/* The kernel hands out no larger errno (include/linux/err.h). */
#define ERRNO_MAX 4095

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

int sync_read(const void *buf, size_t len, struct sync_msg *ret)
{
	struct sync_msg m = {0};

	if (len <= offsetof(struct sync_msg, err.msg) || len > sizeof(m))
		return -EPROTO;
	memcpy(&m, buf, len);
	if (m.kind < SYNC_STAGED || m.kind > SYNC_GO || m.err.num < 0 || m.err.num > ERRNO_MAX)
		return -EPROTO;
	m.err.msg[sizeof(m.err.msg) - 1] = '\0';
	*ret = m;
	return 0;
}

static int receive(int sock, struct sync_msg *ret, int *ret_fds, size_t nfds)
{
	struct sync_msg m;
	ssize_t n;
	int r;

	memset(ret, 0, sizeof(*ret));
	n = fd_recv(sock, &m, sizeof(m), ret_fds, nfds);
	/* that it ended without having read everything is said once, and before its own last words
	 */
	if (n == -ECONNRESET)
		n = fd_recv(sock, &m, sizeof(m), ret_fds, nfds);
	if (n == -ECONNRESET)
		return 0;
	if (n <= 0)
		return (int)n;
	r = sync_read(&m, (size_t)n, ret);
	for (size_t i = 0; r < 0 && i < nfds; i++)
		fd_close(&ret_fds[i]);
	return r < 0 ? r : 1;
}

int sync_recv(int sock, struct sync_msg *ret, int *ret_fd)
{
	return receive(sock, ret, ret_fd, 1);
}

int sync_wait_go(int sock, struct err *e)
{
	struct sync_msg m;
	int r = receive(sock, &m, NULL, 0);

	if (r == 0)
		return err_set(e, EPIPE, "the runtime went away");
	if (r < 0)
		return err_set(e, -r, "wait for the runtime: %m");
	return m.kind == SYNC_GO ? m.number != 0
				 : err_set(e, EPROTO, "the runtime said something else");
}
