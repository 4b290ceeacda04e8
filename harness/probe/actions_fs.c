/* SPDX-License-Identifier: Apache-2.0 */
/* Actions on files and mounts. */
#include "action.h"
#include "cleanup.h"
#include "probe.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

/* The result of a call that says -1 and errno. */
static int result(long r)
{
	return r < 0 ? -errno : ACTION_OK;
}

static const struct action_word open_words[] = {
	{"r", O_RDONLY},      {"w", O_WRONLY},	{"rw", O_RDWR},	    {"a", O_APPEND},
	{"creat", O_CREAT},   {"excl", O_EXCL}, {"trunc", O_TRUNC}, {"nofollow", O_NOFOLLOW},
	{"dir", O_DIRECTORY}, {"path", O_PATH}, {NULL, 0},
};

static int open_file(const char *path, uint64_t flags)
{
	cleanup_fd int fd = open(path, (int)flags | O_CLOEXEC | O_NOCTTY, 0644);

	return result(fd);
}

static int run_open(struct probe *p, char *parameter, int64_t *ret)
{
	char *f[2];
	uint64_t flags;

	(void)p, (void)ret;
	if (!action_fields(parameter, 1, 2, f) || !action_words(f[1], open_words, &flags))
		return ACTION_MALFORMED;
	return open_file(f[0], flags);
}

static int run_write(struct probe *p, char *parameter, int64_t *ret)
{
	cleanup_fd int fd = FD_NONE;
	char *f[2];

	(void)p, (void)ret;
	if (!action_fields(parameter, 2, 2, f))
		return ACTION_MALFORMED;
	fd = open(f[0], O_WRONLY | O_CLOEXEC | O_NOCTTY);
	return fd < 0 ? -errno : result(write(fd, f[1], strlen(f[1])));
}

static int run_create(struct probe *p, char *parameter, int64_t *ret)
{
	cleanup_fd int fd = FD_NONE;
	char *f[2];
	uint64_t mode = 0644;

	(void)p, (void)ret;
	if (!action_fields(parameter, 1, 2, f) || (*f[1] && !action_mode(f[1], &mode)))
		return ACTION_MALFORMED;
	fd = open(f[0], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
	return result(fd);
}

static int run_mkdir(struct probe *p, char *parameter, int64_t *ret)
{
	char *f[2];
	uint64_t mode = 0755;

	(void)p, (void)ret;
	if (!action_fields(parameter, 1, 2, f) || (*f[1] && !action_mode(f[1], &mode)))
		return ACTION_MALFORMED;
	return result(mkdir(f[0], (mode_t)mode));
}

static int run_unlink(struct probe *p, char *parameter, int64_t *ret)
{
	(void)p, (void)ret;
	return result(unlink(parameter));
}

static int run_rmdir(struct probe *p, char *parameter, int64_t *ret)
{
	(void)p, (void)ret;
	return result(rmdir(parameter));
}

static int run_symlink(struct probe *p, char *parameter, int64_t *ret)
{
	char *f[2];

	(void)p, (void)ret;
	return action_fields(parameter, 2, 2, f) ? result(symlink(f[0], f[1])) : ACTION_MALFORMED;
}

static int run_link(struct probe *p, char *parameter, int64_t *ret)
{
	char *f[2];

	(void)p, (void)ret;
	return action_fields(parameter, 2, 2, f) ? result(link(f[0], f[1])) : ACTION_MALFORMED;
}

static int run_rename(struct probe *p, char *parameter, int64_t *ret)
{
	char *f[2];

	(void)p, (void)ret;
	return action_fields(parameter, 2, 2, f) ? result(rename(f[0], f[1])) : ACTION_MALFORMED;
}

static int run_chmod(struct probe *p, char *parameter, int64_t *ret)
{
	char *f[2];
	uint64_t mode;

	(void)p, (void)ret;
	if (!action_fields(parameter, 2, 2, f) || !action_mode(f[1], &mode))
		return ACTION_MALFORMED;
	return result(chmod(f[0], (mode_t)mode));
}

static int run_chown(struct probe *p, char *parameter, int64_t *ret)
{
	uint64_t uid, gid;
	char *f[3];

	(void)p, (void)ret;
	if (!action_fields(parameter, 3, 3, f) || !action_number(f[1], &uid) ||
	    !action_number(f[2], &gid))
		return ACTION_MALFORMED;
	return result(chown(f[0], (uid_t)uid, (gid_t)gid));
}

/* PATH,TYPE,MAJOR,MINOR of @f: TYPE as mknod(1) has it. */
static int make_node(char *const f[])
{
	uint64_t major_number = 0, minor_number = 0;
	mode_t type = str_eq(f[1], "c") || str_eq(f[1], "u") ? S_IFCHR
		      : str_eq(f[1], "b")		     ? S_IFBLK
		      : str_eq(f[1], "p")		     ? S_IFIFO
							     : 0;

	if (type == 0 || (*f[2] && !action_number(f[2], &major_number)) ||
	    (*f[3] && !action_number(f[3], &minor_number)))
		return ACTION_MALFORMED;
	return result(mknod(f[0], type | 0666,
			    makedev((unsigned int)major_number, (unsigned int)minor_number)));
}

static int run_mknod(struct probe *p, char *parameter, int64_t *ret)
{
	char *f[4];

	(void)p, (void)ret;
	return action_fields(parameter, 2, 4, f) ? make_node(f) : ACTION_MALFORMED;
}

static int run_mknod_open(struct probe *p, char *parameter, int64_t *ret)
{
	uint64_t flags;
	char *f[5];
	int r;

	(void)p, (void)ret;
	if (!action_fields(parameter, 5, 5, f) || !action_words(f[4], open_words, &flags))
		return ACTION_MALFORMED;
	r = make_node(f);
	if (r != ACTION_OK)
		return r;
	r = open_file(f[0], flags);
	if (unlink(f[0]) < 0 && r == ACTION_OK)
		r = -errno;
	return r;
}

static int run_mount(struct probe *p, char *parameter, int64_t *ret)
{
	static const struct action_word words[] = {
		{"bind", MS_BIND},
		{"rec", MS_REC},
		{"ro", MS_RDONLY},
		{"nosuid", MS_NOSUID},
		{"nodev", MS_NODEV},
		{"noexec", MS_NOEXEC},
		{"remount", MS_REMOUNT},
		{"private", MS_PRIVATE},
		{"shared", MS_SHARED},
		{"slave", MS_SLAVE},
		{"unbindable", MS_UNBINDABLE},
		{NULL, 0},
	};
	uint64_t flags;
	char *f[5];

	(void)p, (void)ret;
	if (!action_fields(parameter, 2, 5, f) || !action_words(f[3], words, &flags))
		return ACTION_MALFORMED;
	return result(
		mount(*f[0] ? f[0] : NULL, f[1], *f[2] ? f[2] : NULL, flags, *f[4] ? f[4] : NULL));
}

static int run_umount(struct probe *p, char *parameter, int64_t *ret)
{
	(void)p, (void)ret;
	return result(umount2(parameter, UMOUNT_NOFOLLOW));
}

/* Bytes per second of @total bytes of direct I/O, or -errno. */
static int measure(int fd, bool writes, char *buf, uint64_t total, int64_t *ret)
{
	static const size_t chunk = 64 << 10;
	struct timespec start, end;
	uint64_t done = 0;
	double seconds;

	(void)clock_gettime(CLOCK_MONOTONIC, &start);
	while (done < total) {
		size_t size = total - done < chunk ? (size_t)(total - done) : chunk;
		ssize_t n = writes ? write(fd, buf, size) : read(fd, buf, size);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 0)
			break;
		done += n > 0 ? (uint64_t)n : 0;
	}
	(void)clock_gettime(CLOCK_MONOTONIC, &end);
	seconds = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
	*ret = seconds > 0 ? (int64_t)((double)done / seconds) : (int64_t)done;
	return done == 0 && total > 0 ? -ENODATA : ACTION_VALUE;
}

