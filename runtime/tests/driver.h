/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Drives the real program through the life of containers, in a private mount namespace, below a
 * scratch directory: what the test_refrun*.c share. argv[1] is refrun, argv[2] the program for the
 * inside. One container at a time.
 */
#ifndef RUNTIME_TESTS_DRIVER_H
#define RUNTIME_TESTS_DRIVER_H

#include "proc.h"

#include <check.h>
#include <stdbool.h>
#include <sys/types.h>

#define TIMEOUT_MS 20000

extern const char *refrun;
extern char work[]; /* scratch: a tmpfs of this process alone */
extern char root[64], bundle[64], id[32], out_path[64], err_path[64];
extern char out[8192], text[8192]; /* of the last command: stdout, stderr */

void read_into(const char *path, char *buf, size_t size);
/* The file @name in @dir, for its owner to write and its group to read. */
void put_file(const char *dir, const char *name, const char *content);
void start_command(const char *const *args, struct proc *p);
/* Files, never pipes: the container keeps what it is given. Returns the exit code. */
int command(const char *const *args);
/* With a caller who is as @setup has made the process (proc_spawn()). */
void start_command_after(int (*setup)(void *arg, struct err *e), void *setup_arg,
			 const char *const *args, struct proc *p);
int command_after(int (*setup)(void *arg, struct err *e), void *setup_arg, const char *const *args);
/* Executes refrun under ptrace(2): its pid; it has stopped behind execve(2). */
pid_t start_traced(const char *const *args);
/* It has come to the entry or the exit of a system call. False: it has ended with *status. */
bool has_stopped(pid_t pid, int *status);
/* Executes it, and kills it at the entry or exit of its n-th system call. False: it ended before.
 */
bool killed_at(unsigned long n, const char *const *args);
#define REFRUN(...) command((const char *const[]){__VA_ARGS__, NULL})

/* @process: the members of process beside cwd and user; @more: members of the config. */
void write_config(const char *process, const char *linux_more, const char *more);
#define PAUSE "\"args\":[\"/program\",\"pause\"]"
/* with nothing in `out` that is not the next command's */
#define WAIT "\"args\":[\"/program\",\"wait\"]"
#define TRUE "\"args\":[\"/program\",\"true\"]"

/*
 * From here on refrun has somebody beside itself who speaks in systemd's name: a shell script that
 * notes each request, $line, and then does @answer. It ends with who asked.
 */
void speak_as_systemd(const char *answer);
/* To have started what is in "-.slice", and to have done all the rest. */
#define SYSTEMD_OBEYS                                                                              \
	"unit=${line#*'\"unit\":'*'\"'}; case $line in *'\"start\"'*) "                            \
	"echo '{\"path\":\"/'${unit%%'\"'*}'\"}' ;; *) echo '{}' ;; esac"
/* Whether a request had these words. */
bool asked_systemd(const char *words);

/* Nothing is left of the container: no state, no cgroup (and so no process). */
void check_no_residue(const char *when);
void status_is(const char *status);
pid_t pid_of(void);
void wait_until_dead(pid_t pid);
/* The attribute of the container's cgroup, in whichever hierarchy has it, says @value. */
void attribute_is(const char *name, const char *value);

/* The caller of a terminal: a socket that waits for it, and the terminal's master, which was sent
 * to it. @ret_conn, which may be NULL: the connection, that the caller then has to close. */
int listen_at(const char *path);
int receive_terminal(int listener, int *ret_conn);

/* main() of a test program: 77 where the machine does not allow it. @add fills the case. */
int driver_main(const char *name, int argc, char **argv, void (*add)(TCase *c));

#endif
