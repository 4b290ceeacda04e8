/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of proc share. */
#ifndef BASE_PROC_PRIV_H
#define BASE_PROC_PRIV_H

#include "proc.h"

/* Milliseconds for poll(2) until @deadline_ms of proc_now_ms(), 0 once it has passed; -1 (no end)
 * where it is negative. */
int proc_poll_timeout(int64_t deadline_ms);

/* What proc_pid_stat(5) tells. */
struct proc_stat {
	pid_t pid; /* in the pid namespace of the procfs */
	char state;
	uint64_t threads, start_time; /* that of the boot's clock, in ticks */
};
/* Of a NUL-terminated text, which is cut up. 0 or -EIO. */
int proc_stat_parse(char *text, struct proc_stat *ret);
/* Of the file @path below @dirfd. 0 or -errno (-ESRCH: no such process). */
int proc_stat_read(int dirfd, const char *path, struct proc_stat *ret);
/* Whether it is a zombie, or about to vanish. As a pidfd sees it: a first thread that has ended, of
 * which the state tells, is no end while others go on. */
bool proc_stat_is_dead(const struct proc_stat *s);

/* What a time namespace adds to the clock of the boot, in ticks; @between: and a part of one. */
struct proc_shift {
	int64_t ticks;
	bool between;
};
/* Of a text like /proc/PID/timens_offsets, which is cut up. 0 or -EIO. */
int proc_shift_parse(char *text, struct proc_shift *ret);
/* Whether a process whose start is @seen there has the start @real without. */
bool proc_shift_is(const struct proc_shift *s, uint64_t seen, uint64_t real);

/* The number that the fdinfo of a pidfd tells (pidfd_open(2)), a NUL-terminated text, which is cut
 * up: or -EBADF where it is none of a pidfd, -ESRCH where the process is nobody's any more (-1), or
 * our pid namespace has no number for it (0). */
pid_t proc_pidfd_parse(char *fdinfo);

/* Collects the status of a child that has ended, or waits for it. 0 or -errno. */
int proc_reap(struct proc *p);

#endif
