/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of `checkpoint` and `restore` share: a container that counts, dumped and restored.
 */
#ifndef RUNTIME_TESTS_CHECKPOINT_H
#define RUNTIME_TESTS_CHECKPOINT_H

#include "driver.h"

/* Whether criu(8) works with this kernel; it says why not. */
bool criu_works(void);

/* `run -d` or `restore -d` with pipes, which are all of the outside that criu can carry over. The
 * end to read from, for the caller. */
int begin_with_pipes(const char *const *args, struct proc *p);
/* The same, once it has ended well. */
int start_with_pipes(const char *const *args);
/* What it had to say, in `text`. */
void read_error(int from);
/* The next number of a container that counts. */
unsigned long next_number(int fd);

/* A configuration with the members of the lists that are given, each after what always is there. */
void write_document(const char *process, const char *mounts, const char *namespaces,
		    const char *linux_more);
#define NAMESPACES ",{\"type\":\"ipc\"},{\"type\":\"uts\"},{\"type\":\"cgroup\"}"
#define OWN_PID	   ",{\"type\":\"pid\"}"

extern char images[80]; /* the directory of the last dump */
/* Of each dump its own: criu does not remove what it finds. */
void new_images(void);
/* Runs what is configured until it has counted to five, and dumps it. The last number. */
unsigned long run_and_dump(void);
/* Restores it and sees it count on. */
void restore_after(unsigned long last);
/* Deletes it. */
void end_of(const char *what);

void write_file(const char *path, const char *content);
/* The container reads @content at @path. */
void check_inside(const char *path, const char *content);

#endif
