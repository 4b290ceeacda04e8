/* SPDX-License-Identifier: Apache-2.0 */
/* config.md#mounts: mappings of owners, and what idmap and ridmap do without them. */
#include "conform.h"

CONFORM_CASE(mounts, mappings_need_each_other) = {
	.title = "uidMappings without gidMappings on an entry, or the reverse, is refused",
	REQS(REQ_MOUNT_UIDMAPPINGS_NEEDS_GID, REQ_MOUNT_GIDMAPPINGS_NEEDS_UID,
	     REQ_CONFIG_INVALID_VALUE_ERROR),
	.min_target = 102,
	MUTANTS("pop:/mounts"),
	VARY("\"uidMappings\"", "\"gidMappings\""),
	FILES(DIR_AT("../data")),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/data",
		"options": ["bind", "idmap"],
		"@V@": [{"containerID": 0, "hostID": 1000, "size": 10}]
	})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(mounts, idmap_translates_owners) = {
	.title = "with idmap and mappings a file shows the mapped owner, and its owner on the host "
		 "stays",
	REQS(REQ_MOUNT_IDMAP_MAPPING_APPLIED, REQ_MOUNT_UIDMAPPINGS_EFFECT,
	     REQ_MOUNT_GIDMAPPINGS_EFFECT),
	.needs = {.userns = true},
	.min_target = 102,
	.may_refuse = true,
	MUTANTS("set:/mounts/7/uidMappings/0/hostID=5001",
		"set:/mounts/7/gidMappings/0/hostID=6001"),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}),
	FILES({.kind = FILE_REG, .path = "../src/beyond", .content = "x", .uid = 2001, .gid = 3001},
	      {.kind = FILE_REG, .path = "../src/owned", .content = "x", .uid = 2000, .gid = 3000}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["bind", "idmap"],
		"uidMappings": [{"containerID": 2000, "hostID": 5000, "size": 1}],
		"gidMappings": [{"containerID": 3000, "hostID": 6000, "size": 1}]
	})),
	INSIDE(FACT("path:/m/beyond#/uid", 65534), FACT("path:/m/beyond#/gid", 65534),
	       FACT("path:/m/owned#/uid", 5000), FACT("path:/m/owned#/gid", 6000)),
	OUTSIDE(HOST(AFTER_EXIT, "stat.host:@BUNDLE@/src/owned#/uid", 2000)),
};

CONFORM_CASE(mounts, idmap_of_a_relative_source) = {
	.title = "a relative source that is mapped is resolved against the bundle, as one that is "
		 "not",
	REQS(REQ_MOUNT_SOURCE_RELATIVE_TO_BUNDLE, REQ_MOUNT_IDMAP_MAPPING_APPLIED),
	/* who says that it maps has no reason to refuse this source */
	.needs = {.userns = true, .idmap = true, .feature = "/linux/mountExtensions/idmap/enabled"},
	.min_target = 102,
	.may_refuse = true,
	MUTANTS("set:/mounts/7/source=\"other\"", "set:/mounts/7/uidMappings/0/hostID=5001"),
	CALLER("cwd:/"),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}, {"../other", "tmpfs", "", NULL}),
	FILES({.kind = FILE_REG, .path = "../src/owned", .content = "x", .uid = 2000, .gid = 3000}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "src",
		"options": ["bind", "idmap"],
		"uidMappings": [{"containerID": 2000, "hostID": 5000, "size": 1}],
		"gidMappings": [{"containerID": 3000, "hostID": 6000, "size": 1}]
	})),
	INSIDE(FACT("path:/m/owned#/uid", 5000), FACT("path:/m/owned#/gid", 6000)),
};

