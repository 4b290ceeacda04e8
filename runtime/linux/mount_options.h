/* SPDX-License-Identifier: Apache-2.0 */
/* The option strings of config.md#linux-mount-options: one table, from which they are parsed,
 * applied and listed. */
#ifndef RUNTIME_MOUNT_OPTIONS_H
#define RUNTIME_MOUNT_OPTIONS_H

#include "cfg_parse.h"

#include <stdbool.h>
#include <stdint.h>

/* A request about access times, which the kernel keeps as one of three modes (mount_setattr(2)). */
struct mount_atime {
	bool wanted;	   /* change to @mode */
	uint64_t mode;	   /* MOUNT_ATTR_RELATIME, _NOATIME, _STRICTATIME */
	uint64_t unwanted; /* leave the modes in this set, if the mount has one of them */
};

/* Attributes of mounts: to set, to clear. The later of two contradicting options wins. */
struct mount_attrs {
	uint64_t set, clr; /* MOUNT_ATTR_* without access times */
	struct mount_atime atime;
};

#define MOUNT_PROPAGATIONS 8
enum mount_idmap { MOUNT_IDMAP_NONE, MOUNT_IDMAP_TOP, MOUNT_IDMAP_TREE };

struct mount_options {
	bool bind, rbind, remount, tmpcopyup;
	enum mount_idmap idmap;
	struct mount_attrs top;	 /* of the one mount */
	struct mount_attrs tree; /* of the mount and those below; @top is applied after it */
	unsigned long
		super; /* MS_SYNCHRONOUS, _DIRSYNC, _LAZYTIME, _MANDLOCK, _I_VERSION, _SILENT */
	unsigned long super_off; /* those of them that were switched off by name */
	unsigned long
		propagation[MOUNT_PROPAGATIONS]; /* MS_SHARED and so on, | MS_REC, in their order */
	size_t npropagation;
	const char **data; /* options for the file system; the strings belong to the document */
	size_t ndata;
	char mode[sizeof("mode=7777")]; /* what mount_options_mode() adds to them */
};

/*
 * Sorts the options of one mount. Strings that the table does not know go to the file system
 * (config.md#linux-mount-options), those that begin with "x-", "X-" or "comment=" are comments
 * (mount(8)). 0, -ENOMEM, -E2BIG, -ENOTSUP (mount_options_is_order()). The caller ends with
 * mount_options_done().
 */
int mount_options_parse(const struct cfg_strs *options, struct mount_options *ret);
/* Whether it is one that mount(8) follows and nobody else does: X-mount.subdir= (less of the file
 * system is to be seen), .owner=, .group=, .mode=, .idmap=. */
bool mount_options_is_order(const char *s);
void mount_options_done(struct mount_options *o);

/* Whether the permissions of a new file system's root are among its options, tmpfs(5). */
bool mount_options_has_mode(const struct mount_options *o);

/* Asks the new file system for the permissions @mode of its root, after all other options. @o may
 * not be moved from then on. 0 or -ENOMEM. */
int mount_options_mode(struct mount_options *o, unsigned int mode);

/* Both requests for a mount that has nothing below it, as one. */
struct mount_attrs mount_options_flat(const struct mount_options *o);

/* For features: every known option, sorted, NULL-terminated, static. */
const char *const *mount_options_names(void);

#endif
