/* SPDX-License-Identifier: Apache-2.0 */
/* linux.seccomp.flags in the kernel's words; seccomp_filter_flag_supported() stands beside it. */
#ifndef RUNTIME_SECCOMP_FLAGS_H
#define RUNTIME_SECCOMP_FLAGS_H

#include "seccomp_filter.h"

#include <linux/seccomp.h>

/* Newer than the headers of older systems. */
#ifndef SECCOMP_FILTER_FLAG_TSYNC_ESRCH
#define SECCOMP_FILTER_FLAG_TSYNC_ESRCH (1UL << 4)
#endif
#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

/* The bit of a CFG_FILTER_FLAG_*. 0 or -EINVAL. */
int seccomp_flag_bit(int flag, unsigned int *ret);

#endif
