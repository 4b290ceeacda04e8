/* SPDX-License-Identifier: Apache-2.0 */
/* links: fuzz_document | document: config | seeds: fuzz_parse */
/* A config: parse, print, parse. */
#include "document.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	document_round_trip(CFG_CONFIG, (const char *)data, size);
	return 0;
}
