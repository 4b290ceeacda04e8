/* SPDX-License-Identifier: Apache-2.0 */
/* config-linux.md#user-namespace-mappings and #offset-for-time-namespace. */
#include "conform.h"

CONFORM_CASE(userns, uid_mappings_are_applied) = {
	.title = "uid_map holds every configured mapping",
	REQS(REQ_LINUX_USERNS_UIDMAPPINGS_APPLIED, REQ_LINUX_USERNS_GIDMAPPINGS_APPLIED),
	.needs = {.userns = true},
	MUTANTS("set:/linux/uidMappings/0/hostID=200000", "pop:/linux/gidMappings",
		"drop-namespace:user"),
	CONFIG(ADD("/linux/namespaces/-", {"type": "user"}),
	       SET("/linux/uidMappings",
		   [
			   {"containerID": 0, "hostID": 100000, "size": 1000},
			   {"containerID": 5000, "hostID": 300000, "size": 10}
		   ]),
	       SET("/linux/gidMappings",
		   [
			   {"containerID": 0, "hostID": 150000, "size": 2000},
			   {"containerID": 7000, "hostID": 400000, "size": 20}
		   ])),
	INSIDE(FACT("userns.uid_map", [[0, 100000, 1000], [5000, 300000, 10]]),
	       FACT("userns.gid_map", [[0, 150000, 2000], [7000, 400000, 20]])),
};

CONFORM_CASE(userns, ids_differ_from_the_host) = {
	.title = "the program is root inside and the mapped id on the host",
	REQS(REQ_LINUX_NS_USER_SUPPORTED),
	.needs = {.userns = true},
	MUTANTS("drop-namespace:user", "set:/linux/uidMappings/0/hostID=200000"),
	.ending = "wait",
	CONFIG(ADD("/linux/namespaces/-", {"type": "user"}),
	       SET("/linux/uidMappings", [{"containerID": 0, "hostID": 100000, "size": 65536}]),
	       SET("/linux/gidMappings", [{"containerID": 0, "hostID": 100000, "size": 65536}])),
	INSIDE(FACT("user.uids", [0, 0, 0, 0]), FACT("user.gids", [0, 0, 0, 0])),
	OUTSIDE(HOST(AFTER_START, "pid.user.uids", [100000, 100000, 100000, 100000])),
};

