/* SPDX-License-Identifier: Apache-2.0 */
/* links: runtime_linux specs_model base runtime/linux fuzz/lib/scope_naive.c
 * fuzz/lib/scope_limits_naive.c | document: config */
/* The scope that --systemd-cgroup asks systemd for: each property is of its type and harmless, and
 * says what the annotation or the resources say. */
#include "cgroup_internal.h"
#include "cleanup.h"
#include "fuzz.h"
#include "scope_naive.h"

static void check_resources(const struct cfg_doc *d, const struct cfg_resources *r, bool v2)
{
	struct json *list CLEANUP(json_freep) = json_new(JSON_ARRAY);

	fuzz_check(cgroup_systemd_resources(d, r, v2, false, list, NULL) == 0);
	fuzz_check(scope_is_sound(list));
	fuzz_check(scope_has_limits(list, r, v2));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cfg_doc *d CLEANUP(cfg_doc_freep) = NULL;
	struct cfg_findings f CLEANUP(cfg_findings_done) = {0};
	struct json *list CLEANUP(json_freep) = json_new(JSON_ARRAY);
	struct err e = {0};

	if (cfg_parse(CFG_CONFIG, (const char *)data, size, &d, &f, NULL) < 0)
		return 0;
	const struct cfg_pairs *a = &d->config->annotations;
	int r = cgroup_systemd_annotations(d, NULL, list, &e);
	fuzz_check(r == 0 || ((r == -EINVAL || r == -EOPNOTSUPP) && *e.msg));
	fuzz_check(scope_is_sound(list) && (r < 0 || list->count == scope_annotations(d->config)));
	for (size_t i = 0, k = 0; i < a->count && k < list->count; i++)
		if (str_starts(a->items[i].key, "org.systemd.property."))
			fuzz_check(scope_is_said(list->items[k++], &a->items[i]));
	check_resources(d, d->config->linux ? d->config->linux->resources : NULL, false);
	check_resources(d, d->config->linux ? d->config->linux->resources : NULL, true);
	return 0;
}