CONFORM_CASE(mounts, idmap_below_an_idmap_stays_in_the_container) = {
	.title = "a mapped mount on a directory of another mapped one is in the container alone, "
		 "though its source is shared",
	REQS(REQ_MOUNT_IDMAP_MAPPING_APPLIED, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.needs = {.userns = true, .idmap = true},
	.min_target = 102,
	.may_refuse = true,
	MUTANTS("drop-option:/m/below=ro", "drop-mount:/m/below"),
	HOST_MOUNTS({"../src", "tmpfs", "shared", NULL}),
	FILES(DIR_AT("../src/below")),
	CONFIG(ADD("/mounts/-", {
		       "destination": "/m",
		       "type": "none",
		       "source": "@BUNDLE@/src",
		       "options": ["bind", "idmap"],
		       "uidMappings": [{"containerID": 0, "hostID": 1000, "size": 100}],
		       "gidMappings": [{"containerID": 0, "hostID": 2000, "size": 100}]
	       }),
	       ADD("/mounts/-", {
		       "destination": "/m/below",
		       "type": "none",
		       "source": "@BUNDLE@/src/below",
		       "options": ["bind", "idmap", "ro"],
		       "uidMappings": [{"containerID": 0, "hostID": 1000, "size": 100}],
		       "gidMappings": [{"containerID": 0, "hostID": 2000, "size": 100}]
	       })),
	INSIDE(FACT_HAS("mount:/m/below#/options", "ro"), FACT("path:/m/below#/uid", 1000),
	       FACT("path:/m/below#/gid", 2000)),
	OUTSIDE(HOST(AFTER_CREATE, "host.mounts.below:@BUNDLE@/src", [])),
};

CONFORM_CASE(mounts, idmap_without_any_mapping_is_an_error) = {
	.title = "idmap without mappings and without a user namespace makes create fail",
	REQS(REQ_MOUNT_IDMAP_NO_MAPPING_ERROR),
	.min_target = 102,
	MUTANTS("drop-option:/m=idmap"),
	FILES(DIR_AT("../data")),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/data",
		"options": ["bind", "idmap"]
	})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(mounts, own_mappings_go_before_those_of_the_container) = {
	.title = "mappings of the entry decide, not those of the container's user namespace",
	REQS(REQ_MOUNT_IDMAP_EXPLICIT_MAPPINGS_USED, REQ_MOUNT_RIDMAP_EXPLICIT_MAPPINGS_USED,
	     REQ_MOUNT_RIDMAP_MAPPING_APPLIED, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.needs = {.userns = true},
	.min_target = 102,
	.may_refuse = true,
	MUTANTS("drop-mount-mappings:/m", "set:/mounts/7/uidMappings/0/hostID=1001"),
	VARY("\"idmap\"", "\"ridmap\""),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}),
	FILES({.kind = FILE_REG, .path = "../src/file", .content = "x", .uid = 7, .gid = 8}),
	CONFIG(ADD("/linux/namespaces/-", {"type": "user"}),
	       SET("/linux/uidMappings", [{"containerID": 0, "hostID": 0, "size": 5000}]),
	       SET("/linux/gidMappings", [{"containerID": 0, "hostID": 0, "size": 5000}]),
	       ADD("/mounts/-", {
		       "destination": "/m",
		       "type": "none",
		       "source": "@BUNDLE@/src",
		       "options": ["bind", "@V@"],
		       "uidMappings": [{"containerID": 0, "hostID": 1000, "size": 100}],
		       "gidMappings": [{"containerID": 0, "hostID": 2000, "size": 100}]
	       })),
	INSIDE(FACT("path:/m/file#/uid", 1007), FACT("path:/m/file#/gid", 2008)),
};

CONFORM_CASE(mounts, ridmap_reaches_what_is_below) = {
	.title = "ridmap maps the owners of mounts below, too",
	REQS(REQ_MOUNT_RIDMAP_MAPPING_APPLIED, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.needs = {.userns = true},
	.min_target = 102,
	.may_refuse = true,
	MUTANTS("set-option:/m=ridmap:idmap", "set:/mounts/7/gidMappings/0/hostID=2001"),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}, {"../src/below", "tmpfs", "", NULL}),
	FILES(DIR_AT("../src/below")),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "ridmap"],
		"uidMappings": [{"containerID": 0, "hostID": 1000, "size": 100}],
		"gidMappings": [{"containerID": 0, "hostID": 2000, "size": 100}]
	})),
	INSIDE(FACT("mount:/m/below#/type", "tmpfs"), FACT("path:/m/below#/uid", 1000),
	       FACT("path:/m/below#/gid", 2000)),
};

CONFORM_CASE(mounts, idmap_falls_back_to_the_container_or_fails) = {
	.title = "idmap without mappings takes those of the container's user namespace, or is an "
		 "error",
	REQS(REQ_MOUNT_IDMAP_NO_FALLBACK_ERROR, REQ_MOUNT_RIDMAP_NO_FALLBACK_ERROR,
	     REQ_MOUNT_IDMAP_USERNS_FALLBACK, REQ_MOUNT_RIDMAP_USERNS_FALLBACK),
	.needs = {.userns = true},
	.min_target = 102,
	.may_refuse = true,
	MUTANTS("drop-option:/m=idmap"),
	VARY("\"idmap\"", "\"ridmap\""),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}),
	FILES({.kind = FILE_REG, .path = "../src/file", .content = "x", .uid = 7, .gid = 8}),
	CONFIG(ADD("/linux/namespaces/-", {"type": "user"}),
	       SET("/linux/uidMappings",
		   [
			   {"containerID": 0, "hostID": 0, "size": 1},
			   {"containerID": 1, "hostID": 1001, "size": 100}
		   ]),
	       SET("/linux/gidMappings",
		   [
			   {"containerID": 0, "hostID": 0, "size": 1},
			   {"containerID": 1, "hostID": 1001, "size": 100}
		   ]),
	       ADD("/mounts/-", {
		       "destination": "/m",
		       "type": "none",
		       "source": "@BUNDLE@/src",
		       "options": ["bind", "@V@"]
	       })),
	INSIDE(FACT("path:/m/file#/uid", 7), FACT("path:/m/file#/gid", 8)),
};

