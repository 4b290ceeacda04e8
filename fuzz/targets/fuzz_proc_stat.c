/* SPDX-License-Identifier: Apache-2.0 */
/* links: procfs_parse base ./base fuzz/lib/input.c */
/* /proc/PID/stat of any text, and of a process of any name: the runtime's reading and the probe's
 * are of the fields behind it. */
#include "cleanup.h"
#include "fuzz.h"
#include "input.h"
#include "proc_priv.h"
#include "procfs.h"
#include "str.h"
#include <limits.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	struct proc_stat s;
	struct procfs_stat p = {.state = 0};
	cleanup_free char *text = input_text(data, size), *made = NULL;
	bool probed = procfs_stat_parse(text, &p) == 0;

	fuzz_check(proc_stat_parse(text, &s) < 0 || !probed || s.state == p.state);
	uint64_t pid = input_number(&in) & INT_MAX, parent = input_number(&in),
		 threads = input_number(&in), start = input_number(&in);
	cleanup_free char *name = input_text(in.p, in.n);
	char state = "RSDZTtXx"[start % 8];

	made = str_format(
		"%llu (%s) %c %llu 2 -3 4 5 6 7 8 9 10 11 12 13 14 15 16 %llu 18 %llu 20\n",
		(unsigned long long)pid, name, state, (unsigned long long)parent,
		(unsigned long long)threads, (unsigned long long)start);
	fuzz_check(procfs_stat_parse(made, &p) == 0 && p.state == state && p.ppid == parent);
	fuzz_check(proc_stat_parse(made, &s) == 0 && s.pid == (pid_t)pid && s.state == state);
	fuzz_check(s.threads == threads && s.start_time == start);
	fuzz_check(proc_stat_is_dead(&s) == (strchr("ZXx", state) && threads <= 1));
	return 0;
}
