/* SPDX-License-Identifier: Apache-2.0 */
#include "hooks.h"

#include "cleanup.h"
#include "fd.h"
#include "output_tail.h"
#include "proc.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* One hook while it runs. */
struct running {
	struct proc proc;
	int in;	 /* our end of its stdin, non-blocking; FD_NONE once all is written or it is closed
		  */
	int out; /* our end of what it prints, non-blocking */
	const char *state;
	size_t len;
	const struct hooks_how *how;
	struct output_tail tail;
};
#define RUNNING_INIT ((struct running){.proc = PROC_INIT, .in = FD_NONE, .out = FD_NONE})

static void running_done(struct running *h)
{
	proc_done(&h->proc);
	fd_close(&h->in);
	fd_close(&h->out);
}

static int in_child(void *hooks_how, struct err *e)
{
	const struct hooks_how *how = hooks_how;
	/* files that a hook makes do not depend on who called the runtime */
	(void)umask(022);
	return how->confine ? how->confine(how->arg, e) : 0;
}

static int start(const struct cfg_hook *hook, struct running *h, struct err *e)
{
	char *no_env[] = {NULL};
	char *path_only[] = {hook->path, NULL};
	cleanup_fd int in_r = FD_NONE, out_w = FD_NONE;
	struct proc_spawn s = PROC_SPAWN_INIT;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_set(e, errno, "pipe: %m");
	in_r = ends[0];
	h->in = ends[1];
	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_set(e, errno, "pipe: %m");
	h->out = ends[0];
	out_w = ends[1];
	if (fcntl(h->in, F_SETFL, O_NONBLOCK) < 0 || fcntl(h->out, F_SETFL, O_NONBLOCK) < 0)
		return err_set(e, errno, "pipe: %m");
	s.path = hook->path;
	s.argv = hook->args.count ? hook->args.items : path_only;
	/* absent is unspecified; nothing of the caller's environment is the safe reading */
	s.envp = hook->env.count ? hook->env.items : no_env;
	s.cwd_fd = h->how->dir;
	s.in_fd = in_r;
	s.out_fd = out_w;
	s.err_fd = out_w;
	s.setup = in_child;
	s.setup_arg = (void *)(uintptr_t)h->how;
	return proc_spawn(&s, &h->proc, e);
}

/* A hook is free not to read: then the rest of the state stays unwritten. */
static void feed(struct running *h)
{
	ssize_t n = write(h->in, h->state, h->len);

	if (n > 0) {
		h->state += n;
		h->len -= (size_t)n;
	}
	if (!h->len || (n < 0 && errno != EAGAIN && errno != EINTR))
		fd_close(&h->in);
}

/* Reads once, and keeps the end of what is printed. Returns the bytes read; 0: nothing more comes
 * now. */
static size_t hear(void *running)
{
	struct running *h = running;
	char buf[4096];
	ssize_t n;

	if (h->out < 0)
		return 0;
	n = read(h->out, buf, sizeof(buf));
	if (n > 0) {
		output_tail_add(&h->tail, buf, (size_t)n);
		return (size_t)n;
	}
	if (n == 0)
		fd_close(&h->out);
	return 0;
}

static int poll_once(struct running *h, int64_t deadline, bool *ret_ended)
{
	struct pollfd p[5] = {
		{.fd = h->proc.pidfd, .events = POLLIN},
		{.fd = h->out, .events = POLLIN},
		{.fd = h->in, .events = POLLOUT},
		{.fd = h->how->watch.interrupt, .events = POLLIN},
		/* what it says it is not asked for now: that it hangs up is always told */
		{.fd = h->how->watch.first},
	};
	int64_t left = deadline < 0 ? -1 : deadline - proc_now_ms();
	int r;

	if (deadline >= 0 && left <= 0)
		return -ETIMEDOUT;
	r = proc_pidfd_poll(p, 5, left > INT_MAX ? INT_MAX : (int)left);
	if (r < 0)
		return errno == EINTR ? 0 : -errno;
	if (p[1].revents)
		(void)hear(h);
	if (p[2].revents)
		feed(h);
	*ret_ended = p[0].revents != 0;
	if (*ret_ended)
		return 0;
	return p[3].revents ? -EINTR : p[4].revents ? -EOWNERDEAD : 0;
}

