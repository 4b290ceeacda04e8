/* SPDX-License-Identifier: Apache-2.0 */
/* config.md#mounts: order, destination, source, type, and the flags of a bind mount. */
#include "conform.h"

CONFORM_CASE(mounts, each_entry_is_mounted) = {
	.title = "every entry is in the container's mount table beside the root mount",
	REQS(REQ_MOUNT_ADDITIONAL_TO_ROOT),
	MUTANTS("drop-mount:/one", "drop-mount:/two", "drop:/mounts/7/source"),
	CONFIG(ADD("/mounts/-", {"destination": "/one", "type": "tmpfs", "source": "first"}),
	       ADD("/mounts/-", {"destination": "/two", "type": "tmpfs", "source": "second"})),
	INSIDE(FACT("mount:/one#/source", "first"), FACT("mount:/two#/source", "second"),
	       FACT("path:/conform-probe#/type", "reg")),
};

CONFORM_CASE(mounts, each_source_goes_to_its_own_place) = {
	.title = "with a user namespace a cgroup mount that follows on bind mounts shows cgroups, "
		 "and "
		 "each bind its own source",
	REQS(REQ_MOUNT_ADDITIONAL_TO_ROOT),
	.needs = {.userns = true},
	MUTANTS("drop-mount:/one", "drop-mount:/two", "drop-mount:/cgroups"),
	FILES({.kind = FILE_REG, .path = "../one/first", .content = "x"},
	      {.kind = FILE_REG, .path = "../two/second", .content = "x"}),
	CONFIG(ADD("/linux/namespaces/-", {"type": "user"}),
	       SET("/linux/uidMappings", [{"containerID": 0, "hostID": 0, "size": 5000}]),
	       SET("/linux/gidMappings", [{"containerID": 0, "hostID": 0, "size": 5000}]),
	       ADD("/mounts/-", {
		       "destination": "/one",
		       "type": "none",
		       "source": "@BUNDLE@/one",
		       "options": ["bind"]
	       }),
	       ADD("/mounts/-", {
		       "destination": "/cgroups",
		       "type": "cgroup",
		       "source": "cgroup",
		       "options": ["ro", "nosuid", "noexec", "nodev"]
	       }),
	       ADD("/mounts/-", {
		       "destination": "/two",
		       "type": "none",
		       "source": "@BUNDLE@/two",
		       "options": ["bind"]
	       })),
	INSIDE(FACT("list:/one", ["first"]), FACT("list:/two", ["second"]),
	       FACT_ONE_OF("mount:/cgroups#/type", ["tmpfs", "cgroup", "cgroup2"]),
	       FACT("path:/cgroups/first", null)),
};

