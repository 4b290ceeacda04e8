/* SPDX-License-Identifier: Apache-2.0 */
/* links: runtime_linux procfs_parse specs_model base fuzz/lib/input.c
 * fuzz/lib/wrap.c | document: linux | seeds: fuzz_namespaces */
/* Id mappings: an id is mapped as the text for the kernel, read by the probe's parser, says. */
#include "cleanup.h"
#include "fuzz.h"
#include "idmap.h"
#include "procfs.h"
#include "wrap.h"

static void check_map(const struct cfg_id_mapping_list *l, uint32_t id)
{
	cleanup_free char *text = idmap_format(l);
	const char *cursor = text;
	struct procfs_idmap m;
	int64_t host = -1;

	for (size_t i = 0; i < l->count; i++) {
		fuzz_check(procfs_idmap_next(&cursor, &m) == 1);
		if (host < 0 && id >= m.inside && id - m.inside < m.size)
			host = (int64_t)(m.outside + (id - m.inside));
	}
	fuzz_check(procfs_idmap_next(&cursor, &m) == 0);
	fuzz_check(idmap_to_host(l, id) == host && idmap_outside(text, id) == host);
	fuzz_check(!l->count || !l->items[0].size || idmap_to_host(l, idmap_first_id(l)) >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input line;
	struct cfg_doc *d CLEANUP(cfg_doc_freep) = wrap_linux(NULL, data, size, &line);

	for (uint32_t i = 0; d && i < 32; i++) {
		check_map(&d->config->linux->uid_mappings, (1u << i) - 1);
		check_map(&d->config->linux->gid_mappings, UINT32_MAX - (1u << i));
	}
	return 0;
}
