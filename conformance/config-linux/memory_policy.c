/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config-linux.md#memory-policy. Node 0 is there on every kernel that has the calls. A runtime
 * chooses which of the modes and flags it supports (config.md#valid-values).
 */
#include "conform.h"

CONFORM_CASE(memory_policy, mode_nodes_and_flags_are_applied) = {
	.title = "mode, nodes and flags are those that get_mempolicy shows",
	REQS(REQ_LINUX_MEMPOLICY_APPLIED, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.needs = {.path = "/sys/devices/system/node/node0"},
	.min_target = 103,
	.may_refuse = true,
	MUTANTS("drop:/linux/memoryPolicy", "set:/linux/memoryPolicy/mode=\"MPOL_INTERLEAVE\"",
		"drop:/linux/memoryPolicy/flags"),
	CONFIG(SET("/linux/memoryPolicy",
		   {"mode": "MPOL_BIND", "nodes": "0", "flags": ["MPOL_F_STATIC_NODES"]})),
	INSIDE(FACT("mempolicy.mode", "MPOL_BIND"), FACT("mempolicy.nodes", "0"),
	       FACT("mempolicy.flags", ["MPOL_F_STATIC_NODES"])),
};

CONFORM_CASE(memory_policy, default_undoes_the_callers) = {
	.title = "MPOL_DEFAULT undoes the policy with which the runtime was called",
	REQS(REQ_LINUX_MEMPOLICY_APPLIED, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.needs = {.path = "/sys/devices/system/node/node0"},
	.min_target = 103,
	.may_refuse = true,
	MUTANTS("set:/linux/memoryPolicy={\"mode\":\"MPOL_BIND\",\"nodes\":\"0\"}",
		"drop:/linux/memoryPolicy"),
	CALLER("mempolicy"),
	CONFIG(SET("/linux/memoryPolicy", {"mode": "MPOL_DEFAULT"})),
	INSIDE(FACT("mempolicy.mode", "MPOL_DEFAULT")),
};

CONFORM_CASE(memory_policy, unknown_mode_is_refused) = {
	.title = "a memory policy that the specification does not list is an error",
	REQS(REQ_LINUX_MEMPOLICY_MODE_INVALID_ERROR),
	.min_target = 103,
	MUTANTS("drop:/linux/memoryPolicy"),
	VARY("\"MPOL_NONE\"", "\"mpol_bind\"", "\"BIND\"", "\"\""),
	CONFIG(SET("/linux/memoryPolicy", {"mode": "@V@", "nodes": "0"})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(memory_policy, malformed_nodes_are_refused) = {
	.title = "nodes that are not a list of numbers and ranges are an error",
	REQS(REQ_LINUX_MEMPOLICY_NODES_FORMAT, REQ_CONFIG_INVALID_VALUE_ERROR),
	.min_target = 103,
	MUTANTS("drop:/linux/memoryPolicy", "set:/linux/memoryPolicy/nodes=\"0\""),
	VARY("\"a\"", "\"0-\"", "\"-1\"", "\"0,,0\"", "\"0;1\"", "\"1-0\""),
	CONFIG(SET("/linux/memoryPolicy", {"mode": "MPOL_BIND", "nodes": "@V@"})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(memory_policy, nodes_where_none_belong_are_refused) = {
	.title = "MPOL_DEFAULT and MPOL_LOCAL with nodes are an error",
	REQS(REQ_LINUX_MEMPOLICY_NODES_EMPTY_MODES),
	.min_target = 103,
	MUTANTS("drop:/linux/memoryPolicy", "drop:/linux/memoryPolicy/nodes"),
	VARY("\"MPOL_DEFAULT\"", "\"MPOL_LOCAL\""),
	CONFIG(SET("/linux/memoryPolicy", {"mode": "@V@", "nodes": "0"})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(memory_policy, missing_nodes_are_refused) = {
	.title = "MPOL_BIND and MPOL_INTERLEAVE without nodes are an error",
	REQS(REQ_LINUX_MEMPOLICY_NODES_NEEDED_MODES),
	.min_target = 103,
	MUTANTS("drop:/linux/memoryPolicy", "set:/linux/memoryPolicy/nodes=\"0\""),
	VARY("\"MPOL_BIND\"", "\"MPOL_INTERLEAVE\""),
	CONFIG(SET("/linux/memoryPolicy", {"mode": "@V@"})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(memory_policy, unknown_flag_is_refused) = {
	.title = "a flag of memory policies that the specification does not list is an error",
	REQS(REQ_LINUX_MEMPOLICY_FLAG_INVALID_ERROR),
	.min_target = 103,
	MUTANTS("drop:/linux/memoryPolicy", "drop:/linux/memoryPolicy/flags"),
	VARY("\"MPOL_F_NONE\"", "\"MPOL_MF_MOVE\"", "\"\""),
	CONFIG(SET("/linux/memoryPolicy", {"mode": "MPOL_BIND", "nodes": "0", "flags": ["@V@"]})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(memory_policy, absent_mode_is_refused) = {
	.title = "a memoryPolicy without mode is refused",
	REQS(REQ_LINUX_MEMPOLICY_MODE_FIELD),
	.min_target = 103,
	MUTANTS("drop:/linux/memoryPolicy"),
	CONFIG(SET("/linux/memoryPolicy", {"nodes": "0"})),
	.rejected_at = REJECTED_BY_START,
};