CONFORM_CASE(userns, mappings_without_user_namespace_are_refused) = {
	.title = "id mappings without a user namespace are an error",
	REQS(REQ_LINUX_USERNS_MAPPING_WITHOUT_USERNS),
	MUTANTS("drop:/linux/uidMappings"),
	CONFIG(SET("/linux/uidMappings", [{"containerID": 0, "hostID": 100000, "size": 1000}])),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(userns, mapping_without_a_field_is_refused) = {
	.title = "an id mapping without containerID is refused",
	REQS(REQ_LINUX_USERNS_MAPPING_CONTAINERID_FIELD),
	.needs = {.userns = true},
	MUTANTS("set:/linux/uidMappings/0/containerID=0"),
	CONFIG(ADD("/linux/namespaces/-", {"type": "user"}),
	       SET("/linux/uidMappings", [{"hostID": 100000, "size": 65536}]),
	       SET("/linux/gidMappings", [{"containerID": 0, "hostID": 100000, "size": 65536}])),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(userns, mapping_without_host_id_is_refused) = {
	.title = "an id mapping without hostID is refused",
	REQS(REQ_LINUX_USERNS_MAPPING_HOSTID_FIELD),
	.needs = {.userns = true},
	MUTANTS("set:/linux/uidMappings/0/hostID=100000"),
	CONFIG(ADD("/linux/namespaces/-", {"type": "user"}),
	       SET("/linux/uidMappings", [{"containerID": 0, "size": 65536}]),
	       SET("/linux/gidMappings", [{"containerID": 0, "hostID": 100000, "size": 65536}])),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(userns, mapping_without_size_is_refused) = {
	.title = "an id mapping without size is refused",
	REQS(REQ_LINUX_USERNS_MAPPING_SIZE_FIELD),
	.needs = {.userns = true},
	MUTANTS("set:/linux/uidMappings/0/size=65536"),
	CONFIG(ADD("/linux/namespaces/-", {"type": "user"}),
	       SET("/linux/uidMappings", [{"containerID": 0, "hostID": 100000}]),
	       SET("/linux/gidMappings", [{"containerID": 0, "hostID": 100000, "size": 65536}])),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(userns, owners_on_the_host_stay) = {
	.title = "the owners of the root filesystem's files are the same after the container ran",
	REQS(REQ_LINUX_USERNS_NO_CHOWN),
	.needs = {.userns = true},
	MUTANTS("cli:chown-rootfs"),
	FILES({.kind = FILE_REG,
	       .path = "etc/owned",
	       .content = "x",
	       .uid = 100007,
	       .gid = 100008}),
	CONFIG(ADD("/linux/namespaces/-", {"type": "user"}),
	       SET("/linux/uidMappings", [{"containerID": 0, "hostID": 100000, "size": 65536}]),
	       SET("/linux/gidMappings", [{"containerID": 0, "hostID": 100000, "size": 65536}])),
	INSIDE(FACT("path:/etc/owned#/uid", 7), FACT("path:/etc/owned#/gid", 8)),
	OUTSIDE(HOST(AFTER_EXIT, "stat.host:@ROOTFS@/etc/owned#/uid", 100007),
		HOST(AFTER_EXIT, "stat.host:@ROOTFS@/etc/owned#/gid", 100008)),
};

CONFORM_CASE(timens, monotonic_offset_is_applied) = {
	.title = "the monotonic clock is ahead of the host's by the configured offset",
	REQS(REQ_LINUX_TIME_OFFSETS_MONOTONIC),
	.needs = {.namespaces = "time"},
	.min_target = 101,
	.may_refuse = true,
	MUTANTS("drop:/linux/timeOffsets", "set:/linux/timeOffsets/monotonic/secs=1"),
	CONFIG(ADD("/linux/namespaces/-", {"type": "time"}),
	       SET("/linux/timeOffsets", {"monotonic": {"secs": 1000000, "nanosecs": 500}})),
	INSIDE(FACT("timens.monotonic", {"secs": 1000000, "nanosecs": 500}),
	       FACT_MIN("clock.monotonic", 1000000)),
};

CONFORM_CASE(timens, boottime_offset_is_applied) = {
	.title = "the boottime clock is ahead of the host's by the configured offset",
	REQS(REQ_LINUX_TIME_OFFSETS_BOOTTIME),
	.needs = {.namespaces = "time"},
	.min_target = 101,
	.may_refuse = true,
	MUTANTS("drop:/linux/timeOffsets", "set:/linux/timeOffsets/boottime/secs=1"),
	CONFIG(ADD("/linux/namespaces/-", {"type": "time"}),
	       SET("/linux/timeOffsets", {"boottime": {"secs": 2000000}})),
	INSIDE(FACT("timens.boottime#/secs", 2000000), FACT_MIN("clock.boottime", 2000000)),
};

CONFORM_CASE(timens, offsets_go_with_a_user_namespace) = {
	.title = "time offsets are applied where the container has a user namespace as well",
	REQS(REQ_LINUX_TIME_OFFSETS_MONOTONIC, REQ_LINUX_TIME_OFFSETS_BOOTTIME),
	.needs = {.namespaces = "time", .userns = true},
	.min_target = 101,
	.may_refuse = true,
	MUTANTS("drop:/linux/timeOffsets"),
	CONFIG(ADD("/linux/namespaces/-", {"type": "time"}),
	       ADD("/linux/namespaces/-", {"type": "user"}),
	       SET("/linux/uidMappings", [{"containerID": 0, "hostID": 100000, "size": 1000}]),
	       SET("/linux/gidMappings", [{"containerID": 0, "hostID": 100000, "size": 1000}]),
	       SET("/linux/timeOffsets",
		   {"monotonic": {"secs": 7000}, "boottime": {"secs": 9000}})),
	INSIDE(FACT("timens.monotonic#/secs", 7000), FACT("timens.boottime#/secs", 9000)),
};

CONFORM_CASE(timens, offsets_without_time_namespace_are_refused) = {
	.title = "time offsets without a time namespace are an error",
	REQS(REQ_LINUX_TIME_OFFSETS_WITHOUT_TIMENS),
	.min_target = 101,
	MUTANTS("drop:/linux/timeOffsets"),
	CONFIG(SET("/linux/timeOffsets", {"monotonic": {"secs": 5}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(timens, offsets_of_a_joined_namespace_are_refused) = {
	.title = "time offsets are an error where the time namespace is one that is there already",
	REQS(REQ_LINUX_TIME_OFFSETS_WITHOUT_TIMENS),
	.needs = {.namespaces = "time"},
	.min_target = 101,
	MUTANTS("drop:/linux/timeOffsets"),
	CONFIG(ADD("/linux/namespaces/-", {"type": "time", "path": "@NS:time@"}),
	       SET("/linux/timeOffsets", {"monotonic": {"secs": 5}})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(timens, unknown_clock_is_refused) = {
	.title = "an offset for a clock that time namespaces do not know is refused",
	REQS(REQ_LINUX_TIME_OFFSETS_CLOCK_KEYS, REQ_CONFIG_INVALID_VALUE_ERROR),
	.needs = {.namespaces = "time"},
	.min_target = 101,
	MUTANTS("drop:/linux/timeOffsets"),
	VARY("{\"realtime\": {\"secs\": 5}}", "{\"Monotonic\": {\"secs\": 5}}"),
	CONFIG(ADD("/linux/namespaces/-", {"type": "time"}), SET("/linux/timeOffsets", "@V@")),
	.rejected_at = REJECTED_AT_CREATE,
};
