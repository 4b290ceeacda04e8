/* SPDX-License-Identifier: Apache-2.0 */
#include "unix_socket.h"

#include "cleanup.h"
#include "str.h"

#include <fcntl.h>
#include <stddef.h>
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

static int connect_to(const struct sockaddr_un *addr, socklen_t size, int type, const char *name,
		      struct err *e)
{
	cleanup_fd int sock = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	int r;

	if (sock < 0)
		return err_set(e, errno, "socket: %m");
	/* connect(2) and the writes (socket(7)) */
	if (setsockopt(sock, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) < 0)
		return err_set(e, errno, "SO_SNDTIMEO: %m");
	do
		r = connect(sock, (const struct sockaddr *)addr, size);
	while (r < 0 && errno == EINTR);
	if (r < 0)
		return err_set(e, errno == EAGAIN ? ETIMEDOUT : errno, "connect to '%s': %m", name);
	return take_fd(&sock);
}

static int connect_path(const char *path, int type, struct err *e)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	cleanup_fd int fd = FD_NONE;
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
	return connect_to(&addr, sizeof(addr), type, path, e);
}

int unix_socket_connect(const char *path, struct err *e)
{
	return connect_path(path, SOCK_STREAM, e);
}

int unix_socket_connect_datagram(const char *address, struct err *e)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	size_t len = strlen(address);

	if (address[0] == '/')
		return connect_path(address, SOCK_DGRAM, e);
	if (address[0] != '@' || len < 2)
		return err_set(e, EAFNOSUPPORT, "connect to '%s': %m", address);
	if (len > sizeof(addr.sun_path))
		return err_set(e, ENAMETOOLONG, "connect to '%s': %m", address);
	/* behind a NUL, and without one at the end: unix(7) */
	memcpy(addr.sun_path + 1, address + 1, len - 1);
	return connect_to(&addr, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len),
			  SOCK_DGRAM, address, e);
}

int unix_socket_send(int sock, const char *name, int fd)
{
	return fd_send(sock, name, strlen(name), &fd, 1);
}
