/* SPDX-License-Identifier: Apache-2.0 */
/* How the type and the device number of a file are said, for paths and for descriptors. */
#ifndef PROBE_STAT_JSON_H
#define PROBE_STAT_JSON_H

#include "out.h"

#include <sys/stat.h>

/* "dir", "reg", "lnk", "chr", "blk", "fifo", "sock", or "none" for what has no type. */
const char *stat_json_type(mode_t mode);

/* The members "major" and "minor": of the device that a special file stands for, else null. */
void stat_json_device(struct out *o, const struct stat *st);

#endif
