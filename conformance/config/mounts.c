/* SPDX-License-Identifier: Apache-2.0 */
/* config.md#mounts: order, destination, source, type, data; recursive options and propagation need
 * a tree with a submount, which the harness mounts at ../src. */
#include "conform.h"

CONFORM_CASE(mounts, each_entry_is_mounted) = {
	.title = "every entry is in the container's mount table beside the root mount",
	REQS(REQ_MOUNT_ADDITIONAL_TO_ROOT),
	MUTANTS("drop-mount:/one", "drop-mount:/two"),
	CONFIG(ADD("/mounts/-", {"destination": "/one", "type": "tmpfs", "source": "first"}),
	       ADD("/mounts/-", {"destination": "/two", "type": "tmpfs", "source": "second"})),
	INSIDE(FACT("mount:/one#/source", "first"), FACT("mount:/two#/source", "second"),
	       FACT("path:/conform-probe#/type", "reg")),
};

CONFORM_CASE(mounts, order_is_that_of_the_list) = {
	.title = "a later entry on the same destination hides an earlier one, and one below an "
		 "earlier destination lies in it",
	REQS(REQ_MOUNT_ORDER_LISTED),
	MUTANTS("reverse:/mounts", "pop:/mounts"),
	CONFIG(ADD("/mounts/-", {"destination": "/m", "type": "tmpfs", "source": "hidden"}),
	       ADD("/mounts/-", {"destination": "/m", "type": "tmpfs", "source": "visible"}),
	       ADD("/mounts/-", {"destination": "/m/below", "type": "tmpfs", "source": "inner"})),
	INSIDE(FACT("mount:/m#/source", "visible"), FACT("mount:/m/below#/source", "inner"),
	       FACT("list:/m", ["below"])),
};

CONFORM_CASE(mounts, missing_destination_is_made) = {
	.title = "a destination that the root filesystem lacks shows the mount nevertheless",
	REQS(REQ_MOUNT_DESTINATION_IN_CONTAINER),
	MUTANTS("drop-mount:/not/there/yet"),
	CONFIG(ADD("/mounts/-",
		   {"destination": "/not/there/yet", "type": "tmpfs", "source": "tmpfs"})),
	INSIDE(FACT("mount:/not/there/yet#/type", "tmpfs")),
};

CONFORM_CASE(mounts, link_in_the_root_filesystem_does_not_lead_out) = {
	.title = "a symbolic link on the way to a destination is resolved inside of the "
		 "container's root",
	REQS(REQ_MOUNT_DESTINATION_IN_CONTAINER),
	/* the text does not say whether a link to nowhere must be followed; what it must not do is
	   lead out */
	.may_refuse = true,
	MUTANTS("drop-mount:/link/m"),
	FILES(LINK_AT("link", "@CASE@/io"), LINK_AT("up", "../../../../../../../../../../../..")),
	CONFIG(ADD("/mounts/-", {"destination": "/link/m", "type": "tmpfs", "source": "absolute"}),
	       ADD("/mounts/-",
		   {"destination": "/up/climbed", "type": "tmpfs", "source": "climbed"})),
	INSIDE(FACT("mount:@CASE@/io/m#/source", "absolute"),
	       FACT("mount:/climbed#/source", "climbed")),
	OUTSIDE(HOST(AFTER_START, "stat.host:@CASE@/io/m", null),
		HOST(AFTER_START, "stat.host:/climbed", null)),
};

CONFORM_CASE(mounts, dots_in_a_destination_do_not_lead_out) = {
	.title = "a destination with dot-dot components stays inside of the container's root",
	REQS(REQ_MOUNT_DESTINATION_IN_CONTAINER),
	MUTANTS("drop-mount:/../../outside"),
	CONFIG(ADD("/mounts/-",
		   {"destination": "/../../outside", "type": "tmpfs", "source": "outside"})),
	INSIDE(FACT("mount:/outside#/source", "outside")),
	OUTSIDE(HOST(AFTER_START, "stat.host:@BUNDLE@/../outside", null),
		HOST(AFTER_START, "stat.host:@BUNDLE@/outside", null)),
};

