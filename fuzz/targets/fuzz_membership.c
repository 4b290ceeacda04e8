/* SPDX-License-Identifier: Apache-2.0 */
/* links: runtime_linux harness specs_model base runtime/linux
 * fuzz/lib/input.c fuzz/lib/text_naive.c fuzz/lib/membership_naive.c */
/* Any text as /proc/PID/cgroup: runtime and harness find the same place in v2; what stands behind a
 * path leads down from there, or nowhere; and so does what stands behind the root of a mount. */
#include "cgroup_internal.h"
#include "cleanup.h"
#include "fuzz.h"
#include "membership_naive.h"
#include "text_naive.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char none[] = "", v1[] = "name=systemd,pids";
	const struct hx_hierarchy unified = {.v2 = true, .controllers = none};
	const struct hx_hierarchy other = {.controllers = v1};
	cleanup_free char *text = input_text(data, size), *sub = NULL, *whole = NULL, *again = NULL;
	cleanup_free char *found = hx_cgroup_path_in(&unified, text),
			  *of_v1 = hx_cgroup_path_in(&other, text);
	size_t len = 0;
	const char *place = cgroup_v2_membership(text, &len);

	fuzz_check(!of_v1 || (*of_v1 == '/' && strstr(text, of_v1)));
	if (of_v1)
		membership_check_root(other, text, of_v1);
	if (!place)
		return 0;
	sub = strndup(place, len);
	fuzz_check(*sub == '/' && !strchr(sub, '\n'));
	/* where no line before it is one of v2, too, in another form */
	fuzz_check(place != text + 3 || (found ? str_eq(found, sub) : membership_is_outside(sub)));
	bool leads_up = str_has_word(sub, "..", "/");
	fuzz_check((cgroup_path_extend("/own", sub, &whole, NULL) == 0) == !leads_up);
	if (leads_up)
		return 0;
	fuzz_check(text_is_below(whole) && str_starts(whole, "/own"));
	fuzz_check(cgroup_path_extend(whole, "/", &again, NULL) == 0 && str_eq(whole, again));
	return 0;
}
