/* SPDX-License-Identifier: Apache-2.0 */
#include "notify.h"

#include "cleanup.h"
#include "fd.h"
#include "proc.h"
#include "str.h"
#include "unix_socket.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* As long as systemd takes one. */
#define MESSAGE_MAX 4096
/* How many are read of what a container has left behind: no kernel is asked to keep more. */
#define LEFT_MAX 1024
/* For how long a manager is waited for that does not read, as systemd-notify(1) does. */
#define CALLER_MS 5000
/* Within which a container's program that has said READY=1 says BARRIER=1, where it wants to. */
#define BARRIER_MS 100

bool notify_is_wanted(const char *address, const struct cfg_process *process)
{
	if (!address || !*address || !process)
		return false;
	for (size_t i = 0; i < process->env.count; i++)
		if (str_starts(process->env.items[i], "NOTIFY_SOCKET="))
			return false;
	return true;
}

int notify_connect(const char *address, const struct rt_log *log)
{
	struct err e = {0};
	int fd = unix_socket_connect_datagram(address, &e);

	if (fd >= 0 && fcntl(fd, F_SETFL, O_NONBLOCK) < 0) {
		(void)err_set(&e, errno, "fcntl: %m");
		fd_close(&fd);
	}
	if (fd >= 0)
		return fd;
	(void)err_wrap(&e, "NOTIFY_SOCKET");
	log->warn(log->arg, e.msg);
	return FD_NONE;
}

/* One datagram, if one is there. Descriptors that come along are closed by the kernel, as nobody
 * asks for them: that is the answer to BARRIER=1. 1, 0: it does not say @line, or is too long, or
 * -errno. */
static int hear(const struct notify *n, const char *line)
{
	char buf[MESSAGE_MAX + 1];
	ssize_t len = recv(n->sock, buf, MESSAGE_MAX, MSG_DONTWAIT | MSG_TRUNC);

	if (len < 0)
		return -errno;
	if (len > MESSAGE_MAX)
		return 0;
	buf[len] = '\0';
	return str_has_line(buf, line, strlen(line));
}

static void expect(struct notify *n, int fd, short events)
{
	n->beside.poll = (struct pollfd){.fd = fd, .events = events};
}

static void listen_on(struct notify *n)
{
	if (hear(n, "READY=1") != 1 || n->told)
		return;
	n->ready = true;
	expect(n, n->caller, POLLOUT);
}

static void tell(struct notify *n)
{
	char text[64];
	int len = n->main_pid > 0
			  ? snprintf(text, sizeof(text), "READY=1\nMAINPID=%d\n", (int)n->main_pid)
			  : snprintf(text, sizeof(text), "READY=1\n");
	struct err e;

	if (send(n->caller, text, (size_t)len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
		if (errno == EAGAIN || errno == EINTR)
			return;
		(void)err_set(&e, errno, "NOTIFY_SOCKET: tell that the container is ready: %m");
		n->log->warn(n->log->arg, e.msg);
	}
	n->ready = false;
	n->told = true;
	/* as long as somebody listens, no process of the container waits for that */
	expect(n, n->sock, POLLIN);
}

static void act(struct beside *b)
{
	struct notify *n = (struct notify *)b;

	if (n->ready)
		tell(n);
	else
		listen_on(n);
}

void notify_init(struct notify *n, int *sock, int *caller, const struct rt_log *log)
{
	*n = (struct notify){.sock = take_fd(sock), .caller = take_fd(caller), .log = log};
	n->beside.act = act;
	expect(n, n->sock, POLLIN);
}

void notify_done(struct notify *n)
{
	fd_close(&n->sock);
	fd_close(&n->caller);
}

void notify_finish(struct notify *n)
{
	int r = 0;

	if (n->sock < 0)
		return;
	for (int i = 0; !n->ready && !n->told && r >= 0 && i < LEFT_MAX; i++) {
		r = hear(n, "READY=1");
		n->ready = r == 1;
	}
	if (n->ready)
		tell(n);
}

static int left(int64_t deadline)
{
	int64_t ms = deadline - proc_now_ms();

	return ms > 0 ? (int)ms : 0;
}

/* The manager closes its end once it has read all that was sent before, and so has found out whose
 * it is: of a process that is gone by then it cannot (sd_notify_barrier(3)). Whoever knows nothing
 * of that does not keep the descriptor either. */
static void wait_for_manager(const struct notify *n)
{
	int64_t deadline = proc_now_ms() + CALLER_MS;
	struct pollfd p = {.fd = n->caller, .events = POLLOUT};
	int ends[2], r;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return;
	do {
		r = poll(&p, 1, left(deadline));
		if (r > 0)
			r = fd_send(n->caller, "BARRIER=1", strlen("BARRIER=1"), &ends[1], 1);
		else if (r < 0)
			r = -errno;
		else
			r = -ETIMEDOUT;
	} while ((r == -EAGAIN || r == -EINTR) && left(deadline));
	fd_close(&ends[1]);
	p = (struct pollfd){.fd = ends[0]};
	while (r >= 0 && poll(&p, 1, left(deadline)) < 0 && errno == EINTR)
		;
	fd_close(&ends[0]);
}

/* systemd-notify(1), for one, asks for a barrier right behind READY=1, and fails where it finds
 * nobody any more. */
static void hear_barrier(struct notify *n, int pidfd)
{
	int64_t deadline = proc_now_ms() + BARRIER_MS;
	struct pollfd p[] = {{.fd = pidfd, .events = POLLIN}, {.fd = n->sock, .events = POLLIN}};
	int r, heard = 0;

	do {
		r = proc_pidfd_poll(p, 2, left(deadline));
		if (r > 0 && p[1].revents)
			heard = hear(n, "BARRIER=1");
	} while (left(deadline) &&
		 ((r > 0 && !p[0].revents && heard != 1) || (r < 0 && errno == EINTR)));
}

void notify_wait(struct notify *n, int pidfd, pid_t pid)
{
	int64_t deadline = -1;
	bool ended = pidfd < 0;

	if (n->sock < 0)
		return;
	n->main_pid = pid;
	while (!n->told && !ended) {
		struct pollfd p[] = {{.fd = pidfd, .events = POLLIN}, n->beside.poll};
		int r = proc_pidfd_poll(p, 2, deadline < 0 ? -1 : left(deadline));

		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0 || (deadline >= 0 && !left(deadline)))
			break;
		ended = p[0].revents;
		if (p[1].revents)
			act(&n->beside);
		if (n->ready && deadline < 0)
			deadline = proc_now_ms() + CALLER_MS;
	}
	if (ended) {
		/* the number may be another one's by now */
		n->main_pid = 0;
		notify_finish(n);
	}
	if (n->told) {
		wait_for_manager(n);
		if (!ended)
			hear_barrier(n, pidfd);
	} else {
		n->log->warn(n->log->arg, ended ? "the container has ended without being ready"
						: "NOTIFY_SOCKET: nobody reads there");
	}
}
