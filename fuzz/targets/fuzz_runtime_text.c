/* SPDX-License-Identifier: Apache-2.0 */
/* links: runtime_linux runtime_core specs_model base runtime/core runtime/linux
 * fuzz/lib/input.c fuzz/lib/text_naive.c */
/* Texts of others that the runtime reads: an image's passwd, what a hook prints, the name of a
 * sysctl, messages of the first process, a path for cgroups. */
#include "cgroup_internal.h"
#include "cleanup.h"
#include "fuzz.h"
#include "output_tail.h"
#include "process.h"
#include "rootfs_priv.h"
#include "sync.h"
#include "text_naive.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *buf = (const char *)data;
	cleanup_free char *text = input_text(data, size), *home = NULL, *sysctl = NULL,
			  *path = NULL;
	size_t cut = size / 3;
	struct output_tail t = {.len = 0};
	char line[OUTPUT_TAIL_MAX + 1];
	struct sync_msg m;

	home = process_home_in(buf, size, 1000);
	fuzz_check(home ? text_is_home(text, size, home) : !text_has_home(text, size));
	output_tail_add(&t, buf, cut);
	output_tail_add(&t, buf + cut, size - cut);
	fuzz_check(text_ends_with(buf, size, t.text, t.len, OUTPUT_TAIL_MAX));
	output_tail_clean(&t, line);
	fuzz_check(text_is_line(line));
	sysctl = sysctl_path(text);
	fuzz_check(!sysctl || (str_starts(sysctl, "sys/") && text_is_below(sysctl)));
	if (sync_read(buf, size, &m) == 0)
		fuzz_check(m.err.num >= 0 && strnlen(m.err.msg, ERR_MSG_SIZE) < ERR_MSG_SIZE);
	if (cgroup_path_decide(text, "id", "/home", &path, NULL) == 0)
		fuzz_check(text_is_below(path) && (text[0] == '/' || str_starts(path, "/home")));
	return 0;
}
