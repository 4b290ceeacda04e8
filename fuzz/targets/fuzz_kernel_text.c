/* SPDX-License-Identifier: Apache-2.0 */
/* links: runtime_linux specs_model base runtime/linux ./base fuzz/lib/input.c */
/* One value out of a text of the kernel's: fdinfo of a pidfd, cpu.max, /proc/devices. */
#include "cgroup_internal.h"
#include "cleanup.h"
#include "fuzz.h"
#include "input.h"
#include "proc_priv.h"
#include <string.h>

static void bandwidth(const char *now, bool has, int64_t q, uint64_t p)
{
	cleanup_free char *one = strdup(now), *two = strdup(now);
	struct cfg_cpu a = {.has_quota = true, .quota = 1}, b = {.has_period = true, .period = 1};

	cgroup_systemd_bandwidth(one, &a);
	cgroup_systemd_bandwidth(two, &b);
	fuzz_check(a.quota == 1 && b.period == 1 && (!has || (a.period == p && b.quota == q)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	long long a = (long long)(input_number(&in) / 2), b = (long long)(input_number(&in) / 2);
	long long pid = 1 + a % INT32_MAX;
	cleanup_free char *rest = input_text(in.p, in.n), *copy = strdup(rest),
			  *odd = cgroup_systemd_driver(rest, a % 2, b);
	bool named = str_starts(rest, "Pid:\t") || strstr(rest, "\nPid:\t");
	cleanup_free char *info = str_format("%s\nPid:\t%lld\nA:\t7\n", named ? "" : rest, pid),
			  *max = str_format("%lld %lld", a, b),
			  *table = str_format("A\nBlock devices:\n%3lld two\n%lld no\n\n%lld no\n"
					      "Character devices:\n%3lld one\n",
					      a, b, a, a),
			  *name = cgroup_systemd_driver(table, b % 2, a);

	bandwidth(b % 2 ? max : rest, b % 2, a, (uint64_t)b);
	fuzz_check((proc_pidfd_parse(copy) != -EBADF) == named && proc_pidfd_parse(info) == pid);
	fuzz_check(str_eq(name, b % 2 ? "two" : "one") && (!odd || strstr(rest, odd)));
	return 0;
}
