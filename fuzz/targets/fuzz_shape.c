/* SPDX-License-Identifier: Apache-2.0 */
/* links: harness specs_model specs_fields | document: features | seeds: fuzz_features */
/* The features document of a runtime under test: where the harness sees a wrong shape, the typed
 * parser, which shares the table with it but no code, has a finding. */
#include "cfg_parse.h"
#include "cleanup.h"
#include "fuzz.h"
#include "json.h"
#include "shape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *buf = (const char *)data;
	struct json *doc CLEANUP(json_freep) = NULL, *found CLEANUP(json_freep) = NULL;
	struct cfg_doc *d CLEANUP(cfg_doc_freep) = NULL;
	struct cfg_findings f CLEANUP(cfg_findings_done) = {0};

	if (json_parse(buf, size, &doc, NULL))
		return 0;
	found = json_new(JSON_ARRAY);
	fuzz_check(found && shape_check(doc, &field_obj_features, found) == 0);
	if (cfg_parse(CFG_FEATURES, buf, size, &d, &f, NULL) == 0)
		fuzz_check(!found->count || f.count);
	return 0;
}