CONFORM_CASE(mounts, relative_destination_is_below_root) = {
	.title = "a relative destination is taken as one from the container's root",
	REQS(REQ_MOUNT_DESTINATION_RELATIVE_TO_ROOT),
	.min_target = 102,
	MUTANTS("drop-mount:mnt/x"),
	CONFIG(ADD("/mounts/-", {"destination": "mnt/x", "type": "tmpfs", "source": "relative"})),
	INSIDE(FACT("mount:/mnt/x#/source", "relative")),
};

CONFORM_CASE(mounts, destination_absent_is_refused) = {
	.title = "an entry without destination is refused",
	REQS(REQ_MOUNT_DESTINATION_FIELD),
	MUTANTS("pop:/mounts"),
	VARY("{\"type\": \"tmpfs\", \"source\": \"tmpfs\"}",
	     "{\"destination\": 7, \"type\": \"tmpfs\"}",
	     "{\"destination\": null, \"type\": \"tmpfs\"}"),
	CONFIG(ADD("/mounts/-", "@V@")),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(mounts, directory_is_bound) = {
	.title = "a bind mount shows the directory that is its source",
	REQS(REQ_MOUNT_SOURCE_FILE_OR_DIR, REQ_MOUNT_SOURCE_ABSOLUTE),
	MUTANTS("drop-mount:/m", "set-mount-source:/m=@BUNDLE@"),
	FILES(DIR_AT("../data"), FILE_AT("../data/inside", "this one\n")),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/data",
		"options": ["bind"]
	})),
	INSIDE(FACT("read:/m/inside", "this one"), FACT("list:/m", ["inside"])),
};

CONFORM_CASE(mounts, file_is_bound) = {
	.title = "a bind mount shows the file that is its source",
	REQS(REQ_MOUNT_SOURCE_FILE_OR_DIR, REQ_MOUNT_SOURCE_ABSOLUTE),
	MUTANTS("drop-mount:/etc/one"),
	FILES(FILE_AT("../single", "a file\n")),
	CONFIG(ADD("/mounts/-", {
		"destination": "/etc/one",
		"type": "none",
		"source": "@BUNDLE@/single",
		"options": ["bind"]
	})),
	INSIDE(FACT("read:/etc/one", "a file"), FACT("path:/etc/one#/type", "reg")),
};

CONFORM_CASE(mounts, relative_source_is_in_the_bundle) = {
	.title = "a relative bind source is resolved against the bundle, whatever directory the "
		 "caller is in",
	REQS(REQ_MOUNT_SOURCE_RELATIVE_TO_BUNDLE),
	MUTANTS("drop-mount:/m"),
	CALLER("cwd:/"),
	FILES(DIR_AT("../near"), FILE_AT("../near/inside", "bundle\n")),
	CONFIG(ADD("/mounts/-",
		   {"destination": "/m", "type": "none", "source": "near", "options": ["bind"]})),
	INSIDE(FACT("read:/m/inside", "bundle")),
};

CONFORM_CASE(mounts, missing_source_is_an_error) = {
	.title = "a bind mount of something that does not exist makes create fail",
	REQS(REQ_MOUNT_SOURCE_ABSOLUTE),
	MUTANTS("pop:/mounts"),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/no-such-thing",
		"options": ["bind"]
	})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(mounts, bind_is_an_option_not_a_type) = {
	.title = "an entry with bind or rbind is a bind mount whatever its type says",
	REQS(REQ_MOUNT_BIND_BY_OPTION, REQ_MOUNT_TYPE_BIND_DUMMY),
	MUTANTS("drop-mount:/m"),
	VARY("\"none\"", "\"bind\"", "\"tmpfs\"", "\"no-such-type\""),
	FILES(DIR_AT("../data"), FILE_AT("../data/inside", "bound\n")),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "@V@",
		"source": "@BUNDLE@/data",
		"options": ["bind"]
	})),
	INSIDE(FACT("read:/m/inside", "bound")),
};

