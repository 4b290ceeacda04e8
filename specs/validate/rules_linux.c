/* SPDX-License-Identifier: Apache-2.0 */
/* config-linux.md, all but the control groups and seccomp. */
#include "rules.h"

#include "syntax.h"

#include <stdlib.h>
#include <string.h>

static void ns_duplicate(struct val_ctx *c)
{
	const struct cfg_linux *l = val_linux(c);
	bool seen = false;

	for (size_t i = 0; l && i < l->namespaces.count; i++) {
		const struct cfg_namespace *n = &l->namespaces.items[i];

		if (!n->has_type || n->type != c->arg)
			continue;
		if (seen)
			val_add(c, n, "a second namespace of type %s; each type stands once",
				cfg_enum_name_ns_type(n->type));
		seen = true;
	}
}

static void ns_path_absolute(struct val_ctx *c)
{
	const struct cfg_linux *l = val_linux(c);

	for (size_t i = 0; l && i < l->namespaces.count; i++) {
		const struct cfg_namespace *n = &l->namespaces.items[i];

		if (n->path && n->path[0] != '/')
			val_add(c, &n->path, "%s is not an absolute path", val_quote(c, n->path));
	}
}

/* Time namespaces came with 1.1: to an older reader the type is unknown, which is an error there.
 */
static void ns_type_too_new(struct val_ctx *c)
{
	const struct cfg_namespace *n = val_namespace(c, CFG_NS_TIME);

	if (n)
		val_add(c, &n->type, "namespaces of type time came with version 1.1");
}

static void mapping_without_userns(struct val_ctx *c)
{
	const struct cfg_linux *l = val_linux(c);

	if (!l || !val_lacks_namespace(c, CFG_NS_USER))
		return;
	if (l->uid_mappings.count > 0)
		val_add(c, &l->uid_mappings,
			"uidMappings need a user namespace; add {\"type\": \"user\"} to the "
			"namespaces");
	if (l->gid_mappings.count > 0)
		val_add(c, &l->gid_mappings,
			"gidMappings need a user namespace; add {\"type\": \"user\"} to the "
			"namespaces");
}

static void clock_keys(struct val_ctx *c)
{
	const struct cfg_linux *l = val_linux(c);

	for (size_t i = 0; l && i < l->time_offsets.count; i++) {
		const struct cfg_time_offset *t = &l->time_offsets.items[i];

		if (!str_eq(t->key, "monotonic") && !str_eq(t->key, "boottime"))
			val_add(c, t,
				"%s is not a clock of time namespaces; they have monotonic and "
				"boottime",
				val_quote(c, t->key));
	}
}

/* The offsets of a namespace that has processes cannot change (time_namespaces(7)), so it must be
 * new. */
static void offsets_without_timens(struct val_ctx *c)
{
	const struct cfg_linux *l = val_linux(c);
	const struct cfg_namespace *n = val_namespace(c, CFG_NS_TIME);

	if (!l || l->time_offsets.count == 0 ||
	    (n ? !n->path : !val_lacks_namespace(c, CFG_NS_TIME)))
		return;
	val_add(c, &l->time_offsets, "timeOffsets need a new time namespace; %s",
		n ? "the configured one is joined by its path" : "the configuration has none");
}

static bool device_type_known(const struct cfg_device *d)
{
	return d->type && d->type[0] != '\0' && d->type[1] == '\0' && strchr("bcup", d->type[0]);
}

static void device_type_invalid(struct val_ctx *c)
{
	const struct cfg_linux *l = val_linux(c);

	for (size_t i = 0; l && i < l->devices.count; i++) {
		const struct cfg_device *d = &l->devices.items[i];

		if (d->type && !device_type_known(d))
			val_add(c, &d->type, "%s is not a type of device; they are c, b, u and p",
				val_quote(c, d->type));
	}
}

