/* SPDX-License-Identifier: Apache-2.0 */
#include "unix_socket.h"

#include "cleanup.h"
#include "str.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

/* For as long as a listener can be busy; one that never takes anything is an error. */
static const struct timeval patience = {.tv_sec = 10};

/* unix(7) has room for 107 bytes: a longer path goes by way of a descriptor of what it leads to. */
static int shorten(const char *path, struct sockaddr_un *addr, int *ret_fd)
{
	cleanup_fd int fd = open(path, O_PATH | O_CLOEXEC);
	char link[FD_PATH_SIZE];

	if (fd < 0)
		return -errno;
	(void)snprintf(addr->sun_path, sizeof(addr->sun_path), "%s", fd_proc_path(fd, link));
	*ret_fd = take_fd(&fd);
	return 0;
}

int unix_socket_connect(const char *path, struct err *e)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	cleanup_fd int sock = FD_NONE, fd = FD_NONE;
	size_t len = strlen(path);
	int r = 0;

	/* an empty name would be an abstract address */
	if (!len)
		return err_set(e, EINVAL, "connect to a socket without a name");
	if (len < sizeof(addr.sun_path))
		memcpy(addr.sun_path, path, len + 1);
	else
		r = shorten(path, &addr, &fd);
	if (r < 0)
		return err_set(e, -r, "connect to '%s': %m", path);
	sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (sock < 0)
		return err_set(e, errno, "socket: %m");
	/* connect(2) and the writes (socket(7)) */
	if (setsockopt(sock, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) < 0)
		return err_set(e, errno, "SO_SNDTIMEO: %m");
	do
		r = connect(sock, (const struct sockaddr *)&addr, sizeof(addr));
	while (r < 0 && errno == EINTR);
	if (r < 0)
		return err_set(e, errno == EAGAIN ? ETIMEDOUT : errno, "connect to '%s': %m", path);
	return take_fd(&sock);
}

int unix_socket_send(int sock, const char *name, int fd)
{
	return fd_send(sock, name, strlen(name), &fd, 1);
}
