/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ownership that ends with the scope. A local that owns something carries one of these attributes
 * and starts at its null value; take_ptr() and take_fd() are the only ways out of the scope.
 */
#ifndef BASE_CLEANUP_H
#define BASE_CLEANUP_H

#include "fd.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static inline void cleanup_freep(void *p)
{
	int saved = errno;

	free(*(void **)p);
	errno = saved;
}

static inline void cleanup_filep(FILE **f)
{
	int saved = errno;

	if (*f)
		(void)fclose(*f);
	errno = saved;
}

static inline void cleanup_dirp(DIR **d)
{
	int saved = errno;

	if (*d)
		(void)closedir(*d);
	errno = saved;
}

#define CLEANUP(fn)  __attribute__((cleanup(fn)))
#define cleanup_free CLEANUP(cleanup_freep)
#define cleanup_fd   CLEANUP(fd_close)
#define cleanup_file CLEANUP(cleanup_filep)
#define cleanup_dir  CLEANUP(cleanup_dirp)

/* Yields the pointer that *pp owns and leaves NULL behind. */
#define take_ptr(pp)                                                                               \
	__extension__({                                                                            \
		__auto_type take_pp_ = (pp);                                                       \
		__auto_type take_p_ = *take_pp_;                                                   \
		*take_pp_ = NULL;                                                                  \
		take_p_;                                                                           \
	})

/* Yields the descriptor that *fdp owns and leaves FD_NONE behind. */
static inline int take_fd(int *fdp)
{
	int fd = *fdp;

	*fdp = FD_NONE;
	return fd;
}

#endif
