/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors: ownership, whole-file reads and writes, resolution inside a root, passing over
 * sockets. Everything is opened O_CLOEXEC. */
#ifndef BASE_FD_H
#define BASE_FD_H

#include "err.h"

#include <dirent.h>
#include <errno.h>
#include <stddef.h>
#include <sys/types.h>

/* The null value of a descriptor: closing it fails with EBADF and harms nobody. */
#define FD_NONE (-EBADF)

/* Closes *fd if it is a descriptor and sets it to FD_NONE; keeps errno. The destructor behind
 * cleanup_fd. */
void fd_close(int *fd);

/*
 * Descriptors to be closed together: those whose numbers follow each other go with one
 * close_range(2). Begins as FD_BATCH_INIT; after fd_batch_close() it is empty again.
 */
#define FD_BATCH_MAX 32
struct fd_batch {
	int fds[FD_BATCH_MAX]; /* what waits to be closed */
	size_t count;
};
#define FD_BATCH_INIT ((struct fd_batch){.count = 0})

/* Takes *fd, if it is a descriptor, and sets it to FD_NONE; keeps errno. One too many closes those
 * before it. */
void fd_batch_add(struct fd_batch *b, int *fd);
void fd_batch_close(struct fd_batch *b);

/* Writes all of buf; retries EINTR and short writes. Returns 0 or -errno. */
int fd_write_all(int fd, const void *buf, size_t len);

/*
 * Reads @fd to its end into a fresh buffer, NUL-terminated behind *ret_len bytes; the caller frees
 * *ret_buf. More than @max bytes is -EFBIG. Returns 0 or -errno.
 */
int fd_read_all(int fd, size_t max, char **ret_buf, size_t *ret_len);

/*
 * Opens for reading, and only a regular file: another one in its place could hang (a FIFO), act (a
 * device) or never end. The caller's descriptor; -EINVAL where it is none, or -errno.
 */
int fd_open_regular_at(int dirfd, const char *path, struct err *e);

/* open(2) + fd_read_all() for @path relative to @dirfd (or AT_FDCWD). The caller frees *ret_buf. */
int fd_read_file_at(int dirfd, const char *path, size_t max, char **ret_buf, size_t *ret_len,
		    struct err *e);
/* The same for a file that somebody else may have exchanged: fd_open_regular_at(). */
int fd_read_regular_at(int dirfd, const char *path, size_t max, char **ret_buf, size_t *ret_len,
		       struct err *e);

/* Opens an existing file O_WRONLY, without following a last symlink, and writes @buf in ONE
 * write(2), as procfs and cgroupfs ask. */
int fd_write_file_at(int dirfd, const char *path, const void *buf, size_t len, struct err *e);

/*
 * Writes a file so that a reader sees the old or the new content, never half of it: temporary file,
 * fsync where @durable, renameat(2).
 */
int fd_replace_file_at(int dirfd, const char *name, mode_t mode, const void *buf, size_t len,
		       int durable, struct err *e);

/*
 * openat2(2) with RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS: @path, absolute or relative, symlinks
 * and all, stays below @rootfd. Where the kernel lacks openat2, a walk component by component with
 * O_NOFOLLOW gives the same result. Returns the caller's descriptor or -errno.
 */
int fd_open_in_root(int rootfd, const char *path, int flags, mode_t mode);

/* The same where @path leads without a link, to where its text says. -ELOOP: one stands on the way,
 * or may, on kernels without openat2. */
int fd_open_in_root_plain(int rootfd, const char *path, int flags);

/* The fallback of fd_open_in_root() for kernels without openat2; public so that tests can hold both
 * against each other. */
int fd_open_in_root_walk(int rootfd, const char *path, int flags, mode_t mode);

/* Closes every descriptor >= @first (close_range(2), or a walk of /proc/self/fd where that is
 * missing). 0 or -errno. */
int fd_close_from(int first);

/* The entries of the directory @fd, from the first one on, whoever else reads it; @fd may be O_PATH
 * and stays the caller's. The stream is the caller's (cleanup_dir); NULL: errno. */
DIR *fd_open_dir(int fd);

/* Makes sure that 0, 1 and 2 are open, on /dev/null where they were not. The first call of every
 * main(). Which were not, 1 << fd of each, or -errno. */
int fd_fill_stdio(void);

/* "/proc/self/fd/<fd>" into @buf, for calls that take only paths. Returns @buf. */
#define FD_PATH_SIZE 32
const char *fd_proc_path(int fd, char buf[FD_PATH_SIZE]);

/* Sends @len bytes and @nfds descriptors over a unix socket in one message (unix(7), SCM_RIGHTS). 0
 * or -errno. */
int fd_send(int sock, const void *buf, size_t len, const int *fds, size_t nfds);

/*
 * Receives one message of at most @len bytes and at most @nfds descriptors (O_CLOEXEC; unused slots
 * become FD_NONE; surplus ones are closed). Returns the number of bytes, 0 at end of file, or
 * -errno.
 */
ssize_t fd_recv(int sock, void *buf, size_t len, int *fds, size_t nfds);

#endif
