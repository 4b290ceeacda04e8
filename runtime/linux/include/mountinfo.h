/* SPDX-License-Identifier: Apache-2.0 */
/* The mounts of a process as proc_pid_mountinfo(5) has them. Pure: opens nothing, allocates
 * nothing. */
#ifndef RUNTIME_MOUNTINFO_H
#define RUNTIME_MOUNTINFO_H

#include <stdbool.h>

struct mountinfo {
	const char *id, *parent;   /* its number, and that of the one it stands on, as printed */
	unsigned int major, minor; /* of the file system */
	const char *root;	   /* what of the file system is mounted */
	const char *point, *type;  /* octal escapes are resolved, in these three */
	const char *options;	   /* of the file system, with commas */
	unsigned int peer_group;   /* 0: not shared */
};

/*
 * Takes the next mount off the NUL-terminated text at *cursor, and cuts its line up in place; *ret
 * borrows the text. Lines of another form are passed over. False: there are no more.
 */
bool mountinfo_next(char **cursor, struct mountinfo *ret);

/* Whether @path is @root or something in it; both without "." and ".." and slashes too many. */
bool mountinfo_is_below(const char *path, const char *root);

#endif