CONFORM_CASE(mounts, bind_needs_no_type) = {
	.title = "a bind entry without type is a bind mount",
	REQS(REQ_MOUNT_TYPE_BIND_DUMMY),
	MUTANTS("drop-mount:/m"),
	FILES(DIR_AT("../data"), FILE_AT("../data/inside", "bound\n")),
	CONFIG(ADD("/mounts/-",
		   {"destination": "/m", "source": "@BUNDLE@/data", "options": ["rbind"]})),
	INSIDE(FACT("read:/m/inside", "bound")),
};

CONFORM_CASE(mounts, type_selects_the_file_system) = {
	.title = "the type of the entry is the type of the mount",
	REQS(REQ_MOUNT_TYPE_KERNEL_FILESYSTEMS),
	MUTANTS("set-mount-type:/m=tmpfs", "drop-mount:/m"),
	VARY("\"proc\"", "\"sysfs\"", "\"ramfs\"", "\"mqueue\"", "\"devpts\""),
	CONFIG(ADD("/mounts/-", {"destination": "/m", "type": "@V@", "source": "none"})),
	INSIDE(FACT("mount:/m#/type", "@V@")),
};

CONFORM_CASE(mounts, unknown_type_is_an_error) = {
	.title = "a type that the kernel does not have makes create fail",
	REQS(REQ_MOUNT_TYPE_UNKNOWN_ERROR),
	MUTANTS("pop:/mounts"),
	CONFIG(ADD("/mounts/-",
		   {"destination": "/m", "type": "no-such-file-system", "source": "none"})),
	.rejected_at = REJECTED_AT_CREATE,
};

/* Trees with a submount */

CONFORM_CASE(mounts, bind_leaves_submounts_out) = {
	.title = "bind mounts the source without what is mounted below it",
	REQS(REQ_MOUNT_OPTION_BIND),
	.min_target = 101,
	MUTANTS("drop-option:/m=bind", "add-option:/m=rbind"),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}, {"../src/sub", "tmpfs", "", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["bind"]
	})),
	INSIDE(FACT("mount:/m#/type", "tmpfs"), FACT("mounts.below:/m", [])),
};

CONFORM_CASE(mounts, rbind_takes_submounts_along) = {
	.title = "rbind mounts the source with what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RBIND),
	.min_target = 101,
	MUTANTS("set-option:/m=rbind:bind"),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}, {"../src/sub", "tmpfs", "", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind"]
	})),
	INSIDE(FACT("mounts.below:/m", ["/m/sub"])),
};

CONFORM_CASE(mounts, rro) = {
	.title = "rro: ro is set on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RRO),
	.min_target = 101,
	MUTANTS("drop-option:/m=rro"),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}, {"../src/sub", "tmpfs", "", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rro"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_HAS("mount:/m#/options", "ro"),
	       FACT_HAS("mount:/m/sub#/options", "ro"), TRY("create:/m/sub/file,0644", "EROFS")),
};

CONFORM_CASE(mounts, rrw) = {
	.title = "rrw: ro is cleared on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RRW),
	.min_target = 101,
	MUTANTS("drop-option:/m=rrw"),
	HOST_MOUNTS({"../src", "tmpfs", "ro", NULL}, {"../src/sub", "tmpfs", "ro", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rrw"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_LACKS("mount:/m#/options", "ro"),
	       FACT_LACKS("mount:/m/sub#/options", "ro"), TRY("create:/m/sub/file,0644", "OK")),
};

CONFORM_CASE(mounts, rnosuid) = {
	.title = "rnosuid: nosuid is set on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RNOSUID),
	.min_target = 101,
	MUTANTS("drop-option:/m=rnosuid"),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}, {"../src/sub", "tmpfs", "", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rnosuid"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_HAS("mount:/m#/options", "nosuid"),
	       FACT_HAS("mount:/m/sub#/options", "nosuid")),
};

