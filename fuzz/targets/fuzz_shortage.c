/* SPDX-License-Identifier: Apache-2.0 */
/* links: runtime_core runtime_linux harness_cli harness harness_lie harness_mutants
 * harness_report specs_validate specs_model specs_fields base runtime/linux
 * fuzz/lib/input.c fuzz/lib/wrap.c fuzz/lib/cgroup_naive.c fuzz/lib/readers.c
 * fuzz/lib/readers_judge.c fuzz/lib/shortage.c -Wl,--wrap=fd_write_all
 * -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=reallocarray,--wrap=strdup,--wrap=strndup
 * -Wl,--wrap=vasprintf,--wrap=fd_open_regular_at,--wrap=read
 * | document: line+config */
/* "<reader>\n<document>": memory that is short once, at each place after the other. The reader says
 * so, or has read all the same (a message may be cut); it never takes a part for the whole. */
#include "fuzz.h"
#include "readers.h"
#include "shortage.h"

#include <errno.h>
#include <stdbool.h>

#define PLACES 400
#define MAX    2048

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *buf = (const char *)data + 2;
	bool failed = true;

	if (size < 2 || data[1] != '\n' || size > MAX)
		return 0;
	int whole = readers_run((char)data[0], buf, size - 2);

	for (size_t i = 0; failed && i < PLACES; i++) {
		shortage_begin(i);
		int r = readers_run((char)data[0], buf, size - 2);

		failed = shortage_end();
		fuzz_check(r == whole || (failed && r == -ENOMEM));
	}
	return 0;
}
