/* SPDX-License-Identifier: Apache-2.0 */
/* runtime.md#start. */
#include "cleanup.h"
#include "creation.h"
#include "fd.h"
#include "hooks.h"
#include "notify.h"
#include "seccomp_filter.h"
#include "sync.h"

#include <poll.h>
#include <string.h>

/* How long somebody else's transition may take. A `create` that is about to end takes no time; of
 * another `start`, nothing but an error is left for this one, and its hook may be who asks. */
#define PATIENCE_MS 10000

/* config-linux.md#containerprocessstate, to whom listenerPath names. */
static int send_listener(const struct container *c, pid_t pid, const struct cfg_doc *doc,
			 int listener, struct err *e)
{
	CLEANUP(cfg_doc_freep) struct cfg_doc *copy = NULL;
	CLEANUP(strbuf_done) struct strbuf text = STRBUF_INIT;
	char fd_name[] = "seccompFd", version[] = RT_SPEC_VERSION;
	/* creating: `start` has its first process on the way; a later one joins what runs */
	char creating[] = "creating", running[] = "running";
	char *fds[] = {fd_name, NULL};
	struct cfg_state state = {.oci_version = version,
				  .id = c->id,
				  .status = pid == c->pid ? creating : running,
				  .pid = c->pid,
				  .has_pid = true,
				  .bundle = c->bundle};
	struct cfg_container_process_state ps = {
		.oci_version = version, .pid = pid, .has_pid = true, .state = &state};
	const struct cfg_seccomp *s;
	int r;

	if (!doc) {
		r = container_read_config(c, &copy, e);
		if (r < 0)
			return r;
		doc = copy;
	}
	s = doc->config->linux ? doc->config->linux->seccomp : NULL;
	if (!s || !s->listener_path)
		return err_set(e, EINVAL,
			       "linux.seccomp.listenerPath: nobody is there to take the listener");
	state.annotations = doc->config->annotations;
	ps.metadata = s->listener_metadata;
	ps.fds = (struct cfg_strs){.items = fds, .count = 1, .present = true};
	cfg_print(CFG_PROCESS_STATE, &ps, 0, &text);
	if (text.oom)
		return err_set(e, ENOMEM, "container process state: %m");
	return seccomp_filter_send_listener(s->listener_path, text.buf, text.len, listener, e);
}

/* 1: the program runs; 0: go on. */
static int follow_one(const struct container *c, pid_t pid, int sock, const struct cfg_doc *doc,
		      const struct rt_log *log, bool *announced, bool *listener_due, struct err *e)
{
	cleanup_fd int fd = FD_NONE;
	struct sync_msg m;
	int r = sync_recv(sock, &m, &fd);

	if (r < 0)
		return err_set(e, -r, "hear from the program's process: %m");
	if (r == 0) {
		if (*announced && !*listener_due)
			return 1;
		return err_set(e, ECHILD,
			       "the program's process died before it could execute the program");
	}
	switch (m.kind) {
	case SYNC_EXEC:
		*announced = true;
		*listener_due = m.number != 0;
		return 0;
	case SYNC_LISTENER:
		*listener_due = false;
		r = send_listener(c, pid, doc, fd, e);
		/* where the first process cannot hear it, it has gone on */
		if (r >= 0)
			(void)sync_send(sock, SYNC_GO, 0, FD_NONE);
		return r < 0 ? r : 0;
	case SYNC_WARN:
		log->warn(log->arg, m.err.msg);
		return 0;
	case SYNC_ERROR:
		return err_set(e, m.err.num ? m.err.num : EIO, "%s", m.err.msg);
	default:
		return err_set(e, EPROTO, "the program's process said something unknown");
	}
}

/* Until there is something to hear, or the caller has waited enough. */
static int wait_for_word(int sock, int interrupt, struct err *e)
{
	struct pollfd p[] = {{.fd = sock, .events = POLLIN}, {.fd = interrupt, .events = POLLIN}};

	while (poll(p, 2, -1) < 0)
		if (errno != EINTR)
			return err_set(e, errno, "poll: %m");
	return p[0].revents ? 0 : err_set(e, EINTR, "interrupted by a signal");
}

int start_follow(const struct container *c, pid_t pid, int sock, const struct cfg_doc *doc,
		 int interrupt, const struct rt_log *log, struct err *e)
{
	bool announced = false, listener_due = false;
	int r;

	do {
		r = wait_for_word(sock, interrupt, e);
		if (r >= 0)
			r = follow_one(c, pid, sock, doc, log, &announced, &listener_due, e);
	} while (r == 0);
	return r < 0 ? r : 0;
}

