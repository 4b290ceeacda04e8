/* SPDX-License-Identifier: Apache-2.0 */
/* The criu(8) command: its command line, and what it says where it fails. */
#ifndef RUNTIME_CRIU_H
#define RUNTIME_CRIU_H

#include "creation.h"
#include "proc.h"

/* A command line in the making. A failed allocation is sticky. */
struct criu {
	char **argv; /* owned, NULL-terminated */
	size_t count;
	bool oom;
};

void criu_add(struct criu *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void criu_done(struct criu *c);

/* Begins with `criu @verb` and what dump and restore have in common. */
void criu_begin(struct criu *c, const char *verb, const struct rt_criu_options *o);

/*
 * What the container has from outside: bind mounts and masked files, by their place inside. When
 * it is dumped, @root is its root; when it is restored they come from @bundle and the host.
 */
void criu_add_mounts(struct criu *c, const struct cfg_config *config, int root, const char *bundle);
/* The key of a network namespace that the configuration names, in both. */
#define CRIU_NETNS "extRootNetNS"

/*
 * Runs it with the caller's 0 to 2 and @fds. @setup is that of struct proc_spawn. Its log is @log
 * in the working directory, where errors are looked up. 0 or -errno.
 */
int criu_run(struct criu *c, const struct rt_criu_options *o, const char *log,
	     const struct proc_fd *fds, size_t nfds, int (*setup)(void *arg, struct err *e),
	     void *setup_arg, struct err *e);

/* 0, 1 and 2 of a dumped process by name, kept with the images, for pipes to be put in their place
 * again. */
#define CRIU_DESCRIPTORS "descriptors.json"

#endif