CONFORM_CASE(mounts, rsuid) = {
	.title = "rsuid: nosuid is cleared on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RSUID),
	.min_target = 101,
	MUTANTS("drop-option:/m=rsuid"),
	HOST_MOUNTS({"../src", "tmpfs", "nosuid", NULL}, {"../src/sub", "tmpfs", "nosuid", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rsuid"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_LACKS("mount:/m#/options", "nosuid"),
	       FACT_LACKS("mount:/m/sub#/options", "nosuid")),
};

CONFORM_CASE(mounts, rnodev) = {
	.title = "rnodev: nodev is set on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RNODEV),
	.min_target = 101,
	MUTANTS("drop-option:/m=rnodev"),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}, {"../src/sub", "tmpfs", "", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rnodev"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_HAS("mount:/m#/options", "nodev"),
	       FACT_HAS("mount:/m/sub#/options", "nodev")),
};

CONFORM_CASE(mounts, rdev) = {
	.title = "rdev: nodev is cleared on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RDEV),
	.min_target = 101,
	MUTANTS("drop-option:/m=rdev"),
	HOST_MOUNTS({"../src", "tmpfs", "nodev", NULL}, {"../src/sub", "tmpfs", "nodev", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rdev"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_LACKS("mount:/m#/options", "nodev"),
	       FACT_LACKS("mount:/m/sub#/options", "nodev")),
};

CONFORM_CASE(mounts, rnoexec) = {
	.title = "rnoexec: noexec is set on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RNOEXEC),
	.min_target = 101,
	MUTANTS("drop-option:/m=rnoexec"),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}, {"../src/sub", "tmpfs", "", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rnoexec"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_HAS("mount:/m#/options", "noexec"),
	       FACT_HAS("mount:/m/sub#/options", "noexec")),
};

CONFORM_CASE(mounts, rexec) = {
	.title = "rexec: noexec is cleared on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_REXEC),
	.min_target = 101,
	MUTANTS("drop-option:/m=rexec"),
	HOST_MOUNTS({"../src", "tmpfs", "noexec", NULL}, {"../src/sub", "tmpfs", "noexec", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rexec"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_LACKS("mount:/m#/options", "noexec"),
	       FACT_LACKS("mount:/m/sub#/options", "noexec")),
};

CONFORM_CASE(mounts, rnoatime) = {
	.title = "rnoatime: noatime is set on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RNOATIME),
	.min_target = 101,
	MUTANTS("drop-option:/m=rnoatime"),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}, {"../src/sub", "tmpfs", "", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rnoatime"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_HAS("mount:/m#/options", "noatime"),
	       FACT_HAS("mount:/m/sub#/options", "noatime")),
};

CONFORM_CASE(mounts, ratime) = {
	.title = "ratime: noatime is cleared on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RATIME),
	.min_target = 101,
	MUTANTS("drop-option:/m=ratime"),
	HOST_MOUNTS({"../src", "tmpfs", "noatime", NULL}, {"../src/sub", "tmpfs", "noatime", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "ratime"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_LACKS("mount:/m#/options", "noatime"),
	       FACT_LACKS("mount:/m/sub#/options", "noatime")),
};

CONFORM_CASE(mounts, rnodiratime) = {
	.title = "rnodiratime: nodiratime is set on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RNODIRATIME),
	.min_target = 101,
	MUTANTS("drop-option:/m=rnodiratime"),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}, {"../src/sub", "tmpfs", "", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rnodiratime"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_HAS("mount:/m#/options", "nodiratime"),
	       FACT_HAS("mount:/m/sub#/options", "nodiratime")),
};

