/* SPDX-License-Identifier: Apache-2.0 */
/* Running a program to its end with its output caught. */
#include "proc.h"

#include "cleanup.h"
#include "fd.h"
#include "proc_priv.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define READ_CHUNK 16384

/* One caught stream of a child. */
struct capture {
	int fd; /* owned: our end of the pipe */
	size_t max;
	struct strbuf text;
};

static void capture_done(struct capture *c)
{
	fd_close(&c->fd);
	strbuf_done(&c->text);
}

static int capture_open(struct capture *c, size_t max, int *ret_child_end)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	c->fd = ends[0];
	c->max = max;
	*ret_child_end = ends[1];
	/* only our end: what the child gets blocks as it expects */
	if (fcntl(c->fd, F_SETFL, O_NONBLOCK) < 0)
		return -errno;
	return 0;
}

/* Reads once; what goes beyond the limit is dropped, so that the child never waits for us. Returns
 * the bytes read, 0 when nothing more comes now. */
static size_t capture_read(void *capture)
{
	struct capture *c = capture;
	char buf[READ_CHUNK];
	size_t room = c->max - c->text.len;
	ssize_t n;

	if (c->fd < 0)
		return 0;
	n = read(c->fd, buf, sizeof(buf));
	if (n > 0) {
		strbuf_add(&c->text, buf, (size_t)n < room ? (size_t)n : room);
		return (size_t)n;
	}
	if (n == 0 || (errno != EAGAIN && errno != EINTR))
		fd_close(&c->fd);
	return 0;
}

void proc_drain(int fd, size_t (*read_once)(void *arg), void *arg)
{
	int size = fd < 0 ? 0 : fcntl(fd, F_GETPIPE_SZ);
	size_t left = size > 0 ? (size_t)size : 0;

	while (left > 0) {
		size_t n = read_once(arg);

		if (n == 0)
			return;
		left -= n < left ? n : left;
	}
}

/* Moves bytes until the child has ended or the deadline has passed. */
static int capture_until_exit(struct proc *p, struct capture out[2], int64_t deadline_ms)
{
	for (;;) {
		struct pollfd pfd[3] = {
			{.fd = p->pidfd, .events = POLLIN},
			{.fd = out[0].fd, .events = POLLIN},
			{.fd = out[1].fd, .events = POLLIN},
		};
		int timeout = proc_poll_timeout(deadline_ms);
		int n = proc_pidfd_poll(pfd, 3, timeout);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0 && pfd[0].revents) {
			proc_drain(out[0].fd, capture_read, &out[0]);
			proc_drain(out[1].fd, capture_read, &out[1]);
			return proc_reap(p);
		}
		for (int i = 0; n > 0 && i < 2; i++) {
			if (pfd[i + 1].revents)
				(void)capture_read(&out[i]);
		}
		/* checked behind the reading too: a child that floods us keeps no deadline away */
		if (timeout == 0)
			return -ETIMEDOUT;
	}
}

/* The last printed line, to say in one sentence what a program wanted when it hung. */
static const char *last_line(struct strbuf *b)
{
	char *nl;

	while (b->len > 0 && (b->buf[b->len - 1] == '\n' || b->buf[b->len - 1] == ' '))
		b->buf[--b->len] = '\0';
	if (b->len == 0)
		return NULL;
	nl = memrchr(b->buf, '\n', b->len);
	return nl ? nl + 1 : b->buf;
}

static int run_timed_out(struct proc *p, const struct proc_spawn *s, struct capture out[2],
			 int64_t timeout_ms, struct err *e)
{
	const char *said;

	proc_kill(p);
	proc_drain(out[1].fd, capture_read, &out[1]);
	said = last_line(&out[1].text);
	return err_set(e, ETIMEDOUT, "'%s' did not end within %lld ms and was killed%s%s",
		       s->path ? s->path : "child", (long long)timeout_ms,
		       said ? "; it last said: " : "", said ? said : "");
}

int proc_run(const struct proc_spawn *s, int64_t timeout_ms, size_t max, char **ret_out,
	     char **ret_err, struct err *e)
{
	CLEANUP(capture_done) struct capture out = {.fd = FD_NONE};
	CLEANUP(capture_done) struct capture err = {.fd = FD_NONE};
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	cleanup_fd int out_w = FD_NONE, err_w = FD_NONE;
	cleanup_free char *out_text = NULL, *err_text = NULL;
	int64_t deadline = timeout_ms < 0 ? -1 : proc_now_ms() + timeout_ms;
	struct capture both[2];
	struct proc_spawn child = *s;
	int r = 0;

	if (ret_out)
		r = capture_open(&out, max, &out_w);
	if (r == 0 && ret_err)
		r = capture_open(&err, max, &err_w);
	if (r < 0)
		return err_set(e, -r, "make a pipe for the child's output: %m");
	if (ret_out)
		child.out_fd = out_w;
	if (ret_err)
		child.err_fd = err_w;
	r = proc_spawn(&child, &p, e);
	if (r < 0)
		return r;
	fd_close(&out_w);
	fd_close(&err_w);
	both[0] = out;
	both[1] = err;
	r = capture_until_exit(&p, both, deadline);
	if (r == -ETIMEDOUT)
		r = run_timed_out(&p, s, both, timeout_ms, e);
	else if (r < 0)
		r = err_set(e, -r, "wait for '%s': %m", s->path ? s->path : "child");
	out = both[0];
	err = both[1];
	if (r < 0)
		return r;
	if (ret_out && !(out_text = strbuf_take(&out.text)))
		return err_set(e, ENOMEM, "keep the child's output: %m");
	if (ret_err && !(err_text = strbuf_take(&err.text)))
		return err_set(e, ENOMEM, "keep the child's output: %m");
	if (ret_out)
		*ret_out = take_ptr(&out_text);
	if (ret_err)
		*ret_err = take_ptr(&err_text);
	return proc_exit_code(&p);
}