static void device_path_absolute(struct val_ctx *c)
{
	const struct cfg_linux *l = val_linux(c);

	for (size_t i = 0; l && i < l->devices.count; i++) {
		const struct cfg_device *d = &l->devices.items[i];

		if (d->path && d->path[0] != '/')
			val_add(c, &d->path, "%s is not an absolute path", val_quote(c, d->path));
	}
}

static void device_numbers(struct val_ctx *c)
{
	const struct cfg_linux *l = val_linux(c);

	for (size_t i = 0; l && i < l->devices.count; i++) {
		const struct cfg_device *d = &l->devices.items[i];

		if (!device_type_known(d) || d->type[0] == 'p')
			continue;
		if (!d->has_major)
			val_add_absent(c, &d->major, "a device of type %s needs its major number",
				       d->type);
		if (!d->has_minor)
			val_add_absent(c, &d->minor, "a device of type %s needs its minor number",
				       d->type);
	}
}

struct device_ref {
	const struct cfg_device *of;
};

static int compare_devices(const void *a, const void *b)
{
	const struct cfg_device *x = ((const struct device_ref *)a)->of;
	const struct cfg_device *y = ((const struct device_ref *)b)->of;

	if (x->type[0] != y->type[0])
		return x->type[0] < y->type[0] ? -1 : 1;
	if (x->major != y->major)
		return x->major < y->major ? -1 : 1;
	if (x->minor != y->minor)
		return x->minor < y->minor ? -1 : 1;
	return (x > y) - (x < y); /* document order */
}

static void device_duplicates(struct val_ctx *c)
{
	const struct cfg_linux *l = val_linux(c);
	struct device_ref *sorted;
	size_t n = 0;

	if (!l || l->devices.count < 2)
		return;
	sorted = calloc(l->devices.count, sizeof(*sorted));
	if (!sorted) {
		c->out->oom = true;
		return;
	}
	for (size_t i = 0; i < l->devices.count; i++) {
		const struct cfg_device *d = &l->devices.items[i];

		if (device_type_known(d) && d->has_major && d->has_minor)
			sorted[n++].of = d;
	}
	qsort(sorted, n, sizeof(*sorted), compare_devices);
	for (size_t i = 1; i < n; i++) {
		const struct cfg_device *a = sorted[i - 1].of, *b = sorted[i].of;

		if (a->type[0] == b->type[0] && a->major == b->major && a->minor == b->minor)
			val_add(c, b, "%s %jd:%jd is listed before; one entry per device", b->type,
				(intmax_t)b->major, (intmax_t)b->minor);
	}
	free(sorted);
}

/* arg 0: maskedPaths, 1: readonlyPaths */
static void paths_absolute(struct val_ctx *c)
{
	const struct cfg_linux *l = val_linux(c);

	if (!l)
		return;
	const struct cfg_strs *paths = c->arg ? &l->readonly_paths : &l->masked_paths;
	for (size_t i = 0; i < paths->count; i++)
		if (paths->items[i][0] != '/')
			val_add(c, &paths->items[i], "%s is not an absolute path of the container",
				val_quote(c, paths->items[i]));
}

static void personality_flags(struct val_ctx *c)
{
	const struct cfg_linux *l = val_linux(c);

	if (l && l->personality && l->personality->flags.count > 0)
		val_add(c, &l->personality->flags,
			"the specification defines no personality flags; leave the array empty or "
			"out");
}

static void rdt_l3_prefix(struct val_ctx *c)
{
	const struct cfg_linux *l = val_linux(c);
	const char *s = l && l->intel_rdt ? l->intel_rdt->l3_cache_schema : NULL;

	if (s && !str_starts(s, "L3:"))
		val_add(c, &l->intel_rdt->l3_cache_schema, "an L3 schema starts with \"L3:\"");
}

static void rdt_l3_newline(struct val_ctx *c)
{
	const struct cfg_linux *l = val_linux(c);
	const char *s = l && l->intel_rdt ? l->intel_rdt->l3_cache_schema : NULL;

	if (s && strchr(s, '\n'))
		val_add(c, &l->intel_rdt->l3_cache_schema,
			"the schema has a newline; several lines belong into schemata");
}