static int run_bps(struct probe *p, char *parameter, bool writes, int64_t *ret)
{
	cleanup_fd int fd = FD_NONE;
	uint64_t total;
	char *f[2];

	if (!action_fields(parameter, 2, 2, f) || !action_bytes(f[1], &total))
		return ACTION_MALFORMED;
	fd = open(f[0], (writes ? O_WRONLY | O_CREAT : O_RDONLY) | O_DIRECT | O_CLOEXEC, 0644);
	return fd < 0 ? -errno : measure(fd, writes, p->scratch, total, ret);
}

static int run_readbps(struct probe *p, char *parameter, int64_t *ret)
{
	return run_bps(p, parameter, false, ret);
}

static int run_writebps(struct probe *p, char *parameter, int64_t *ret)
{
	return run_bps(p, parameter, true, ret);
}

const struct action actions_fs[] = {
	{"open", ACTION_CHILD, run_open},
	{"write", ACTION_CHILD, run_write},
	{"create", ACTION_CHILD, run_create},
	{"mkdir", ACTION_CHILD, run_mkdir},
	{"unlink", ACTION_CHILD, run_unlink},
	{"rmdir", ACTION_CHILD, run_rmdir},
	{"symlink", ACTION_CHILD, run_symlink},
	{"link", ACTION_CHILD, run_link},
	{"rename", ACTION_CHILD, run_rename},
	{"chmod", ACTION_CHILD, run_chmod},
	{"chown", ACTION_CHILD, run_chown},
	{"mknod", ACTION_CHILD, run_mknod},
	{"mknod-open", ACTION_CHILD, run_mknod_open},
	{"mount", ACTION_CHILD, run_mount},
	{"umount", ACTION_CHILD, run_umount},
	{"readbps", ACTION_CHILD, run_readbps},
	{"writebps", ACTION_CHILD, run_writebps},
	{NULL, ACTION_CHILD, NULL},
};
