/* SPDX-License-Identifier: Apache-2.0 */
/* config-linux.md#control-groups: what the files of cgroup v1 say, and what a limit does on either
 * version. */
#include "conform.h"

CONFORM_CASE(cgroups, pids_limit_is_set) = {
	.title = "pids.limit is in pids.max",
	REQS(REQ_CGROUP_PIDS_LIMIT_V1),
	.needs = {.cgroup = "v1", .controllers = "pids"},
	MUTANTS("drop:/linux/resources", "set:/linux/resources/pids/limit=100"),
	CONFIG(SET("/linux/resources", {"pids": {"limit": 42}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:pids/pids.max", "42")),
};

CONFORM_CASE(cgroups, pids_limit_stops_fork) = {
	.title = "beyond pids.limit fork fails with EAGAIN, below it works",
	REQS(REQ_CGROUP_PIDS_LIMIT),
	.needs = {.controllers = "pids"},
	MUTANTS("drop:/linux/resources", "set:/linux/resources/pids/limit=100"),
	CONFIG(SET("/linux/resources", {"pids": {"limit": 20}})),
	INSIDE(TRY("fork:30", "EAGAIN"), TRY("fork:10", "OK")),
};

CONFORM_CASE(cgroups, pids_limit_minus_one_is_no_limit) = {
	.title = "pids.limit of -1 is no limit",
	REQS(REQ_CGROUP_PIDS_LIMIT_UNLIMITED),
	.needs = {.controllers = "pids"},
	.min_target = 103,
	MUTANTS("set:/linux/resources/pids/limit=5"),
	CONFIG(SET("/linux/resources", {"pids": {"limit": -1}})),
	INSIDE(TRY("fork:30", "OK")),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:pids/pids.max", "max")),
};

CONFORM_CASE(cgroups, pids_limit_zero_is_a_limit) = {
	.title = "pids.limit of 0 is a limit and not the same as none",
	REQS(REQ_CGROUP_PIDS_LIMIT_ZERO),
	.needs = {.controllers = "pids"},
	.min_target = 103,
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"pids": {"limit": 0}})),
	OUTSIDE(HOST_ONE_OF(AFTER_CREATE, "cgroup:pids/pids.max", ["0", "1"])),
};