CONFORM_CASE(mounts, ridmap_without_any_mapping_is_an_error) = {
	.title = "ridmap without mappings and without a user namespace makes create fail",
	REQS(REQ_MOUNT_RIDMAP_NO_MAPPING_ERROR),
	.min_target = 102,
	MUTANTS("drop-option:/m=ridmap"),
	FILES(DIR_AT("../data")),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/data",
		"options": ["bind", "ridmap"]
	})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(mounts, mapping_has_its_members) = {
	.title =
		"a mapping of a mount without one of its members, or with another type, is refused",
	REQS(REQ_MOUNT_MAPPINGS_FORMAT, REQ_CONFIG_INVALID_VALUE_ERROR),
	.min_target = 102,
	MUTANTS("drop-mount:/m"),
	VARY("{\"hostID\": 0, \"size\": 1}", "{\"containerID\": 0, \"size\": 1}",
	     "{\"containerID\": 0, \"hostID\": 0}",
	     "{\"containerID\": \"0\", \"hostID\": 0, \"size\": 1}",
	     "{\"containerID\": 0, \"hostID\": -1, \"size\": 1}",
	     "{\"containerID\": 0, \"hostID\": 0, \"size\": [1]}", "7"),
	FILES(DIR_AT("../data")),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/data",
		"options": ["bind", "idmap"],
		"uidMappings": ["@V@"],
		"gidMappings": [{"containerID": 0, "hostID": 0, "size": 1}]
	})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(mounts, idmap_is_for_the_mount_alone) = {
	.title = "idmap maps owners on the mount and not on what is mounted below it, changes none "
		 "on the host, and is no option of the file system",
	REQS(REQ_MOUNT_OPTION_IDMAP, REQ_MOUNT_IDMAP_NOT_PASSED_TO_MOUNT2,
	     REQ_MOUNT_UIDMAPPINGS_MOUNT_SETATTR, REQ_MOUNT_GIDMAPPINGS_MOUNT_SETATTR),
	.needs = {.userns = true, .idmap = true},
	.min_target = 102,
	MUTANTS("drop-mount-mappings:/m", "set-option:/m=idmap:ridmap"),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}, {"../src/below", "tmpfs", "", NULL}),
	FILES(DIR_AT("../src/below")),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "idmap"],
		"uidMappings": [{"containerID": 0, "hostID": 1000, "size": 100}],
		"gidMappings": [{"containerID": 0, "hostID": 2000, "size": 100}]
	})),
	INSIDE(FACT("path:/m#/uid", 1000), FACT("path:/m#/gid", 2000),
	       FACT("mount:/m/below#/type", "tmpfs"), FACT("path:/m/below#/uid", 0),
	       FACT("path:/m/below#/gid", 0)),
	OUTSIDE(HOST(AFTER_EXIT, "stat.host:@BUNDLE@/src#/uid", 0),
		HOST(AFTER_EXIT, "stat.host:@BUNDLE@/src#/gid", 0)),
};

CONFORM_CASE(mounts, ridmap_changes_nothing_on_the_host) = {
	.title =
		"ridmap maps owners on the mount and below it, changes none on the host, and is no "
		"option of the file system",
	REQS(REQ_MOUNT_OPTION_RIDMAP, REQ_MOUNT_RIDMAP_NOT_PASSED_TO_MOUNT2,
	     REQ_MOUNT_UIDMAPPINGS_MOUNT_SETATTR, REQ_MOUNT_GIDMAPPINGS_MOUNT_SETATTR),
	.needs = {.userns = true, .idmap = true},
	.min_target = 102,
	MUTANTS("drop-mount-mappings:/m", "set-option:/m=ridmap:idmap"),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}, {"../src/below", "tmpfs", "", NULL}),
	FILES(DIR_AT("../src/below")),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "ridmap"],
		"uidMappings": [{"containerID": 0, "hostID": 3000, "size": 100}],
		"gidMappings": [{"containerID": 0, "hostID": 4000, "size": 100}]
	})),
	INSIDE(FACT("path:/m#/uid", 3000), FACT("path:/m/below#/uid", 3000),
	       FACT("path:/m/below#/gid", 4000)),
	OUTSIDE(HOST(AFTER_EXIT, "stat.host:@BUNDLE@/src/below#/uid", 0),
		HOST(AFTER_EXIT, "stat.host:@BUNDLE@/src/below#/gid", 0)),
};