CONFORM_CASE(mounts, rdiratime) = {
	.title = "rdiratime: nodiratime is cleared on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RDIRATIME),
	.min_target = 101,
	MUTANTS("drop-option:/m=rdiratime"),
	HOST_MOUNTS({"../src", "tmpfs", "nodiratime", NULL},
		    {"../src/sub", "tmpfs", "nodiratime", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rdiratime"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_LACKS("mount:/m#/options", "nodiratime"),
	       FACT_LACKS("mount:/m/sub#/options", "nodiratime")),
};

CONFORM_CASE(mounts, rrelatime) = {
	.title = "rrelatime: relatime is set on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RRELATIME),
	.min_target = 101,
	MUTANTS("drop-option:/m=rrelatime"),
	HOST_MOUNTS({"../src", "tmpfs", "noatime", NULL}, {"../src/sub", "tmpfs", "noatime", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rrelatime"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_HAS("mount:/m#/options", "relatime"),
	       FACT_HAS("mount:/m/sub#/options", "relatime")),
};

CONFORM_CASE(mounts, rstrictatime) = {
	.title = "rstrictatime: relatime is cleared on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RSTRICTATIME),
	.min_target = 101,
	MUTANTS("drop-option:/m=rstrictatime"),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}, {"../src/sub", "tmpfs", "", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rstrictatime"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_LACKS("mount:/m#/options", "relatime"),
	       FACT_LACKS("mount:/m/sub#/options", "relatime")),
};

CONFORM_CASE(mounts, rnosymfollow) = {
	.title = "rnosymfollow: nosymfollow is set on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RNOSYMFOLLOW),
	.min_target = 101,
	MUTANTS("drop-option:/m=rnosymfollow"),
	HOST_MOUNTS({"../src", "tmpfs", "", NULL}, {"../src/sub", "tmpfs", "", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rnosymfollow"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_HAS("mount:/m#/options", "nosymfollow"),
	       FACT_HAS("mount:/m/sub#/options", "nosymfollow")),
};

CONFORM_CASE(mounts, rsymfollow) = {
	.title = "rsymfollow: nosymfollow is cleared on the mount and on what is mounted below it",
	REQS(REQ_MOUNT_OPTION_RSYMFOLLOW),
	.min_target = 101,
	MUTANTS("drop-option:/m=rsymfollow"),
	HOST_MOUNTS({"../src", "tmpfs", "nosymfollow", NULL},
		    {"../src/sub", "tmpfs", "nosymfollow", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rsymfollow"]
	})),
	INSIDE(FACT("mount:/m/sub#/type", "tmpfs"), FACT_LACKS("mount:/m#/options", "nosymfollow"),
	       FACT_LACKS("mount:/m/sub#/options", "nosymfollow")),
};

CONFORM_CASE(mounts, propagation_shared) = {
	.title = "shared: the mount is in a peer group",
	REQS(REQ_MOUNT_OPTION_SHARED),
	.min_target = 101,
	MUTANTS("drop-option:/m=shared"),
	HOST_MOUNTS({"../src", "tmpfs", "private", NULL}, {"../src/sub", "tmpfs", "private", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "shared"]
	})),
	INSIDE(FACT_MIN("mount:/m#/shared", 1)),
};

CONFORM_CASE(mounts, propagation_rshared) = {
	.title = "rshared: the mount and what is mounted below it are in peer groups",
	REQS(REQ_MOUNT_OPTION_RSHARED),
	.min_target = 101,
	MUTANTS("drop-option:/m=rshared"),
	HOST_MOUNTS({"../src", "tmpfs", "private", NULL}, {"../src/sub", "tmpfs", "private", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rshared"]
	})),
	INSIDE(FACT_MIN("mount:/m#/shared", 1), FACT_MIN("mount:/m/sub#/shared", 1)),
};

CONFORM_CASE(mounts, propagation_private) = {
	.title = "private: the mount has no peers and no master",
	REQS(REQ_MOUNT_OPTION_PRIVATE),
	.min_target = 101,
	MUTANTS("set-option:/m=private:shared"),
	HOST_MOUNTS({"../src", "tmpfs", "shared", NULL}, {"../src/sub", "tmpfs", "shared", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "private"]
	})),
	INSIDE(FACT("mount:/m#/shared", null), FACT("mount:/m#/master", null)),
};

CONFORM_CASE(mounts, propagation_rprivate) = {
	.title = "rprivate: neither the mount nor what is mounted below it has peers or a master",
	REQS(REQ_MOUNT_OPTION_RPRIVATE),
	.min_target = 101,
	MUTANTS("set-option:/m=rprivate:rshared"),
	HOST_MOUNTS({"../src", "tmpfs", "shared", NULL}, {"../src/sub", "tmpfs", "shared", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rprivate"]
	})),
	INSIDE(FACT("mount:/m#/shared", null), FACT("mount:/m/sub#/shared", null),
	       FACT("mount:/m#/master", null), FACT("mount:/m/sub#/master", null)),
};

