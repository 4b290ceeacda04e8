/* SPDX-License-Identifier: Apache-2.0 */
/* links: procfs_parse base fuzz/lib/input.c */
/* Names of kernel constants: two numbers never have one name, and a name leads back to its own. */
#include "cleanup.h"
#include "fuzz.h"
#include "input.h"
#include "names.h"
#include "proc.h"
#include "str.h"
#include <string.h>
#include <sys/resource.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	unsigned int a = (unsigned int)input_number(&in), b = (unsigned int)input_number(&in);
	int m = (int)(a >> 1), n = (int)(b >> 1);
	cleanup_free char *text = input_text(in.p, in.n);
	const struct names_ns *ns = names_ns_find(text);
	char x[NAMES_SIZE], y[NAMES_SIZE];

	fuzz_check(str_eq(names_cap(a, x), names_cap(b, y)) == (a == b));
	fuzz_check(str_starts(names_cap(a, x), "CAP_") &&
		   str_eq(names_cap(21, y), "CAP_SYS_ADMIN"));
	fuzz_check(str_eq(names_signal(a, x), names_signal(b, y)) == (a == b));
	fuzz_check(!proc_signal_name((int)a) || proc_signal_parse(x) == (int)a);
	fuzz_check(str_eq(names_errno(-m, x), names_errno(n, y)) == (m == n));
	fuzz_check(!ns || (str_eq(ns->oci, text) && (ns->flag & (ns->flag - 1)) == 0 && ns->flag));
	int r = names_rlimit(text);
	fuzz_check(r < (int)RLIM_NLIMITS && (r < 0 || str_starts(text, "RLIMIT_")));
	return 0;
}
