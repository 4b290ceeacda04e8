/* SPDX-License-Identifier: Apache-2.0 */
/* config.md: the version and the root filesystem. */
#include "rules.h"

#include "syntax.h"

static void version_semver(struct val_ctx *c)
{
	const struct cfg_config *config = c->doc->config;

	if (config->oci_version && !syntax_semver(config->oci_version))
		val_add(c, &config->oci_version,
			"%s is not a version of Semantic Versioning 2.0.0; write all three "
			"numbers, as in \"1.3.0\"",
			val_quote(c, config->oci_version));
}

static void root_path_conventional(struct val_ctx *c)
{
	const struct cfg_root *root = c->doc->config->root;

	if (root && root->path && !str_eq(root->path, "rootfs"))
		val_add(c, &root->path, "%s works, but the conventional name is \"rootfs\"",
			val_quote(c, root->path));
}

VAL_RULES(val_rules_root, {REQ_CONFIG_OCIVERSION_SEMVER, VAL_CONFIG, version_semver, 0, 0, 0},
	  {REQ_ROOT_PATH_CONVENTIONAL, VAL_CONFIG, root_path_conventional, 0, 0, 0}, );