CONFORM_CASE(mounts, propagation_slave) = {
	.title = "slave: the mount is a slave of the peer group it came from",
	REQS(REQ_MOUNT_OPTION_SLAVE),
	.min_target = 101,
	MUTANTS("set-option:/m=slave:private"),
	HOST_MOUNTS({"../src", "tmpfs", "shared", NULL}, {"../src/sub", "tmpfs", "shared", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "slave"]
	})),
	INSIDE(FACT_MIN("mount:/m#/master", 1), FACT("mount:/m#/shared", null)),
};

CONFORM_CASE(mounts, propagation_rslave) = {
	.title = "rslave: the mount and what is mounted below it are slaves of the peer groups "
		 "they came from",
	REQS(REQ_MOUNT_OPTION_RSLAVE),
	.min_target = 101,
	MUTANTS("set-option:/m=rslave:rprivate"),
	HOST_MOUNTS({"../src", "tmpfs", "shared", NULL}, {"../src/sub", "tmpfs", "shared", NULL}),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/src",
		"options": ["rbind", "rslave"]
	})),
	INSIDE(FACT_MIN("mount:/m#/master", 1), FACT_MIN("mount:/m/sub#/master", 1),
	       FACT("mount:/m/sub#/shared", null)),
};

CONFORM_CASE(mounts, propagation_unbindable) = {
	.title = "unbindable: the mount cannot be bound elsewhere",
	REQS(REQ_MOUNT_OPTION_UNBINDABLE),
	.min_target = 101,
	MUTANTS("drop-option:/m=unbindable"),
	HOST_MOUNTS({"../src", "tmpfs", "private", NULL}, {"../src/sub", "tmpfs", "private", NULL}),
	CONFIG(SET("/process/capabilities", {
		       "bounding": ["CAP_SYS_ADMIN"],
		       "effective": ["CAP_SYS_ADMIN"],
		       "permitted": ["CAP_SYS_ADMIN"]
	       }),
	       ADD("/mounts/-", {
		       "destination": "/m",
		       "type": "none",
		       "source": "@BUNDLE@/src",
		       "options": ["rbind", "unbindable"]
	       })),
	INSIDE(FACT("mount:/m#/unbindable", true), TRY("mount:/m,/tmp,none,bind,", "EINVAL")),
};

CONFORM_CASE(mounts, propagation_runbindable) = {
	.title = "runbindable: the mount and what is mounted below it cannot be bound elsewhere",
	REQS(REQ_MOUNT_OPTION_RUNBINDABLE),
	.min_target = 101,
	MUTANTS("drop-option:/m=runbindable"),
	HOST_MOUNTS({"../src", "tmpfs", "private", NULL}, {"../src/sub", "tmpfs", "private", NULL}),
	CONFIG(SET("/process/capabilities", {
		       "bounding": ["CAP_SYS_ADMIN"],
		       "effective": ["CAP_SYS_ADMIN"],
		       "permitted": ["CAP_SYS_ADMIN"]
	       }),
	       ADD("/mounts/-", {
		       "destination": "/m",
		       "type": "none",
		       "source": "@BUNDLE@/src",
		       "options": ["rbind", "runbindable"]
	       })),
	INSIDE(FACT("mount:/m/sub#/unbindable", true),
	       TRY("mount:/m/sub,/tmp,none,bind,", "EINVAL")),
};

CONFORM_CASE(mounts, remount_changes_what_is_there) = {
	.title = "remount changes the flags of the mount at the destination and stacks no new one",
	REQS(REQ_MOUNT_OPTION_REMOUNT),
	.min_target = 101,
	MUTANTS("pop:/mounts"),
	CONFIG(ADD("/mounts/-", {"destination": "/m", "type": "tmpfs", "source": "first"}),
	       ADD("/mounts/-", {
		       "destination": "/m",
		       "type": "tmpfs",
		       "source": "first",
		       "options": ["remount", "ro"]
	       })),
	INSIDE(FACT_HAS("mount:/m#/options", "ro"), FACT("mount:/m#/source", "first"),
	       TRY("create:/m/file,0644", "EROFS")),
};

