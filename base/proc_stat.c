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

#define STAT_MAX 4096

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
