/* SPDX-License-Identifier: Apache-2.0 */
#include "loop.h"

#include "proc.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>

#define WAIT_FDS_MAX 8
#define LATE_ROUNDS  128 /* behind the deadline, for what has arrived by then */

int hx_loop_add(struct hx_loop *l, int fd, bool (*ready)(void *arg, int fd), void *arg)
{
	if (l->count == LOOP_SERVICES_MAX)
		return -E2BIG;
	l->services[l->count].fd = fd;
	l->services[l->count].ready = ready;
	l->services[l->count].arg = arg;
	l->services[l->count].serial = ++l->serial;
	l->count++;
	return 0;
}

void hx_loop_remove(struct hx_loop *l, int fd)
{
	for (size_t i = 0; i < l->count; i++) {
		if (l->services[i].fd == fd) {
			l->services[i] = l->services[--l->count];
			return;
		}
	}
}

static int timeout_of(int64_t deadline_ms)
{
	int64_t left = deadline_ms - proc_now_ms();

	if (left < 0)
		return 0;
	return left > INT_MAX ? INT_MAX : (int)left;
}

/* Serves whoever is ready; a service may add others or end itself, so start over behind each. */
static void serve(struct hx_loop *l, const struct pollfd *p, size_t n)
{
	const unsigned int known = l->serial;

	for (size_t i = 0; i < n; i++) {
		if (!p[i].revents)
			continue;
		for (size_t k = 0; k < l->count; k++) {
			/* one that was added since the wait may have the number of one that ended:
			 * the event is not its own */
			if (l->services[k].fd != p[i].fd || l->services[k].serial > known)
				continue;
			if (!l->services[k].ready(l->services[k].arg, p[i].fd))
				hx_loop_remove(l, p[i].fd);
			break;
		}
	}
}

int hx_loop_wait(struct hx_loop *l, const int *fds, size_t nfds, int64_t deadline_ms)
{
	struct pollfd p[WAIT_FDS_MAX + LOOP_SERVICES_MAX];
	unsigned int late = 0;

	if (nfds > WAIT_FDS_MAX)
		return -E2BIG;
	for (;;) {
		int timeout = timeout_of(deadline_ms);
		int r;

		for (size_t i = 0; i < nfds; i++)
			p[i] = (struct pollfd){.fd = fds[i] < 0 ? -1 : fds[i], .events = POLLIN};
		for (size_t i = 0; i < l->count; i++)
			p[nfds + i] = (struct pollfd){.fd = l->services[i].fd, .events = POLLIN};
		r = poll(p, nfds + l->count, timeout);
		if (r < 0 && errno != EINTR)
			return -errno;
		if (r > 0) {
			serve(l, p + nfds, l->count);
			for (size_t i = 0; i < nfds; i++) {
				if (p[i].revents)
					return (int)i;
			}
		}
		late += timeout == 0;
		/* one that always has something for a service keeps no deadline away */
		if (timeout == 0 && (r == 0 || late == LATE_ROUNDS))
			return -ETIMEDOUT;
	}
}
