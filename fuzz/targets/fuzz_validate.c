/* SPDX-License-Identifier: Apache-2.0 */
/* links: fuzz_document | document: config */
/* The validator against an independent reading of the JSON schema. */
#include "document.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	document_validate(CFG_CONFIG, (const char *)data, size);
	return 0;
}
