/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process in the making that joins a container which exists. It is what a creation is, without
 * all that makes the container: the parts of struct creation that concern a program are filled,
 * and its steps (exec_init.c) are to a good part those of the first process.
 */
#ifndef RUNTIME_EXEC_CREATION_H
#define RUNTIME_EXEC_CREATION_H

#include "creation.h"

#include <sys/resource.h>

struct exec {
	struct creation cr; /* cr.c: the container; cr.pid: of the new process */
	const struct rt_exec_options *o;
	struct rt_create_options how;  /* cr.o */
	struct cfg_doc *container_doc; /* of its config.json; cr.doc is where the process is from */

	/* exec_process.c: what the flags make of the container's process */
	struct cfg_process process;
	struct cfg_user user;
	struct cfg_capabilities capabilities;
	char **env;	/* owned, not what is in it */
	char **caps[3]; /* likewise */
	uint32_t *gids;

	int target;  /* pidfd of the container's first process */
	int pid_dir; /* its /proc/<pid> */
	int root;    /* its root, where the mount namespace's is another; else FD_NONE */

	bool nproc_lifted; /* for the way: RLIMIT_NPROC, which then was @nproc */
	struct rlimit nproc;
};

/* exec_process.c: fills process of @x->cr and the document that it came from. */
int exec_make_process(struct exec *x, struct err *e);

/* exec_init.c: the process on the way, and behind it the one that becomes the program. */
void exec_stage(struct creation *cr);

#endif
