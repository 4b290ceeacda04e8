/* SPDX-License-Identifier: Apache-2.0 */
/* Who has a NOTIFY_SOCKET, and calls refrun with it: what the test_notify*.c share beside driver.h.
 */
#ifndef RUNTIME_TESTS_NOTIFY_CALLER_H
#define RUNTIME_TESTS_NOTIFY_CALLER_H

#include "driver.h"

extern int manager; /* bound to what NOTIFY_SOCKET says */
extern char address[100];

void bind_manager(bool abstract);
/* The next message; what came with it is the caller's. */
void hear(char buf[256], int *ret_fd);
void hears(const char *expected);
/* Of who is about to leave. The end of the barrier is the caller's. */
int hears_barrier(void);
void hears_no_more(void);

/* As setup of a process: @arg, or where that is NULL the manager's, is its NOTIFY_SOCKET. */
int have_socket(void *arg, struct err *e);
#define WITH(...) command_after(have_socket, NULL, (const char *const[]){__VA_ARGS__, NULL})
#define WITH_ADDRESS(name, ...)                                                                    \
	command_after(have_socket, name, (const char *const[]){__VA_ARGS__, NULL})
#define START(p, ...)                                                                              \
	start_command_after(have_socket, NULL, (const char *const[]){__VA_ARGS__, NULL}, p)
void ends(struct proc *p, int code);
void is_running(void);

/* What goes to @path, wherever later commands write to. */
int keep(const char *path);
void read_kept(int fd, char *buf, size_t size);

/* What container_program.c does by "notify". */
#define NOTIFY(words) "\"args\":[\"/program\",\"notify\"," words "]"
/* All but process, root and linux as write_config() has it. */
void write_other(const char *process, const char *in_root, const char *in_linux, const char *more);
#define ROOT_USER  ",\"user\":{\"uid\":0,\"gid\":0}"
#define NAMESPACES "\"namespaces\":[{\"type\":\"mount\"},{\"type\":\"pid\"}"

#endif
