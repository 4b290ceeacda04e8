/* SPDX-License-Identifier: Apache-2.0 */
/* config.md#mounts */
#include "rules.h"

#include "str.h"

static const struct cfg_mount_list *mounts(const struct val_ctx *c)
{
	return &c->doc->config->mounts;
}

static const char *find_option(const struct cfg_mount *m, const char *name)
{
	for (size_t i = 0; i < m->options.count; i++)
		if (str_eq(m->options.items[i], name))
			return m->options.items[i];
	return NULL;
}

static void destination_absolute(struct val_ctx *c)
{
	for (size_t i = 0; i < mounts(c)->count; i++) {
		const struct cfg_mount *m = &mounts(c)->items[i];

		if (m->destination && m->destination[0] != '/')
			val_add(c, &m->destination,
				"%s is not an absolute path; a destination starts with a slash",
				val_quote(c, m->destination));
	}
}

static void destination_relative_deprecated(struct val_ctx *c)
{
	for (size_t i = 0; i < mounts(c)->count; i++) {
		const struct cfg_mount *m = &mounts(c)->items[i];

		if (m->destination && m->destination[0] != '/')
			val_add(c, &m->destination,
				"relative destinations such as %s are deprecated",
				val_quote(c, m->destination));
	}
}

/* The text asks it of both lists, each in a row of its own: arg 0 is uidMappings, 1 gidMappings. */
static void mappings_need_idmap(struct val_ctx *c)
{
	for (size_t i = 0; i < mounts(c)->count; i++) {
		const struct cfg_mount *m = &mounts(c)->items[i];
		const struct cfg_id_mapping_list *l = c->arg ? &m->gid_mappings : &m->uid_mappings;

		if (l->present && !find_option(m, "idmap") && !find_option(m, "ridmap") &&
		    !val_unusable(c, &m->options))
			val_add(c, l,
				"the mount has %s, but neither idmap nor ridmap among its options",
				c->arg ? "gidMappings" : "uidMappings");
	}
}

static void mappings_need_each_other(struct val_ctx *c)
{
	for (size_t i = 0; i < mounts(c)->count; i++) {
		const struct cfg_mount *m = &mounts(c)->items[i];
		const struct cfg_id_mapping_list *l = c->arg ? &m->gid_mappings : &m->uid_mappings;
		const struct cfg_id_mapping_list *other =
			c->arg ? &m->uid_mappings : &m->gid_mappings;

		if (l->present && !other->present && !val_unusable(c, other))
			val_add(c, l, "%s stands without %s; a mount has both or neither",
				c->arg ? "gidMappings" : "uidMappings",
				c->arg ? "uidMappings" : "gidMappings");
	}
}

/* Without mappings of its own such a mount takes those of the container, which need a user
 * namespace. */
static void idmap_without_mapping(struct val_ctx *c)
{
	const char *option = c->arg ? "ridmap" : "idmap";

	if (!val_lacks_namespace(c, CFG_NS_USER))
		return;
	for (size_t i = 0; i < mounts(c)->count; i++) {
		const struct cfg_mount *m = &mounts(c)->items[i];

		if (m->uid_mappings.present || m->gid_mappings.present || !find_option(m, option))
			continue;
		if (val_unusable(c, &m->uid_mappings) || val_unusable(c, &m->gid_mappings))
			continue;
		val_add(c, &m->options,
			"%s has nothing to map with: the mount has no uidMappings and gidMappings, "
			"and the "
			"container has no user namespace",
			option);
	}
}

VAL_RULES(val_rules_mounts,
	  {REQ_MOUNT_DESTINATION_ABSOLUTE, VAL_CONFIG, destination_absolute, 0, 0, 0},
	  {REQ_MOUNT_DESTINATION_RELATIVE_DEPRECATED, VAL_CONFIG, destination_relative_deprecated,
	   0, 0, 0},
	  {REQ_MOUNT_UIDMAPPINGS_IDMAP_OPTION, VAL_CONFIG, mappings_need_idmap, 0, 0, 0},
	  {REQ_MOUNT_GIDMAPPINGS_IDMAP_OPTION, VAL_CONFIG, mappings_need_idmap, 1, 0, 0},
	  {REQ_MOUNT_UIDMAPPINGS_NEEDS_GID, VAL_CONFIG, mappings_need_each_other, 0, 0, 0},
	  {REQ_MOUNT_GIDMAPPINGS_NEEDS_UID, VAL_CONFIG, mappings_need_each_other, 1, 0, 0},
	  {REQ_MOUNT_IDMAP_NO_MAPPING_ERROR, VAL_CONFIG, idmap_without_mapping, 0, 0, 0},
	  {REQ_MOUNT_RIDMAP_NO_MAPPING_ERROR, VAL_CONFIG, idmap_without_mapping, 1, 0, 0}, );
