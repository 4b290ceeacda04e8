/* SPDX-License-Identifier: Apache-2.0 */
/* config-linux.md#masked-paths and #readonly-paths. */
#include "conform.h"

CONFORM_CASE(masked_paths, file_gives_no_content) = {
	.title = "a masked file reads as empty or not at all",
	REQS(REQ_LINUX_MASKEDPATHS_FILE_UNREADABLE),
	MUTANTS("drop:/linux/maskedPaths"),
	FILES(FILE_AT("secret", "do not show\n"), FILE_AT("open", "show\n")),
	CONFIG(SET("/linux/maskedPaths", ["/secret"])),
	INSIDE(FACT_ONE_OF("read:/secret",
			   [
				   "", {"error": "EACCES"}, {"error": "EPERM"}, {"error": "EIO"},
				   {"error": "ENXIO"}
			   ]),
	       FACT("read:/open", "show")),
	OUTSIDE(HOST(AFTER_EXIT, "file:@ROOTFS@/secret", "do not show")),
};

CONFORM_CASE(masked_paths, directory_gives_no_entries) = {
	.title = "a masked directory lists as empty or not at all",
	REQS(REQ_LINUX_MASKEDPATHS_DIR_UNREADABLE),
	MUTANTS("drop:/linux/maskedPaths"),
	FILES(DIR_AT("hidden"), FILE_AT("hidden/secret", "do not show\n"), DIR_AT("seen"),
	      FILE_AT("seen/file", "x")),
	CONFIG(SET("/linux/maskedPaths", ["/hidden"])),
	INSIDE(FACT_ONE_OF("list:/hidden", [[], {"error": "EACCES"}, {"error": "EPERM"}]),
	       FACT("path:/hidden/secret", null), FACT("list:/seen", ["file"])),
};

CONFORM_CASE(masked_paths, each_of_several_is_masked) = {
	.title = "every entry is masked, the last like the first, also one in a file system of the "
		 "kernel",
	REQS(REQ_LINUX_MASKEDPATHS_FILE_UNREADABLE),
	MUTANTS("pop:/linux/maskedPaths", "set:/linux/maskedPaths/0=\"/nothing\""),
	FILES(FILE_AT("one", "first\n"), FILE_AT("two", "second\n")),
	CONFIG(SET("/linux/maskedPaths", ["/one", "/proc/version", "/two"])),
	INSIDE(FACT_ONE_OF("read:/one",
			   [
				   "", {"error": "EACCES"}, {"error": "EPERM"}, {"error": "EIO"},
				   {"error": "ENXIO"}
			   ]),
	       FACT_ONE_OF("read:/proc/version",
			   [
				   "", {"error": "EACCES"}, {"error": "EPERM"}, {"error": "EIO"},
				   {"error": "ENXIO"}
			   ]),
	       FACT_ONE_OF("read:/two",
			   [
				   "", {"error": "EACCES"}, {"error": "EPERM"}, {"error": "EIO"},
				   {"error": "ENXIO"}
			   ])),
};

CONFORM_CASE(masked_paths, file_cannot_be_written) = {
	.title = "what is written to a masked file does not reach the file below",
	REQS(REQ_LINUX_MASKEDPATHS_FILE_UNREADABLE),
	MUTANTS("drop:/linux/maskedPaths"),
	FILES(FILE_AT("secret", "kept\n")),
	CONFIG(SET("/linux/maskedPaths", ["/secret"])),
	INSIDE(FACT_ONE_OF("read:/secret",
			   [
				   "", {"error": "EACCES"}, {"error": "EPERM"}, {"error": "EIO"},
				   {"error": "ENXIO"}
			   ]),
	       TRY_NOT("write:/secret,changed", "ENOENT")),
	OUTSIDE(HOST(AFTER_EXIT, "file:@ROOTFS@/secret", "kept")),
};

