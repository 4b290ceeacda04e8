/* SPDX-License-Identifier: Apache-2.0 */
/*
 * features.md and features-linux.md: the document is optional; where a runtime gives one, it must
 * be true. The form of the document, and its flags; value by value: claims.c.
 */
#include "conform.h"

CONFORM_CASE(features, versions_are_there) = {
	.title = "the document has the oldest and the newest version that the runtime accepts",
	REQS(REQ_FEATURES_OCIVERSIONMIN_FIELD, REQ_FEATURES_OCIVERSIONMAX_FIELD,
	     REQ_FEATURES_PROVIDED),
	.needs = {.feature = ""},
	.min_target = 101,
	MUTANTS("cli:features-drop-ociVersionMin", "cli:features-drop-ociVersionMax"),
	OUTSIDE(HOST_MATCH(AFTER_CREATE, "features#/ociVersionMin", "?*.?*.?*"),
		HOST_MATCH(AFTER_CREATE, "features#/ociVersionMax", "?*.?*.?*")),
};

CONFORM_CASE(features, lists_are_lists) = {
	.title = "every member of the document is of its type: lists of strings, flags, objects",
	REQS(REQ_FEATURES_JSON_SCHEMA, REQ_FEATURES_HOOKS_FIELD, REQ_FEATURES_MOUNTOPTIONS_FIELD,
	     REQ_FEATURES_LINUX_FIELD, REQ_FEATURES_ANNOTATIONS_FIELD,
	     REQ_FEATURES_UNSAFE_ANNOTATIONS_FIELD, REQ_FEATURES_LINUX_NAMESPACES_FIELD,
	     REQ_FEATURES_LINUX_CAPABILITIES_FIELD, REQ_FEATURES_LINUX_CGROUP_FIELD,
	     REQ_FEATURES_LINUX_CGROUP_V1_FIELD, REQ_FEATURES_LINUX_CGROUP_V2_FIELD,
	     REQ_FEATURES_LINUX_CGROUP_SYSTEMD_FIELD, REQ_FEATURES_LINUX_CGROUP_SYSTEMDUSER_FIELD,
	     REQ_FEATURES_LINUX_CGROUP_RDMA_FIELD, REQ_FEATURES_LINUX_SECCOMP_FIELD,
	     REQ_FEATURES_LINUX_SECCOMP_ENABLED_FIELD, REQ_FEATURES_LINUX_SECCOMP_ACTIONS_FIELD,
	     REQ_FEATURES_LINUX_SECCOMP_OPERATORS_FIELD, REQ_FEATURES_LINUX_SECCOMP_ARCHS_FIELD,
	     REQ_FEATURES_LINUX_SECCOMP_KNOWNFLAGS_FIELD,
	     REQ_FEATURES_LINUX_SECCOMP_SUPPORTEDFLAGS_FIELD, REQ_FEATURES_LINUX_APPARMOR_FIELD,
	     REQ_FEATURES_LINUX_APPARMOR_ENABLED_FIELD, REQ_FEATURES_LINUX_SELINUX_FIELD,
	     REQ_FEATURES_LINUX_SELINUX_ENABLED_FIELD, REQ_FEATURES_LINUX_MEMPOLICY_FIELD,
	     REQ_FEATURES_LINUX_MEMPOLICY_MODES_FIELD, REQ_FEATURES_LINUX_MEMPOLICY_FLAGS_FIELD,
	     REQ_FEATURES_LINUX_RDT_FIELD, REQ_FEATURES_LINUX_RDT_ENABLED_FIELD,
	     REQ_FEATURES_LINUX_RDT_SCHEMATA_FIELD, REQ_FEATURES_LINUX_RDT_MONITORING_FIELD,
	     REQ_FEATURES_LINUX_MOUNTEXTENSIONS_FIELD,
	     REQ_FEATURES_LINUX_MOUNTEXTENSIONS_IDMAP_FIELD,
	     REQ_FEATURES_LINUX_MOUNTEXTENSIONS_IDMAP_ENABLED_FIELD,
	     REQ_FEATURES_LINUX_NETDEVICES_FIELD, REQ_FEATURES_LINUX_NETDEVICES_ENABLED_FIELD),
	.needs = {.feature = ""},
	.min_target = 101,
	MUTANTS("cli:features-wrong-types", "cli:features-wrong-flags",
		"cli:features-wrong-objects", "cli:features-noise", "cli:features-cut",
		"cli:features-nul"),
	OUTSIDE(HOST_EMPTY(AFTER_CREATE, "features.findings")),
};

CONFORM_CASE(features, namespaces_that_are_listed_are_known) = {
	.title = "the namespaces of the base configuration are listed by a runtime that runs it",
	REQS(REQ_FEATURES_LINUX_NAMESPACES_RECOGNIZED),
	.needs = {.feature = "/linux/namespaces"},
	.min_target = 101,
	MUTANTS("cli:features-wrong-types"),
	INSIDE(FACT_NOT_HOST("ns.pid"), FACT_NOT_HOST("ns.uts")),
	OUTSIDE(HOST_HAS(AFTER_CREATE, "features#/linux/namespaces", "pid"),
		HOST_HAS(AFTER_CREATE, "features#/linux/namespaces", "network"),
		HOST_HAS(AFTER_CREATE, "features#/linux/namespaces", "mount"),
		HOST_HAS(AFTER_CREATE, "features#/linux/namespaces", "uts"),
		HOST_HAS(AFTER_CREATE, "features#/linux/namespaces", "ipc")),
};

CONFORM_CASE(features, cgroup_v1_that_is_claimed_works) = {
	.title = "a runtime that claims cgroup v1 applies a limit on a v1 host",
	REQS(REQ_FEATURES_LINUX_CGROUP_V1_TRUTH),
	.needs = {.feature = "/linux/cgroup/v1", .cgroup = "v1", .controllers = "pids"},
	.min_target = 101,
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"pids": {"limit": 66}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:pids/pids.max", "66")),
};

CONFORM_CASE(features, seccomp_that_is_claimed_works) = {
	.title = "a runtime that claims seccomp puts a filter in force",
	REQS(REQ_FEATURES_LINUX_SECCOMP_ENABLED_TRUTH),
	.needs = {.feature = "/linux/seccomp/enabled"},
	.min_target = 101,
	MUTANTS("drop:/linux/seccomp"),
	CONFIG(SET("/linux/seccomp", {
		"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{"names": ["getsid"], "action": "SCMP_ACT_ERRNO"}]
	})),
	INSIDE(FACT("seccomp.mode", 2), TRY("syscall:getsid,0", "EPERM")),
};
