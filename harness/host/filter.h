/* SPDX-License-Identifier: Apache-2.0 */
/* What a kernel shows of the flags that a seccomp filter was installed with. */
#ifndef HOST_FILTER_H
#define HOST_FILTER_H

#include "json.h"

#include <stdbool.h>
#include <sys/types.h>

/*
 * The flags of the filter that process @pid has got last, as far as ptrace(2) tells them: an array
 * of "SECCOMP_FILTER_FLAG_LOG" or of nothing. The process is stopped for a moment.
 * {"error":...} where it cannot be asked (without a filter: ENOENT); NULL where memory is short.
 */
struct json *hx_filter_flags(pid_t pid);

/* Whether hx_filter_flags() works: tried on a child. */
bool hx_filter_tells_flags(void);

/* Whether a filter without SECCOMP_FILTER_FLAG_SPEC_ALLOW shows in Speculation_Store_Bypass of
 * proc_pid_status(5): tried by a child. */
bool hx_filter_shows_speculation(void);

#endif
