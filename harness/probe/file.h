/* SPDX-License-Identifier: Apache-2.0 */
/* Reading files and directories into buffers that the caller has, without allocation. */
#ifndef PROBE_FILE_H
#define PROBE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Reads @path from its start, at most @size - 1 bytes, and ends it with NUL. Never waits for a
 * writer or a device: what is not there at once counts as the end. Returns the number of bytes, or
 * -errno.
 */
ssize_t file_read(const char *path, char *buf, size_t size);

/* As file_read(), and -EFBIG where the file does not fit: for text that must be whole. */
ssize_t file_read_whole(const char *path, char *buf, size_t size);

/* An open directory; start with FILE_DIR_INIT. */
struct file_dir {
	int fd;
	size_t pos, len;
	_Alignas(8) char buf[4096];
};
#define FILE_DIR_INIT                                                                              \
	{                                                                                          \
		.fd = -1                                                                           \
	}

/* Opens a directory relative to @dirfd, or AT_FDCWD: 0 or -errno. */
int file_dir_open(struct file_dir *d, int dirfd, const char *path, bool follow);
/* The next name but . and .. in no order, borrowed until the next call. 1, 0 at the end, -errno. */
int file_dir_next(struct file_dir *d, const char **ret_name);
void file_dir_close(struct file_dir *d);

/* Names copied one behind the other into a buffer, and pointers to them. */
struct file_names {
	char *buf;
	size_t size, len;
	const char **names;
	size_t max, count;
};

/* Adds a copy of @prefix, '/' where @prefix is not empty, and @name: true, or false where it does
 * not fit. */
bool file_names_add(struct file_names *n, const char *prefix, const char *name);
/* Bytewise ascending. */
void file_names_sort(struct file_names *n);

#endif