CONFORM_CASE(mounts, rw_of_a_read_only_source_is_done_or_refused) = {
	.title = "with a user namespace rw on the bind of a read-only source makes it writable, or "
		 "is "
		 "an error",
	REQS(REQ_MOUNT_OPTION_RW, REQ_CONFIG_UNSUPPORTED_VALUE_ERROR),
	.needs = {.userns = true},
	.may_refuse = true,
	MUTANTS("set-option:/m=rw:ro"),
	HOST_MOUNTS({"../src", "tmpfs", "mode=777", NULL},
		    {"../src", NULL, "ro,nodev,nosuid", NULL}),
	CONFIG(ADD("/linux/namespaces/-", {"type": "user"}),
	       SET("/linux/uidMappings", [{"containerID": 0, "hostID": 0, "size": 5000}]),
	       SET("/linux/gidMappings", [{"containerID": 0, "hostID": 0, "size": 5000}]),
	       ADD("/mounts/-", {
		       "destination": "/m",
		       "type": "none",
		       "source": "@BUNDLE@/src",
		       "options": ["bind", "rw"]
	       })),
	INSIDE(FACT_HAS("mount:/m#/options", "rw"), TRY("create:/m/file,0644", "OK")),
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

CONFORM_CASE(mounts, procfs_of_the_host_is_a_place_like_any_other) = {
	.title = "an entry on a procfs that an earlier bind mount has brought along is mounted",
	REQS(REQ_MOUNT_ORDER_LISTED, REQ_MOUNT_ADDITIONAL_TO_ROOT),
	MUTANTS("reverse:/mounts", "pop:/mounts"),
	CONFIG(ADD("/mounts/-", {
		       "destination": "/host-proc",
		       "type": "none",
		       "source": "/proc",
		       "options": ["bind"]
	       }),
	       ADD("/mounts/-", {"destination": "/host-proc", "type": "tmpfs", "source": "above"})),
	INSIDE(FACT("mount:/host-proc#/source", "above"), FACT("list:/host-proc", [])),
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
	REQS(REQ_MOUNT_DESTINATION_RELATIVE_TO_ROOT, REQ_MOUNT_DESTINATION_RELATIVE_ALLOWED),
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

/* Such a user namespace may not make a sysfs (sysfs_init_fs_context), so the runtime gives an error
 * or stands the host's in for it. */
CONFORM_CASE(mounts, sys_that_the_host_has_to_lend_keeps_its_options) = {
	.title = "where the container's user namespace has no network namespace, /sys has its "
		 "options, ro above all, or is refused",
	REQS(REQ_MOUNT_OPTION_RO, REQ_MOUNT_OPTION_NOSUID, REQ_MOUNT_OPTION_NODEV,
	     REQ_MOUNT_OPTION_NOEXEC),
	.needs = {.userns = true},
	.either = true,
	/* without ro, what refuses does so all the same, and without /sys there is no place for the
	 * other mount */
	MUTANTS("set:/mounts/5={\"destination\": \"/sys\", \"type\": \"tmpfs\", \"source\": "
		"\"tmpfs\"}"),
	CONFIG(DEL("/linux/namespaces/1"), ADD("/linux/namespaces/-", {"type": "user"}),
	       SET("/linux/uidMappings", [{"containerID": 0, "hostID": 100000, "size": 65536}]),
	       SET("/linux/gidMappings", [{"containerID": 0, "hostID": 100000, "size": 65536}]),
	       ADD("/mounts/-", {
		       "destination": "/sys/fs/cgroup",
		       "type": "cgroup",
		       "source": "cgroup",
		       "options": ["nosuid", "noexec", "nodev", "ro"]
	       })),
	INSIDE(FACT("mount:/sys#/type", "sysfs"), FACT_HAS("mount:/sys#/options", "ro"),
	       FACT_HAS("mount:/sys#/options", "nosuid"), FACT_HAS("mount:/sys#/options", "nodev"),
	       FACT_HAS("mount:/sys#/options", "noexec")),
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

CONFORM_CASE(mounts, remount_changes_what_is_there) = {
	.title = "remount changes the flags of the mount at the destination and stacks no new one",
	REQS(REQ_MOUNT_OPTION_REMOUNT),
	.min_target = 101,
	MUTANTS("pop:/mounts", "drop-option:/m=remount", "drop-option:/m=ro"),
	/* what the first entry alone says tells its mount from one that is stacked on it */
	CONFIG(ADD("/mounts/-", {
		       "destination": "/m",
		       "type": "tmpfs",
		       "source": "first",
		       "options": ["size=64k"]
	       }),
	       ADD("/mounts/-", {
		       "destination": "/m",
		       "type": "tmpfs",
		       "source": "second",
		       "options": ["remount", "ro"]
	       })),
	INSIDE(FACT_HAS("mount:/m#/options", "ro"), FACT("mount:/m#/source", "first"),
	       FACT_HAS("mount:/m#/super", "size=64k"), TRY("create:/m/file,0644", "EROFS")),
};

CONFORM_CASE(mounts, bind_read_only) = {
	.title = "a bind mount with ro cannot be written through, while one of the same source "
		 "without it can",
	REQS(REQ_MOUNT_OPTION_RO),
	.min_target = 101,
	MUTANTS("drop-option:/m=ro", "add-option:/n=ro"),
	FILES(DIR_AT("../data"), FILE_AT("../data/inside", "old\n")),
	CONFIG(ADD("/mounts/-", {
		       "destination": "/m",
		       "type": "none",
		       "source": "@BUNDLE@/data",
		       "options": ["bind", "ro"]
	       }),
	       ADD("/mounts/-", {
		       "destination": "/n",
		       "type": "none",
		       "source": "@BUNDLE@/data",
		       "options": ["bind"]
	       })),
	INSIDE(FACT_HAS("mount:/m#/options", "ro"), FACT("access:/m/inside#/write", "EROFS"),
	       TRY("create:/m/new,0644", "EROFS"), TRY("create:/n/new,0644", "OK")),
	OUTSIDE(HOST(AFTER_EXIT, "file:@BUNDLE@/data/inside", "old"),
		HOST(AFTER_EXIT, "file:@BUNDLE@/data/new", "")),
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
	.needs = {.new_privs = true},
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

CONFORM_CASE(mounts, option_of_mount8_does_what_it_does_there) = {
	.title = "an option beyond the table that mount(8) knows is an error or does what it does "
		 "there",
	REQS(REQ_MOUNT_OPTION_CUSTOM_MOUNT8),
	.min_target = 101,
	.either = true,
	MUTANTS("set-option:/m=user:nodev", "set-option:/m=owner:nosuid"),
	VARY("\"user\"", "\"owner\"", "\"group\""),
	CONFIG(ADD("/mounts/-",
		   {"destination": "/m", "type": "tmpfs", "source": "tmpfs", "options": ["@V@"]})),
	/* mount(8): each of them implies these two */
	INSIDE(FACT_HAS("mount:/m#/options", "nosuid"), FACT_HAS("mount:/m#/options", "nodev")),
};