CONFORM_CASE(cgroups, memory_limit_is_set) = {
	.title = "memory.limit is in memory.limit_in_bytes",
	REQS(REQ_CGROUP_MEMORY_LIMIT_V1),
	.needs = {.cgroup = "v1", .controllers = "memory"},
	MUTANTS("drop:/linux/resources", "set:/linux/resources/memory/limit=104857600"),
	CONFIG(SET("/linux/resources", {"memory": {"limit": 52428800}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:memory/memory.limit_in_bytes", "52428800")),
};

CONFORM_CASE(cgroups, memory_limit_kills) = {
	.title = "a program that uses more than memory.limit is killed, and one that uses less is "
		 "not",
	REQS(REQ_CGROUP_MEMORY_LIMIT, REQ_CGROUP_MEMORY_OOMKILLER_DEFAULT),
	.needs = {.controllers = "memory", .swap = true},
	MUTANTS("drop:/linux/resources",
		"set:/linux/resources/memory={\"limit\":1073741824,\"swap\":1073741824}"),
	CONFIG(SET("/linux/resources", {"memory": {"limit": 33554432, "swap": 33554432}})),
	INSIDE(TRY("alloc:8M", "OK"), TRY("alloc:100M", "SIGKILL")),
};

CONFORM_CASE(cgroups, memory_limit_kills_without_swap_accounting) = {
	.title = "a program that uses much more than memory.limit is killed where the host has no "
		 "swap to go to",
	REQS(REQ_CGROUP_MEMORY_LIMIT),
	.needs = {.controllers = "memory", .no_swap_space = true},
	MUTANTS("drop:/linux/resources", "set:/linux/resources/memory/limit=1073741824"),
	CONFIG(SET("/linux/resources", {"memory": {"limit": 33554432}})),
	INSIDE(TRY("alloc:8M", "OK"), TRY("alloc:200M", "SIGKILL")),
};

CONFORM_CASE(cgroups, memory_and_swap_limit_kills) = {
	.title = "memory.swap limits memory and swap together: a program gets swap beyond "
		 "memory.limit, up to that",
	REQS(REQ_CGROUP_MEMORY_SWAP),
	.needs = {.controllers = "memory", .swap = true, .swap_space = true},
	MUTANTS("drop:/linux/resources/memory/swap", "set:/linux/resources/memory/swap=33554432"),
	CONFIG(SET("/linux/resources", {"memory": {"limit": 33554432, "swap": 100663296}})),
	INSIDE(TRY("alloc:60M", "OK"), TRY("alloc:200M", "SIGKILL")),
};

CONFORM_CASE(cgroups, memory_unlimited) = {
	.title = "-1 in a memory limit is no limit",
	REQS(REQ_CGROUP_MEMORY_UNLIMITED),
	.needs = {.cgroup = "v1", .controllers = "memory"},
	MUTANTS("set:/linux/resources/memory/limit=104857600"),
	CONFIG(SET("/linux/resources", {"memory": {"limit": -1}})),
	/* the kernel's largest number in whole pages; where those have 64 KB it is this */
	OUTSIDE(HOST_MIN(AFTER_CREATE, "cgroup:memory/memory.limit_in_bytes", 9223372036854710272)),
};

CONFORM_CASE(cgroups, memory_reservation_is_set) = {
	.title = "memory.reservation is in memory.soft_limit_in_bytes",
	REQS(REQ_CGROUP_MEMORY_RESERVATION, REQ_CGROUP_MEMORY_RESERVATION_V1),
	.needs = {.cgroup = "v1", .knob = "memory/memory.soft_limit_in_bytes"},
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"memory": {"reservation": 20971520}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:memory/memory.soft_limit_in_bytes", "20971520")),
};

CONFORM_CASE(cgroups, memory_swap_is_set) = {
	.title = "memory.swap is in memory.memsw.limit_in_bytes",
	REQS(REQ_CGROUP_MEMORY_SWAP_V1),
	.needs = {.cgroup = "v1", .knob = "memory/memory.memsw.limit_in_bytes"},
	MUTANTS("drop:/linux/resources", "drop:/linux/resources/memory/swap"),
	CONFIG(SET("/linux/resources", {"memory": {"limit": 52428800, "swap": 62914560}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:memory/memory.memsw.limit_in_bytes", "62914560")),
};

CONFORM_CASE(cgroups, memory_swappiness_is_set) = {
	.title = "memory.swappiness is in the file of that name",
	REQS(REQ_CGROUP_MEMORY_SWAPPINESS_V1),
	.needs = {.cgroup = "v1", .knob = "memory/memory.swappiness"},
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"memory": {"swappiness": 37}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:memory/memory.swappiness", "37")),
};

CONFORM_CASE(cgroups, memory_swappiness_of_zero_is_set) = {
	.title = "a swappiness of 0 is a value: it is in the file, not what was there",
	REQS(REQ_CGROUP_MEMORY_SWAPPINESS_V1),
	.needs = {.cgroup = "v1", .knob = "memory/memory.swappiness"},
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"memory": {"swappiness": 0}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:memory/memory.swappiness", "0")),
};

CONFORM_CASE(cgroups, memory_disable_oom_killer_is_set) = {
	.title = "memory.disableOOMKiller is in memory.oom_control",
	REQS(REQ_CGROUP_MEMORY_DISABLEOOMKILLER_V1),
	.needs = {.cgroup = "v1", .knob = "memory/memory.oom_control"},
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"memory": {"disableOOMKiller": true}})),
	OUTSIDE(HOST_HAS(AFTER_CREATE, "cgroup:memory/memory.oom_control", "oom_kill_disable 1")),
};

CONFORM_CASE(cgroups, memory_kernel_tcp_is_set) = {
	.title = "memory.kernelTCP is in memory.kmem.tcp.limit_in_bytes",
	REQS(REQ_CGROUP_MEMORY_KERNELTCP_V1),
	.needs = {.cgroup = "v1", .knob = "memory/memory.kmem.tcp.limit_in_bytes"},
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"memory": {"kernelTCP": 20971520}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:memory/memory.kmem.tcp.limit_in_bytes", "20971520")),
};

CONFORM_CASE(cgroups, memory_swap_below_limit_is_refused) = {
	.title = "a swap value below limit is an error",
	REQS(REQ_CGROUP_MEMORY_SWAP_BELOW_LIMIT_ERROR),
	.needs = {.cgroup = "v1", .knob = "memory/memory.memsw.limit_in_bytes"},
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"memory": {"limit": 52428800, "swap": 20971520}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups, memory_swappiness_out_of_range_is_refused) = {
	.title = "a swappiness above 100 is refused",
	REQS(REQ_CGROUP_MEMORY_SWAPPINESS_RANGE, REQ_CONFIG_INVALID_VALUE_ERROR),
	.needs = {.cgroup = "v1", .controllers = "memory"},
	MUTANTS("drop:/linux/resources"),
	VARY("101", "200", "18446744073709551615"),
	CONFIG(SET("/linux/resources", {"memory": {"swappiness": "@V@"}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups, cpu_shares_are_set) = {
	.title = "cpu.shares is in the file of that name",
	REQS(REQ_CGROUP_CPU_SHARES, REQ_CGROUP_CPU_SHARES_V1),
	.needs = {.cgroup = "v1", .controllers = "cpu"},
	MUTANTS("drop:/linux/resources", "set:/linux/resources/cpu/shares=1024"),
	CONFIG(SET("/linux/resources", {"cpu": {"shares": 333}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:cpu/cpu.shares", "333")),
};

CONFORM_CASE(cgroups, cpu_quota_and_period_are_set) = {
	.title = "cpu.quota and cpu.period are in cpu.cfs_quota_us and cpu.cfs_period_us",
	REQS(REQ_CGROUP_CPU_QUOTA_V1, REQ_CGROUP_CPU_PERIOD, REQ_CGROUP_CPU_PERIOD_V1),
	.needs = {.cgroup = "v1", .knob = "cpu/cpu.cfs_quota_us"},
	MUTANTS("drop:/linux/resources", "drop:/linux/resources/cpu/quota",
		"drop:/linux/resources/cpu/period"),
	CONFIG(SET("/linux/resources", {"cpu": {"quota": 30000, "period": 60000}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:cpu/cpu.cfs_quota_us", "30000"),
		HOST(AFTER_CREATE, "cgroup:cpu/cpu.cfs_period_us", "60000")),
};

CONFORM_CASE(cgroups, cpu_quota_limits) = {
	.title = "two busy threads get about quota/period of one processor",
	REQS(REQ_CGROUP_CPU_QUOTA),
	.needs = {.cgroup = "v1", .knob = "cpu/cpu.cfs_quota_us"},
	MUTANTS("drop:/linux/resources"),
	/* so little that a busy host has more to give */
	CONFIG(SET("/linux/resources", {"cpu": {"quota": 5000, "period": 100000}})),
	INSIDE(FACT_MAX("try:burn:1000", 20), FACT_MIN("try:burn:1000", 1)),
	/* who gets no more than that all the same was held back */
	OUTSIDE(HOST_HAS(AFTER_START, "cgroup:cpu/cpu.stat", "nr_throttled "),
		HOST_LACKS(AFTER_START, "cgroup:cpu/cpu.stat", "nr_throttled 0")),
};

CONFORM_CASE(cgroups, cpu_quota_negative_is_no_limit) = {
	.title = "a negative cpu.quota is no limit",
	REQS(REQ_CGROUP_CPU_QUOTA_NEGATIVE_UNLIMITED),
	.needs = {.cgroup = "v1", .knob = "cpu/cpu.cfs_quota_us"},
	MUTANTS("set:/linux/resources/cpu/quota=50000"),
	CONFIG(SET("/linux/resources", {"cpu": {"quota": -1}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:cpu/cpu.cfs_quota_us", "-1")),
};

CONFORM_CASE(cgroups, cpu_burst_is_set) = {
	.title = "cpu.burst is in cpu.cfs_burst_us",
	REQS(REQ_CGROUP_CPU_BURST, REQ_CGROUP_CPU_BURST_V1),
	.needs = {.cgroup = "v1", .knob = "cpu/cpu.cfs_burst_us"},
	.min_target = 101,
	MUTANTS("drop:/linux/resources", "drop:/linux/resources/cpu/burst"),
	CONFIG(SET("/linux/resources",
		   {"cpu": {"quota": 50000, "period": 100000, "burst": 20000}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:cpu/cpu.cfs_burst_us", "20000")),
};

CONFORM_CASE(cgroups, cpu_idle_is_set) = {
	.title = "cpu.idle is in the file of that name",
	REQS(REQ_CGROUP_CPU_IDLE, REQ_CGROUP_CPU_IDLE_V1),
	.needs = {.cgroup = "v1", .knob = "cpu/cpu.idle"},
	.min_target = 101,
	/* beside its like alone: beside a busy machine's others it would not get to its end */
	.host_cgroup = "above",
	MUTANTS("drop:/linux/resources", "cli:residue-cgroup"),
	CONFIG(SET("/linux/cgroupsPath", "@CGROUP@/in"),
	       SET("/linux/resources", {"cpu": {"idle": 1}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:cpu/cpu.idle", "1")),
};

CONFORM_CASE(cgroups, cpuset_is_set) = {
	.title = "cpu.cpus and cpu.mems are in the files of cpuset, and the program runs on those "
		 "processors alone",
	REQS(REQ_CGROUP_CPU_CPUS, REQ_CGROUP_CPU_CPUS_V1, REQ_CGROUP_CPU_MEMS,
	     REQ_CGROUP_CPU_MEMS_V1),
	.needs = {.cgroup = "v1", .controllers = "cpuset", .cpus = "0,1"},
	MUTANTS("drop:/linux/resources", "drop:/linux/resources/cpu/cpus"),
	CONFIG(SET("/linux/resources", {"cpu": {"cpus": "0", "mems": "0"}})),
	INSIDE(FACT("sched.affinity", "0")),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:cpuset/cpuset.cpus", "0"),
		HOST(AFTER_CREATE, "cgroup:cpuset/cpuset.mems", "0")),
};

CONFORM_CASE(cgroups, cpu_idle_other_value_is_refused) = {
	.title = "a cpu.idle other than 0 and 1 is refused",
	REQS(REQ_CGROUP_CPU_IDLE_VALUES, REQ_CONFIG_INVALID_VALUE_ERROR),
	.needs = {.controllers = "cpu"},
	.min_target = 101,
	MUTANTS("drop:/linux/resources"),
	VARY("2", "-1", "7"),
	CONFIG(SET("/linux/resources", {"cpu": {"idle": "@V@"}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups, cpus_malformed_is_refused) = {
	.title = "a malformed list of processors is refused",
	REQS(REQ_CGROUP_CPU_CPUS_FORMAT, REQ_CONFIG_INVALID_VALUE_ERROR),
	.needs = {.controllers = "cpuset"},
	.min_target = 102,
	MUTANTS("drop:/linux/resources"),
	VARY("\"a-b\"", "\"0-\"", "\"4096\"", "\"0;1\""),
	CONFIG(SET("/linux/resources", {"cpu": {"cpus": "@V@"}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups, mems_malformed_is_refused) = {
	.title = "a malformed list of memory nodes is refused",
	REQS(REQ_CGROUP_CPU_MEMS_FORMAT, REQ_CONFIG_INVALID_VALUE_ERROR),
	.needs = {.controllers = "cpuset"},
	.min_target = 102,
	MUTANTS("drop:/linux/resources"),
	VARY("\"a\"", "\"0-\"", "\"1000\""),
	CONFIG(SET("/linux/resources", {"cpu": {"mems": "@V@"}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups, blkio_read_bps_device_is_set) = {
	.title = "blockIO.throttleReadBpsDevice is a line of blkio.throttle.read_bps_device",
	REQS(REQ_CGROUP_BLOCKIO_THROTTLEREADBPSDEVICE_V1),
	.needs = {.cgroup = "v1",
		  .knob = "blkio/blkio.throttle.read_bps_device",
		  .path = "/sys/dev/block/7:0"},
	MUTANTS("drop:/linux/resources",
		"set:/linux/resources/blockIO/throttleReadBpsDevice/0/rate=1"),
	CONFIG(SET("/linux/resources", {
		"blockIO": {"throttleReadBpsDevice": [{"major": 7, "minor": 0, "rate": 4096000}]}
	})),
	OUTSIDE(HOST_HAS(AFTER_CREATE, "cgroup:blkio/blkio.throttle.read_bps_device",
			 "7:0 4096000")),
};

CONFORM_CASE(cgroups, blkio_read_bps_device_without_rate_is_refused) = {
	.title = "an entry of throttleReadBpsDevice without rate is refused",
	REQS(REQ_CGROUP_BLOCKIO_THROTTLEREADBPSDEVICE_RATE_FIELD),
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources",
		   {"blockIO": {"throttleReadBpsDevice": [{"major": 7, "minor": 0}]}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups, blkio_write_bps_device_is_set) = {
	.title = "blockIO.throttleWriteBpsDevice is a line of blkio.throttle.write_bps_device",
	REQS(REQ_CGROUP_BLOCKIO_THROTTLEWRITEBPSDEVICE_V1),
	.needs = {.cgroup = "v1",
		  .knob = "blkio/blkio.throttle.write_bps_device",
		  .path = "/sys/dev/block/7:0"},
	MUTANTS("drop:/linux/resources",
		"set:/linux/resources/blockIO/throttleWriteBpsDevice/0/rate=1"),
	CONFIG(SET("/linux/resources", {
		"blockIO": {"throttleWriteBpsDevice": [{"major": 7, "minor": 0, "rate": 4096000}]}
	})),
	OUTSIDE(HOST_HAS(AFTER_CREATE, "cgroup:blkio/blkio.throttle.write_bps_device",
			 "7:0 4096000")),
};

CONFORM_CASE(cgroups, blkio_write_bps_device_without_rate_is_refused) = {
	.title = "an entry of throttleWriteBpsDevice without rate is refused",
	REQS(REQ_CGROUP_BLOCKIO_THROTTLEWRITEBPSDEVICE_RATE_FIELD),
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources",
		   {"blockIO": {"throttleWriteBpsDevice": [{"major": 7, "minor": 0}]}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups, blkio_read_iops_device_is_set) = {
	.title = "blockIO.throttleReadIOPSDevice is a line of blkio.throttle.read_iops_device",
	REQS(REQ_CGROUP_BLOCKIO_THROTTLEREADIOPSDEVICE_V1),
	.needs = {.cgroup = "v1",
		  .knob = "blkio/blkio.throttle.read_iops_device",
		  .path = "/sys/dev/block/7:0"},
	MUTANTS("drop:/linux/resources",
		"set:/linux/resources/blockIO/throttleReadIOPSDevice/0/rate=1"),
	CONFIG(SET("/linux/resources", {
		"blockIO": {"throttleReadIOPSDevice": [{"major": 7, "minor": 0, "rate": 4096000}]}
	})),
	OUTSIDE(HOST_HAS(AFTER_CREATE, "cgroup:blkio/blkio.throttle.read_iops_device",
			 "7:0 4096000")),
};

CONFORM_CASE(cgroups, blkio_read_iops_device_without_rate_is_refused) = {
	.title = "an entry of throttleReadIOPSDevice without rate is refused",
	REQS(REQ_CGROUP_BLOCKIO_THROTTLEREADIOPSDEVICE_RATE_FIELD),
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources",
		   {"blockIO": {"throttleReadIOPSDevice": [{"major": 7, "minor": 0}]}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups, blkio_write_iops_device_is_set) = {
	.title = "blockIO.throttleWriteIOPSDevice is a line of blkio.throttle.write_iops_device",
	REQS(REQ_CGROUP_BLOCKIO_THROTTLEWRITEIOPSDEVICE_V1),
	.needs = {.cgroup = "v1",
		  .knob = "blkio/blkio.throttle.write_iops_device",
		  .path = "/sys/dev/block/7:0"},
	MUTANTS("drop:/linux/resources",
		"set:/linux/resources/blockIO/throttleWriteIOPSDevice/0/rate=1"),
	CONFIG(SET("/linux/resources", {
		"blockIO": {"throttleWriteIOPSDevice": [{"major": 7, "minor": 0, "rate": 4096000}]}
	})),
	OUTSIDE(HOST_HAS(AFTER_CREATE, "cgroup:blkio/blkio.throttle.write_iops_device",
			 "7:0 4096000")),
};

CONFORM_CASE(cgroups, blkio_write_iops_device_without_rate_is_refused) = {
	.title = "an entry of throttleWriteIOPSDevice without rate is refused",
	REQS(REQ_CGROUP_BLOCKIO_THROTTLEWRITEIOPSDEVICE_RATE_FIELD),
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources",
		   {"blockIO": {"throttleWriteIOPSDevice": [{"major": 7, "minor": 0}]}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups, blkio_weight_device_without_weight_is_refused) = {
	.title = "an entry of weightDevice with neither weight nor leafWeight is refused",
	REQS(REQ_CGROUP_BLOCKIO_WEIGHTDEVICE_ONE_OF, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"blockIO": {"weightDevice": [{"major": 7, "minor": 0}]}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups, blkio_weight_is_set) = {
	.title = "blockIO.weight is in blkio.bfq.weight or blkio.weight",
	REQS(REQ_CGROUP_BLOCKIO_WEIGHT, REQ_CGROUP_BLOCKIO_WEIGHT_V1),
	.needs = {.cgroup = "v1", .knob = "blkio/blkio.bfq.weight"},
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"blockIO": {"weight": 300}})),
	OUTSIDE(HOST_HAS(AFTER_CREATE, "cgroup:blkio/blkio.bfq.weight", "300")),
};

/* Where there is no such controller any limit of it is an error, whatever it says; so it is, for
 * runtimes that then go by v1 alone, where it is on the other of two hierarchies. */
CONFORM_CASE(cgroups, hugepage_size_malformed_is_refused) = {
	.title = "a page size in another form is refused",
	REQS(REQ_CGROUP_HUGEPAGE_PAGESIZE_FORMAT, REQ_CONFIG_INVALID_VALUE_ERROR),
	.needs = {.controllers = "hugetlb", .no_path = "/sys/fs/cgroup/unified"},
	MUTANTS("drop:/linux/resources"),
	VARY("\"64kB\"", "\"2M\"", "\"2097152\"", "\"02MB\"", "\"../2MB\"", "\"\""),
	CONFIG(SET("/linux/resources", {"hugepageLimits": [{"pageSize": "@V@", "limit": 0}]})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups, hugepage_size_that_the_host_lacks_is_refused) = {
	.title = "a page size that the host does not have is an error",
	REQS(REQ_CGROUP_HUGEPAGE_PAGESIZE_EXISTS),
	.needs = {.cgroup = "v1", .controllers = "hugetlb"},
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"hugepageLimits": [{"pageSize": "3MB", "limit": 0}]})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups, rdma_without_limit_is_refused) = {
	.title = "an rdma entry with neither limit is refused",
	REQS(REQ_CGROUP_RDMA_ONE_OF, REQ_CONFIG_INVALID_VALUE_ERROR),
	/* limits of a device that there is not are an error, whatever they are */
	.needs = {.controllers = "rdma", .path = "/sys/class/infiniband/rxe0"},
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"rdma": {"rxe0": {}}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups, network_priority_without_name_is_refused) = {
	.title = "a network priority without name is refused",
	REQS(REQ_CGROUP_NETWORK_PRIORITIES_NAME_FIELD),
	.needs = {.cgroup = "v1", .controllers = "net_prio"},
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"network": {"priorities": [{"priority": 5}]}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups, network_priority_without_priority_is_refused) = {
	.title = "a network priority without its number is refused",
	REQS(REQ_CGROUP_NETWORK_PRIORITIES_PRIORITY_FIELD),
	.needs = {.cgroup = "v1", .controllers = "net_prio"},
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"network": {"priorities": [{"name": "lo"}]}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups, unified_without_the_controller_is_refused) = {
	.title = "a unified key of a controller that the v2 hierarchy does not have is an error",
	REQS(REQ_CGROUP_UNIFIED_ON_V1_ERROR),
	.needs = {.cgroup = "v1", .controllers = "memory"},
	.min_target = 101,
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"unified": {"memory.high": "100000000"}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups, absolute_path_is_from_the_mount) = {
	.title = "an absolute cgroupsPath is the container's cgroup below the hierarchy's mount",
	REQS(REQ_CGROUP_PATH_ABSOLUTE_TO_MOUNT, REQ_CGROUP_CREATED_IF_MISSING),
	.needs = {.cgroup = "v1", .controllers = "pids,memory,devices"},
	MUTANTS("drop:/linux/cgroupsPath", "set:/linux/cgroupsPath=\"@CGROUP@-other\""),
	/* a controller that no resource needs may be left alone */
	CONFIG(SET("/linux/cgroupsPath", "@CGROUP@"), SET("/linux/resources", {
		       "pids": {"limit": 100},
		       "memory": {"limit": 104857600},
		       "devices": [{"allow": false, "access": "rwm"}]
	       })),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:pids", "@CGROUP@"),
		HOST(AFTER_CREATE, "cgroup:memory", "@CGROUP@"),
		HOST(AFTER_CREATE, "cgroup:devices", "@CGROUP@")),
};

CONFORM_CASE(cgroups, path_cannot_climb_out) = {
	.title = "a cgroupsPath with dot-dot components makes nothing outside of the hierarchy",
	REQS(REQ_CGROUP_PATH_ABSOLUTE_TO_MOUNT),
	/* v2 has one hierarchy, mounted where those of v1 have their directories */
	.needs = {.cgroup = "v1", .controllers = "pids"},
	.may_refuse = true,
	MUTANTS("cli:residue-file"),
	CONFIG(SET("/linux/cgroupsPath", "@CGROUP@/../../../../../../../../../..@CGROUP@-out")),
	OUTSIDE(HOST(AFTER_CREATE, "stat.host:@CGROUP@-out", null),
		HOST(AFTER_CREATE, "stat.host:/sys/fs/cgroup@CGROUP@-out", null)),
};

CONFORM_CASE(cgroups, removed_by_delete) = {
	.title = "the cgroup that create makes is gone after delete",
	REQS(REQ_CGROUP_REMOVED_ON_DELETE, REQ_CGROUP_CREATED_IF_MISSING),
	.needs = {.root = true},
	MUTANTS("cli:residue-cgroup", "cli:run-on-host"),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup.exists", true),
		HOST(AFTER_DELETE, "cgroup.exists", false)),
};