CONFORM_CASE(mounts, bind_read_only) = {
	.title = "a bind mount with ro cannot be written through, while its source can",
	REQS(REQ_MOUNT_OPTION_RO),
	.min_target = 101,
	MUTANTS("drop-option:/m=ro"),
	FILES(DIR_AT("../data"), FILE_AT("../data/inside", "old\n")),
	CONFIG(ADD("/mounts/-", {
		"destination": "/m",
		"type": "none",
		"source": "@BUNDLE@/data",
		"options": ["bind", "ro"]
	})),
	INSIDE(FACT_HAS("mount:/m#/options", "ro"), FACT("access:/m/inside#/write", "EROFS"),
	       TRY("create:/m/new,0644", "EROFS")),
	OUTSIDE(HOST(AFTER_EXIT, "file:@BUNDLE@/data/inside", "old")),
};

CONFORM_CASE(mounts, bind_noexec) = {
	.title = "a program on a bind mount with noexec cannot be executed, on one without it can",
	REQS(REQ_MOUNT_OPTION_NOEXEC),
	.min_target = 101,
	MUTANTS("drop-option:/m=noexec"),
	FILES(DIR_AT("../data"),
	      {.kind = FILE_REG, .path = "../data/prog", .content = "@PROBE@", .mode = 0755}),
	CONFIG(ADD("/mounts/-", {
		       "destination": "/m",
		       "type": "none",
		       "source": "@BUNDLE@/data",
		       "options": ["bind", "noexec"]
	       }),
	       ADD("/mounts/-", {
		       "destination": "/n",
		       "type": "none",
		       "source": "@BUNDLE@/data",
		       "options": ["bind"]
	       })),
	INSIDE(FACT_HAS("mount:/m#/options", "noexec"), TRY("exec:/m/prog,--version", "EACCES"),
	       TRY("exec:/n/prog,--version", "OK")),
};

CONFORM_CASE(mounts, bind_nosuid) = {
	.title = "a set-user-ID program on a bind mount with nosuid does not change the user",
	REQS(REQ_MOUNT_OPTION_NOSUID),
	.min_target = 101,
	MUTANTS("drop-option:/m=nosuid"),
	FILES(DIR_AT("../data"),
	      {.kind = FILE_REG, .path = "../data/prog", .content = "@PROBE@", .mode = 04755}),
	CONFIG(SET("/process/user", {"uid": 1000, "gid": 1000}), ADD("/mounts/-", {
		       "destination": "/m",
		       "type": "none",
		       "source": "@BUNDLE@/data",
		       "options": ["bind", "nosuid"]
	       }),
	       ADD("/mounts/-", {
		       "destination": "/n",
		       "type": "none",
		       "source": "@BUNDLE@/data",
		       "options": ["bind"]
	       })),
	INSIDE(FACT_HAS("mount:/m#/options", "nosuid"), TRY("suid:/m/prog", 1000),
	       TRY("suid:/n/prog", 0)),
};

CONFORM_CASE(mounts, tmpcopyup_copies_the_content) = {
	.title = "tmpcopyup fills the new tmpfs with what the root filesystem has at the "
		 "destination",
	REQS(REQ_MOUNT_OPTION_TMPCOPYUP, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.min_target = 101,
	.may_refuse = true,
	MUTANTS("drop-option:/data=tmpcopyup"),
	FILES(DIR_AT("data"), FILE_AT("data/file", "kept\n"), DIR_AT("data/sub"),
	      LINK_AT("data/sub/link", "../file")),
	CONFIG(ADD("/mounts/-", {
		"destination": "/data",
		"type": "tmpfs",
		"source": "tmpfs",
		"options": ["tmpcopyup"]
	})),
	INSIDE(FACT("mount:/data#/type", "tmpfs"), FACT("read:/data/file", "kept"),
	       FACT("path:/data/sub/link#/target", "../file")),
};

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
	VARY("{\"containerID\": \"0\", \"hostID\": 0, \"size\": 1}",
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
