/* SPDX-License-Identifier: Apache-2.0 */
/* links: runtime_linux procfs_parse specs_model base runtime/linux ./base fuzz/lib/input.c
 * fuzz/lib/kernel_naive.c */
/* Lines of the kernel's: devices.list, and timens_offsets, which the probe reads, too. */
#include "cleanup.h"
#include "fuzz.h"
#include "input.h"
#include "kernel_naive.h"
#include <stdlib.h>
#include <string.h>

static void check_devices(const char *text)
{
	struct cgroup_devices_v1 is = {0}, want;
	cleanup_free char *copy = strdup(text);
	bool good = kernel_naive_devices(text, &want);

	fuzz_check(cgroup_devices_v1_parse(copy, &is) == (good ? 0 : -EIO));
	fuzz_check(!good || kernel_naive_same(&is, &want));
	free(is.items);
	free(want.items);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *text = input_text(data, size), *copy = strdup(text);
	const char *line = text, *next = text;
	struct procfs_offset want = {.boottime = false}, o = want;
	struct proc_shift is;
	bool good = kernel_naive_offset(text, &want);

	check_devices(text);
	fuzz_check(proc_shift_parse(copy, &is) == (good ? 0 : -EIO));
	fuzz_check(!good || kernel_naive_is_shift(&want, &is));
	while (good && procfs_offset_next(&next, &o) && !str_starts(line, "boottime "))
		line = next;
	fuzz_check(!good || (o.secs == want.secs && o.nanosecs == want.nanosecs));
	return 0;
}
