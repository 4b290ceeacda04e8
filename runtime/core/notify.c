/* SPDX-License-Identifier: Apache-2.0 */
#include "notify.h"

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

void notify_connect(struct notify *n, const char *address, const struct rt_log *log)
{
	struct err e = {0};

	n->log = log;
	n->caller = unix_socket_connect_datagram(address, &e);
	if (n->caller >= 0 && fcntl(n->caller, F_SETFL, O_NONBLOCK) < 0) {
		(void)err_set(&e, errno, "fcntl: %m");
		fd_close(&n->caller);
	}
	if (n->caller >= 0)
		return;
	(void)err_wrap(&e, "NOTIFY_SOCKET");
	log->warn(log->arg, e.msg);
}

static void expect(struct notify *n, int fd, short events)
{
	n->beside.poll = (struct pollfd){.fd = fd, .events = events};
}

static void listen_on(struct notify *n)
{
	int r = notify_ear_take(&n->ear);

	if (r == NOTIFY_READY) {
		n->ready = true;
		expect(n, n->caller, POLLOUT);
	} else if (r < 0) {
		n->deaf = true;
		expect(n, FD_NONE, 0);
	}
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
	expect(n, FD_NONE, 0);
}

static void step(struct notify *n)
{
	if (n->ready)
		tell(n);
	else
		listen_on(n);
}

static void act(struct beside *b)
{
	struct notify *n = (struct notify *)b;

	step(n);
	/* as long as somebody listens, no process of the container waits for that */
	if (n->told)
		notify_ear_go_on(&n->ear);
}

int notify_listen(struct notify *n, int *sock, struct err *e)
{
	int r = notify_ear_start(&n->ear, sock, e);

	if (r < 0)
		return err_wrap(e, "NOTIFY_SOCKET");
	n->beside.act = act;
	expect(n, n->ear.words, POLLIN);
	return 0;
}

void notify_done(struct notify *n)
{
	notify_ear_done(&n->ear);
	fd_close(&n->caller);
	expect(n, FD_NONE, 0);
}

void notify_finish(struct notify *n)
{
	if (n->ear.words < 0)
		return;
	if (!n->ready && !n->told)
		n->ready = notify_ear_finish(&n->ear);
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
	struct pollfd p[] = {{.fd = pidfd, .events = POLLIN},
			     {.fd = n->ear.words, .events = POLLIN}};
	int r;

	notify_ear_go_on(&n->ear);
	do
		r = proc_pidfd_poll(p, 2, left(deadline));
	while (r < 0 && errno == EINTR && left(deadline));
}

static const char *what_is_wrong(const struct notify *n, bool ended)
{
	if (ended && !n->ready)
		return "the container has ended without being ready";
	return n->deaf ? "NOTIFY_SOCKET: who heard the container has ended"
		       : "NOTIFY_SOCKET: nobody reads there";
}

void notify_wait(struct notify *n, int pidfd, pid_t pid)
{
	int64_t deadline = -1;
	bool ended = pidfd < 0;

	if (n->ear.words < 0)
		return;
	n->main_pid = ended ? 0 : pid;
	while (!n->told && !n->deaf && !ended) {
		struct pollfd p[] = {{.fd = pidfd, .events = POLLIN}, n->beside.poll};
		int r = proc_pidfd_poll(p, 2, deadline < 0 ? -1 : left(deadline));

		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0 || (deadline >= 0 && !left(deadline)))
			break;
		ended = p[0].revents;
		/* the number may be another one's by now */
		if (ended)
			n->main_pid = 0;
		if (p[1].revents)
			step(n);
		if (n->ready && deadline < 0)
			deadline = proc_now_ms() + CALLER_MS;
	}
	if (ended)
		notify_finish(n);
	if (n->told) {
		wait_for_manager(n);
		if (!ended)
			hear_barrier(n, pidfd);
	} else {
		n->log->warn(n->log->arg, what_is_wrong(n, ended));
	}
}
