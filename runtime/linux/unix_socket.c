/* SPDX-License-Identifier: Apache-2.0 */
#include "unix_socket.h"

#include "cleanup.h"
#include "str.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* unix(7) has room for 107 bytes: a longer path goes by way of a descriptor of its directory. */
static int shorten(const char *path, struct sockaddr_un *addr, int *ret_dir)
{
	const char *slash = strrchr(path, '/');
	cleanup_free char *dir = slash ? strndup(path, (size_t)(slash - path)) : NULL;
	cleanup_fd int fd = FD_NONE;
	char base[FD_PATH_SIZE];
	int n;

	if (!slash || !dir)
		return slash ? -ENOMEM : -ENAMETOOLONG;
	fd = open(*dir ? dir : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = snprintf(addr->sun_path, sizeof(addr->sun_path), "%s/%s", fd_proc_path(fd, base),
		     slash + 1);
	if (n < 0 || (size_t)n >= sizeof(addr->sun_path))
		return -ENAMETOOLONG;
	*ret_dir = take_fd(&fd);
	return 0;
}

int unix_socket_connect(const char *path, struct err *e)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	cleanup_fd int sock = FD_NONE, dir = FD_NONE;
	size_t len = strlen(path);
	int r = 0;

	/* an empty name would be an abstract address */
	if (!len)
		return err_set(e, EINVAL, "connect to a socket without a name");
	if (len < sizeof(addr.sun_path))
		memcpy(addr.sun_path, path, len + 1);
	else
		r = shorten(path, &addr, &dir);
	if (r < 0)
		return err_set(e, -r, "connect to '%s': %m", path);
	sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (sock < 0)
		return err_set(e, errno, "socket: %m");
	do
		r = connect(sock, (const struct sockaddr *)&addr, sizeof(addr));
	while (r < 0 && errno == EINTR);
	if (r < 0)
		return err_set(e, errno, "connect to '%s': %m", path);
	return take_fd(&sock);
}

int unix_socket_send(int sock, const char *name, int fd)
{
	return fd_send(sock, name, strlen(name), &fd, 1);
}
