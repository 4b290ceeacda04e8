/* SPDX-License-Identifier: Apache-2.0 */
/* links: specs_model specs_fields | document: config */
/* The config parser alone, as fast as it can be fuzzed. fuzz_bytes is the same without the mutator
 * that knows the table. */
#include "cfg_parse.h"
#include "cleanup.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cfg_doc *d CLEANUP(cfg_doc_freep) = NULL;
	struct cfg_findings f CLEANUP(cfg_findings_done) = {0};

	(void)cfg_parse(CFG_CONFIG, (const char *)data, size, &d, &f, NULL);
	return 0;
}
