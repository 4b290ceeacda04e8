/* SPDX-License-Identifier: Apache-2.0 */
/* Facts about descriptors and the terminal. */
#include "probe.h"

#include "file.h"
#include "stat_json.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

static void report_fds(struct probe *p, const char *parameter)
{
	const struct self *self = &p->self;

	(void)parameter;
	if (self->fds_error < 0) {
		out_error(&p->out, self->fds_error);
		return;
	}
	out_open(&p->out, '[');
	for (size_t i = 0; i < self->nfds; i++)
		out_int(&p->out, self->fds[i]);
	out_close(&p->out, ']');
}

/* What the link of a descriptor in procfs says: the length, or -errno. */
static ssize_t fd_target(int fd, char *buf, size_t size)
{
	char path[64];
	ssize_t n;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	n = readlink(path, buf, size);
	return n < 0 ? -errno : n;
}

static void put_target(struct probe *p, const char *key, int fd)
{
	ssize_t n = fd_target(fd, p->scratch, PATH_MAX);

	out_key(&p->out, key);
	if (n < 0)
		out_error(&p->out, (int)n);
	else
		out_string_len(&p->out, p->scratch, (size_t)n);
}

static void report_fd(struct probe *p, const char *number)
{
	struct out *o = &p->out;
	struct stat st;
	uint64_t fd;
	int flags;

	if (str_to_u64(number, INT_MAX, &fd) < 0) {
		out_error_text(o, "malformed descriptor");
		return;
	}
	/* the probe's own channel may stand where the container has nothing */
	if (!self_has_fd(&p->self, (int)fd)) {
		out_null(o);
		return;
	}
	flags = fcntl((int)fd, F_GETFL);
	if (flags < 0 || fstat((int)fd, &st) < 0) {
		out_error(o, errno);
		return;
	}
	out_open(o, '{');
	put_target(p, "target", (int)fd);
	out_key(o, "type");
	out_string(o, stat_json_type(st.st_mode));
	out_key(o, "flags");
	out_int(o, flags);
	stat_json_device(o, &st);
	out_close(o, '}');
}

static void report_tty(struct probe *p, const char *parameter)
{
	static const char *const names[] = {"stdin", "stdout", "stderr"};
	struct winsize size = {0};
	struct out *o = &p->out;
	bool ttys[3], tty;

	(void)parameter;
	out_open(o, '{');
	for (int fd = 0; fd <= 2; fd++) {
		ttys[fd] = self_has_fd(&p->self, fd) && isatty(fd);
		out_key(o, names[fd]);
		out_bool(o, ttys[fd]);
	}
	out_key(o, "controlling");
	out_bool(o, ttys[0] && tcgetsid(0) == getsid(0));
	tty = ttys[0] && ioctl(0, TIOCGWINSZ, &size) == 0;
	out_key(o, "rows");
	if (tty)
		out_uint(o, size.ws_row);
	else
		out_null(o);
	out_key(o, "cols");
	if (tty)
		out_uint(o, size.ws_col);
	else
		out_null(o);
	if (tty) {
		put_target(p, "name", 0);
	} else {
		out_key(o, "name");
		out_null(o);
	}
	out_close(o, '}');
}

const struct fact facts_fd[] = {
	{"fds.open", FACT_ALWAYS, report_fds, NULL},
	{"fd", FACT_PARAM, report_fd, NULL},
	{"tty", FACT_PLAIN, report_tty, NULL},
	{NULL, FACT_PLAIN, NULL, NULL},
};
