/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one place where a case waits. While it waits for the runtime or the container it serves
 * whoever needs an answer meanwhile: the master side of a terminal that would fill up, the seccomp
 * agent whose silence would stop the container.
 */
#ifndef EXEC_LOOP_H
#define EXEC_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOOP_SERVICES_MAX 32

struct hx_loop {
	struct {
		int fd; /* borrowed */
		/* Called when @fd can be read or is hung up; returns false to be asked no more. */
		bool (*ready)(void *arg, int fd);
		void *arg;
		unsigned int serial; /* the how-manieth that was added */
	} services[LOOP_SERVICES_MAX];
	size_t count;
	unsigned int serial; /* of the last that was added */
};

/* Adds a service; -E2BIG where there are too many. */
int hx_loop_add(struct hx_loop *l, int fd, bool (*ready)(void *arg, int fd), void *arg);

/* Takes away whatever serves @fd. */
void hx_loop_remove(struct hx_loop *l, int fd);

/*
 * Waits until one of @nfds descriptors can be read (a pidfd: its process has ended) or @deadline_ms
 * (of proc_now_ms()) has passed. Services are asked once more then, as long as each time one of
 * them has something to do, but not without end: with a deadline in the past this takes in what has
 * arrived. Negative descriptors are left out. The index of the first such descriptor, -ETIMEDOUT,
 * or -errno.
 */
int hx_loop_wait(struct hx_loop *l, const int *fds, size_t nfds, int64_t deadline_ms);

#endif
