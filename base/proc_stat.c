/* SPDX-License-Identifier: Apache-2.0 */
/* What procfs tells of a process in one line, proc_pid_stat(5). */
#include "cleanup.h"
#include "fd.h"
#include "proc_priv.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STAT_MAX 4096

#define NS_PER_S INT64_C(1000000000)
/* The number of the first time namespace, the same on all kernels; 0 is none's. */
#define INITIAL_TIME_NS 0xEFFFFFFAu

enum { FIELD_STATE = 3, FIELD_THREADS = 20, FIELD_START = 22 };

/* The fields behind the name, which may hold anything. */
static int parse_fields(char *text, struct proc_stat *ret)
{
	char *p = strrchr(text, ')'), *save = NULL, *word;
	int field = FIELD_STATE;

	if (!p)
		return -EIO;
	for (word = strtok_r(p + 1, " \n", &save); word; word = strtok_r(NULL, " \n", &save)) {
		if (field == FIELD_STATE && word[1])
			return -EIO;
		if (field == FIELD_STATE)
			ret->state = *word;
		if (field == FIELD_THREADS && str_to_u64(word, UINT64_MAX, &ret->threads) < 0)
			return -EIO;
		if (field == FIELD_START)
			return str_to_u64(word, UINT64_MAX, &ret->start_time) < 0 ? -EIO : 0;
		field++;
	}
	return -EIO;
}

int proc_stat_parse(char *text, struct proc_stat *ret)
{
	struct proc_stat s = {0};
	uint64_t pid;
	int r = parse_fields(text, &s);

	if (r < 0)
		return r;
	text[strcspn(text, " ")] = '\0';
	if (str_to_u64(text, INT_MAX, &pid) < 0)
		return -EIO;
	s.pid = (pid_t)pid;
	*ret = s;
	return 0;
}

int proc_stat_read(int dirfd, const char *path, struct proc_stat *ret)
{
	cleanup_free char *text = NULL;
	size_t len;
	int r = fd_read_file_at(dirfd, path, STAT_MAX, &text, &len, NULL);

	if (r == -ENOENT || r == -ESRCH)
		return -ESRCH;
	return r < 0 ? r : proc_stat_parse(text, ret);
}

pid_t proc_number_in(int dir)
{
	struct proc_stat s;
	int r = proc_stat_read(dir, "stat", &s);

	return r < 0 ? r : s.pid;
}

bool proc_stat_is_dead(const struct proc_stat *s)
{
	return (s->state == 'Z' || s->state == 'X' || s->state == 'x') && s->threads <= 1;
}

int proc_start_time(pid_t pid, uint64_t *ret)
{
	struct proc_stat s;
	char path[32];
	int r;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	r = proc_stat_read(AT_FDCWD, path, &s);
	if (r < 0)
		return r;
	*ret = s.start_time;
	return proc_stat_is_dead(&s) ? -EOWNERDEAD : 0;
}

static int64_t tick_ns(void)
{
	return NS_PER_S / sysconf(_SC_CLK_TCK);
}

int proc_shift_parse(char *text, struct proc_shift *ret)
{
	char *line, *save = NULL, *secs, *nanosecs;
	int64_t s, tick = tick_ns();
	uint64_t ns;

	while ((line = strsep(&text, "\n")) && !str_starts(line, "boottime "))
		;
	if (!line)
		return -EIO;
	secs = strtok_r(line + strlen("boottime"), " ", &save);
	nanosecs = strtok_r(NULL, " ", &save);
	if (strtok_r(NULL, " ", &save) ||
	    str_to_i64(secs, INT32_MIN * INT64_C(10), INT32_MAX * INT64_C(10), &s) < 0 ||
	    str_to_u64(nanosecs, NS_PER_S - 1, &ns) < 0)
		return -EIO;
	*ret = (struct proc_shift){.ticks = s * (NS_PER_S / tick) + (int64_t)ns / tick,
				   .between = (int64_t)ns % tick != 0};
	return 0;
}

/*
 * That of our own time namespace. The file tells of the one that our children will be in: another
 * one after unshare(2), which execve(2) on older kernels does not change. Then nobody tells, unless
 * ours is the first one.
 */
static int read_shift(struct proc_shift *ret)
{
	cleanup_free char *text = NULL;
	struct stat own, next;
	size_t len;
	int r;

	*ret = (struct proc_shift){0};
	if (stat("/proc/self/ns/time", &own) < 0)
		/* before Linux 5.6 there is but one time */
		return errno == ENOENT ? 0 : -errno;
	if (own.st_ino == INITIAL_TIME_NS)
		return 0;
	if (stat("/proc/self/ns/time_for_children", &next) < 0)
		return -errno;
	if (own.st_ino != next.st_ino)
		return -EXDEV;
	r = fd_read_file_at(AT_FDCWD, "/proc/self/timens_offsets", STAT_MAX, &text, &len, NULL);
	return r < 0 ? r : proc_shift_parse(text, ret);
}

/* @seen without the shift, give or take *slack. What is older than the shifted clock, the kernel
 * shows as a number without a sign all the same. */
static uint64_t take_shift(uint64_t seen, const struct proc_shift *s, uint64_t *slack)
{
	uint64_t wrap = UINT64_MAX / (uint64_t)tick_ns();
	bool older = seen > wrap / 2;

	*slack = (uint64_t)older + s->between;
	return seen - (older ? wrap : 0) - (uint64_t)s->ticks;
}

bool proc_shift_is(const struct proc_shift *s, uint64_t seen, uint64_t real)
{
	uint64_t slack, more = take_shift(seen, s, &slack) - real;

	return more + slack <= 2 * slack;
}

int proc_start_is(uint64_t seen, uint64_t real)
{
	struct proc_shift s;
	int r;

	/* as nearly always */
	if (seen == real)
		return 1;
	r = read_shift(&s);
	return r < 0 ? r : proc_shift_is(&s, seen, real);
}

int proc_start_time_real(pid_t pid, uint64_t *ret)
{
	struct proc_shift s;
	uint64_t seen, slack;
	int r = proc_start_time(pid, &seen);

	if (r < 0)
		return r;
	*ret = read_shift(&s) < 0 ? seen : take_shift(seen, &s, &slack);
	return 0;
}
