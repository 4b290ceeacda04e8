/* SPDX-License-Identifier: Apache-2.0 */
/* Mount options read naively: for each bit, which word has the last say. */
#ifndef FUZZ_MOUNT_NAIVE_H
#define FUZZ_MOUNT_NAIVE_H

#include <stdbool.h>
#include <stdint.h>

/* What the words ask of a mount that has nothing below it. */
struct mount_naive {
	uint64_t set, clr;	  /* MOUNT_ATTR_* without access times */
	uint64_t atime, unwanted; /* the mode to change to, or (0) those to leave */
	bool has_atime;
	unsigned long super, super_off; /* MS_* */
	unsigned int bind, rbind, remount, copyup;
	unsigned int propagations, data;
};
struct mount_naive mount_naive_read(char *const *words, unsigned int count);

#endif
