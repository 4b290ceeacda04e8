/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What criu says: its answers, criu_resp of its rpc.proto, and the first error of its log. Both may
 * hold what the container has chosen, such as names. Pure functions over memory.
 */
#ifndef RUNTIME_CRIU_ANSWER_H
#define RUNTIME_CRIU_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* It tells of a step, and waits for that to be acknowledged. */
#define CRIU_ANSWER_NOTIFY 6

/* Of a member that is there more than once the last one counts, as of any message of protocol
 * buffers; a member of another type than rpc.proto's is none. */
struct criu_answer {
	int32_t type, num, pid; /* num: an errno, pid: of a step's process; 0: neither */
	bool success;
	char error[200], script[64]; /* cut where they are longer */
};

/* 0, or -EPROTO where the bytes are no answer: no message, or without a type and whether it went
 * well. */
int criu_answer_parse(const void *buf, size_t len, struct criu_answer *ret);

/* The words of the first line "(00.012) Error (criu/x.c:1): why" of a log, which is the cause of
 * what comes behind it. The caller frees; NULL: no such line, or no memory. */
char *criu_log_error(const char *text);

#endif