CONFORM_CASE(masked_paths, link_for_null_does_not_unmask) = {
	.title =
		"a root filesystem with its own /dev/null does not choose what a masked file shows",
	REQS(REQ_LINUX_MASKEDPATHS_FILE_UNREADABLE),
	MUTANTS("drop:/linux/maskedPaths"),
	FILES(LINK_AT("dev/null", "/bait"), FILE_AT("bait", "wrong file\n"),
	      FILE_AT("secret", "do not show\n")),
	CONFIG(DEL("/mounts/4"), DEL("/mounts/3"), DEL("/mounts/2"), DEL("/mounts/1"),
	       SET("/linux/maskedPaths", ["/secret"])),
	INSIDE(FACT_ONE_OF("read:/secret",
			   [
				   "", {"error": "EACCES"}, {"error": "EPERM"}, {"error": "EIO"},
				   {"error": "ENXIO"}
			   ])),
	.may_refuse = true,
};

CONFORM_CASE(masked_paths, relative_entry_is_refused) = {
	.title = "a relative masked path is refused",
	REQS(REQ_LINUX_MASKEDPATHS_ABSOLUTE, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/linux/maskedPaths"),
	FILES(FILE_AT("secret", "x")),
	CONFIG(SET("/linux/maskedPaths", ["secret"])),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(readonly_paths, file_cannot_be_written) = {
	.title = "a file of readonlyPaths is readable, and opening it for writing fails with EROFS",
	REQS(REQ_LINUX_READONLYPATHS_FILE, REQ_LINUX_READONLYPATHS_STILL_READABLE),
	MUTANTS("drop:/linux/readonlyPaths"),
	FILES(FILE_AT("fixed", "text\n"), FILE_AT("free", "text\n")),
	CONFIG(SET("/linux/readonlyPaths", ["/fixed"])),
	INSIDE(FACT("access:/fixed#/write", "EROFS"), FACT("read:/fixed", "text"),
	       FACT("access:/free#/write", "OK")),
};

CONFORM_CASE(readonly_paths, directory_cannot_be_written) = {
	.title = "below a directory of readonlyPaths everything is readable and nothing can be "
		 "made or changed",
	REQS(REQ_LINUX_READONLYPATHS_DIR, REQ_LINUX_READONLYPATHS_STILL_READABLE),
	MUTANTS("drop:/linux/readonlyPaths"),
	FILES(DIR_AT("fixed"), DIR_AT("fixed/deep"), FILE_AT("fixed/deep/file", "text\n")),
	CONFIG(SET("/linux/readonlyPaths", ["/fixed"])),
	INSIDE(TRY("create:/fixed/new,0644", "EROFS"), TRY("create:/fixed/deep/new,0644", "EROFS"),
	       FACT("access:/fixed/deep/file#/write", "EROFS"),
	       FACT("read:/fixed/deep/file", "text")),
};

CONFORM_CASE(readonly_paths, each_of_several_is_read_only) = {
	.title = "every entry is read-only, the last like the first, also one in a file system of "
		 "the kernel",
	REQS(REQ_LINUX_READONLYPATHS_DIR),
	MUTANTS("pop:/linux/readonlyPaths", "set:/linux/readonlyPaths/0=\"/nothing\""),
	FILES(DIR_AT("one"), DIR_AT("two")),
	CONFIG(SET("/linux/readonlyPaths", ["/one", "/proc/sys", "/two"])),
	INSIDE(TRY("create:/one/new,0644", "EROFS"),
	       FACT("access:/proc/sys/kernel/hostname#/write", "EROFS"),
	       TRY("create:/two/new,0644", "EROFS")),
};

CONFORM_CASE(readonly_paths, options_of_the_mount_stay) = {
	.title =
		"what readonlyPaths makes read-only keeps nosuid, nodev and noexec of the mount on "
		"which it lies",
	REQS(REQ_LINUX_READONLYPATHS_DIR, REQ_MOUNT_OPTION_NOSUID, REQ_MOUNT_OPTION_NODEV,
	     REQ_MOUNT_OPTION_NOEXEC),
	MUTANTS("drop:/linux/readonlyPaths", "drop-option:/m=nosuid", "drop-option:/m=nodev",
		"drop-option:/m=noexec"),
	CONFIG(ADD("/mounts/-", {
		       "destination": "/m",
		       "type": "tmpfs",
		       "source": "tmpfs",
		       "options": ["nosuid", "nodev", "noexec"]
	       }),
	       SET("/linux/readonlyPaths", ["/m"])),
	INSIDE(FACT_HAS("mount:/m#/options", "nosuid"), FACT_HAS("mount:/m#/options", "nodev"),
	       FACT_HAS("mount:/m#/options", "noexec"), TRY("create:/m/new,0644", "EROFS")),
};

CONFORM_CASE(readonly_paths, relative_entry_is_refused) = {
	.title = "a relative read-only path is refused",
	REQS(REQ_LINUX_READONLYPATHS_ABSOLUTE, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/linux/readonlyPaths"),
	FILES(FILE_AT("fixed", "x")),
	CONFIG(SET("/linux/readonlyPaths", ["fixed"])),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(readonly_paths, one_on_a_shared_mount_stays_in_the_container) = {
	.title = "a read-only path on a mount that the container shares with the host is not "
		 "read-only there",
	.advice = "the specification says what the paths are in the container; a mount in a peer "
		  "group of the host's passes on what hides them, and it stays there",
	MUTANTS("drop:/linux/readonlyPaths"),
	HOST_MOUNTS({"../src", "tmpfs", "shared", NULL}, {"../src/sub", "tmpfs", "shared", NULL}),
	CONFIG(ADD("/mounts/-", {
		       "destination": "/m",
		       "type": "none",
		       "source": "@BUNDLE@/src",
		       "options": ["rbind", "rshared"]
	       }),
	       SET("/linux/rootfsPropagation", "rshared"), SET("/linux/readonlyPaths", ["/m/sub"])),
	/* the mounts of the host are compared in every case */
	INSIDE(TRY("create:/m/sub/new,0644", "EROFS"), TRY("create:/m/new,0644", "OK")),
	.may_refuse = true,
};

CONFORM_CASE(masked_paths, missing_one_is_skipped_or_refused) = {
	.title = "a masked path that is not there is an error or no obstacle to the others",
	REQS(REQ_LINUX_MASKEDPATHS_MISSING_OK),
	.either = true,
	MUTANTS("drop:/linux/maskedPaths"),
	FILES(FILE_AT("secret", "do not show\n")),
	CONFIG(SET("/linux/maskedPaths", ["/no/such/path", "/secret"])),
	INSIDE(FACT("path:/no/such/path", null),
	       FACT_ONE_OF("read:/secret",
			   [
				   "", {"error": "EACCES"}, {"error": "EPERM"}, {"error": "EIO"},
				   {"error": "ENXIO"}
			   ])),
};

CONFORM_CASE(readonly_paths, missing_one_is_skipped_or_refused) = {
	.title = "a read-only path that is not there is an error or no obstacle to the others",
	REQS(REQ_LINUX_READONLYPATHS_MISSING_OK),
	.either = true,
	MUTANTS("drop:/linux/readonlyPaths"),
	FILES(FILE_AT("fixed", "text\n")),
	CONFIG(SET("/linux/readonlyPaths", ["/no/such/path", "/fixed"])),
	INSIDE(FACT("path:/no/such/path", null), FACT("access:/fixed#/write", "EROFS")),
};

CONFORM_CASE(masked_paths, what_is_done_to_one_reaches_nothing_else) = {
	.title = "mode and owner that the container gives to a masked file reach neither the file "
		 "below nor the host's null device",
	.advice = "the specification says how a masked path reads; what it is bound to may be the "
		  "host's",
	MUTANTS("drop:/linux/maskedPaths"),
	FILES(FILE_AT("secret", "kept\n")),
	CONFIG(SET("/linux/maskedPaths", ["/secret"]), SET("/process/capabilities", {
		       "bounding": ["CAP_CHOWN", "CAP_FOWNER"],
		       "effective": ["CAP_CHOWN", "CAP_FOWNER"],
		       "permitted": ["CAP_CHOWN", "CAP_FOWNER"]
	       })),
	/* whether it may be tried is not the point */
	INSIDE(TRY_NOT("chmod:/secret,0640", "ENOENT"), TRY_NOT("chown:/secret,7,8", "ENOENT")),
	OUTSIDE(HOST(AFTER_EXIT, "stat.host:@ROOTFS@/secret#/mode", "0644"),
		HOST(AFTER_EXIT, "stat.host:@ROOTFS@/secret#/uid", 0),
		UNCHANGED(AFTER_EXIT, "stat.host:/dev/null")),
};
