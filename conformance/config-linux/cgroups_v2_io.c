/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Block I/O on cgroup v2. What a rate does is measured on the block device 7:0, which the suite may
 * overwrite where somebody has given it one as /dev/conform-disk (ci/vm/suite does).
 */
#include "conform.h"

CONFORM_CASE(cgroups_v2, io_read_bps_is_set) = {
	.title = "on v2 blockIO.throttleReadBpsDevice is rbps of io.max",
	REQS(REQ_CGROUP_BLOCKIO_THROTTLEREADBPSDEVICE_V2, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .knob = "io/io.max", .path = "/sys/dev/block/7:0"},
	.may_refuse = true,
	MUTANTS("drop:/linux/resources",
		"set:/linux/resources/blockIO/throttleReadBpsDevice/0/rate=8192"),
	CONFIG(SET("/linux/resources", {
		"blockIO": {"throttleReadBpsDevice": [{"major": 7, "minor": 0, "rate": 4096000}]}
	})),
	OUTSIDE(HOST_HAS(AFTER_CREATE, "cgroup:io/io.max",
			 "7:0 rbps=4096000 wbps=max riops=max wiops=max")),
};

CONFORM_CASE(cgroups_v2, io_write_bps_is_set) = {
	.title = "on v2 blockIO.throttleWriteBpsDevice is wbps of io.max",
	REQS(REQ_CGROUP_BLOCKIO_THROTTLEWRITEBPSDEVICE_V2, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .knob = "io/io.max", .path = "/sys/dev/block/7:0"},
	.may_refuse = true,
	MUTANTS("drop:/linux/resources",
		"set:/linux/resources/blockIO/throttleWriteBpsDevice/0/rate=8192"),
	CONFIG(SET("/linux/resources", {
		"blockIO": {"throttleWriteBpsDevice": [{"major": 7, "minor": 0, "rate": 4096000}]}
	})),
	OUTSIDE(HOST_HAS(AFTER_CREATE, "cgroup:io/io.max",
			 "7:0 rbps=max wbps=4096000 riops=max wiops=max")),
};

CONFORM_CASE(cgroups_v2, io_read_iops_is_set) = {
	.title = "on v2 blockIO.throttleReadIOPSDevice is riops of io.max",
	REQS(REQ_CGROUP_BLOCKIO_THROTTLEREADIOPSDEVICE_V2, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .knob = "io/io.max", .path = "/sys/dev/block/7:0"},
	.may_refuse = true,
	MUTANTS("drop:/linux/resources",
		"set:/linux/resources/blockIO/throttleReadIOPSDevice/0/rate=8192"),
	CONFIG(SET("/linux/resources", {
		"blockIO": {"throttleReadIOPSDevice": [{"major": 7, "minor": 0, "rate": 4096}]}
	})),
	OUTSIDE(HOST_HAS(AFTER_CREATE, "cgroup:io/io.max",
			 "7:0 rbps=max wbps=max riops=4096 wiops=max")),
};

CONFORM_CASE(cgroups_v2, io_write_iops_is_set) = {
	.title = "on v2 blockIO.throttleWriteIOPSDevice is wiops of io.max",
	REQS(REQ_CGROUP_BLOCKIO_THROTTLEWRITEIOPSDEVICE_V2,
	     REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .knob = "io/io.max", .path = "/sys/dev/block/7:0"},
	.may_refuse = true,
	MUTANTS("drop:/linux/resources",
		"set:/linux/resources/blockIO/throttleWriteIOPSDevice/0/rate=8192"),
	CONFIG(SET("/linux/resources", {
		"blockIO": {"throttleWriteIOPSDevice": [{"major": 7, "minor": 0, "rate": 4096}]}
	})),
	OUTSIDE(HOST_HAS(AFTER_CREATE, "cgroup:io/io.max",
			 "7:0 rbps=max wbps=max riops=max wiops=4096")),
};

CONFORM_CASE(cgroups_v2, io_rates_of_one_device_go_together) = {
	.title = "on v2 several rates of one device are one line of io.max",
	REQS(REQ_CGROUP_BLOCKIO_THROTTLEREADBPSDEVICE_V2,
	     REQ_CGROUP_BLOCKIO_THROTTLEWRITEIOPSDEVICE_V2,
	     REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .knob = "io/io.max", .path = "/sys/dev/block/7:0"},
	.may_refuse = true,
	MUTANTS("drop:/linux/resources/blockIO/throttleReadBpsDevice",
		"drop:/linux/resources/blockIO/throttleWriteIOPSDevice"),
	CONFIG(SET("/linux/resources", {
		"blockIO": {
			"throttleReadBpsDevice": [{"major": 7, "minor": 0, "rate": 2048000}],
			"throttleWriteIOPSDevice": [{"major": 7, "minor": 0, "rate": 300}]
		}
	})),
	OUTSIDE(HOST_HAS(AFTER_CREATE, "cgroup:io/io.max",
			 "7:0 rbps=2048000 wbps=max riops=max wiops=300")),
};

