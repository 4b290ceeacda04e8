/* SPDX-License-Identifier: Apache-2.0 */
/* The case's directory: root filesystem, io directory, files, the nested state directory with its
 * canaries. */
#ifndef BUNDLE_ROOTFS_H
#define BUNDLE_ROOTFS_H

#include "conform.h"
#include "vars.h"

#include <sys/stat.h>

/* Where things lie in the case directory. */
#define HX_DIR_IO      "io"
#define HX_DIR_BUNDLE  "bundle"
#define HX_DIR_ROOTFS  "bundle/rootfs"
#define HX_FILE_STDOUT "stdout"
#define HX_FILE_STDERR "stderr"
#define HX_FILE_NULL   "null"
#define HX_FILE_PID    "pid"
#define HX_DIR_STATE                                                                               \
	"L1/L2/L3/L4/root" /* the runtime's --root, four levels below anything that matters */

/*
 * Makes all of it below @dirfd, a fresh empty directory. @probe is the host path of the probe: a
 * hard link of it where that works, else a copy. The umask must be 0.
 */
int hx_rootfs_make(int dirfd, const char *probe, struct err *e);

/* Makes the case's own files; list ends with FILE_END, may be NULL. @probe as above. */
int hx_rootfs_add_files(int dirfd, const struct file_spec *files, const char *probe,
			struct hx_vars *v, struct err *e);

/* Whether every canary beside the state directory is as it was made. Where not, @which says what is
 * missing. */
bool hx_rootfs_canaries_ok(int dirfd, char *which, size_t size);

/* Removes everything below @name in @dirfd and then @name, never leaving the file system that @name
 * is on. 0 or the first -errno. */
int hx_remove_tree(int dirfd, const char *name);

#endif
