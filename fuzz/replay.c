/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An engine that invents nothing: runs a target on files and on the files of folders. For builds
 * that libFuzzer does not go with, such as coverage. Options of libFuzzer ("-runs=0") are passed
 * over.
 */
#include "cleanup.h"
#include "entry.h"
#include "fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BYTES (64u << 20)

static int run_file(int dirfd, const char *name, size_t *count, struct err *e)
{
	cleanup_free char *buf = NULL;
	uint8_t *exact = NULL;
	size_t len = 0;
	int rc = fd_read_file_at(dirfd, name, MAX_BYTES, &buf, &len, e);

	if (rc < 0)
		return rc;
	/* as large as the input and no more, so that a sanitizer sees each byte too far */
	exact = malloc(len ? len : 1);
	if (!exact)
		return err_set(e, ENOMEM, "read '%s': %m", name);
	memcpy(exact, buf, len);
	(void)LLVMFuzzerTestOneInput(exact, len);
	free(exact);
	++*count;
	return 0;
}

static int run_path(const char *path, size_t *count, struct err *e)
{
	cleanup_dir DIR *dir = opendir(path);
	const struct dirent *d;
	int rc = 0;

	if (!dir)
		return errno == ENOTDIR ? run_file(AT_FDCWD, path, count, e)
					: err_set(e, errno, "open '%s': %m", path);
	while (rc == 0 && (d = readdir(dir))) {
		if (d->d_name[0] != '.')
			rc = run_file(dirfd(dir), d->d_name, count, e);
	}
	return rc;
}

int main(int argc, char **argv)
{
	struct err e = {0};
	size_t count = 0;

	for (int i = 1; i < argc; i++) {
		if (argv[i][0] == '-')
			continue;
		if (run_path(argv[i], &count, &e) < 0) {
			(void)fprintf(stderr, "%s: %s\n", argv[0], e.msg);
			return EXIT_FAILURE;
		}
	}
	printf("%zu inputs\n", count);
	return EXIT_SUCCESS;
}