CONFORM_CASE(cgroups_v2, io_weight_is_set) = {
	.title = "on v2 with BFQ blockIO.weight is in io.bfq.weight, unchanged",
	REQS(REQ_CGROUP_BLOCKIO_WEIGHT, REQ_CGROUP_BLOCKIO_WEIGHT_V2,
	     REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	.needs = {.cgroup = "v2", .knob = "io/io.bfq.weight"},
	.may_refuse = true,
	MUTANTS("drop:/linux/resources"),
	CONFIG(SET("/linux/resources", {"blockIO": {"weight": 300}})),
	OUTSIDE(HOST_HAS(AFTER_CREATE, "cgroup:io/io.bfq.weight", "300")),
};

CONFORM_CASE(cgroups_v2, io_weight_of_a_device_is_set) = {
	.title = "on v2 the weight of a device that BFQ schedules is its line of io.bfq.weight",
	REQS(REQ_CGROUP_BLOCKIO_WEIGHTDEVICE_WEIGHT_V2, REQ_CGROUP_V1_TO_V2_NO_CONVERSION_ERROR),
	/* low_latency is a setting of BFQ alone */
	.needs = {.cgroup = "v2",
		  .knob = "io/io.bfq.weight",
		  .path = "/sys/dev/block/7:0/queue/iosched/low_latency"},
	.may_refuse = true,
	MUTANTS("drop:/linux/resources", "set:/linux/resources/blockIO/weightDevice/0/weight=100"),
	CONFIG(SET("/linux/resources",
		   {"blockIO": {"weightDevice": [{"major": 7, "minor": 0, "weight": 250}]}})),
	OUTSIDE(HOST_HAS(AFTER_CREATE, "cgroup:io/io.bfq.weight", "7:0 250")),
};

CONFORM_CASE(cgroups_v2, unified_value_of_several_lines) = {
	.title = "a value of unified with line breaks sets every line",
	REQS(REQ_CGROUP_UNIFIED_MULTILINE_VALUE),
	.needs = {.cgroup = "v2", .knob = "io/io.max", .path = "/sys/dev/block/7:1"},
	.min_target = 101,
	MUTANTS("drop:/linux/resources",
		"set:/linux/resources/unified/io.max=\"7:0 rbps=2097152\""),
	CONFIG(SET("/linux/resources",
		   {"unified": {"io.max": "7:0 rbps=2097152\n7:1 wbps=1048576"}})),
	OUTSIDE(HOST_HAS(AFTER_CREATE, "cgroup:io/io.max", "7:0 rbps=2097152"),
		HOST_HAS(AFTER_CREATE, "cgroup:io/io.max", "7:1 rbps=max wbps=1048576")),
};

#define WITH_DISK                                                                                  \
	SET("/linux/devices", [{"path": "/dev/disk", "type": "b", "major": 7, "minor": 0}]),       \
		SET("/linux/resources/devices", [                                                  \
			{"allow": false, "access": "rwm"},                                         \
			{"allow": true, "type": "b", "major": 7, "minor": 0, "access": "rwm"}      \
		])

CONFORM_CASE(cgroups_v2, io_read_rate_limits) = {
	.title = "a rate of bytes read slows direct reading down to it",
	REQS(REQ_CGROUP_BLOCKIO_THROTTLEREADBPSDEVICE),
	.needs = {.cgroup = "v2", .controllers = "io", .path = "/dev/conform-disk"},
	MUTANTS("drop:/linux/resources/blockIO"),
	CONFIG(WITH_DISK,
	       SET("/linux/resources/blockIO",
		   {"throttleReadBpsDevice": [{"major": 7, "minor": 0, "rate": 1048576}]})),
	INSIDE(FACT_MAX("try:readbps:/dev/disk,2M", 1572864),
	       FACT_MIN("try:readbps:/dev/disk,2M", 262144)),
};

CONFORM_CASE(cgroups_v2, io_write_rate_limits) = {
	.title = "a rate of bytes written slows direct writing down to it",
	REQS(REQ_CGROUP_BLOCKIO_THROTTLEWRITEBPSDEVICE),
	.needs = {.cgroup = "v2", .controllers = "io", .path = "/dev/conform-disk"},
	MUTANTS("drop:/linux/resources/blockIO"),
	CONFIG(WITH_DISK,
	       SET("/linux/resources/blockIO",
		   {"throttleWriteBpsDevice": [{"major": 7, "minor": 0, "rate": 1048576}]})),
	INSIDE(FACT_MAX("try:writebps:/dev/disk,2M", 1572864),
	       FACT_MIN("try:writebps:/dev/disk,2M", 262144)),
};

/* The probe reads and writes 64 KB at a time: sixteen such are 1 MB. */
CONFORM_CASE(cgroups_v2, io_read_operations_limit) = {
	.title = "a rate of read operations slows direct reading down to it",
	REQS(REQ_CGROUP_BLOCKIO_THROTTLEREADIOPSDEVICE),
	.needs = {.cgroup = "v2", .controllers = "io", .path = "/dev/conform-disk"},
	MUTANTS("drop:/linux/resources/blockIO"),
	CONFIG(WITH_DISK, SET("/linux/resources/blockIO",
			      {"throttleReadIOPSDevice": [{"major": 7, "minor": 0, "rate": 16}]})),
	INSIDE(FACT_MAX("try:readbps:/dev/disk,2M", 1572864),
	       FACT_MIN("try:readbps:/dev/disk,2M", 131072)),
};

CONFORM_CASE(cgroups_v2, io_write_operations_limit) = {
	.title = "a rate of write operations slows direct writing down to it",
	REQS(REQ_CGROUP_BLOCKIO_THROTTLEWRITEIOPSDEVICE),
	.needs = {.cgroup = "v2", .controllers = "io", .path = "/dev/conform-disk"},
	MUTANTS("drop:/linux/resources/blockIO"),
	CONFIG(WITH_DISK, SET("/linux/resources/blockIO",
			      {"throttleWriteIOPSDevice": [{"major": 7, "minor": 0, "rate": 16}]})),
	INSIDE(FACT_MAX("try:writebps:/dev/disk,2M", 1572864),
	       FACT_MIN("try:writebps:/dev/disk,2M", 131072)),
};
