/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config-linux.md#control-groups on a host with cgroup v2 alone. The specification leaves it open
 * whether fields in the words of v1 are converted: a runtime may refuse, which is SKIP, but not
 * pass over them in silence.
 */
#include "conform.h"

CONFORM_CASE(cgroups_v2, pids_limit_is_set) = {
	.title = "on v2 pids.limit is in pids.max",
	REQS(REQ_CGROUP_PIDS_LIMIT_V2, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .controllers = "pids"},
	.may_refuse = true,
	MUTANTS("drop:/linux/resources", "set:/linux/resources/pids/limit=100"),
	CONFIG(SET("/linux/resources", {"pids": {"limit": 42}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:pids/pids.max", "42")),
};

CONFORM_CASE(cgroups_v2, memory_limit_is_set) = {
	.title = "on v2 memory.limit is in memory.max",
	REQS(REQ_CGROUP_MEMORY_LIMIT_V2, REQ_CGROUP_V1_TO_V2_CONVERSION,
	     REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .controllers = "memory"},
	.may_refuse = true,
	MUTANTS("drop:/linux/resources", "set:/linux/resources/memory/limit=104857600"),
	CONFIG(SET("/linux/resources", {"memory": {"limit": 52428800}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:memory/memory.max", "52428800")),
};

CONFORM_CASE(cgroups_v2, memory_limit_minus_one_is_no_limit) = {
	.title = "on v2 a memory limit of -1 is max",
	REQS(REQ_CGROUP_MEMORY_UNLIMITED, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .controllers = "memory"},
	.may_refuse = true,
	MUTANTS("set:/linux/resources/memory/limit=104857600"),
	CONFIG(SET("/linux/resources", {"memory": {"limit": -1}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:memory/memory.max", "max")),
};

CONFORM_CASE(cgroups_v2, memory_reservation_is_set) = {
	.title = "on v2 memory.reservation is in memory.low",
	REQS(REQ_CGROUP_MEMORY_RESERVATION_V2, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .controllers = "memory"},
	.may_refuse = true,
	MUTANTS("drop:/linux/resources", "set:/linux/resources/memory/reservation=10485760"),
	CONFIG(SET("/linux/resources", {"memory": {"reservation": 20971520}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:memory/memory.low", "20971520")),
};

CONFORM_CASE(cgroups_v2, memory_swap_is_set) = {
	.title = "on v2 memory.swap.max is memory.swap less memory.limit",
	REQS(REQ_CGROUP_MEMORY_SWAP_V2, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .knob = "memory/memory.swap.max"},
	.may_refuse = true,
	MUTANTS("drop:/linux/resources", "drop:/linux/resources/memory/swap"),
	CONFIG(SET("/linux/resources", {"memory": {"limit": 52428800, "swap": 62914560}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:memory/memory.max", "52428800"),
		HOST(AFTER_CREATE, "cgroup:memory/memory.swap.max", "10485760")),
};

CONFORM_CASE(cgroups_v2, memory_swap_equal_to_the_limit_is_no_swap) = {
	.title = "on v2 a memory.swap that equals memory.limit leaves no swap",
	REQS(REQ_CGROUP_MEMORY_SWAP_V2, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .knob = "memory/memory.swap.max"},
	.may_refuse = true,
	MUTANTS("drop:/linux/resources/memory/swap"),
	CONFIG(SET("/linux/resources", {"memory": {"limit": 52428800, "swap": 52428800}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:memory/memory.swap.max", "0")),
};

CONFORM_CASE(cgroups_v2, memory_swap_unlimited) = {
	.title = "on v2 a memory.swap of -1 beside a limit leaves swap without limit",
	REQS(REQ_CGROUP_MEMORY_UNLIMITED, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .knob = "memory/memory.swap.max"},
	.may_refuse = true,
	MUTANTS("set:/linux/resources/memory/swap=62914560"),
	CONFIG(SET("/linux/resources", {"memory": {"limit": 52428800, "swap": -1}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:memory/memory.swap.max", "max")),
};

CONFORM_CASE(cgroups_v2, memory_swap_below_limit_is_refused) = {
	.title = "on v2 a memory.swap below memory.limit is refused",
	REQS(REQ_CGROUP_MEMORY_SWAP_BELOW_LIMIT_ERROR),
	.needs = {.cgroup = "v2", .knob = "memory/memory.swap.max"},
	MUTANTS("drop:/linux/resources", "drop:/linux/resources/memory/swap"),
	CONFIG(SET("/linux/resources", {"memory": {"limit": 52428800, "swap": 41943040}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups_v2, use_hierarchy_holds_already) = {
	.title = "on v2 memory.useHierarchy asks for what always holds, and the other settings "
		 "count",
	REQS(REQ_CGROUP_MEMORY_USEHIERARCHY_V2, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .controllers = "memory"},
	.min_target = 101,
	.may_refuse = true,
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"memory": {"useHierarchy": true, "limit": 52428800}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:memory/memory.max", "52428800")),
};

CONFORM_CASE(cgroups_v2, use_hierarchy_false_is_refused) = {
	.title = "on v2, which is always hierarchical, memory.useHierarchy of false is refused",
	REQS(REQ_CGROUP_MEMORY_USEHIERARCHY_V2, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .controllers = "memory"},
	.min_target = 101,
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"memory": {"useHierarchy": false}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups_v2, cpu_shares_are_converted) = {
	.title = "on v2 cpu.shares become a cpu.weight by one of the two formulas in use",
	REQS(REQ_CGROUP_CPU_SHARES_V2, REQ_CGROUP_CPU_SHARES,
	     REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .controllers = "cpu"},
	.may_refuse = true,
	MUTANTS("drop:/linux/resources", "set:/linux/resources/cpu/shares=1024"),
	CONFIG(SET("/linux/resources", {"cpu": {"shares": 333}})),
	/* 1 + (333 - 2) * 9999 / 262142, and the curve through (1024, 100), rounded up or down */
	OUTSIDE(HOST_ONE_OF(AFTER_CREATE, "cgroup:cpu/cpu.weight", ["13", "41", "42"])),
};

CONFORM_CASE(cgroups_v2, cpu_shares_least) = {
	.title = "on v2 the smallest cpu.shares are the smallest cpu.weight",
	REQS(REQ_CGROUP_CPU_SHARES_V2, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .controllers = "cpu"},
	.may_refuse = true,
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"cpu": {"shares": 2}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:cpu/cpu.weight", "1")),
};

CONFORM_CASE(cgroups_v2, cpu_shares_most) = {
	.title = "on v2 the largest cpu.shares are the largest cpu.weight",
	REQS(REQ_CGROUP_CPU_SHARES_V2, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .controllers = "cpu"},
	.may_refuse = true,
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"cpu": {"shares": 262144}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:cpu/cpu.weight", "10000")),
};

CONFORM_CASE(cgroups_v2, cpu_quota_and_period_are_set) = {
	.title = "on v2 cpu.quota and cpu.period are the two numbers of cpu.max",
	REQS(REQ_CGROUP_CPU_QUOTA_V2, REQ_CGROUP_CPU_PERIOD_V2, REQ_CGROUP_CPU_PERIOD,
	     REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .knob = "cpu/cpu.max"},
	.may_refuse = true,
	MUTANTS("drop:/linux/resources", "drop:/linux/resources/cpu/quota",
		"drop:/linux/resources/cpu/period"),
	CONFIG(SET("/linux/resources", {"cpu": {"quota": 30000, "period": 60000}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:cpu/cpu.max", "30000 60000")),
};

CONFORM_CASE(cgroups_v2, cpu_quota_alone_keeps_the_period) = {
	.title = "on v2 a cpu.quota without cpu.period leaves the period of the kernel",
	REQS(REQ_CGROUP_CPU_QUOTA_V2, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .knob = "cpu/cpu.max"},
	.may_refuse = true,
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"cpu": {"quota": 30000}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:cpu/cpu.max", "30000 100000")),
};

CONFORM_CASE(cgroups_v2, cpu_period_alone_sets_no_quota) = {
	.title = "on v2 a cpu.period without cpu.quota leaves the quota of the kernel, which is "
		 "none",
	REQS(REQ_CGROUP_CPU_PERIOD_V2, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .knob = "cpu/cpu.max"},
	.may_refuse = true,
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"cpu": {"period": 50000}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:cpu/cpu.max", "max 50000")),
};

CONFORM_CASE(cgroups_v2, cpu_quota_limits) = {
	.title = "on v2 two busy threads get about quota/period of one processor",
	REQS(REQ_CGROUP_CPU_QUOTA, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .knob = "cpu/cpu.max"},
	.may_refuse = true,
	MUTANTS("drop:/linux/resources"),
	/* so little that a busy host has more to give */
	CONFIG(SET("/linux/resources", {"cpu": {"quota": 5000, "period": 100000}})),
	INSIDE(FACT_MAX("try:burn:1000", 20), FACT_MIN("try:burn:1000", 1)),
	/* who gets no more than that all the same was held back */
	OUTSIDE(HOST_HAS(AFTER_START, "cgroup:cpu/cpu.stat", "nr_throttled "),
		HOST_LACKS(AFTER_START, "cgroup:cpu/cpu.stat", "nr_throttled 0")),
};

CONFORM_CASE(cgroups_v2, cpu_quota_negative_is_no_limit) = {
	.title = "on v2 a negative cpu.quota is max",
	REQS(REQ_CGROUP_CPU_QUOTA_NEGATIVE_UNLIMITED, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .knob = "cpu/cpu.max"},
	.may_refuse = true,
	MUTANTS("set:/linux/resources/cpu/quota=50000"),
	CONFIG(SET("/linux/resources", {"cpu": {"quota": -1}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:cpu/cpu.max", "max 100000")),
};

CONFORM_CASE(cgroups_v2, cpu_burst_is_set) = {
	.title = "on v2 cpu.burst is in cpu.max.burst",
	REQS(REQ_CGROUP_CPU_BURST, REQ_CGROUP_CPU_BURST_V2,
	     REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .knob = "cpu/cpu.max.burst"},
	.min_target = 101,
	.may_refuse = true,
	MUTANTS("drop:/linux/resources", "drop:/linux/resources/cpu/burst"),
	CONFIG(SET("/linux/resources",
		   {"cpu": {"quota": 50000, "period": 100000, "burst": 20000}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:cpu/cpu.max.burst", "20000")),
};

CONFORM_CASE(cgroups_v2, cpu_burst_above_quota_is_refused) = {
	.title = "on v2 a cpu.burst above cpu.quota, which the kernel does not take, is an error",
	REQS(REQ_CGROUP_CPU_BURST_NOT_ABOVE_QUOTA, REQ_CGROUP_CPU_QUOTA_NOT_BELOW_BURST,
	     REQ_CGROUP_CPU_BURST_QUOTA_ERROR, REQ_CGROUP_CPU_QUOTA_BURST_ERROR),
	.needs = {.cgroup = "v2", .knob = "cpu/cpu.max.burst"},
	.min_target = 101,
	MUTANTS("drop:/linux/resources", "set:/linux/resources/cpu/burst=5000"),
	CONFIG(SET("/linux/resources",
		   {"cpu": {"quota": 10000, "period": 100000, "burst": 20000}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups_v2, cpu_idle_is_set) = {
	.title = "on v2 cpu.idle is in the file of that name",
	REQS(REQ_CGROUP_CPU_IDLE, REQ_CGROUP_CPU_IDLE_V2, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .knob = "cpu/cpu.idle"},
	.min_target = 101,
	/* beside its like alone: beside a busy machine's others it would not get to its end */
	.host_cgroup = "above",
	.may_refuse = true,
	MUTANTS("drop:/linux/resources", "cli:residue-cgroup"),
	CONFIG(SET("/linux/cgroupsPath", "@CGROUP@/in"),
	       SET("/linux/resources", {"cpu": {"idle": 1}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:cpu/cpu.idle", "1")),
};

CONFORM_CASE(cgroups_v2, cpuset_is_set) = {
	.title = "on v2 cpu.cpus and cpu.mems are in the files of cpuset, and the program runs on "
		 "that "
		 "processor alone",
	REQS(REQ_CGROUP_CPU_CPUS, REQ_CGROUP_CPU_CPUS_V2, REQ_CGROUP_CPU_MEMS,
	     REQ_CGROUP_CPU_MEMS_V2, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .controllers = "cpuset", .cpus = "0"},
	.may_refuse = true,
	MUTANTS("drop:/linux/resources", "drop:/linux/resources/cpu/cpus",
		"drop:/linux/resources/cpu/mems"),
	CONFIG(SET("/linux/resources", {"cpu": {"cpus": "0", "mems": "0"}})),
	INSIDE(FACT("sched.affinity", "0")),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:cpuset/cpuset.cpus", "0"),
		HOST(AFTER_CREATE, "cgroup:cpuset/cpuset.mems", "0")),
};

CONFORM_CASE(cgroups_v2, hugepage_limit_is_set) = {
	.title = "on v2 a hugepage limit is in the file for reservations of its page size, 2MB "
		 "being "
		 "2097152 bytes",
	REQS(REQ_CGROUP_HUGEPAGE_LIMIT_V2, REQ_CGROUP_HUGEPAGE_RSVD_DEFAULT,
	     REQ_CGROUP_HUGEPAGE_PAGESIZE_BASE1024, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .knob = "hugetlb/hugetlb.2MB.rsvd.max"},
	.min_target = 101,
	.may_refuse = true,
	MUTANTS("drop:/linux/resources", "set:/linux/resources/hugepageLimits/0/limit=2097152"),
	CONFIG(SET("/linux/resources",
		   {"hugepageLimits": [{"pageSize": "2MB", "limit": 4194304}]})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:hugetlb/hugetlb.2MB.rsvd.max", "4194304")),
};

CONFORM_CASE(cgroups_v2, hugepage_limit_limits) = {
	.title = "beyond a hugepage limit no more can be reserved, up to it they can",
	REQS(REQ_CGROUP_HUGEPAGE_LIMIT, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .knob = "hugetlb/hugetlb.2MB.rsvd.max", .hugepages = 4},
	/* before, a limit of what is used met the text as well: then the mapping works, and its use
	 * does not */
	.min_target = 101,
	.may_refuse = true,
	MUTANTS("drop:/linux/resources", "set:/linux/resources/hugepageLimits/0/limit=16777216"),
	CONFIG(SET("/linux/resources",
		   {"hugepageLimits": [{"pageSize": "2MB", "limit": 4194304}]})),
	/* private, anonymous, of 2 MB pages: four, then two */
	INSIDE(TRY("syscall:mmap,0,8388608,3,0x54040022,0xffffffffffffffff,0", "ENOMEM"),
	       TRY("syscall:mmap,0,4194304,3,0x54040022,0xffffffffffffffff,0", "OK")),
};

CONFORM_CASE(cgroups_v2, unified_key_is_a_file) = {
	.title = "each key of unified is a file of the cgroup, and takes the value",
	REQS(REQ_CGROUP_UNIFIED_KEY_IS_FILE, REQ_CGROUP_UNIFIED_CONTROLLERS_ENABLED),
	.needs = {.cgroup = "v2", .controllers = "memory,pids"},
	.min_target = 101,
	MUTANTS("drop:/linux/resources", "drop:/linux/resources/unified/memory.high",
		"drop:/linux/resources/unified/pids.max"),
	CONFIG(SET("/linux/resources", {"unified": {"memory.high": "52428800", "pids.max": "77"}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:memory/memory.high", "52428800"),
		HOST(AFTER_CREATE, "cgroup:pids/pids.max", "77"),
		HOST_HAS(AFTER_CREATE, "cgroup:memory/cgroup.controllers", "memory"),
		HOST_HAS(AFTER_CREATE, "cgroup:memory/cgroup.controllers", "pids")),
};

CONFORM_CASE(cgroups_v2, unified_key_that_few_know) = {
	.title = "a key of unified that is no field of the configuration is written all the same",
	REQS(REQ_CGROUP_UNIFIED_UNKNOWN_KEY_WRITTEN),
	.needs = {.cgroup = "v2", .knob = "memory/memory.oom.group"},
	.min_target = 101,
	MUTANTS("drop:/linux/resources", "set:/linux/resources/unified/memory.oom.group=\"0\""),
	CONFIG(SET("/linux/resources", {"unified": {"memory.oom.group": "1"}})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:memory/memory.oom.group", "1")),
};

CONFORM_CASE(cgroups_v2, unified_key_of_no_controller_is_refused) = {
	.title = "a key of unified whose controller does not exist is an error",
	REQS(REQ_CGROUP_UNIFIED_MISSING_CONTROLLER_ERROR),
	.needs = {.cgroup = "v2", .controllers = "memory"},
	.min_target = 101,
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"unified": {"foo.bar": "1"}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups_v2, unified_key_without_file_is_refused) = {
	.title = "a key of unified with a controller that has no such file is an error",
	REQS(REQ_CGROUP_UNIFIED_MISSING_FILE_ERROR),
	.needs = {.cgroup = "v2", .controllers = "memory"},
	.min_target = 101,
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"unified": {"memory.nosuchfile": "1"}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups_v2, unified_key_cannot_climb) = {
	.title = "a key of unified with a slash names no file of the cgroup and is an error",
	REQS(REQ_CGROUP_UNIFIED_MISSING_FILE_ERROR),
	.needs = {.cgroup = "v2", .controllers = "memory"},
	.min_target = 101,
	MUTANTS("drop:/linux/resources"),
	VARY("{\"../cgroup.max.depth\": \"max\"}", "{\"./memory.max\": \"max\"}",
	     "{\"..\": \"1\"}"),
	CONFIG(SET("/linux/resources", {"unified": "@V@"})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups_v2, unified_and_field_together) = {
	.title = "a field of the configuration and unified keys of the same controller both count",
	REQS(REQ_CGROUP_UNIFIED_KEY_IS_FILE),
	.needs = {.cgroup = "v2", .controllers = "memory"},
	.min_target = 101,
	MUTANTS("drop:/linux/resources/unified", "drop:/linux/resources/memory"),
	CONFIG(SET("/linux/resources", {
		"memory": {"limit": 52428800},
		"unified": {"memory.min": "8388608", "memory.high": "41943040"}
	})),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:memory/memory.max", "52428800"),
		HOST(AFTER_CREATE, "cgroup:memory/memory.min", "8388608"),
		HOST(AFTER_CREATE, "cgroup:memory/memory.high", "41943040")),
};

CONFORM_CASE(cgroups_v2, devices_need_no_files) = {
	.title = "on v2, which has no files for devices, a device that is not allowed cannot be "
		 "opened",
	REQS(REQ_CGROUP_DEVICES_V2_BPF, REQ_CGROUP_DEVICES_ALLOW_EFFECT,
	     REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2",
		  .caps = "CAP_SYSLOG",
		  .device = "c 1:11 rw,b 1:11 r,c 1:12 r,c 10:11 r"},
	.may_refuse = true,
	MUTANTS("set:/linux/resources/devices/0/allow=true",
		"drop:/linux/resources/devices/1/major", "drop:/linux/resources/devices/1/minor"),
	CONFIG(SET("/process/capabilities", {
		       "bounding": ["CAP_MKNOD", "CAP_SYSLOG"],
		       "effective": ["CAP_MKNOD", "CAP_SYSLOG"],
		       "permitted": ["CAP_MKNOD", "CAP_SYSLOG"]
	       }),
	       SET("/linux/resources", {
		       "devices": [
			       {"allow": false, "access": "rwm"}, {
				       "allow": true,
				       "type": "c",
				       "major": 1,
				       "minor": 11,
				       "access": "rm"
			       },
			       {"allow": true, "type": "c", "major": 1, "minor": 3, "access": "rwm"}
		       ]
	       })),
	INSIDE(TRY("mknod-open:/tmp/kmsg,c,1,11,r", "OK"),
	       TRY("mknod-open:/tmp/kmsg,c,1,11,w", "EPERM"),
	       TRY("mknod-open:/tmp/blk,b,1,11,r", "EPERM"),
	       /* its major with another minor, its minor with another major */
	       TRY("mknod-open:/tmp/minor,c,1,12,r", "EPERM"),
	       TRY("mknod-open:/tmp/major,c,10,11,r", "EPERM"),
	       TRY("mknod-open:/tmp/null,c,1,3,rw", "OK")),
	OUTSIDE(HOST(AFTER_CREATE, "cgroup:/devices.list", null)),
};

CONFORM_CASE(cgroups_v2, absolute_path_is_from_the_mount) = {
	.title = "on v2 an absolute cgroupsPath is the container's cgroup below the mount",
	REQS(REQ_CGROUP_PATH_ABSOLUTE_TO_MOUNT, REQ_CGROUP_CREATED_IF_MISSING),
	.needs = {.cgroup = "v2"},
	MUTANTS("drop:/linux/cgroupsPath", "set:/linux/cgroupsPath=\"@CGROUP@-other\""),
	CONFIG(SET("/linux/cgroupsPath", "@CGROUP@")),
	OUTSIDE(HOST_MATCH(AFTER_CREATE, "cgroup:", "@CGROUP@*"),
		HOST(AFTER_CREATE, "stat.host:/sys/fs/cgroup@CGROUP@#/type", "dir")),
};

CONFORM_CASE(cgroups_v2, rdma_limit_is_set) = {
	.title = "on v2 the limits of an RDMA device are its line of rdma.max",
	REQS(REQ_CGROUP_RDMA_LIMIT_V2, REQ_CGROUP_RDMA_DEVICE_KEY,
	     REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .controllers = "rdma", .path = "/sys/class/infiniband/rxe0"},
	.may_refuse = true,
	MUTANTS("drop:/linux/resources", "drop:/linux/resources/rdma/rxe0/hcaObjects",
		"set:/linux/resources/rdma/rxe0/hcaHandles=4"),
	CONFIG(SET("/linux/resources", {"rdma": {"rxe0": {"hcaHandles": 3, "hcaObjects": 10000}}})),
	OUTSIDE(HOST_HAS(AFTER_CREATE, "cgroup:rdma/rdma.max",
			 "rxe0 hca_handle=3 hca_object=10000")),
};
