/* SPDX-License-Identifier: Apache-2.0 */
#include "services.h"

#include "cleanup.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define OUTPUT_MAX (8u << 20)
#define CHUNK	   4096

int hx_listen(const char *path, struct err *e)
{
	cleanup_fd int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	socklen_t size = sizeof(a);

	if (fd < 0)
		return err_set(e, errno, "make a socket: %m");
	if (strlen(path) >= sizeof(a.sun_path))
		return err_set(e, ENAMETOOLONG, "socket '%s': %m", path);
	memcpy(a.sun_path, path, strlen(path) + 1);
	/* unix(7): a name that begins with NUL has no file, and ends where the address does */
	if (path[0] == '@') {
		a.sun_path[0] = '\0';
		size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
	}
	if (bind(fd, (const struct sockaddr *)&a, size) < 0 || listen(fd, 8) < 0)
		return err_set(e, errno, "listen at '%s': %m", path);
	return take_fd(&fd);
}

static bool read_master(void *arg, int fd)
{
	struct hx_console *c = arg;
	char buf[CHUNK];
	ssize_t n = read(fd, buf, sizeof(buf));

	if (n > 0 && c->output.len < OUTPUT_MAX)
		strbuf_add(&c->output, buf, (size_t)n);
	/* EIO: the other side is closed, perhaps only for now; but a master that is hung up would
	 * keep poll busy */
	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

static bool receive_master(void *arg, int fd)
{
	struct hx_console *c = arg;
	int got[2];
	ssize_t n = fd_recv(fd, c->name, sizeof(c->name) - 1, got, 2);

	if (n == -EAGAIN)
		return true;
	if (n > 0 && got[0] >= 0 && c->master_fd < 0) {
		c->name[n] = '\0';
		c->master_fd = take_fd(&got[0]);
		(void)fcntl(c->master_fd, F_SETFL, O_NONBLOCK);
		(void)hx_loop_add(c->loop, c->master_fd, read_master, c);
	}
	for (size_t i = 0; n >= 0 && i < 2; i++)
		fd_close(&got[i]);
	return n > 0;
}

static bool accept_runtime(void *arg, int fd)
{
	struct hx_console *c = arg;
	int conn = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (conn < 0)
		return true;
	if (c->conn_fd >= 0) {
		fd_close(&conn);
		return true;
	}
	c->conn_fd = conn;
	(void)hx_loop_add(c->loop, conn, receive_master, c);
	return true;
}

int hx_console_start(struct hx_console *c, const char *path, struct hx_loop *loop, struct err *e)
{
	*c = (struct hx_console){
		.listen_fd = FD_NONE, .conn_fd = FD_NONE, .master_fd = FD_NONE, .loop = loop};
	c->listen_fd = hx_listen(path, e);
	if (c->listen_fd < 0)
		return c->listen_fd;
	return hx_loop_add(loop, c->listen_fd, accept_runtime, c);
}

void hx_console_drain(struct hx_console *c)
{
	if (!c->loop)
		return;
	if (c->conn_fd < 0 && c->listen_fd >= 0)
		(void)accept_runtime(c, c->listen_fd);
	if (c->master_fd < 0 && c->conn_fd >= 0)
		(void)receive_master(c, c->conn_fd);
	while (c->master_fd >= 0 && c->output.len < OUTPUT_MAX) {
		size_t before = c->output.len;

		(void)read_master(c, c->master_fd);
		if (c->output.len == before)
			break;
	}
}

void hx_console_done(struct hx_console *c)
{
	if (!c->loop)
		return;
	hx_loop_remove(c->loop, c->listen_fd);
	hx_loop_remove(c->loop, c->conn_fd);
	hx_loop_remove(c->loop, c->master_fd);
	fd_close(&c->listen_fd);
	fd_close(&c->conn_fd);
	fd_close(&c->master_fd);
	strbuf_done(&c->output);
	c->loop = NULL;
}

struct json *hx_console_fact(const struct hx_console *c)
{
	CLEANUP(json_freep) struct json *o = json_new(JSON_OBJECT);
	bool received = c->loop && c->master_fd >= 0;

	if (!o || json_set_member(o, "received", json_new_bool(received)) < 0 ||
	    json_set_member(
		    o, "output",
		    json_new_string_len(c->output.buf ? c->output.buf : "", c->output.len)) < 0 ||
	    json_set_member(o, "name", json_new_string(c->name)) < 0)
		return NULL;
	return take_ptr(&o);
}
