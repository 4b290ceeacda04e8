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

#define MESSAGE_MAX (256u << 10)

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

static bool receive_state(void *arg, int fd)
{
	struct hx_agent *a = arg;
	cleanup_free char *buf = malloc(MESSAGE_MAX);
	int got[AGENT_FDS_MAX];
	ssize_t n = buf ? fd_recv(fd, buf, MESSAGE_MAX, got, AGENT_FDS_MAX) : -ENOMEM;

	if (n == -EAGAIN)
		return true;
	if (n <= 0) {
		a->closed += n == 0;
		return false;
	}
	a->first = a->first || (a->messages == 0 && got[0] >= 0);
	a->late = a->late || (a->messages > 0 && got[0] >= 0);
	a->messages++;
	if (!a->state && json_parse(buf, (size_t)n, &a->state, NULL) < 0)
		a->state = json_new_string_len(buf, (size_t)n);
	for (size_t i = 0; i < AGENT_FDS_MAX; i++)
		take_notify(a, &got[i]);
	return true;
}

static bool accept_runtime(void *arg, int fd)
{
	struct hx_agent *a = arg;
	int conn = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (conn < 0)
		return true;
	if (a->nconns == AGENT_FDS_MAX || hx_loop_add(a->loop, conn, receive_state, a) < 0) {
		fd_close(&conn);
		return true;
	}
	a->conns[a->nconns++] = conn;
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
		hx_loop_remove(a->loop, a->conns[i]);
		fd_close(&a->conns[i]);
	}
	for (size_t i = 0; i < a->nnotify; i++) {
		hx_loop_remove(a->loop, a->notify[i]);
		fd_close(&a->notify[i]);
	}
	json_free(a->state);
	json_free(a->notified);
	*a = (struct hx_agent){.listen_fd = FD_NONE};
}

struct json *hx_agent_fact(const struct hx_agent *a)
{
	CLEANUP(json_freep) struct json *o = NULL;

	if (!a->loop || (a->messages == 0 && a->nconns == 0))
		return json_new(JSON_NULL);
	o = json_new(JSON_OBJECT);
	if (!o ||
	    json_set_member(o, "state", a->state ? json_copy(a->state) : json_new(JSON_NULL)) < 0 ||
	    json_set_member(o, "fds", json_new_uint(a->fds)) < 0 ||
	    json_set_member(o, "messages", json_new_uint(a->messages)) < 0 ||
	    json_set_member(o, "connections", json_new_uint(a->nconns)) < 0 ||
	    json_set_member(o, "closed", json_new_uint(a->closed)) < 0 ||
	    json_set_member(o, "first", json_new_bool(a->first)) < 0 ||
	    json_set_member(o, "late", json_new_bool(a->late)) < 0 ||
	    json_set_member(o, "notified", json_copy(a->notified)) < 0)
		return NULL;
	return take_ptr(&o);
}
