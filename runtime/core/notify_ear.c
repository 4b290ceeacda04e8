/* SPDX-License-Identifier: Apache-2.0 */
#include "notify_ear.h"

#include "cleanup.h"
#include "str.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* As long as systemd takes one. */
#define MESSAGE_MAX 4096
/* How many are read of what a container has left behind: no kernel is asked to keep more. */
#define LEFT_MAX 1024
/* Within which they are; a container that sends what is hard to close has been heard enough. */
#define LEFT_MS 2000
/* Within which a process that is killed ends, but for a kernel that does not let it. */
#define KILL_MS 1000

/* ---- in the process; the descriptors that it has ---- */

#define SOCK  STDIN_FILENO
#define WORDS STDOUT_FILENO

struct heard {
	bool ready, barrier;
};

/* One datagram, if one is there. Descriptors that come along are closed by the kernel, as nobody
 * asks for them: that is the answer to BARRIER=1. 0 or -errno; one that is too long says nothing.
 */
static int hear(struct heard *ret)
{
	char buf[MESSAGE_MAX + 1];
	ssize_t len = recv(SOCK, buf, MESSAGE_MAX, MSG_DONTWAIT | MSG_TRUNC);

	*ret = (struct heard){0};
	if (len < 0)
		return -errno;
	if (len > MESSAGE_MAX)
		return 0;
	buf[len] = '\0';
	ret->ready = str_has_line(buf, "READY=1", strlen("READY=1"));
	ret->barrier = str_has_line(buf, "BARRIER=1", strlen("BARRIER=1"));
	return 0;
}

/* There are two of them, so that there is always room. */
static void say(char word)
{
	(void)send(WORDS, &word, 1, MSG_NOSIGNAL);
}

/* False: it is the end. */
static bool wait_for_leave(void)
{
	char c;
	ssize_t n;

	do
		n = read(WORDS, &c, 1);
	while (n < 0 && errno == EINTR);
	return n == 1;
}

static void hear_what_is_left(void)
{
	struct heard h = {0};

	for (int i = 0; i < LEFT_MAX && !h.ready && hear(&h) >= 0; i++)
		;
	if (h.ready)
		say(NOTIFY_READY);
}

static int listen_on(void *arg)
{
	bool ready = false, barrier = false, ended = false;
	sigset_t all;

	(void)arg;
	/* what ends the runtime may be meant for all */
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, NULL);
	while (!ended) {
		struct pollfd p[] = {{.fd = SOCK, .events = POLLIN},
				     {.fd = WORDS, .events = POLLIN}};
		struct heard h;

		if (poll(p, 2, -1) < 0)
			continue;
		ended = p[1].revents;
		if (ended || hear(&h) < 0)
			continue;
		if (h.ready && !ready) {
			ready = true;
			say(NOTIFY_READY);
			ended = !wait_for_leave();
		} else if (h.barrier && ready && !barrier) {
			barrier = true;
			say(NOTIFY_BARRIER);
		}
	}
	if (!ready)
		hear_what_is_left();
	return 0;
}

/* ---- in ours ---- */

int notify_ear_start(struct notify_ear *ear, int *sock, struct err *e)
{
	cleanup_fd int taken = take_fd(sock), its = FD_NONE;
	struct proc_spawn s = PROC_SPAWN_INIT;
	int ends[2];
	int r;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return err_set(e, errno, "socketpair: %m");
	ear->words = ends[0];
	its = ends[1];
	s.in_fd = taken;
	s.out_fd = s.err_fd = its;
	s.run = listen_on;
	r = proc_spawn(&s, &ear->proc, e);
	if (r < 0)
		fd_close(&ear->words);
	return r;
}

void notify_ear_done(struct notify_ear *ear)
{
	if (ear->words < 0)
		return;
	(void)proc_pidfd_signal(ear->proc.pidfd, SIGKILL);
	if (proc_wait(&ear->proc, proc_now_ms() + KILL_MS) == -ETIMEDOUT)
		fd_close(&ear->proc.pidfd);
	else
		proc_done(&ear->proc);
	ear->proc = PROC_INIT;
	fd_close(&ear->words);
}

int notify_ear_take(const struct notify_ear *ear)
{
	char word;
	ssize_t n = recv(ear->words, &word, 1, MSG_DONTWAIT);

	if (n == 1)
		return word;
	if (n == 0)
		return -EPIPE;
	return errno == EAGAIN || errno == EINTR ? 0 : -errno;
}

void notify_ear_go_on(const struct notify_ear *ear)
{
	(void)send(ear->words, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

bool notify_ear_finish(const struct notify_ear *ear)
{
	int64_t deadline = proc_now_ms() + LEFT_MS, left = LEFT_MS;
	struct pollfd p = {.fd = ear->words, .events = POLLIN};
	int r = 0;

	(void)shutdown(ear->words, SHUT_WR);
	while (r >= 0 && r != NOTIFY_READY && left > 0) {
		if (poll(&p, 1, (int)left) > 0)
			r = notify_ear_take(ear);
		left = deadline - proc_now_ms();
	}
	return r == NOTIFY_READY;
}