static void rdt_mb_prefix(struct val_ctx *c)
{
	const struct cfg_linux *l = val_linux(c);
	const char *s = l && l->intel_rdt ? l->intel_rdt->mem_bw_schema : NULL;

	if (s && !str_starts(s, "MB:"))
		val_add(c, &l->intel_rdt->mem_bw_schema,
			"a memory bandwidth schema starts with \"MB:\"");
}

static void rdt_mb_newline(struct val_ctx *c)
{
	const struct cfg_linux *l = val_linux(c);
	const char *s = l && l->intel_rdt ? l->intel_rdt->mem_bw_schema : NULL;

	if (s && strchr(s, '\n'))
		val_add(c, &l->intel_rdt->mem_bw_schema,
			"the schema has a newline; several lines belong into schemata");
}

static void rdt_schemata_newline(struct val_ctx *c)
{
	const struct cfg_linux *l = val_linux(c);

	if (!l || !l->intel_rdt)
		return;
	for (size_t i = 0; i < l->intel_rdt->schemata.count; i++)
		if (strchr(l->intel_rdt->schemata.items[i], '\n'))
			val_add(c, &l->intel_rdt->schemata.items[i],
				"the element has a newline; each line is an element of its own");
}

static const struct cfg_memory_policy *memory_policy(const struct val_ctx *c)
{
	const struct cfg_linux *l = val_linux(c);

	return l ? l->memory_policy : NULL;
}

static void mempolicy_nodes_format(struct val_ctx *c)
{
	const struct cfg_memory_policy *m = memory_policy(c);

	if (m && m->nodes && !syntax_number_list(m->nodes))
		val_add(c, &m->nodes,
			"%s is not a list of nodes; write numbers and ranges, as in \"0-3,7\"",
			val_quote(c, m->nodes));
}

static void mempolicy_no_nodes(struct val_ctx *c)
{
	const struct cfg_memory_policy *m = memory_policy(c);

	if (m && m->has_mode && m->nodes && m->nodes[0] != '\0' &&
	    (m->mode == CFG_MPOL_DEFAULT || m->mode == CFG_MPOL_LOCAL))
		val_add(c, &m->nodes, "%s takes no nodes", cfg_enum_name_mpol_mode(m->mode));
}

/* The text gives two of these modes as examples and leaves the rest to set_mempolicy(2):
 * MPOL_PREFERRED takes an empty set. */
static bool mode_needs_nodes(int mode)
{
	return mode == CFG_MPOL_BIND || mode == CFG_MPOL_INTERLEAVE ||
	       mode == CFG_MPOL_WEIGHTED_INTERLEAVE || mode == CFG_MPOL_PREFERRED_MANY;
}

static void mempolicy_needs_nodes(struct val_ctx *c)
{
	const struct cfg_memory_policy *m = memory_policy(c);

	if (!m || !m->has_mode || !mode_needs_nodes(m->mode))
		return;
	if (!m->nodes)
		val_add_absent(c, &m->nodes, "%s needs at least one node",
			       cfg_enum_name_mpol_mode(m->mode));
	else if (m->nodes[0] == '\0')
		val_add(c, &m->nodes, "%s needs at least one node",
			cfg_enum_name_mpol_mode(m->mode));
}

