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
	.needs = {.controllers = "hugetlb", .no_path = "/sys/fs/cgroup/unified"},
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"hugepageLimits": [{"limit": 0}]})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups, hugepage_without_limit_is_refused) = {
	.title = "an entry of hugepageLimits without limit is refused",
	REQS(REQ_CGROUP_HUGEPAGE_LIMIT_FIELD),
	.needs = {.controllers = "hugetlb", .no_path = "/sys/fs/cgroup/unified"},
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"hugepageLimits": [{"pageSize": "2MB"}]})),
	.rejected_at = REJECTED_AT_CREATE,
};

/* No block device has the number 0 as major, so a missing one is an error of the kernel's as well;
 * a missing minor that is taken as 0 leads to 7:0, which is there. */
CONFORM_CASE(cgroups, blkio_device_without_numbers_is_refused) = {
	.title = "an entry of a list of throttled block devices that lacks minor is refused",
	REQS(REQ_CGROUP_BLOCKIO_THROTTLEREADBPSDEVICE_MAJOR_MINOR_FIELD,
	     REQ_CGROUP_BLOCKIO_THROTTLEWRITEBPSDEVICE_MAJOR_MINOR_FIELD,
	     REQ_CGROUP_BLOCKIO_THROTTLEREADIOPSDEVICE_MAJOR_MINOR_FIELD,
	     REQ_CGROUP_BLOCKIO_THROTTLEWRITEIOPSDEVICE_MAJOR_MINOR_FIELD),
	.needs = {.cgroup = "v1",
		  .knob = "blkio/blkio.throttle.read_bps_device",
		  .path = "/sys/dev/block/7:0"},
	MUTANTS("drop:/linux/resources"),
	VARY("{\"throttleReadBpsDevice\": [{\"major\": 7, \"rate\": 4096000}]}",
	     "{\"throttleWriteBpsDevice\": [{\"major\": 7, \"rate\": 4096000}]}",
	     "{\"throttleReadIOPSDevice\": [{\"major\": 7, \"rate\": 4096000}]}",
	     "{\"throttleWriteIOPSDevice\": [{\"major\": 7, \"rate\": 4096000}]}"),
	CONFIG(SET("/linux/resources", {"blockIO": "@V@"})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups, blkio_weight_device_without_minor_is_refused) = {
	.title = "an entry of weightDevice that lacks minor is refused",
	REQS(REQ_CGROUP_BLOCKIO_WEIGHTDEVICE_MAJOR_MINOR_FIELD),
	/* low_latency is a setting of BFQ alone */
	.needs = {.cgroup = "v1",
		  .knob = "blkio/blkio.bfq.weight_device",
		  .path = "/sys/dev/block/7:0/queue/iosched/low_latency"},
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources",
		   {"blockIO": {"weightDevice": [{"major": 7, "weight": 250}]}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups, devices_are_in_the_list) = {
	.title = "on v1 what the device rules allow is in devices.list, and all devices are not",
	REQS(REQ_CGROUP_DEVICES_V1_FILE),
	.needs = {.cgroup = "v1", .controllers = "devices"},
	MUTANTS("pop:/linux/resources/devices", "set:/linux/resources/devices/1/minor=12",
		"add:/linux/resources/devices/-={\"allow\": true, \"access\": \"rwm\"}"),
	CONFIG(SET("/linux/resources", {
		"devices": [
			{"allow": false, "access": "rwm"},
			{"allow": true, "type": "c", "major": 1, "minor": 11, "access": "rw"}
		]
	})),
	OUTSIDE(HOST_HAS(AFTER_CREATE, "cgroup:devices/devices.list", "c 1:11 rw"),
		HOST_LACKS(AFTER_CREATE, "cgroup:devices/devices.list", "a *:* rwm")),
};

CONFORM_CASE(cgroups, memory_kernel_is_set_or_refused) = {
	.title = "memory.kernel is in memory.kmem.limit_in_bytes, or an error where the kernel "
		 "takes "
		 "none",
	REQS(REQ_CGROUP_MEMORY_KERNEL_V1, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.needs = {.cgroup = "v1", .knob = "memory/memory.kmem.limit_in_bytes"},
	.either = true,
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"memory": {"kernel": 20971520}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:memory/memory.kmem.limit_in_bytes", "20971520")),
};

CONFORM_CASE(cgroups, memory_of_children_counts) = {
	.title = "with useHierarchy a program in a cgroup below the container's is killed by the "
		 "container's limit",
	REQS(REQ_CGROUP_MEMORY_USEHIERARCHY),
	.needs = {.cgroup = "v1",
		  .controllers = "memory",
		  .no_swap_space = true,
		  .namespaces = "cgroup"},
	.ending = "wait",
	MUTANTS("drop:/linux/resources", "set:/linux/resources/memory/limit=1073741824"),
	CONFIG(SET("/linux/resources", {"memory": {"limit": 33554432, "useHierarchy": true}}),
	       ADD("/mounts/-", {
		       "destination": "/sys/fs/cgroup",
		       "type": "cgroup",
		       "source": "cgroup",
		       "options": ["nosuid", "noexec", "nodev"]
	       })),
	INSIDE(TRY("mkdir:/sys/fs/cgroup/memory/child,0755", "OK"),
	       TRY("write:/sys/fs/cgroup/memory/child/cgroup.procs,1", "OK"), TRY("alloc:8M", "OK"),
	       TRY("alloc:200M", "SIGKILL")),
	OUTSIDE(HOST_MIN(AFTER_START, "cgroup:memory/child/cgroup.procs", "@CTPID@"),
		HOST_MAX(AFTER_START, "cgroup:memory/child/cgroup.procs", "@CTPID@")),
};

CONFORM_CASE(cgroups, memory_limit_below_use_is_rejected) = {
	.title = "with checkBeforeUpdate a limit below what is in use is an error of update, and "
		 "the "
		 "program lives on",
	REQS(REQ_CGROUP_MEMORY_CHECKBEFOREUPDATE_REJECT, REQ_CGROUP_MEMORY_CHECKBEFOREUPDATE_CHECK),
	.advice = "a runtime MAY check, and the MUST is of one that does; on v1 the kernel rejects",
	.needs = {.controllers = "memory", .subcommand = "update"},
	.min_target = 101,
	.ending = "wait",
	MUTANTS("cli:always-ok"),
	FILES(FILE_AT("../limits.json",
		      "{\"memory\": {\"limit\": 8192, \"checkBeforeUpdate\": true}}\n")),
	CONFIG(SET("/linux/resources", {"memory": {"limit": 104857600}})),
	STEPS(CREATE(OK), START(OK), WAIT_REPORT,
	      RUN_CLI("update --resources @BUNDLE@/limits.json @ID@", FAIL),
	      NOW(HOST(PH_NONE, "container.alive", true)), KILL("KILL", OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(cgroups, cpu_realtime_is_set_or_refused) = {
	.title = "cpu.realtimeRuntime and realtimePeriod are in cpu.rt_runtime_us and "
		 "cpu.rt_period_us, or an error where the kernel has none",
	REQS(REQ_CGROUP_CPU_REALTIMERUNTIME, REQ_CGROUP_CPU_REALTIMERUNTIME_V1,
	     REQ_CGROUP_CPU_REALTIMEPERIOD, REQ_CGROUP_CPU_REALTIMEPERIOD_V1,
	     REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.needs = {.cgroup = "v1", .controllers = "cpu"},
	.either = true,
	MUTANTS("drop:/linux/resources", "drop:/linux/resources/cpu/realtimeRuntime",
		"drop:/linux/resources/cpu/realtimePeriod"),
	CONFIG(SET("/linux/resources",
		   {"cpu": {"realtimeRuntime": 1100, "realtimePeriod": 500000}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:cpu/cpu.rt_runtime_us", "1100"),
		HOST(AFTER_CREATE, "cgroup:cpu/cpu.rt_period_us", "500000")),
};

CONFORM_CASE(cgroups, blkio_leaf_weight_is_set_or_refused) = {
	.title =
		"blockIO.leafWeight is in blkio.leaf_weight, or an error where the kernel has none",
	REQS(REQ_CGROUP_BLOCKIO_LEAFWEIGHT_V1, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.needs = {.cgroup = "v1", .controllers = "blkio"},
	.either = true,
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"blockIO": {"leafWeight": 300}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:blkio/blkio.leaf_weight", "300")),
};

CONFORM_CASE(cgroups, blkio_leaf_weight_of_a_device_is_set_or_refused) = {
	.title =
		"a leafWeight of a device is a line of blkio.leaf_weight_device, or an error where "
		"the kernel has none",
	REQS(REQ_CGROUP_BLOCKIO_WEIGHTDEVICE_LEAFWEIGHT_V1, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.needs = {.cgroup = "v1", .controllers = "blkio", .path = "/sys/dev/block/7:0"},
	.either = true,
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources",
		   {"blockIO": {"weightDevice": [{"major": 7, "minor": 0, "leafWeight": 300}]}})),
	OUTSIDE(HOST_HAS(AFTER_CREATE, "cgroup:blkio/blkio.leaf_weight_device", "7:0 300")),
};

CONFORM_CASE(cgroups, hugepage_limit_without_reservations_is_set) = {
	.title = "where the kernel does not account for reservations a hugepage limit is in the "
		 "file "
		 "for pages in use",
	REQS(REQ_CGROUP_HUGEPAGE_FALLBACK_USAGE),
	.needs = {.cgroup = "v1",
		  .knob = "hugetlb/hugetlb.2MB.limit_in_bytes",
		  .no_knob = "hugetlb/hugetlb.2MB.rsvd.limit_in_bytes"},
	.min_target = 101,
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources",
		   {"hugepageLimits": [{"pageSize": "2MB", "limit": 6291456}]})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:hugetlb/hugetlb.2MB.limit_in_bytes", "6291456")),
};

CONFORM_CASE(cgroups, rdma_limit_is_set) = {
	.title = "on v1 the limits of an RDMA device are its line of rdma.max",
	REQS(REQ_CGROUP_RDMA_LIMIT_V1, REQ_CGROUP_RDMA_DEVICE_KEY),
	/* ci/vm/suite makes one of software */
	.needs = {.cgroup = "v1", .controllers = "rdma", .path = "/sys/class/infiniband/rxe0"},
	MUTANTS("drop:/linux/resources", "drop:/linux/resources/rdma/rxe0/hcaObjects",
		"set:/linux/resources/rdma/rxe0/hcaHandles=4"),
	CONFIG(SET("/linux/resources", {"rdma": {"rxe0": {"hcaHandles": 3, "hcaObjects": 10000}}})),
	OUTSIDE(HOST_HAS(AFTER_CREATE, "cgroup:rdma/rdma.max",
			 "rxe0 hca_handle=3 hca_object=10000")),
};

CONFORM_CASE(cgroups, rdma_of_no_device_is_an_error) = {
	.title = "limits of an RDMA device that there is not are an error",
	REQS(REQ_CGROUP_RDMA_DEVICE_KEY),
	.needs = {.controllers = "rdma"},
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"rdma": {"nosuch0": {"hcaHandles": 3}}})),
	.rejected_at = REJECTED_AT_CREATE,
};
