/* SPDX-License-Identifier: Apache-2.0 */
/*
 * features.md and features-linux.md. What a runtime lists, it must recognise in a configuration; a
 * name that the specification does not have is an invalid value there, so it cannot be listed with
 * right. Of documents that reach beyond the newest version known here the lists of names are not
 * judged: a later version may have more.
 */
#include "rules.h"

#include "syntax.h"

#include <string.h>

static const struct cfg_features_linux *flinux(const struct val_ctx *c)
{
	return c->doc->features->linux;
}

/* The version ociVersionMax speaks of, major * 100 + minor; 0: not a version. */
static int max_version(const struct val_ctx *c)
{
	const char *s = c->doc->features->oci_version_max;
	uint64_t v[2] = {0, 0};

	if (!s || !syntax_semver(s))
		return 0;
	for (int part = 0; part < 2; part++, s++)
		for (; *s != '.'; s++)
			v[part] = v[part] > 1000 ? v[part] : v[part] * 10 + (uint64_t)(*s - '0');
	return (int)(v[0] * 100 + (v[1] > 99 ? 99 : v[1]));
}

static bool names_known_here(const struct val_ctx *c)
{
	return max_version(c) <= VAL_TARGET_LATEST;
}

static void version_min(struct val_ctx *c)
{
	const struct cfg_features *f = c->doc->features;

	if (f->oci_version_min && !syntax_semver(f->oci_version_min))
		val_add(c, &f->oci_version_min,
			"%s cannot be the ociVersion of a configuration, which is a version "
			"like \"1.0.0\"",
			val_quote(c, f->oci_version_min));
}

static void version_max(struct val_ctx *c)
{
	const struct cfg_features *f = c->doc->features;

	if (f->oci_version_max && !syntax_semver(f->oci_version_max))
		val_add(c, &f->oci_version_max,
			"%s cannot be the ociVersion of a configuration, which is a version "
			"like \"1.3.0\"",
			val_quote(c, f->oci_version_max));
}

static void version_order(struct val_ctx *c)
{
	const struct cfg_features *f = c->doc->features;

	if (f->oci_version_min && f->oci_version_max && syntax_semver(f->oci_version_min) &&
	    syntax_semver(f->oci_version_max) &&
	    syntax_semver_compare(f->oci_version_max, f->oci_version_min) < 0)
		val_add(c, &f->oci_version_max, "%s is lower than ociVersionMin, %s",
			val_quote(c, f->oci_version_max), val_quote(c, f->oci_version_min));
}

static void too_new(struct val_ctx *c, const void *addr, bool present, int since)
{
	if (present && max_version(c) < since)
		val_add(c, addr, "the property came with version 1.%d, and ociVersionMax is %s",
			since % 100, val_quote(c, c->doc->features->oci_version_max));
}

static void newer_properties(struct val_ctx *c)
{
	const struct cfg_features *f = c->doc->features;
	const struct cfg_features_linux *l = flinux(c);

	if (max_version(c) == 0)
		return;
	too_new(c, &f->potentially_unsafe, f->potentially_unsafe.present, 102);
	if (!l)
		return;
	too_new(c, &l->mount_extensions, l->mount_extensions, 102);
	too_new(c, &l->net_devices, l->net_devices, 103);
	too_new(c, &l->memory_policy, l->memory_policy, 103);
	if (l->intel_rdt) {
		too_new(c, &l->intel_rdt->schemata, l->intel_rdt->has_schemata, 103);
		too_new(c, &l->intel_rdt->monitoring, l->intel_rdt->has_monitoring, 103);
	}
}

static bool is_name(const char *(*name_of)(int), const char *s)
{
	const char *name;

	for (int i = 0; (name = name_of(i)); i++)
		if (str_eq(name, s))
			return true;
	return false;
}

static void known_names(struct val_ctx *c, const struct cfg_strs *list, const char *(*name_of)(int),
			const char *what)
{
	if (!names_known_here(c))
		return;
	for (size_t i = 0; i < list->count; i++)
		if (!is_name(name_of, list->items[i]))
			val_add(c, &list->items[i], "%s is not a %s of the specification",
				val_quote(c, list->items[i]), what);
}

static const char *hook_name(int i)
{
	static const char *const names[] = {"prestart",	      "createRuntime", "createContainer",
					    "startContainer", "poststart",     "poststop"};

	return i < 6 ? names[i] : NULL;
}

static void hooks_known(struct val_ctx *c)
{
	known_names(c, &c->doc->features->hooks, hook_name, "kind of hook");
}

static void namespaces_known(struct val_ctx *c)
{
	if (flinux(c))
		known_names(c, &flinux(c)->namespaces, cfg_enum_name_ns_type, "type of namespace");
}

static void capabilities_known(struct val_ctx *c)
{
	const struct cfg_features_linux *l = flinux(c);

	for (size_t i = 0; l && i < l->capabilities.count; i++)
		if (!syntax_capability(l->capabilities.items[i]))
			val_add(c, &l->capabilities.items[i],
				"%s is not a capability of capabilities(7)",
				val_quote(c, l->capabilities.items[i]));
}

enum { ACTIONS, OPERATORS, ARCHS, KNOWN_FLAGS, SUPPORTED_FLAGS };

static void seccomp_known(struct val_ctx *c)
{
	const struct cfg_features_seccomp *s = flinux(c) ? flinux(c)->seccomp : NULL;

	if (!s)
		return;
	switch (c->arg) {
	case ACTIONS:
		known_names(c, &s->actions, cfg_enum_name_seccomp_action, "seccomp action");
		break;
	case OPERATORS:
		known_names(c, &s->operators, cfg_enum_name_seccomp_op, "seccomp operator");
		break;
	case ARCHS:
		known_names(c, &s->archs, cfg_enum_name_seccomp_arch, "seccomp architecture");
		break;
	case KNOWN_FLAGS:
		known_names(c, &s->known_flags, cfg_enum_name_seccomp_flag, "seccomp flag");
		break;
	default:
		known_names(c, &s->supported_flags, cfg_enum_name_seccomp_flag, "seccomp flag");
	}
}