VAL_RULES(val_rules_linux,
	  {REQ_LINUX_NS_TYPE_UNKNOWN_ERROR, VAL_CONFIG, ns_type_too_new, 0, 0, 101},
	  {REQ_LINUX_NS_PID_DUPLICATE_ERROR, VAL_CONFIG, ns_duplicate, CFG_NS_PID, 0, 0},
	  {REQ_LINUX_NS_NETWORK_DUPLICATE_ERROR, VAL_CONFIG, ns_duplicate, CFG_NS_NETWORK, 0, 0},
	  {REQ_LINUX_NS_MOUNT_DUPLICATE_ERROR, VAL_CONFIG, ns_duplicate, CFG_NS_MOUNT, 0, 0},
	  {REQ_LINUX_NS_IPC_DUPLICATE_ERROR, VAL_CONFIG, ns_duplicate, CFG_NS_IPC, 0, 0},
	  {REQ_LINUX_NS_UTS_DUPLICATE_ERROR, VAL_CONFIG, ns_duplicate, CFG_NS_UTS, 0, 0},
	  {REQ_LINUX_NS_USER_DUPLICATE_ERROR, VAL_CONFIG, ns_duplicate, CFG_NS_USER, 0, 0},
	  {REQ_LINUX_NS_CGROUP_DUPLICATE_ERROR, VAL_CONFIG, ns_duplicate, CFG_NS_CGROUP, 0, 0},
	  {REQ_LINUX_NS_TIME_DUPLICATE_ERROR, VAL_CONFIG, ns_duplicate, CFG_NS_TIME, 0, 0},
	  {REQ_LINUX_NS_PATH_ABSOLUTE, VAL_CONFIG, ns_path_absolute, 0, 0, 0},
	  {REQ_LINUX_USERNS_MAPPING_WITHOUT_USERNS, VAL_CONFIG, mapping_without_userns, 0, 0, 0},
	  {REQ_LINUX_TIME_OFFSETS_CLOCK_KEYS, VAL_CONFIG, clock_keys, 0, 0, 0},
	  {REQ_LINUX_TIME_OFFSETS_WITHOUT_TIMENS, VAL_CONFIG, offsets_without_timens, 0, 0, 0},
	  {REQ_LINUX_DEVICE_TYPE_INVALID_ERROR, VAL_CONFIG, device_type_invalid, 0, 0, 0},
	  {REQ_LINUX_DEVICE_PATH_ABSOLUTE, VAL_CONFIG, device_path_absolute, 0, 0, 0},
	  {REQ_LINUX_DEVICE_MAJOR_MINOR_FIELD, VAL_CONFIG, device_numbers, 0, 0, 0},
	  {REQ_LINUX_DEVICE_DUPLICATE_NUMBERS, VAL_CONFIG, device_duplicates, 0, 0, 0},
	  {REQ_LINUX_MASKEDPATHS_ABSOLUTE, VAL_CONFIG, paths_absolute, 0, 0, 0},
	  {REQ_LINUX_READONLYPATHS_ABSOLUTE, VAL_CONFIG, paths_absolute, 1, 0, 0},
	  {REQ_LINUX_PERSONALITY_FLAGS_UNSUPPORTED, VAL_CONFIG, personality_flags, 0, 0, 0},
	  {REQ_LINUX_RDT_L3CACHESCHEMA_PREFIX, VAL_CONFIG, rdt_l3_prefix, 0, 0, 0},
	  {REQ_LINUX_RDT_L3CACHESCHEMA_NO_NEWLINE, VAL_CONFIG, rdt_l3_newline, 0, 0, 0},
	  {REQ_LINUX_RDT_MEMBWSCHEMA_PREFIX, VAL_CONFIG, rdt_mb_prefix, 0, 0, 0},
	  {REQ_LINUX_RDT_MEMBWSCHEMA_NO_NEWLINE, VAL_CONFIG, rdt_mb_newline, 0, 0, 0},
	  {REQ_LINUX_RDT_SCHEMATA_NO_NEWLINE, VAL_CONFIG, rdt_schemata_newline, 0, 0, 0},
	  {REQ_LINUX_MEMPOLICY_NODES_FORMAT, VAL_CONFIG, mempolicy_nodes_format, 0, 0, 0},
	  {REQ_LINUX_MEMPOLICY_NODES_EMPTY_MODES, VAL_CONFIG, mempolicy_no_nodes, 0, 0, 0},
	  {REQ_LINUX_MEMPOLICY_NODES_NEEDED_MODES, VAL_CONFIG, mempolicy_needs_nodes, 0, 0, 0}, );