int start_run_poststart(const struct container *c, const struct cfg_doc *doc, int interrupt,
			const struct rt_log *log, struct err *e)
{
	CLEANUP(cfg_doc_freep) struct cfg_doc *copy = NULL;
	CLEANUP(strbuf_done) struct strbuf state = STRBUF_INIT;
	struct hooks_how how = HOOKS_HOW_INIT;
	cleanup_fd int dir = FD_NONE;
	int r;

	if (!c->has_poststart)
		return 0;
	if (!doc) {
		r = container_read_config(c, &copy, e);
		if (r < 0)
			return r;
		doc = copy;
	}
	if (!doc->config->hooks)
		return 0;
	container_print_state(c, container_status(c), c->pid, NULL, 0, &state);
	if (state.oom)
		return err_set(e, ENOMEM, "state for hooks: %m");
	dir = hooks_open_bundle(c->bundle);
	how.dir = dir;
	/* not the first process: a program that is quick may have ended by now */
	how.watch.interrupt = interrupt;
	how.warn = log->warn;
	how.arg = log->arg;
	container_allow_changes(c);
	r = hooks_run(doc, "poststart", &doc->config->hooks->poststart, state.buf, state.len, &how,
		      e);
	container_end_changes(c);
	return r;
}

static int check(const struct container *c, enum rt_status status, struct err *e)
{
	switch (status) {
	case RT_CREATED:
		return 0;
	case RT_RUNNING:
		return err_set(e, EINVAL, "cannot start an already running container");
	case RT_STOPPED:
		return err_set(e, EINVAL, "cannot start a container that has stopped");
	default:
		return err_set(e, EINVAL, "cannot start container '%s' in the %s state", c->id,
			       rt_status_name(status));
	}
}

/* 1: the first process goes on waiting (it has no program), and nothing has happened. */
static int was_refused(int sock, struct err *e)
{
	struct sync_msg m;
	int fd = FD_NONE;
	int r;

	r = sync_recv(sock, &m, &fd);
	fd_close(&fd);
	if (r == 1 && m.kind == SYNC_REFUSED)
		return err_set(e, EINVAL, "%s", m.err.msg);
	return err_set(e, EPROTO, "the container's first process does not answer");
}

/* What the container's processes send to, where it was asked for: the first word of the answer. */
static int receive_notify(int sock, struct notify *n, const struct rt_log *log, struct err *e)
{
	cleanup_fd int fd = FD_NONE;
	struct sync_msg m;
	int r = sync_recv(sock, &m, &fd);

	if (r == 1 && m.kind == SYNC_ERROR)
		return err_set(e, m.err.num ? m.err.num : EIO, "%s", m.err.msg);
	if (r != 1 || m.kind != SYNC_NOTIFY)
		return err_set(e, EPROTO, "the container's first process does not answer");
	/* `create` has said why there is none; where nobody can hear, the container does without */
	if (fd >= 0 && notify_listen(n, &fd, e) < 0)
		log->warn(log->arg, e->msg);
	return 0;
}

/* From its word to the program, and the poststart hooks behind it. */
static int start_first(const struct container *c, int sock, struct notify *n,
		       const struct rt_log *log, struct err *e)
{
	int r = n->caller >= 0 ? receive_notify(sock, n, log, e) : 0;

	if (r >= 0)
		r = start_follow(c, c->pid, sock, NULL, FD_NONE, log, e);
	if (r < 0)
		return r;
	container_unlisten(c);
	return start_run_poststart(c, NULL, FD_NONE, log, e);
}

/* By now it lives without us, and without the lock: whoever wants to may end it. */
static void wait_ready(struct container *c, struct notify *n)
{
	cleanup_fd int pidfd = container_pidfd(c);

	fd_close(&c->lock_fd);
	notify_wait(n, pidfd, c->pid);
}

int rt_start(const char *root, const char *id, const char *notify_socket, const struct rt_log *log,
	     struct err *e)
{
	CLEANUP(container_done) struct container c = CONTAINER_INIT;
	CLEANUP(notify_done) struct notify n = NOTIFY_NONE;
	cleanup_fd int sock = FD_NONE;
	int r;

	r = container_load(root, id, &c, e);
	if (r < 0)
		return r;
	r = container_lock_made(&c, PATIENCE_MS, check, e);
	if (r < 0)
		return r;
	sock = container_connect(&c, e);
	if (sock < 0)
		return sock;
	if (c.has_notify && notify_socket && *notify_socket)
		notify_connect(&n, notify_socket, log);
	r = sync_send(sock, SYNC_GO, n.caller >= 0, FD_NONE);
	if (r < 0)
		return err_set(e, -r, "start container '%s': %m", id);
	if (!c.has_process)
		return was_refused(sock, e);
	r = start_first(&c, sock, &n, log, e);
	/* runtime.md#lifecycle, steps 7 and 9: stop the container and go on at step 12; unless
	 * `delete --force` has done so beside the hooks */
	if (r < 0 && !container_is_gone(&c))
		(void)destroy_container(&c, log, NULL);
	if (r >= 0 && n.ear.words >= 0)
		wait_ready(&c, &n);
	return r;
}
