/* SPDX-License-Identifier: Apache-2.0 */
/* The caller's terminal and the container's, joined for the time of a foreground `run`. */
#include "console.h"

#include "cleanup.h"
#include "fd.h"
#include "proc.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

/* Bytes on their way in one direction. */
struct flow {
	int from, to;
	char buf[8192];
	size_t at, len;
	bool ended; /* nothing more comes from @from */
};

struct relay {
	struct flow in, out;
	int *master, pidfd, sigfd;
	int slave;	       /* of hold() */
	struct beside *beside; /* or NULL */
	bool process_ended;
};

/* Reads when the buffer is empty; 0 or -errno. */
static int flow_read(struct flow *f)
{
	ssize_t n = read(f->from, f->buf, sizeof(f->buf));

	if (n > 0) {
		f->at = 0;
		f->len = (size_t)n;
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		f->ended = true;
	}
	return n < 0 ? -errno : 0;
}

/* False: nobody takes anything any more. */
static bool flow_write(struct flow *f)
{
	ssize_t n = write(f->to, f->buf + f->at, f->len);

	if (n > 0) {
		f->at += (size_t)n;
		f->len -= (size_t)n;
	} else if (n < 0 && errno != EAGAIN && errno != EINTR) {
		f->len = 0; /* the reader is gone; what is left has no one to see it */
		f->ended = true;
		return false;
	}
	return true;
}

/* What a terminal does whose window is closed: SIGHUP for the session, EIO for who still writes.
 * Without, a program with more to say than a terminal holds would wait for ever, and we for it. */
static void hang_up(struct relay *r)
{
	fd_close(r->master);
	r->in.to = r->out.from = FD_NONE;
	r->in.len = 0;
	r->in.ended = true;
}

static void copy_size(int from, int to)
{
	struct winsize ws;

	if (ioctl(from, TIOCGWINSZ, &ws) == 0)
		(void)ioctl(to, TIOCSWINSZ, &ws);
}

void console_pass_signal(const struct signalfd_siginfo *info, int pidfd)
{
	/* SIGXFSZ, from our own write(2) */
	if (info->ssi_pid != (uint32_t)getpid())
		(void)proc_pidfd_signal(pidfd, (int)info->ssi_signo);
}

static void handle_signal(const struct relay *r)
{
	struct signalfd_siginfo info;

	if (read(r->sigfd, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return;
	if (info.ssi_signo == SIGWINCH)
		copy_size(STDIN_FILENO, r->in.to);
	else
		console_pass_signal(&info, r->pidfd);
}

/*
 * EIO: nobody has the other end open. That is not for good, an init process opens /dev/console for
 * each line that it has to say. With one of our own the terminal stays whole.
 */
static void hold(struct relay *r)
{
	if (r->slave < 0) {
		r->slave = ioctl(r->out.from, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
		r->out.ended = r->slave < 0;
	}
}

static int step(struct relay *r)
{
	struct flow *in = &r->in, *out = &r->out;
	/* once the process is gone only what it has printed is of interest */
	bool feeds = !r->process_ended;
	struct pollfd p[] = {
		{.fd = feeds ? r->pidfd : -1, .events = POLLIN},
		{.fd = feeds && !in->len && !in->ended ? in->from : -1, .events = POLLIN},
		{.fd = feeds && in->len ? in->to : -1, .events = POLLOUT},
		{.fd = out->len || out->ended ? -1 : out->from, .events = POLLIN},
		{.fd = out->len ? out->to : -1, .events = POLLOUT},
		{.fd = r->sigfd, .events = POLLIN},
		{.fd = -1},
	};
	int n;

	if (r->beside && feeds)
		p[6] = r->beside->poll;
	n = proc_pidfd_poll(p, sizeof(p) / sizeof(p[0]), feeds || out->len ? -1 : 0);
	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	if (n == 0)
		out->ended = true;
	if (p[0].revents)
		r->process_ended = true;
	if (p[1].revents)
		(void)flow_read(in);
	if (p[2].revents)
		(void)flow_write(in);
	if (p[3].revents && flow_read(out) == -EIO && !r->process_ended)
		hold(r);
	if (p[4].revents && !flow_write(out))
		hang_up(r);
	if (p[5].revents)
		handle_signal(r);
	if (r->beside && p[6].revents)
		r->beside->act(r->beside);
	return 0;
}

static int run(struct relay *r)
{
	bool eof_sent = false;

	while (!r->process_ended || r->out.len || !r->out.ended) {
		int n = step(r);

		if (n < 0)
			return n;
		/* the end of a caller's pipe is what a person's ^D is */
		if (r->in.ended && !r->in.len && !eof_sent && *r->master >= 0) {
			r->in.buf[0] = CEOF;
			r->in.at = 0;
			r->in.len = 1;
			eof_sent = true;
		}
	}
	return 0;
}

static int relay(int *master_fd, int pidfd, int sigfd, struct beside *beside, struct err *e)
{
	cleanup_free struct relay *r = calloc(1, sizeof(*r));
	struct winsize ws;
	int n;

	if (!r)
		return err_set(e, ENOMEM, "terminal: %m");
	if (fcntl(*master_fd, F_SETFL, O_NONBLOCK) < 0)
		return err_set(e, errno, "terminal: %m");
	/* a size that the config has set stays until the caller's window changes */
	if (ioctl(*master_fd, TIOCGWINSZ, &ws) == 0 && !ws.ws_row && !ws.ws_col)
		copy_size(STDIN_FILENO, *master_fd);
	r->master = master_fd;
	r->in.from = STDIN_FILENO;
	r->in.to = *master_fd;
	r->out.from = *master_fd;
	r->out.to = STDOUT_FILENO;
	r->pidfd = pidfd;
	r->sigfd = sigfd;
	r->slave = FD_NONE;
	r->beside = beside;
	n = run(r);
	fd_close(&r->slave);
	return n < 0 ? err_set(e, -n, "terminal: %m") : 0;
}

int console_relay(int *master_fd, int pidfd, int sigfd, struct beside *beside, struct err *e)
{
	struct proc_sigpipe held;
	struct termios saved, raw;
	bool tty = tcgetattr(STDIN_FILENO, &saved) == 0;
	int r;

	/* a reader of our output that goes away is an error of write(2), not our end */
	proc_hold_sigpipe(&held);
	if (tty) {
		/* what goes in and out has the container's own terminal to be edited by */
		raw = saved;
		cfmakeraw(&raw);
		if (tcsetattr(STDIN_FILENO, TCSANOW, &raw) < 0)
			tty = false;
	}
	r = relay(master_fd, pidfd, sigfd, beside, e);
	if (tty)
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &saved);
	proc_release_sigpipe(&held);
	fd_close(master_fd);
	return r;
}
