/* SPDX-License-Identifier: Apache-2.0 */
/* config-linux.md#cgroups-v1-to-v2: what v2 has no counterpart for is an error, and not passed
 * over. */
#include "conform.h"

CONFORM_CASE(cgroups_v2, memory_kernel_is_refused) = {
	.title = "on v2 memory.kernel, which it does not have, is an error",
	REQS(REQ_CGROUP_MEMORY_KERNEL_V2_ERROR, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .controllers = "memory"},
	.min_target = 101,
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"memory": {"kernel": 52428800}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups_v2, memory_kernel_tcp_is_refused) = {
	.title = "on v2 memory.kernelTCP, which it does not have, is an error",
	REQS(REQ_CGROUP_MEMORY_KERNELTCP_V2_ERROR, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .controllers = "memory"},
	.min_target = 101,
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"memory": {"kernelTCP": 52428800}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups_v2, memory_swappiness_is_refused) = {
	.title = "on v2 memory.swappiness, which it does not have, is an error",
	REQS(REQ_CGROUP_MEMORY_SWAPPINESS_V2_ERROR, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .controllers = "memory"},
	.min_target = 101,
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"memory": {"swappiness": 37}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups_v2, memory_disable_oom_killer_is_refused) = {
	.title = "on v2 memory.disableOOMKiller, which it does not have, is an error",
	REQS(REQ_CGROUP_MEMORY_DISABLEOOMKILLER_V2_ERROR, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .controllers = "memory"},
	.min_target = 101,
	MUTANTS("drop:/linux/resources", "set:/linux/resources/memory/disableOOMKiller=false"),
	CONFIG(SET("/linux/resources", {"memory": {"disableOOMKiller": true}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups_v2, cpu_realtime_runtime_is_refused) = {
	.title = "on v2 cpu.realtimeRuntime, which it does not have, is an error",
	REQS(REQ_CGROUP_CPU_REALTIMERUNTIME_V2_ERROR, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .controllers = "cpu"},
	.min_target = 101,
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"cpu": {"realtimeRuntime": 500000}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups_v2, cpu_realtime_period_is_refused) = {
	.title = "on v2 cpu.realtimePeriod, which it does not have, is an error",
	REQS(REQ_CGROUP_CPU_REALTIMEPERIOD_V2_ERROR, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .controllers = "cpu"},
	.min_target = 101,
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"cpu": {"realtimePeriod": 500000}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups_v2, block_io_leaf_weight_is_refused) = {
	.title = "on v2 blockIO.leafWeight, which it does not have, is an error",
	REQS(REQ_CGROUP_BLOCKIO_LEAFWEIGHT_V2_ERROR, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .controllers = "io"},
	.min_target = 101,
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"blockIO": {"leafWeight": 300}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups_v2, network_class_id_is_refused) = {
	.title = "on v2 network.classID, which it does not have, is an error",
	REQS(REQ_CGROUP_NETWORK_CLASSID_V2_ERROR, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2"},
	.min_target = 101,
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"network": {"classID": 1048577}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups_v2, network_priorities_are_refused) = {
	.title = "on v2 network.priorities, which it does not have, are an error",
	REQS(REQ_CGROUP_NETWORK_PRIORITIES_V2_ERROR, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2"},
	.min_target = 101,
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources",
		   {"network": {"priorities": [{"name": "lo", "priority": 5}]}})),
	.rejected_at = REJECTED_AT_CREATE,
};
