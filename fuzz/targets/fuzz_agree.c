/* SPDX-License-Identifier: Apache-2.0 */
/* links: specs_model specs_fields | document: config | seeds: fuzz_parse */
/* Two parsers that share no code agree on what an object of JSON is, and the typed one refuses
 * exactly what it has findings on. */
#include "cfg_parse.h"
#include "cleanup.h"
#include "fuzz.h"
#include "json.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json *tree CLEANUP(json_freep) = NULL;
	struct cfg_doc *d CLEANUP(cfg_doc_freep) = NULL, *strict CLEANUP(cfg_doc_freep) = NULL;
	struct cfg_findings f CLEANUP(cfg_findings_done) = {0};
	const char *buf = (const char *)data;
	bool is_object = json_parse(buf, size, &tree, NULL) == 0 && tree->type == JSON_OBJECT;

	(void)cfg_parse(CFG_CONFIG, buf, size, &d, &f, NULL);
	(void)cfg_parse(CFG_CONFIG, buf, size, &strict, NULL, NULL);
	fuzz_check(!strict == !(d && !f.count));
	/* a tree has no names with NUL in them, which the parser skips as it does other unknown
	 * members */
	if (!memmem(data, size, "\\u0000", 6))
		fuzz_check(!d == !is_object);
	for (size_t i = 0; tree && i < f.count; i++) {
		const struct json *j = json_at(tree, f.items[i].pointer);

		/* what is wrong stands where the finding says; what is missing does not stand */
		fuzz_check(!j == str_eq(f.items[i].message, "is required"));
		fuzz_check(!j || (j->line == f.items[i].line && j->col == f.items[i].col));
	}
	return 0;
}