static bool has_string(const struct cfg_strs *list, const char *s)
{
	for (size_t i = 0; i < list->count; i++)
		if (str_eq(list->items[i], s))
			return true;
	return false;
}

/* Lists of names are short in any honest document; a longer one is not searched, or it would cost
 * its square. */
static void supported_flags_subset(struct val_ctx *c)
{
	const struct cfg_features_seccomp *s = flinux(c) ? flinux(c)->seccomp : NULL;

	if (!s || !s->known_flags.present || s->known_flags.count > 1024)
		return;
	for (size_t i = 0; i < s->supported_flags.count; i++)
		if (!has_string(&s->known_flags, s->supported_flags.items[i]))
			val_add(c, &s->supported_flags.items[i],
				"%s is supported, but not among the knownFlags",
				val_quote(c, s->supported_flags.items[i]));
}

static void policy_names_known(struct val_ctx *c)
{
	const struct cfg_features_memory_policy *m = flinux(c) ? flinux(c)->memory_policy : NULL;

	if (!m)
		return;
	if (c->arg)
		known_names(c, &m->flags, cfg_enum_name_mpol_flag, "memory policy flag");
	else
		known_names(c, &m->modes, cfg_enum_name_mpol_mode, "memory policy mode");
}

static void annotation_keys(struct val_ctx *c)
{
	const struct cfg_features *f = c->doc->features;

	for (size_t i = 0; i < f->annotations.count; i++)
		if (f->annotations.items[i].key[0] == '\0')
			val_add(c, &f->annotations.items[i],
				"an annotation has the empty string as its key; give it a name");
}

/* Options with a value, and the bare ones that only some file system knows: mount(8). */
static void mount_options_general(struct val_ctx *c)
{
	static const char *const specific[] = {
		"gid",	"hidepid",     "huge",	    "lowerdir",	 "mode",
		"mpol", "newinstance", "nr_blocks", "nr_inodes", "ptmxmode",
		"size", "subset",      "uid",	    "upperdir",	 "workdir",
	};
	const struct cfg_strs *l = &c->doc->features->mount_options;

	for (size_t i = 0; i < l->count; i++) {
		bool found = strchr(l->items[i], '=');

		for (size_t k = 0; k < sizeof(specific) / sizeof(specific[0]); k++)
			found = found || str_eq(l->items[i], specific[k]);
		if (found)
			val_add(c, &l->items[i],
				"%s belongs to a file system; list what the runtime handles "
				"for all of them",
				val_quote(c, l->items[i]));
	}
}

VAL_RULES(val_rules_features,
	  {REQ_FEATURES_OCIVERSIONMIN_ACCEPTED, VAL_FEATURES, version_min, 0, 0, 0},
	  {REQ_FEATURES_OCIVERSIONMAX_ACCEPTED, VAL_FEATURES, version_max, 0, 0, 0},
	  {REQ_FEATURES_OCIVERSIONMAX_NOT_LESS, VAL_FEATURES, version_order, 0, 0, 0},
	  {REQ_FEATURES_NO_NEWER_PROPERTIES, VAL_FEATURES, newer_properties, 0, 0, 0},
	  {REQ_FEATURES_HOOKS_SUPPORTED, VAL_FEATURES, hooks_known, 0, 0, 0},
	  {REQ_FEATURES_MOUNTOPTIONS_NO_FS_SPECIFIC, VAL_FEATURES, mount_options_general, 0, 0, 0},
	  {REQ_FEATURES_ANNOTATIONS_CONVENTIONS, VAL_FEATURES, annotation_keys, 0, 0, 0},
	  {REQ_FEATURES_LINUX_NAMESPACES_RECOGNIZED, VAL_FEATURES, namespaces_known, 0, 0, 0},
	  {REQ_FEATURES_LINUX_CAPABILITIES_RECOGNIZED, VAL_FEATURES, capabilities_known, 0, 0, 0},
	  {REQ_FEATURES_LINUX_SECCOMP_ACTIONS_RECOGNIZED, VAL_FEATURES, seccomp_known, ACTIONS, 0,
	   0},
	  {REQ_FEATURES_LINUX_SECCOMP_OPERATORS_RECOGNIZED, VAL_FEATURES, seccomp_known, OPERATORS,
	   0, 0},
	  {REQ_FEATURES_LINUX_SECCOMP_ARCHS_RECOGNIZED, VAL_FEATURES, seccomp_known, ARCHS, 0, 0},
	  {REQ_FEATURES_LINUX_SECCOMP_KNOWNFLAGS_RECOGNIZED, VAL_FEATURES, seccomp_known,
	   KNOWN_FLAGS, 0, 0},
	  {REQ_FEATURES_LINUX_SECCOMP_SUPPORTEDFLAGS_RECOGNIZED, VAL_FEATURES, seccomp_known,
	   SUPPORTED_FLAGS, 0, 0},
	  {REQ_FEATURES_LINUX_SECCOMP_SUPPORTEDFLAGS_SUBSET, VAL_FEATURES, supported_flags_subset,
	   0, 0, 0},
	  {REQ_FEATURES_LINUX_MEMPOLICY_MODES_RECOGNIZED, VAL_FEATURES, policy_names_known, 0, 0,
	   0},
	  {REQ_FEATURES_LINUX_MEMPOLICY_FLAGS_RECOGNIZED, VAL_FEATURES, policy_names_known, 1, 0,
	   0}, );
