/* SPDX-License-Identifier: Apache-2.0 */
/* links: runtime_linux procfs_parse specs_model base runtime/linux fuzz/targets */
/* A mountinfo text (no NUL behind it), read by the runtime and by the probe: both see the same
 * cgroup mounts. */
#include "cgroup_internal.h"
#include "cleanup.h"
#include "fuzz.h"
#include "procfs.h"
#include <string.h>

static bool has(const struct cgroup_mounts *l, const struct procfs_mount *m)
{
	const struct cgroup_mount *x = l->items, *end = x + l->count;

	while (x < end && (!str_eq(x->mountpoint, m->path) || x->major != m->major ||
			   x->minor != m->minor || x->v2 != str_eq(m->type, "cgroup2")))
		x++;
	return x < end;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cgroup_mounts mounts CLEANUP(cgroup_mounts_done) = {0};
	cleanup_free char *exact = malloc(size + 1), *text = strndup((const char *)data, size);
	struct procfs_mount m;
	bool odd = false;

	if (!exact || !text || strlen(text) < size)
		return 0;
	int parsed = cgroup_mounts_parse(memcpy(exact + 1, data, size), size, &mounts, NULL);
	for (char *cursor = text; *cursor;) {
		int r = procfs_mount_next(&cursor, &m);

		odd = odd || r < 0 || m.major > 100000000 || m.minor > 100000000;
		if (r > 0 && parsed == 0 && (str_eq(m.type, "cgroup") || str_eq(m.type, "cgroup2")))
			fuzz_check(has(&mounts, &m));
	}
	fuzz_check(parsed == 0 || odd);
	return 0;
}
