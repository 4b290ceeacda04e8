/* SPDX-License-Identifier: Apache-2.0 */
/* config-linux.md#control-groups: controllers of cgroup v1 that only few hosts have there still. */
#include "conform.h"

CONFORM_CASE(cgroups, memory_use_hierarchy_is_set) = {
	.title = "memory.useHierarchy is in memory.use_hierarchy, and children count with their "
		 "parent",
	REQS(REQ_CGROUP_MEMORY_USEHIERARCHY_V1),
	.needs = {.cgroup = "v1", .knob = "memory/memory.use_hierarchy"},
	.no_mutant =
		"kernels of today have it set wherever it is not cleared, and refuse to clear it",
	CONFIG(SET("/linux/resources", {"memory": {"useHierarchy": true}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:memory/memory.use_hierarchy", "1")),
};

CONFORM_CASE(cgroups, hugepage_limit_is_set) = {
	.title = "on v1 a hugepage limit is in the file for reservations of its page size",
	REQS(REQ_CGROUP_HUGEPAGE_LIMIT_V1, REQ_CGROUP_HUGEPAGE_RSVD_DEFAULT,
	     REQ_CGROUP_HUGEPAGE_PAGESIZE_BASE1024),
	.needs = {.cgroup = "v1", .knob = "hugetlb/hugetlb.2MB.rsvd.limit_in_bytes"},
	.min_target = 101,
	MUTANTS("drop:/linux/resources", "set:/linux/resources/hugepageLimits/0/limit=2097152"),
	CONFIG(SET("/linux/resources",
		   {"hugepageLimits": [{"pageSize": "2MB", "limit": 4194304}]})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:hugetlb/hugetlb.2MB.rsvd.limit_in_bytes", "4194304")),
};

CONFORM_CASE(cgroups, network_class_id_is_set) = {
	.title = "network.classID is in net_cls.classid",
	REQS(REQ_CGROUP_NETWORK_CLASSID_V1),
	.needs = {.cgroup = "v1", .controllers = "net_cls"},
	MUTANTS("drop:/linux/resources", "set:/linux/resources/network/classID=1"),
	CONFIG(SET("/linux/resources", {"network": {"classID": 1048577}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:net_cls/net_cls.classid", "1048577")),
};

CONFORM_CASE(cgroups, network_priorities_are_set) = {
	.title = "each of network.priorities is a line of net_prio.ifpriomap",
	REQS(REQ_CGROUP_NETWORK_PRIORITIES_V1),
	.needs = {.cgroup = "v1", .controllers = "net_prio"},
	MUTANTS("drop:/linux/resources", "set:/linux/resources/network/priorities/0/priority=1"),
	CONFIG(SET("/linux/resources",
		   {"network": {"priorities": [{"name": "lo", "priority": 5}]}})),
	OUTSIDE(HOST_HAS(AFTER_CREATE, "cgroup:net_prio/net_prio.ifpriomap", "lo 5")),
};

CONFORM_CASE(cgroups, network_priority_of_no_interface_is_refused) = {
	.title = "a network priority of an interface that the runtime does not have is an error",
	REQS(REQ_CGROUP_NETWORK_PRIORITIES_NAME_RUNTIME_NETNS),
	.needs = {.cgroup = "v1", .controllers = "net_prio"},
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources",
		   {"network": {"priorities": [{"name": "nosuch0", "priority": 5}]}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups, cpu_burst_above_quota_is_refused) = {
	.title = "on v1 a cpu.burst above cpu.quota, which the kernel does not take, is an error",
	REQS(REQ_CGROUP_CPU_BURST_NOT_ABOVE_QUOTA, REQ_CGROUP_CPU_QUOTA_NOT_BELOW_BURST,
	     REQ_CGROUP_CPU_BURST_QUOTA_ERROR, REQ_CGROUP_CPU_QUOTA_BURST_ERROR),
	.needs = {.cgroup = "v1", .knob = "cpu/cpu.cfs_burst_us"},
	.min_target = 101,
	MUTANTS("drop:/linux/resources", "set:/linux/resources/cpu/burst=5000"),
	CONFIG(SET("/linux/resources",
		   {"cpu": {"quota": 10000, "period": 100000, "burst": 20000}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups, blkio_weight_of_a_device_is_set) = {
	.title = "on v1 the weight of a device that BFQ schedules is a line of its own",
	REQS(REQ_CGROUP_BLOCKIO_WEIGHTDEVICE_WEIGHT_V1),
	/* low_latency is a setting of BFQ alone */
	.needs = {.cgroup = "v1",
		  .knob = "blkio/blkio.bfq.weight_device",
		  .path = "/sys/dev/block/7:0/queue/iosched/low_latency"},
	MUTANTS("drop:/linux/resources", "set:/linux/resources/blockIO/weightDevice/0/weight=100"),
	CONFIG(SET("/linux/resources",
		   {"blockIO": {"weightDevice": [{"major": 7, "minor": 0, "weight": 250}]}})),
	OUTSIDE(HOST_HAS(AFTER_CREATE, "cgroup:blkio/blkio.bfq.weight_device", "7:0 250")),
};

CONFORM_CASE(cgroups, hugepage_without_size_is_refused) = {
	.title = "an entry of hugepageLimits without pageSize is refused",
	REQS(REQ_CGROUP_HUGEPAGE_PAGESIZE_FIELD),
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"hugepageLimits": [{"limit": 0}]})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups, hugepage_without_limit_is_refused) = {
	.title = "an entry of hugepageLimits without limit is refused",
	REQS(REQ_CGROUP_HUGEPAGE_LIMIT_FIELD),
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"hugepageLimits": [{"pageSize": "2MB"}]})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups, blkio_device_without_numbers_is_refused) = {
	.title = "an entry of a list of block devices that lacks major or minor is refused",
	REQS(REQ_CGROUP_BLOCKIO_WEIGHTDEVICE_MAJOR_MINOR_FIELD,
	     REQ_CGROUP_BLOCKIO_THROTTLEREADBPSDEVICE_MAJOR_MINOR_FIELD,
	     REQ_CGROUP_BLOCKIO_THROTTLEWRITEBPSDEVICE_MAJOR_MINOR_FIELD,
	     REQ_CGROUP_BLOCKIO_THROTTLEREADIOPSDEVICE_MAJOR_MINOR_FIELD,
	     REQ_CGROUP_BLOCKIO_THROTTLEWRITEIOPSDEVICE_MAJOR_MINOR_FIELD),
	MUTANTS("drop:/linux/resources"),
	VARY("{\"weightDevice\": [{\"minor\": 0, \"weight\": 250}]}",
	     "{\"throttleReadBpsDevice\": [{\"minor\": 0, \"rate\": 4096000}]}",
	     "{\"throttleWriteBpsDevice\": [{\"major\": 7, \"rate\": 4096000}]}",
	     "{\"throttleReadIOPSDevice\": [{\"minor\": 0, \"rate\": 4096000}]}",
	     "{\"throttleWriteIOPSDevice\": [{\"major\": 7, \"rate\": 4096000}]}"),
	CONFIG(SET("/linux/resources", {"blockIO": "@V@"})),
	.rejected_at = REJECTED_AT_CREATE,
};
