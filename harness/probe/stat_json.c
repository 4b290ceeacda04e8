/* SPDX-License-Identifier: Apache-2.0 */
#include "stat_json.h"

#include <sys/sysmacros.h>

const char *stat_json_type(mode_t mode)
{
	static const struct {
		mode_t mode;
		const char *name;
	} types[] = {
		{S_IFDIR, "dir"}, {S_IFREG, "reg"},  {S_IFLNK, "lnk"},	 {S_IFCHR, "chr"},
		{S_IFBLK, "blk"}, {S_IFIFO, "fifo"}, {S_IFSOCK, "sock"},
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if ((mode & S_IFMT) == types[i].mode)
			return types[i].name;
	}
	return "none";
}

void stat_json_device(struct out *o, const struct stat *st)
{
	bool device = S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode);

	out_key(o, "major");
	if (device)
		out_uint(o, major(st->st_rdev));
	else
		out_null(o);
	out_key(o, "minor");
	if (device)
		out_uint(o, minor(st->st_rdev));
	else
		out_null(o);
}
