/* SPDX-License-Identifier: Apache-2.0 */
/* links: specs_model specs_fields | seeds: fuzz_parse */
/* Any bytes as each kind of document, strict and with findings. */
#include "cfg_parse.h"
#include "cleanup.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (enum cfg_kind kind = CFG_CONFIG; kind <= CFG_PROCESS_STATE; kind++) {
		struct cfg_doc *d CLEANUP(cfg_doc_freep) = NULL, *e CLEANUP(cfg_doc_freep) = NULL;
		struct cfg_findings f CLEANUP(cfg_findings_done) = {0};
		int loose = cfg_parse(kind, (const char *)data, size, &d, &f, NULL);
		int strict = cfg_parse(kind, (const char *)data, size, &e, NULL, NULL);

		fuzz_check((strict == 0) == (loose == 0 && !f.count));
	}
	return 0;
}