/* Feeds and listens until the hook ends. What it leaves running in the background is its own. */
static int follow(struct running *h, int64_t deadline)
{
	bool ended = false;
	int r;

	while (!ended) {
		r = poll_once(h, deadline, &ended);
		if (r < 0)
			return r;
	}
	proc_drain(h->out, hear, h);
	return proc_wait(&h->proc, -1);
}

/* One that has closed its stdin is no reason to end. */
static int follow_without_sigpipe(struct running *h, int64_t deadline)
{
	struct proc_sigpipe held;
	int r;

	proc_hold_sigpipe(&held);
	r = follow(h, deadline);
	proc_release_sigpipe(&held);
	return r;
}

/* Seconds from now; more than the clock can count is its end. */
static int64_t deadline_of(int64_t seconds)
{
	int64_t now = proc_now_ms();

	return seconds > (INT64_MAX - now) / 1000 ? INT64_MAX : now + seconds * 1000;
}

static int run_one(const struct cfg_doc *doc, const struct cfg_hook *hook, const char *state,
		   size_t len, const struct hooks_how *how, struct err *e)
{
	CLEANUP(running_done) struct running h = RUNNING_INIT;
	char tail[OUTPUT_TAIL_MAX + 1];
	int64_t deadline = -1;
	int r, status;

	if (!hook->path || *hook->path != '/')
		return cfg_err(doc, &hook->path, e, EINVAL, "the path of a hook must be absolute");
	if (hook->has_timeout && hook->timeout <= 0)
		return cfg_err(doc, &hook->timeout, e, EINVAL, "the timeout must be positive");
	h.state = state;
	h.len = len;
	h.how = how;
	r = start(hook, &h, e);
	if (r < 0)
		return r;
	if (hook->has_timeout)
		deadline = deadline_of(hook->timeout);
	r = follow_without_sigpipe(&h, deadline);
	if (r == -ETIMEDOUT || r == -EINTR || r == -EOWNERDEAD) {
		proc_kill(&h.proc);
		proc_drain(h.out, hear, &h);
	}
	output_tail_clean(&h.tail, tail);
	if (r == -ETIMEDOUT)
		return err_set(e, ETIMEDOUT, "timed out after %lld s%s%s", (long long)hook->timeout,
			       *tail ? ": " : "", tail);
	if (r == -EINTR)
		return err_set(e, EINTR, "interrupted by a signal%s%s", *tail ? ": " : "", tail);
	if (r == -EOWNERDEAD)
		return err_set(e, ECHILD, "the container's first process has ended%s%s",
			       *tail ? ": " : "", tail);
	if (r < 0)
		return err_set(e, -r, "wait: %m");
	status = h.proc.status;
	if (WIFSIGNALED(status))
		return err_set(e, ECANCELED, "killed by signal %d%s%s", WTERMSIG(status),
			       *tail ? ": " : "", tail);
	if (WEXITSTATUS(status))
		return err_set(e, ECANCELED, "exit status %d%s%s", WEXITSTATUS(status),
			       *tail ? ": " : "", tail);
	return 0;
}

int hooks_open_bundle(const char *bundle)
{
	int fd = open(bundle, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd >= 0 ? fd : open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
}

int hooks_run(const struct cfg_doc *doc, const char *kind, const struct cfg_hook_list *hooks,
	      const char *state_json, size_t len, const struct hooks_how *how, struct err *e)
{
	for (size_t i = 0; i < hooks->count; i++) {
		struct err why = {0};
		int r = run_one(doc, &hooks->items[i], state_json, len, how, &why);
		const char *path = hooks->items[i].path ? hooks->items[i].path : "";

		if (r >= 0)
			continue;
		(void)err_wrap(&why, "%s hook %zu '%.120s'", kind, i, path);
		if (!how->keep_going)
			return err_set(e, why.num, "%s", why.msg);
		if (how->warn)
			how->warn(how->arg, why.msg);
	}
	return 0;
}
