/* SPDX-License-Identifier: Apache-2.0 */
/* links: fuzz_document | document: features */
/* What a runtime says it can do. */
#include "document.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	document_round_trip(CFG_FEATURES, (const char *)data, size);
	document_validate(CFG_FEATURES, (const char *)data, size);
	return 0;
}
