/* SPDX-License-Identifier: Apache-2.0 */
/* linux.seccomp: compiled before the container exists, loaded by the container's
 * first process just before it executes the program. */
#ifndef RUNTIME_SECCOMP_FILTER_H
#define RUNTIME_SECCOMP_FILTER_H

#include "cfg_parse.h"

#include <linux/filter.h>

struct seccomp_filter {
	struct sock_filter *insns; /* owned; NULL: no filter */
	size_t count;
	unsigned int flags; /* SECCOMP_FILTER_FLAG_* for seccomp(2) */
	bool notify;	    /* has SCMP_ACT_NOTIFY: a listener results */
};

/* Host side. An action, operator, flag or architecture that cannot be applied is an error that
 * names it; unknown system call names are skipped. */
int seccomp_filter_compile(const struct cfg_doc *doc, const struct cfg_seccomp *s,
			   struct seccomp_filter *ret, struct err *e);
/* What can be applied, for `features`: CFG_FILTER_FLAG_* and CFG_ARCH_* values. */
bool seccomp_filter_flag_supported(int flag);
bool seccomp_filter_arch_supported(int arch);
void seccomp_filter_done(struct seccomp_filter *f);
/* Container side: seccomp(2). *ret_listener becomes the listener's descriptor or FD_NONE. */
int seccomp_filter_load(const struct seccomp_filter *f, int *ret_listener, struct err *e);
/* The same without a listener, for a process beside the program: what it would be asked about fails
 * with ENOSYS. */
int seccomp_filter_load_deaf(const struct seccomp_filter *f, struct err *e);
/* Host side: connects to listenerPath and sends the container process state with the listener
 * (config-linux.md#containerprocessstate). */
int seccomp_filter_send_listener(const char *path, const char *state_json, size_t len,
				 int listener_fd, struct err *e);

#endif
