/* SPDX-License-Identifier: Apache-2.0 */
/* What this host lets nobody do shows when it is done: a child tries it, and ends. */
#ifndef HOST_TRIED_H
#define HOST_TRIED_H

#include "err.h"

#include <stdbool.h>

/* Whether @try, which runs in a child, returns 0. */
bool hx_tried(int (*try)(void *arg), void *arg);

/* The same for what a child is set up with before it becomes another program. 0, or -errno with the
 * words of @setup. */
int hx_tried_setup(int (*setup)(void *arg, struct err *e), void *arg, struct err *e);

/* For such a child: a new tmpfs with these flags of mount(2), in a mount namespace of its own. */
#define TRIED_TMPFS "/proc"
bool hx_tried_tmpfs(unsigned long flags);

/*
 * Whether @device, "c 1:11 rw" or "b 1:11 m", can be made, and then read and written as far as
 * somebody's rules go: that there is no such device, or it is busy, is another matter, and it is
 * not opened. 1, 0, or -EINVAL where it is no such text.
 */
int hx_tried_device(const char *device);

/* Whether a process of ours may set its oom_score_adj to @value (proc_pid_oom_score_adj(5)). */
bool hx_tried_oom(const char *value);

/* What keeps a process of ours from making a user namespace; 0: nothing. */
int hx_tried_userns(void);

/* Whether we are below a chroot(2): who joins our own mount namespace gets another root. False
 * where nobody may join it. */
bool hx_tried_chroot(void);

/* Whether an error of such a try says that this host lets nobody do it, and not that it was wrong.
 */
bool hx_tried_refused(int error);

/* Whether @program can be executed with the SELinux context @label. 0 or -errno. */
int hx_tried_label(const char *label, const char *program, struct err *e);

#endif
