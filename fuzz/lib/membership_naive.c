/* SPDX-License-Identifier: Apache-2.0 */
#include "membership_naive.h"

#include "cgroup_internal.h"
#include "cleanup.h"
#include "fuzz.h"
#include "str.h"

#include <string.h>

bool membership_is_outside(const char *path)
{
	return str_eq(path, "/..") || str_starts(path, "/../");
}

void membership_check_root(struct hx_hierarchy h, const char *text, const char *path)
{
	const char *rest = strchr(path + 1, '/');
	cleanup_free char *root = NULL, *below = NULL;

	if (!rest || rest == path + 1)
		return;
	root = strndup(path, (size_t)(rest - path));
	h.root = root;
	below = hx_cgroup_path_in(&h, text);
	fuzz_check(below ? str_eq(below, rest) : membership_is_outside(rest));
	fuzz_check(str_eq(cgroup_path_behind(path, root), rest));
}
