/* SPDX-License-Identifier: Apache-2.0 */
/* links: harness procfs_parse specs_catalogue base fuzz/lib/input.c
 * fuzz/lib/answers_naive.c */
/* One text as what a runtime under test prints for --version, as its features document, and as the
 * state that it gives a hook: the versions and the process number that are taken out of it. */
#include "answers_naive.h"
#include "cleanup.h"
#include "fuzz.h"
#include "input.h"
#include "json.h"
#include "runtime_version.h"
#include "state_pid.h"

#include <string.h>

#define MAX	 8192
#define NO_MINOR 99

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size = size < MAX ? size : MAX;
	cleanup_free char *text = input_text(data, size), *line = hx_version_line(text);
	struct json *tree CLEANUP(json_freep) = NULL;
	unsigned int minor = NO_MINOR;
	unsigned long pid = state_pid((const char *)data, size);

	(void)json_parse((const char *)data, size, &tree, NULL);
	const char *max = tree ? json_string(json_member(tree, "ociVersionMax")) : NULL;
	cleanup_free char *spec = hx_version_spec(max, text, &minor);
	cleanup_free char *want = answers_naive_spec(max, text);

	fuzz_check(str_eq(spec, want));
	fuzz_check(minor == answers_naive_minor(want, NO_MINOR));
	fuzz_check(answers_naive_is_line(line, text, VERSION_LINE_MAX));
	fuzz_check(pid <= INT32_MAX);
	/* a name may be written with escapes, which hides it from this reader */
	if (tree && !memchr(data, '\\', size))
		fuzz_check(pid == answers_naive_pid(tree));
	return 0;
}
