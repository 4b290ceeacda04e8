/* SPDX-License-Identifier: Apache-2.0 */
#include "services.h"

#include "cleanup.h"

#include <linux/seccomp.h>
#include <poll.h>
#include <seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define STATE_MAX (256u << 10) /* bytes of one connection */
#define CHUNK	  4096

static void remember(struct hx_agent *a, const struct seccomp_notif *n)
{
	cleanup_free char *name =
		seccomp_syscall_resolve_num_arch(seccomp_arch_native(), n->data.nr);
	struct json *s;

	s = name ? json_new_string(name) : json_new_int(n->data.nr);
	for (size_t i = 0; s && i < a->notified->count; i++) {
		if (json_equal(a->notified->items[i], s)) {
			json_free(s);
			return;
		}
	}
	(void)json_append(a->notified, s);
}

/* One notification: seccomp_unotify(2). */
static bool answer(void *arg, int fd)
{
	struct hx_agent *a = arg;
	struct seccomp_notif n = {0};
	struct seccomp_notif_resp r = {0};
	struct pollfd p = {.fd = fd, .events = POLLIN};

	/* hung up, and on older kernels receiving would then wait for ever */
	if (poll(&p, 1, 0) != 1 || !(p.revents & POLLIN))
		return false;
	if (ioctl(fd, SECCOMP_IOCTL_NOTIF_RECV, &n) < 0)
		/* ENOENT: the caller was killed meanwhile; anything else: the filter has no more
		 * users */
		return errno == EINTR || errno == EAGAIN;
	remember(a, &n);
	r.id = n.id;
	/* an error that no kernel gives here: who sees it has its answer from this descriptor */
	r.error = -ENOMEDIUM;
	return ioctl(fd, SECCOMP_IOCTL_NOTIF_SEND, &r) == 0 || errno == ENOENT;
}

static void take_notify(struct hx_agent *a, int *fd)
{
	if (*fd < 0)
		return;
	a->fds++;
	if (a->nnotify == AGENT_FDS_MAX || hx_loop_add(a->loop, *fd, answer, a) < 0) {
		fd_close(fd);
		return;
	}
	a->notify[a->nnotify++] = take_fd(fd);
}

/*
 * The state may come in several messages, and a stream does not tell where one ends. Bytes of an
 * earlier one may even come together with the descriptors of a later one (unix(7)): so the first
 * byte is taken alone, and what comes with it came with the first message.
 */
static bool receive_state(void *arg, int fd)
{
	struct hx_agent_conn *c = arg;
	bool begins = c->text.len == 0;
	char buf[CHUNK];
	int got[AGENT_FDS_MAX];
	ssize_t n = fd_recv(fd, buf, begins ? 1 : sizeof(buf), got, AGENT_FDS_MAX);

	if (n == -EAGAIN)
		return true;
	if (n <= 0) {
		c->closed = n == 0;
		return false;
	}
	c->first = c->first || (begins && got[0] >= 0);
	c->late = c->late || (!begins && got[0] >= 0);
	strbuf_add(&c->text, buf, (size_t)n);
	for (size_t i = 0; i < AGENT_FDS_MAX; i++)
		take_notify(c->agent, &got[i]);
	if (c->text.len <= STATE_MAX)
		return true;
	/* whoever sends without end is told by EPIPE, and not kept waiting */
	fd_close(&c->fd);
	return false;
}

static bool accept_runtime(void *arg, int fd)
{
	struct hx_agent *a = arg;
	int conn = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (conn < 0)
		return true;
	if (a->nconns == AGENT_FDS_MAX ||
	    hx_loop_add(a->loop, conn, receive_state, &a->conns[a->nconns]) < 0) {
		fd_close(&conn);
		return true;
	}
	a->conns[a->nconns++] = (struct hx_agent_conn){.agent = a, .fd = conn};
	return true;
}

int hx_agent_start(struct hx_agent *a, const char *path, struct hx_loop *loop, struct err *e)
{
	*a = (struct hx_agent){
		.listen_fd = FD_NONE, .loop = loop, .notified = json_new(JSON_ARRAY)};
	if (!a->notified)
		return err_set(e, ENOMEM, "start the seccomp agent: %m");
	a->listen_fd = hx_listen(path, e);
	if (a->listen_fd < 0)
		return a->listen_fd;
	return hx_loop_add(loop, a->listen_fd, accept_runtime, a);
}

void hx_agent_done(struct hx_agent *a)
{
	if (!a->loop)
		return;
	hx_loop_remove(a->loop, a->listen_fd);
	fd_close(&a->listen_fd);
	for (size_t i = 0; i < a->nconns; i++) {
		hx_loop_remove(a->loop, a->conns[i].fd);
		fd_close(&a->conns[i].fd);
		strbuf_done(&a->conns[i].text);
	}
	for (size_t i = 0; i < a->nnotify; i++) {
		hx_loop_remove(a->loop, a->notify[i]);
		fd_close(&a->notify[i]);
	}
	json_free(a->notified);
	*a = (struct hx_agent){.listen_fd = FD_NONE};
}

/* The one document that came over a connection; NULL: something else came, or memory is short. */
static struct json *document_of(const struct hx_agent_conn *c)
{
	struct json *v = NULL;

	if (c->text.oom || c->text.len > STATE_MAX || c->text.len == 0 ||
	    json_parse(c->text.buf, c->text.len, &v, NULL) < 0)
		return NULL;
	return v;
}

/* As far as it has come: of a connection that stays open, too, so that what is wrong is that. */
static struct json *state_of(const struct hx_agent *a)
{
	const struct hx_agent_conn *c = a->conns;
	struct json *v;

	if (c->text.len == 0)
		return json_new(JSON_NULL);
	v = document_of(c);
	return v ? v : json_new_string_len(c->text.buf, c->text.len);
}

struct json *hx_agent_fact(const struct hx_agent *a)
{
	CLEANUP(json_freep) struct json *o = NULL;
	uint64_t documents = 0, closed = 0;
	bool first = true, late = false;

	if (!a->loop || a->nconns == 0)
		return json_new(JSON_NULL);
	for (size_t i = 0; i < a->nconns; i++) {
		CLEANUP(json_freep) struct json *document = document_of(&a->conns[i]);

		documents += document && document->type == JSON_OBJECT;
		closed += a->conns[i].closed;
		first = first && a->conns[i].first;
		late = late || a->conns[i].late;
	}
	o = json_new(JSON_OBJECT);
	if (!o || json_set_member(o, "state", state_of(a)) < 0 ||
	    json_set_member(o, "fds", json_new_uint(a->fds)) < 0 ||
	    json_set_member(o, "connections", json_new_uint(a->nconns)) < 0 ||
	    json_set_member(o, "documents", json_new_uint(documents)) < 0 ||
	    json_set_member(o, "closed", json_new_uint(closed)) < 0 ||
	    json_set_member(o, "first", json_new_bool(first)) < 0 ||
	    json_set_member(o, "late", json_new_bool(late)) < 0 ||
	    json_set_member(o, "notified", json_copy(a->notified)) < 0)
		return NULL;
	return take_ptr(&o);
}
