/* SPDX-License-Identifier: Apache-2.0 */
/* links: procfs_parse base fuzz/lib/input.c */
/* Any text as each of the files of /proc that the probe reads: every line is taken once, and what
 * is borrowed lies in the text. */
#include "cleanup.h"
#include "fuzz.h"
#include "input.h"
#include "procfs.h"
#include <string.h>

#define EACH(next, value)                                                                          \
	do {                                                                                       \
		cleanup_free char *text = input_text(data, size);                                  \
		size_t lines = 0;                                                                  \
		for (char *cursor = text; next((void *)&cursor, &(value)); lines++)                \
			fuzz_check(lines <= newlines);                                             \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *whole = input_text(data, size);
	struct procfs_status status = {0};
	struct procfs_mount mount;
	struct procfs_cgroup cgroup;
	struct procfs_idmap idmap;
	struct procfs_offset offset;
	struct procfs_stat stat;
	size_t newlines = 0;

	for (size_t i = 0; i < size; i++)
		newlines += data[i] == '\n';
	EACH(procfs_mount_next, mount);
	EACH(procfs_cgroup_next, cgroup);
	EACH(procfs_idmap_next, idmap);
	EACH(procfs_offset_next, offset);
	if (procfs_status_parse(whole, &status) == 0 && status.groups)
		fuzz_check(status.groups >= whole && status.groups <= whole + strlen(whole));
	(void)procfs_stat_parse(whole, &stat);
	return 0;
}
