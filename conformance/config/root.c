/* SPDX-License-Identifier: Apache-2.0 */
/* config.md#root: where the root filesystem comes from and whether it can be written. */
#include "conform.h"

CONFORM_CASE(root, relative_path_is_in_the_bundle) = {
	.title = "a relative root.path is found in the bundle, whatever directory the caller is in",
	REQS(REQ_ROOT_PATH_RELATIVE_TO_BUNDLE, REQ_BUNDLE_ROOTFS_IS_ROOT_PATH),
	.accepts = true,
	MUTANTS("set:/root/path=\"other\""),
	CALLER("cwd:/"),
	FILES(FILE_AT("marker", "the right one\n"), DIR_AT("../other")),
	CONFIG(SET("/root", {"path": "rootfs"})),
	INSIDE(FACT("read:/marker", "the right one")),
};

CONFORM_CASE(root, absolute_path_is_used_as_it_is) = {
	.title = "an absolute root.path is the root filesystem",
	REQS(REQ_ROOT_PATH_ABSOLUTE),
	.accepts = true,
	MUTANTS("set:/root/path=\"other\""),
	FILES(FILE_AT("marker", "absolute\n"), DIR_AT("../other")),
	CONFIG(SET("/root", {"path": "@ROOTFS@"})),
	INSIDE(FACT("read:/marker", "absolute")),
};

CONFORM_CASE(root, missing_directory_is_refused) = {
	.title = "a root.path that does not exist makes create fail",
	REQS(REQ_ROOT_PATH_DIRECTORY_EXISTS),
	MUTANTS("set:/root/path=\"rootfs\""),
	CONFIG(SET("/root/path", "no-such-directory")),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(root, plain_file_is_refused) = {
	.title = "a root.path that is a file makes create fail",
	REQS(REQ_ROOT_PATH_DIRECTORY_EXISTS),
	MUTANTS("set:/root/path=\"rootfs\""),
	FILES(FILE_AT("../file", "no directory")),
	CONFIG(SET("/root/path", "file")),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(root, absent_root_is_refused) = {
	.title = "a configuration without root is refused",
	REQS(REQ_ROOT_FIELD),
	MUTANTS("set:/root={\"path\": \"rootfs\"}"),
	CONFIG(DEL("/root")),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(root, absent_path_is_refused) = {
	.title = "a root without path is refused",
	REQS(REQ_ROOT_PATH_FIELD),
	MUTANTS("set:/root/path=\"rootfs\""),
	/* the bundle would do as a root filesystem where an empty path is taken for it */
	FILES({.kind = FILE_REG, .path = "../conform-probe", .content = "@PROBE@"},
	      DIR_AT("../conform-io"), DIR_AT("../dev"), DIR_AT("../etc"), DIR_AT("../proc"),
	      DIR_AT("../sys"), DIR_AT("../tmp")),
	VARY("{}", "{\"path\": 5}", "{\"path\": null}", "{\"path\": [\"rootfs\"]}"),
	CONFIG(SET("/root", "@V@")),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(root, readonly_true_cannot_be_written) = {
	.title = "with readonly the root mount is ro and a write fails with EROFS",
	REQS(REQ_ROOT_READONLY_TRUE),
	MUTANTS("drop:/root/readonly", "set:/root/readonly=false"),
	CONFIG(SET("/root/readonly", true)),
	INSIDE(FACT_HAS("mount:/#/options", "ro"), TRY("create:/new,0644", "EROFS"),
	       TRY("mkdir:/etc/new,0755", "EROFS")),
	OUTSIDE(HOST(AFTER_EXIT, "stat.host:@ROOTFS@/new", null)),
};

CONFORM_CASE(root, readonly_leaves_other_mounts_writable) = {
	.title = "with readonly a tmpfs of the configuration can still be written",
	REQS(REQ_ROOT_READONLY_TRUE),
	MUTANTS("drop:/root/readonly"),
	CONFIG(SET("/root/readonly", true),
	       ADD("/mounts/-", {"destination": "/tmp", "type": "tmpfs", "source": "tmpfs"})),
	INSIDE(TRY("create:/new,0644", "EROFS"), TRY("create:/tmp/new,0644", "OK")),
};

CONFORM_CASE(root, readonly_false_can_be_written) = {
	.title = "without readonly the program can create a file in the root, and it lies in the "
		 "bundle",
	REQS(REQ_ROOT_READONLY_DEFAULT_FALSE),
	MUTANTS("set:/root/readonly=true"),
	VARY("{\"path\": \"rootfs\"}", "{\"path\": \"rootfs\", \"readonly\": false}"),
	CONFIG(SET("/root", "@V@")),
	INSIDE(TRY("create:/new,0644", "OK")),
	OUTSIDE(HOST(AFTER_EXIT, "stat.host:@ROOTFS@/new#/type", "reg")),
};

CONFORM_CASE(root, there_is_no_way_up) = {
	.title = "walking up and out by chroot ends at the container's root",
	REQS(REQ_BUNDLE_ROOTFS_IS_ROOT_PATH),
	MUTANTS("cli:run-on-host"),
	CONFIG(SET("/process/capabilities", {
		"bounding": ["CAP_SYS_CHROOT"],
		"effective": ["CAP_SYS_CHROOT"],
		"permitted": ["CAP_SYS_CHROOT"]
	})),
	FILES(FILE_AT("marker", "here\n")),
	INSIDE(FACT("root.escape", "/"), FACT("read:/marker", "here")),
};
