/* SPDX-License-Identifier: Apache-2.0 */
/* What ci/fuzz-speed holds fuzz_parse against: yajl reads the text, and nobody listens. */
#include "fuzz.h"

#include <yajl/yajl_parse.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const yajl_callbacks nobody;
	yajl_handle y = yajl_alloc(&nobody, NULL, NULL);

	if (y && yajl_parse(y, data, size) == yajl_status_ok)
		(void)yajl_complete_parse(y);
	yajl_free(y);
	return 0;
}
