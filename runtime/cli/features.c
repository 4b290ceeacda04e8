/* SPDX-License-Identifier: Apache-2.0 */
/* features.md, made of the same tables that apply the things. */
#include "cleanup.h"
#include "cli.h"
#include "namespace.h"
#include "process.h"
#include "rootfs.h"
#include "seccomp_filter.h"
#include "version.h"

#include <errno.h>
#include <seccomp.h>

/* The longest closed set, or list of a neighbour, that may stand in the document. */
#define NAMES_MAX 256

struct names {
	char *items[NAMES_MAX + 1];
	struct cfg_strs strs;
};

static int compare(const void *a, const void *b)
{
	return __builtin_strcmp(*(char *const *)a, *(char *const *)b);
}

static struct cfg_strs finish(struct names *n)
{
	qsort(n->items, n->strs.count, sizeof(n->items[0]), compare);
	n->strs.items = n->items;
	n->strs.present = true;
	return n->strs;
}

static void add(struct names *n, const char *name)
{
	if (name && n->strs.count < NAMES_MAX)
		n->items[n->strs.count++] = (char *)name;
}

/* All names of a closed set of config.json, or those that @supported picks. */
static struct cfg_strs from_enum(struct names *n, const char *(*name)(int), int count,
				 bool (*supported)(int))
{
	for (int v = 0; v < count; v++)
		if (!supported || supported(v))
			add(n, name(v));
	return finish(n);
}

static struct cfg_strs from_list(struct names *n, const char *const *list)
{
	for (; *list; list++)
		add(n, *list);
	return finish(n);
}

static struct cfg_strs hook_names(struct names *n)
{
	/* in the order of their lives, not of the alphabet */
	static const char *const kinds[] = {"prestart",	      "createRuntime", "createContainer",
					    "startContainer", "poststart",     "poststop"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		n->items[n->strs.count++] = (char *)kinds[i];
	n->strs.items = n->items;
	n->strs.present = true;
	return n->strs;
}

/* features.md#unsafe-annotations-in-configjson: options of criu, some of which name programs to
 * run, and properties of the container's scope. */
static struct cfg_strs unsafe_annotations(struct names *n)
{
	add(n, RT_CRIU_ANNOTATION);
	if (cgroup_has_systemd())
		add(n, CGROUP_SYSTEMD_ANNOTATION);
	return finish(n);
}

int cli_print_features(struct strbuf *out, struct err *e)
{
	static struct names hooks, mounts, namespaces, caps, actions, operators, archs, flags,
		supported, modes, mode_flags, unsafe;
	const struct scmp_version *lib = seccomp_version();
	char min[] = RT_SPEC_VERSION_MIN, max[] = RT_SPEC_VERSION, lib_text[32];
	char key_lib[] = "io.github.seccomp.libseccomp.version";
	char key_version[] = "io.github.conform.refrun.version", value_version[] = CONFORM_VERSION;
	struct cfg_features_cgroup cgroup = {.v1 = true,
					     .has_v1 = true,
					     .v2 = true,
					     .has_v2 = true,
					     .systemd = cgroup_has_systemd(),
					     .has_systemd = true,
					     .systemd_user = cgroup_has_systemd(),
					     .has_systemd_user = true,
					     .rdma = true,
					     .has_rdma = true};
	struct cfg_features_seccomp seccomp = {.enabled = true, .has_enabled = true};
	struct cfg_features_enabled yes = {.enabled = true, .has_enabled = true};
	struct cfg_features_intel_rdt rdt = {.enabled = true,
					     .has_enabled = true,
					     .schemata = true,
					     .has_schemata = true,
					     .monitoring = true,
					     .has_monitoring = true};
	struct cfg_features_memory_policy policy = {0};
	struct cfg_features_mount_extensions extensions = {.idmap = &yes};
	struct cfg_features_linux l = {.cgroup = &cgroup,
				       .seccomp = &seccomp,
				       .apparmor = &yes,
				       .selinux = &yes,
				       .intel_rdt = &rdt,
				       .memory_policy = &policy,
				       .mount_extensions = &extensions,
				       .net_devices = &yes};
	struct cfg_pair pairs[2] = {{.key = key_version, .value = value_version}};
	struct cfg_features f = {.oci_version_min = min, .oci_version_max = max, .linux = &l};

	f.hooks = hook_names(&hooks);
	f.mount_options = from_list(&mounts, rootfs_mount_options());
	f.potentially_unsafe = unsafe_annotations(&unsafe);
	f.annotations = (struct cfg_pairs){.items = pairs, .count = 1, .present = true};
	if (lib) {
		(void)snprintf(lib_text, sizeof(lib_text), "%u.%u.%u", lib->major, lib->minor,
			       lib->micro);
		pairs[f.annotations.count++] = (struct cfg_pair){.key = key_lib, .value = lib_text};
	}
	l.namespaces = from_enum(&namespaces, cfg_enum_name_ns_type, CFG_COUNT_ns_type, NULL);
	l.capabilities = from_list(&caps, process_capability_names());
	seccomp.actions =
		from_enum(&actions, cfg_enum_name_seccomp_action, CFG_COUNT_seccomp_action, NULL);
	seccomp.operators =
		from_enum(&operators, cfg_enum_name_seccomp_op, CFG_COUNT_seccomp_op, NULL);
	seccomp.archs = from_enum(&archs, cfg_enum_name_seccomp_arch, CFG_COUNT_seccomp_arch,
				  seccomp_filter_arch_supported);
	seccomp.known_flags =
		from_enum(&flags, cfg_enum_name_seccomp_flag, CFG_COUNT_seccomp_flag, NULL);
	seccomp.supported_flags = from_enum(&supported, cfg_enum_name_seccomp_flag,
					    CFG_COUNT_seccomp_flag, seccomp_filter_flag_supported);
	policy.modes = from_enum(&modes, cfg_enum_name_mpol_mode, CFG_COUNT_mpol_mode, NULL);
	policy.flags = from_enum(&mode_flags, cfg_enum_name_mpol_flag, CFG_COUNT_mpol_flag, NULL);
	cfg_print(CFG_FEATURES, &f, 2, out);
	return out->oom ? err_set(e, ENOMEM, "features: %m") : 0;
}
