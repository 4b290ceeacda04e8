/* SPDX-License-Identifier: Apache-2.0 */
/* links: runtime_linux procfs_parse specs_model base runtime/linux
 * fuzz/lib/input.c fuzz/lib/mountinfo_naive.c */
/* Any text as a mountinfo: what the probe's parser takes the runtime's takes, too, and as the same;
 * those of cgroups are found all, each with its controllers. */
#include "cleanup.h"
#include "fuzz.h"
#include "input.h"
#include "mountinfo_naive.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cgroup_mounts cgroups CLEANUP(cgroup_mounts_done) = {0}, *all = &cgroups;
	cleanup_free char *one = input_text(data, size), *two = strdup(one), *three = strdup(one);
	cleanup_free char *four = strdup(one), *root = NULL;
	char *lines = one, *whole = two;
	struct mountinfo m, same;
	struct procfs_mount p;
	size_t n = 0;
	fuzz_check(cgroup_mounts_parse(three, all, NULL) == 0);
	for (char *line; (line = strsep(&lines, "\n"));) {
		cleanup_free char *again = strdup(line);
		bool read = mountinfo_next(&line, &m);
		fuzz_check(!read || mountinfo_next(&whole, &same));
		if (procfs_mount_next(&(char *){again}, &p) > 0)
			fuzz_check(mountinfo_is_huge(&p) || (read && mountinfo_is_same(&m, &p)));
		if (!read || !mountinfo_is_of_cgroups(&m))
			continue;
		fuzz_check(n < all->count && mountinfo_is_cgroup(&m, &all->items[n]));
		n++;
	}
	fuzz_check(n == all->count && !mountinfo_next(&whole, &m));
	root = n ? cgroup_mount_root(four, all->items[n - 1].mountpoint) : NULL;
	fuzz_check(!n || root);
	return 0;
}
