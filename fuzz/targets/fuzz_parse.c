/* SPDX-License-Identifier: Apache-2.0 */
/* links: specs_model specs_fields | document: config */
/* Any bytes as each kind of document: parsed or refused; what was parsed comes back the same when
 * it is printed and parsed again. */
#include "cfg_parse.h"
#include "cleanup.h"
#include "fuzz.h"

static void one_kind(enum cfg_kind kind, const char *buf, size_t len)
{
	struct cfg_doc *d CLEANUP(cfg_doc_freep) = NULL, *again CLEANUP(cfg_doc_freep) = NULL;
	struct cfg_findings f CLEANUP(cfg_findings_done) = {0};
	struct cfg_findings g CLEANUP(cfg_findings_done) = {0};
	struct strbuf one CLEANUP(strbuf_done) = STRBUF_INIT,
			  two CLEANUP(strbuf_done) = STRBUF_INIT;
	cleanup_free char *pointer = NULL;
	struct err e = {0};
	uint32_t line, col;

	if (cfg_parse(kind, buf, len, &d, &f, &e))
		return;
	cfg_print(kind, d->object, 2, &one);
	fuzz_check(cfg_parse(kind, one.buf, one.len, &again, &g, &e) == 0 && g.count <= f.count);
	cfg_print(kind, again->object, 2, &two);
	fuzz_check(str_eq(one.buf, two.buf));
	fuzz_check(cfg_locate(d, d->object, &pointer, &line, &col) == 0 && !*pointer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (enum cfg_kind kind = CFG_CONFIG; kind <= CFG_PROCESS_STATE; kind++)
		one_kind(kind, (const char *)data, size);
	return 0;
}
