/* SPDX-License-Identifier: Apache-2.0 */
/* Mount options read naively: for each bit, which word has the last say. */
#ifndef FUZZ_MOUNT_NAIVE_H
#define FUZZ_MOUNT_NAIVE_H

#include "input.h"
#include "mount_options.h"

/* What is asked of one mount, or of a mount and those below. */
struct mount_naive_part {
	uint64_t set, clr;	  /* MOUNT_ATTR_* without access times */
	uint64_t atime, unwanted; /* the mode to change to, or (0) those to leave */
	bool has_atime;
};

/* What the words ask for; @flat is of a mount that has nothing below it, read by itself. */
struct mount_naive {
	struct mount_naive_part flat, top, tree;
	unsigned long super, super_off; /* MS_* */
	bool bind, rbind, remount, copyup;
	enum mount_idmap idmap;
	unsigned long propagation[INPUT_WORDS];
	const char *data[INPUT_WORDS]; /* of the words */
	size_t npropagation, ndata;
	int error; /* of the first word that is too much: -E2BIG, -ENOTSUP */
};
struct mount_naive mount_naive_read(char *const *words, size_t count);

/* Whether the runtime asks for the same. */
bool mount_naive_is(const struct mount_naive *n, const struct mount_options *o);

#endif
