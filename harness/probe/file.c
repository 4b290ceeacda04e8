/* SPDX-License-Identifier: Apache-2.0 */
#include "file.h"

#include "cleanup.h"
#include "str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static int read_file(const char *path, char *buf, size_t size, size_t *ret_len)
{
	cleanup_fd int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	size_t len = 0;

	if (fd < 0)
		return -errno;
	while (len < size) {
		ssize_t n = read(fd, buf + len, size - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN)
			return -errno;
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	*ret_len = len;
	return 0;
}

ssize_t file_read(const char *path, char *buf, size_t size)
{
	size_t len = 0;
	int r = read_file(path, buf, size - 1, &len);

	if (r < 0)
		return r;
	buf[len] = '\0';
	return (ssize_t)len;
}

ssize_t file_read_whole(const char *path, char *buf, size_t size)
{
	size_t len = 0;
	int r = read_file(path, buf, size, &len);

	if (r < 0)
		return r;
	if (len == size)
		return -EFBIG;
	buf[len] = '\0';
	return (ssize_t)len;
}

int file_dir_open(struct file_dir *d, int dirfd, const char *path, bool follow)
{
	int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW);

	d->pos = d->len = 0;
	d->fd = openat(dirfd, path, flags);
	return d->fd < 0 ? -errno : 0;
}

int file_dir_next(struct file_dir *d, const char **ret_name)
{
	for (;;) {
		struct dirent64 *entry = (struct dirent64 *)(void *)(d->buf + d->pos);

		if (d->pos >= d->len) {
			ssize_t n = getdents64(d->fd, d->buf, sizeof(d->buf));

			if (n <= 0)
				return n < 0 ? -errno : 0;
			d->pos = 0;
			d->len = (size_t)n;
			continue;
		}
		d->pos += entry->d_reclen;
		if (str_eq(entry->d_name, ".") || str_eq(entry->d_name, ".."))
			continue;
		*ret_name = entry->d_name;
		return 1;
	}
}

void file_dir_close(struct file_dir *d)
{
	fd_close(&d->fd);
}

bool file_names_add(struct file_names *n, const char *prefix, const char *name)
{
	size_t prefix_len = strlen(prefix), name_len = strlen(name);
	char *to = n->buf + n->len;

	if (n->count == n->max || n->size - n->len < prefix_len + name_len + 2)
		return false;
	n->names[n->count++] = to;
	memcpy(to, prefix, prefix_len);
	to += prefix_len;
	if (prefix_len > 0)
		*to++ = '/';
	memcpy(to, name, name_len);
	to[name_len] = '\0';
	n->len = (size_t)(to - n->buf) + name_len + 1;
	return true;
}

/* Heap sort, because qsort() of the C library allocates. */
static void sift(const char **names, size_t root, size_t count)
{
	for (;;) {
		size_t child = 2 * root + 1;
		const char *swap;

		if (child >= count)
			return;
		if (child + 1 < count && strcmp(names[child], names[child + 1]) < 0)
			child++;
		if (strcmp(names[root], names[child]) >= 0)
			return;
		swap = names[root];
		names[root] = names[child];
		names[child] = swap;
		root = child;
	}
}

void file_names_sort(struct file_names *n)
{
	for (size_t i = n->count / 2; i > 0; i--)
		sift(n->names, i - 1, n->count);
	for (size_t end = n->count; end > 1; end--) {
		const char *largest = n->names[0];

		n->names[0] = n->names[end - 1];
		n->names[end - 1] = largest;
		sift(n->names, 0, end - 1);
	}
}
