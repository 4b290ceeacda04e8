/* SPDX-License-Identifier: Apache-2.0 */
/* links: harness procfs_parse base fuzz/lib/input.c */
/* Any text as a file of /proc: each fact comes out as a value that prints, and those that the
 * probe's parser knows, too, are the same. */
#include "cleanup.h"
#include "fuzz.h"
#include "input.h"
#include "procfs.h"
#include "proctext.h"
#include <string.h>

/* clang-format off */
static const char *const names[] = {
	"user.uids", "ppid", "user.groups", "caps.effective", "signals.caught", "seccomp.mode", "no_new_privs",
	"rlimit:RLIMIT_CPU", "cgroup.self", "cgroup.text", "args", "oom.score_adj", "comm",
};
/* clang-format on */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *text = input_text(data, size);
	struct procfs_status st = {0};
	bool probe = !memchr(data, '\0', size) && procfs_status_parse(text, &st) == 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		cleanup_free char *copy = input_text(data, size);
		struct json *v CLEANUP(json_freep) = proctext_fact(names[i], copy, size);
		uint64_t n;

		fuzz_check(v && proctext_file(names[i]));
		for (size_t k = 0;
		     !i && probe && procfs_status_has(&st, PROCFS_STATUS_UIDS) && k < 4; k++)
			fuzz_check(v->count == 4 && !json_uint(v->items[k], &n) && n == st.uids[k]);
		if (i == 1 && probe && procfs_status_has(&st, PROCFS_STATUS_PPID))
			fuzz_check(json_uint(v, &n) == 0 && n == st.ppid);
	}
	return 0;
}
