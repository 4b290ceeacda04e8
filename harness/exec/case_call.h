/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EXEC_CASE_CALL_H
#define EXEC_CASE_CALL_H

#include "case_ctx.h"

/* Calls of the runtime. Each returns its exit status, or -1 where there is none (it was killed, or
 * could not be started: a check says so). */
int hx_case_create(struct case_ctx *c);
int hx_case_start(struct case_ctx *c);
int hx_case_state(struct case_ctx *c);
int hx_case_kill(struct case_ctx *c, const char *signal);
int hx_case_delete(struct case_ctx *c, bool force);
/* Deletes by force what a command line created under another name. */
int hx_case_delete_other(struct case_ctx *c);
int hx_case_cli(struct case_ctx *c, const char *line);
int hx_case_features(struct case_ctx *c);
int hx_case_features_blind(struct case_ctx *c);

/* Finds the container's process by the pid file, if it descends from us. */
void hx_case_find_pid(struct case_ctx *c);
/* Waits for the end of the container's process, and takes its status. 0, -ESRCH: no such process
 * known, -ETIMEDOUT. */
int hx_case_wait_exit(struct case_ctx *c);
/* Waits for the end of the probe's report, or of the process. 0 or -ETIMEDOUT. */
int hx_case_wait_report(struct case_ctx *c);

#define CASE_NS_TYPES 8
extern const char *const hx_case_ns_types[CASE_NS_TYPES];

#endif
