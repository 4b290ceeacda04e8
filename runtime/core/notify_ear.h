/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process that does nothing but hear what a container's processes say: with a message can come
 * descriptors, and whoever is the last to close one waits for as long as its sender has decided
 * (SO_LINGER of socket(7), and no signal that is blocked ends that). One that dies does not wait.
 */
#ifndef RUNTIME_NOTIFY_EAR_H
#define RUNTIME_NOTIFY_EAR_H

#include "err.h"
#include "fd.h"
#include "proc.h"

struct notify_ear {
	struct proc proc;
	int words; /* can be read where there is something to take; FD_NONE: there is none */
};
#define NOTIFY_EAR_NONE ((struct notify_ear){.proc = PROC_INIT, .words = FD_NONE})

enum notify_word {
	NOTIFY_READY = 'R',   /* READY=1, for the first time; hears nothing more for now */
	NOTIFY_BARRIER = 'B', /* BARRIER=1, for the first time behind that, and answered */
};

/* Takes the socket, so that nothing of what comes there is left for this process to close. */
int notify_ear_start(struct notify_ear *ear, int *sock, struct err *e);
/* Kills it. Does not wait longer than that should take. */
void notify_ear_done(struct notify_ear *ear);

/* The next word, 0: none is there yet, or -errno (-EPIPE: there will be none). */
int notify_ear_take(const struct notify_ear *ear);
/* Behind NOTIFY_READY: goes on. */
void notify_ear_go_on(const struct notify_ear *ear);
/* Nobody says anything any more: what has been said is heard yet, within a while. Whether it was
 * NOTIFY_READY. */
bool notify_ear_finish(const struct notify_ear *ear);

#endif
