/* SPDX-License-Identifier: Apache-2.0 */
/* links: runtime_core runtime_linux specs_model base runtime/core
 * fuzz/lib/input.c */
/* "<root>\n<mountinfo>": the mounts at and below the root, in order; what is taken off is gone. */
#include "cleanup.h"
#include "fuzz.h"
#include "input.h"
#include "mountinfo.h"
#include "shared_mounts.h"
#include "str.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json *list CLEANUP(json_freep) = NULL, *some CLEANUP(json_freep) = NULL;
	cleanup_free char *text = input_text(data, size), *copy = NULL, *in = NULL;
	char *lines = text, *root = strsep(&lines, "\n");
	struct mountinfo m;
	size_t n = 0;

	if (!lines || root[0] != '/' || (root[1] && str_ends(root, "/")))
		return 0;
	copy = strdup(lines);
	in = str_format("%s/", root[1] ? root : "");
	some = json_new(JSON_ARRAY);
	fuzz_check(shared_mounts_parse(copy, root, &list, NULL) == 0);
	while (mountinfo_next(&lines, &m)) {
		cleanup_free char *point = str_format("%s/", m.point);
		cleanup_free char *entry = str_format("%s %s", m.id, m.point);
		if (*m.point && str_starts(point, in)) {
			fuzz_check(n < list->count && str_eq(json_string(list->items[n++]), entry));
			fuzz_check(n % 2 || json_append(some, json_new_string(entry)) == 0);
		}
	}
	fuzz_check(n == list->count);
	shared_mounts_subtract(list, some);
	for (size_t i = 0; i < list->count * some->count; i++)
		fuzz_check(!json_equal(list->items[i / some->count], some->items[i % some->count]));
	return 0;
}
