/* SPDX-License-Identifier: Apache-2.0 */
#include "rules.h"

#include "cleanup.h"
#include "json.h"

#include <errno.h>
#include <string.h>

/* Options of 1.1 and 1.2 that 1.3 took back. To the typed document they are unknown properties, as
 * the text asks of runtimes. */
static void removed_rdt_options(const struct json *root, struct cfg_findings *f)
{
	static const char *const names[] = {"enableCMT", "enableMBM"};
	const struct json *rdt = json_at(root, "/linux/intelRdt");

	for (size_t i = 0; i < 2; i++) {
		const struct json *v =
			rdt && rdt->type == JSON_OBJECT ? json_member(rdt, names[i]) : NULL;

		if (v)
			val_push(f, REQ_LINUX_RDT_ENABLECMT_MBM_REMOVED, v->line, v->col,
				 str_format("/linux/intelRdt/%s", names[i]),
				 str_format("%s was taken back in version 1.3 and is ignored; use "
					    "enableMonitoring",
					    names[i]));
	}
}

int val_raw(enum cfg_kind kind, const char *buf, size_t len, int target, struct cfg_findings *f)
{
	struct json *root CLEANUP(json_freep) = NULL;
	int rc;

	/* a tree is made only for the rare document that has one of the names somewhere */
	if (kind != CFG_CONFIG || target < 103 ||
	    (!memmem(buf, len, "enableCMT", 9) && !memmem(buf, len, "enableMBM", 9)))
		return 0;
	rc = json_parse(buf, len, &root, NULL);
	if (rc == 0)
		removed_rdt_options(root, f);
	return rc == -ENOMEM || f->oom ? -ENOMEM : 0;
}

static bool has(const struct json *root, const char *name)
{
	return json_member(root, name);
}

enum cfg_kind val_guess_kind(const char *buf, size_t len)
{
	struct json *root CLEANUP(json_freep) = NULL;

	/* "status" and so on may stand anywhere; without them there is nothing to ask a tree */
	if (!memmem(buf, len, "\"ociVersionM", 12) && !memmem(buf, len, "\"status\"", 8) &&
	    !memmem(buf, len, "\"bundle\"", 8))
		return CFG_CONFIG;
	if (json_parse(buf, len, &root, NULL) < 0 || root->type != JSON_OBJECT)
		return CFG_CONFIG;
	if (has(root, "ociVersionMin") || has(root, "ociVersionMax"))
		return CFG_FEATURES;
	if (has(root, "root") || has(root, "process") || has(root, "mounts") || has(root, "linux"))
		return CFG_CONFIG;
	if (has(root, "status") || (has(root, "id") && has(root, "bundle")))
		return CFG_STATE;
	return CFG_CONFIG;
}
