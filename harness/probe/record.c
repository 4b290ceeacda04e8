/* SPDX-License-Identifier: Apache-2.0 */
#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define PAUSE_NS     5000000
#define PAUSES_PER_S 200

int record_append(const char *iodir, const char *line, size_t len, struct err *e)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/hooks", iodir), fd, r = 0;
	ssize_t written;

	if (n < 0 || (size_t)n >= sizeof(path))
		return err_set(e, ENAMETOOLONG, "'%s': %m", iodir);
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
	if (fd < 0)
		return err_set(e, errno, "open '%s': %m", path);
	written = write(fd, line, len);
	if (written != (ssize_t)len)
		r = err_set(e, written < 0 ? errno : EIO, "write '%s': %m", path);
	(void)close(fd);
	return r;
}

/* How many records stand in @iodir/hooks; what cannot be read has none. */
static uint64_t records(const char *iodir)
{
	char path[PATH_MAX], buf[4096];
	int n = snprintf(path, sizeof(path), "%s/hooks", iodir), fd;
	uint64_t lines = 0;
	ssize_t got;

	fd = n > 0 && (size_t)n < sizeof(path) ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
	if (fd < 0)
		return 0;
	while ((got = read(fd, buf, sizeof(buf))) > 0)
		for (ssize_t i = 0; i < got; i++)
			lines += buf[i] == '\n';
	(void)close(fd);
	return lines;
}

int record_wait(const char *iodir, uint64_t wanted, unsigned int seconds)
{
	const struct timespec pause = {.tv_nsec = PAUSE_NS};

	for (unsigned int i = 0; i < seconds * PAUSES_PER_S; i++) {
		if (records(iodir) >= wanted)
			return 0;
		(void)nanosleep(&pause, NULL);
	}
	return 1;
}
